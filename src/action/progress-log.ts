/**
 * Progress for a log that nobody watches: a line from time to time instead of one for every commit.
 *
 * In: progress as the commands tell it. Out: lines, at most one in ten seconds. Pure but for the clock.
 */
import type { Progress } from '../commands/options.ts';

const INTERVAL_MS = 10_000;
const WORDS: Readonly<Record<Progress['stage'], string>> = {
  embed: 'files read',
  update: 'commits read',
  check: 'assertions checked',
  mine: 'commits mined',
  bench: 'repositories measured',
  verify: 'commits read',
  wait: 'waiting',
};

export function progressLog(
  log: (line: string) => void,
  now: () => number = Date.now,
): (progress: Progress) => void {
  let last = now();
  return ({ stage, done, total, notice }) => {
    if (notice) log(notice);
    if (now() - last < INTERVAL_MS) return;
    last = now();
    log(`${done} of ${total} ${WORDS[stage]}`);
  };
}
