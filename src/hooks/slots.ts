/**
 * How many workers may run on this machine at a time, over all repositories of a user.
 *
 * In: a number. Out: a lock on one of that many slots. The folder is the user's own: in a shared temporary
 * folder anybody could otherwise stop our workers or make us write elsewhere.
 */
import { lstatSync, mkdirSync } from 'node:fs';
import { availableParallelism, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { acquireLockFile, type Lock } from './lock.ts';

export const DEFAULT_MAX_WORKERS = Math.max(1, Math.min(2, Math.floor(availableParallelism() / 4)));

/** `null` while all slots are taken. */
export function acquireSlot(folder: string, count: number): Lock | null {
  for (let slot = 0; slot < count; slot += 1) {
    const lock = acquireLockFile(join(folder, `slot-${slot}`));
    if (lock !== null) return lock;
  }
  return null;
}

/** The folder of the slots, made if needed; `null` when there is none that is safely ours. */
export function openSlotFolder(env: NodeJS.ProcessEnv = process.env): string | null {
  const { uid } = userInfo();
  const runtime = env.XDG_RUNTIME_DIR;
  const folder = runtime ? join(runtime, 'code2lora') : join(tmpdir(), `code2lora-${uid}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const found = lstatSync(folder);
    return found.isDirectory() && (uid === -1 || found.uid === uid) ? folder : null; // -1: Windows
  } catch {
    return null; // no such place here: better no limit than no worker
  }
}
