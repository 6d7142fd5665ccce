/**
 * Times taken in turn, and lines that say what they mean.
 *
 * In: contestants that time themselves. Out: best and median of each, text on standard output. Knows nothing about
 * models. Contestants run one after the other within each round, so that a busy machine is busy for all of them.
 */
import { setTimeout } from 'node:timers/promises';

export interface Contestant {
  name: string;
  /** Does the work once; milliseconds. */
  run(): Promise<number>;
}

export interface Times {
  name: string;
  best: number;
  median: number;
  count: number;
}

/** Thread pools keep spinning for a moment after their work, and would slow down whoever is next. */
const PAUSE_MS = 200;

/** To see whether everything still works, not how fast it is. */
export const IS_QUICK = process.argv.includes('--quick');

/** Each contestant once per round, after rounds that do not count. */
export async function alternate(
  contestants: readonly Contestant[],
  { rounds, warmup = 1 }: { rounds: number; warmup?: number },
): Promise<Times[]> {
  const times = contestants.map((): number[] => []);
  const [first, last] = IS_QUICK ? [0, 1] : [-warmup, rounds];
  for (let round = first; round < last; round += 1) {
    for (const [index, { run }] of contestants.entries()) {
      const ms = await run();
      if (round >= 0) times[index]?.push(ms);
      await setTimeout(PAUSE_MS);
    }
  }
  return contestants.map(({ name }, index) => summarize(name, times[index] as number[]));
}

/** Milliseconds that something takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

export function summarize(name: string, times: readonly number[]): Times {
  const sorted = [...times].sort((a, b) => a - b);
  return {
    name,
    best: sorted[0] as number,
    median: sorted[Math.floor(sorted.length / 2)] as number,
    count: sorted.length,
  };
}

export function heading(text: string): void {
  console.log(`\n${text}`);
}

export function line(text: string): void {
  console.log(`  ${text}`);
}

/** `name: 63.0 ms best, 65.1 ms median of 9`, or with `amount` in units per second. */
export function showTimes(
  { name, best, median, count }: Times,
  { amount, unit = 'ms' }: { amount?: number; unit?: string } = {},
): void {
  const text = (ms: number) => number(amount === undefined ? ms : (amount / ms) * 1000);
  line(`${name}: ${text(best)} ${unit} best, ${text(median)} ${unit} median of ${count}`);
}

/** Whether a target is met. It is said, not enforced: a bench on a busy machine proves nothing. */
export function showTarget(wanted: string, found: string, isMet: boolean): void {
  line(`${isMet ? 'met   ' : 'MISSED'} ${wanted}: ${found}`);
}

/** How many times as fast, by best and by median times; `times` of the slower over `times` of the faster. */
export function showRatio(wanted: string, { slow, fast, least }: Ratio): void {
  const [best, median] = [slow.best / fast.best, slow.median / fast.median];
  showTarget(wanted, `${best.toFixed(2)} × by best times, ${median.toFixed(2)} × by medians`, best >= least);
}

export interface Ratio {
  slow: Times;
  fast: Times;
  least: number;
}

/** Three digits that mean something. */
export const number = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
