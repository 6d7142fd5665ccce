/**
 * One process at a time updates a repository's state: the foreground waits for the worker, and says so.
 */

import { UsageError } from '../errors.ts';
import { acquireLock } from '../hooks/lock.ts';
import type { CommandOptions } from './options.ts';
import type { Workspace } from './workspace.ts';

const POLL_MS = 200;
const MAX_WAIT_MS = 10 * 60_000;

/** Runs `work` while holding the lock of the state folder. Throws UsageError after ten minutes of waiting. */
export async function withStateLock<T>(
  { stateFolder }: Pick<Workspace, 'stateFolder'>,
  options: CommandOptions,
  work: () => Promise<T>,
): Promise<T> {
  const begun = Date.now();
  for (;;) {
    await using lock = await acquireLock(stateFolder);
    if (lock !== null) return await work();
    const waited = Date.now() - begun;
    if (waited > MAX_WAIT_MS) {
      throw new UsageError(
        `Another code2lora process has held ${stateFolder} for ${Math.round(waited / 60_000)} minutes.\n` +
          'Run "code2lora doctor" to see which one, end it, and try again.',
      );
    }
    options.onProgress?.({ stage: 'wait', done: waited, total: MAX_WAIT_MS });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
