/** One process at a time changes the cache of model packs: the second one waits, and says so. */
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { acquireLockFile, readLock } from '../hooks/lock.ts';
import { explainWrite } from '../packs/disk-space.ts';
import type { PackHome } from '../packs/folder.ts';
import type { OnPackProgress } from '../packs/progress.ts';

const POLL_MS = 200;
/** A pull of some gigabytes over a slow line takes hours. */
const MAX_WAIT_MS = 12 * 3600_000;

/** Runs `work` while holding the lock of the cache. Throws UsageError when it cannot be written. */
export async function withPackLock<T>(
  home: PackHome,
  { onProgress, maxWaitMs = MAX_WAIT_MS }: { onProgress?: OnPackProgress; maxWaitMs?: number },
  work: () => Promise<T>,
): Promise<T> {
  const path = join(home.root, 'lock');
  const begun = Date.now();
  for (;;) {
    await using lock = acquire(path);
    if (lock !== null) return await work();
    const waited = Date.now() - begun;
    const owner = readLock(path)?.owner;
    const who = owner ? `process ${owner.pid}` : 'another process';
    if (waited > maxWaitMs)
      throw new UsageError(
        `Cannot change the model packs in ${home.root}: ${who} has been doing so for ${Math.round(waited / 1000)} seconds.\n` +
          'Wait until it is done, or end it; what it has downloaded is kept.',
      );
    onProgress?.({ stage: 'wait', what: who, done: waited, total: maxWaitMs });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function acquire(path: string) {
  try {
    return acquireLockFile(path);
  } catch (error) {
    throw explainWrite(error, path);
  }
}
