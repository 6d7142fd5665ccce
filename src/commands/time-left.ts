/**
 * How long a walk will still take, from the speed that it has had so far.
 *
 * In: how much is done. Out: seconds, and once, when it is over a minute, a line for people with what they can do
 * about it. Pure but for the clock. Commits of tests and documents cost nothing and come in no order, so the speed
 * is that of the whole walk and nothing is said before the first few.
 */
import { describeDuration } from '../report/progress.ts';
import type { Progress } from './options.ts';

export interface TimeLeftOptions {
  total: number;
  stage: Progress['stage'];
  /** What can be done about it; undefined: nothing. */
  advice?(secondsLeft: number): string;
  now?: () => number;
}

const FIRST_MS = 3_000;
const FIRST_COUNT = 5;
const LONG_SECONDS = 60;

/** Begins to count when it is called. */
export function timeLeft({ total, stage, advice, now = () => performance.now() }: TimeLeftOptions) {
  const begun = now();
  let isSaid = false;
  return (done: number): Progress => {
    const elapsedMs = now() - begun;
    if (elapsedMs < FIRST_MS || done < FIRST_COUNT) return { stage, done, total };
    const secondsLeft = ((elapsedMs / done) * (total - done)) / 1000;
    if (isSaid || secondsLeft <= LONG_SECONDS) return { stage, done, total, secondsLeft };
    isSaid = true;
    const notice =
      `This will take ${describeDuration(secondsLeft)}. ${advice?.(secondsLeft) ?? ''}`.trimEnd();
    return { stage, done, total, secondsLeft, notice };
  };
}
