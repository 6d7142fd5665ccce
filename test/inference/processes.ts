/** What tests want to know about processes. */
import { readFileSync } from 'node:fs';

/** A process that has ended and was not yet asked about is gone too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux';
  }
}

/** Milliseconds until it is true. Throws after `limitMs`. */
export async function until(condition: () => boolean, limitMs: number): Promise<number> {
  const begun = performance.now();
  while (!condition()) {
    if (performance.now() - begun > limitMs) throw new Error(`not true after ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - begun;
}
