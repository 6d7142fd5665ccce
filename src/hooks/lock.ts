/**
 * Lock files: who holds them, taking them, and taking over those of the dead.
 *
 * Node has no flock, so a lock is a file made with O_EXCL that names its owner. It lies in the common git
 * folder: one lock for all linked worktrees. Knows nothing about what it protects.
 */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { stateFile } from './state-files.ts';

export interface LockOwner extends ProcessIdentity {
  /** Tells two holders in one process apart. */
  token: string;
  /** ISO time at which the lock was taken. */
  since: string;
}

export interface Lock extends AsyncDisposable {
  owner: LockOwner;
  /** False when someone took the lock for abandoned and removed it. */
  isHeld(): boolean;
  release(): Promise<void>;
}

export interface LockState {
  /** `null` when the file is damaged, as after a power cut. */
  owner: LockOwner | null;
  isLive: boolean;
  /** Unix milliseconds of the last sign of life. */
  heartbeatAt: number;
}

const HEARTBEAT_MS = 15_000;
/** An owner on another machine or in another container cannot be asked, only be missed. */
const FOREIGN_SILENCE_MS = 8 * HEARTBEAT_MS;
/** A lock without a readable owner may be one that is being written. */
const UNREADABLE_MS = 2_000;

/** The lock on the stored state of a repository; `null` while another process holds it. */
export async function acquireLock(stateFolder: string): Promise<Lock | null> {
  return acquireLockFile(stateFile(stateFolder, 'lock'));
}

export function acquireLockFile(path: string): Lock | null {
  mkdirSync(dirname(path), { recursive: true });
  const owner = newOwner();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (createLockFile(path, owner)) return openLock(path, owner);
    const found = readLock(path);
    if (found?.isLive) return null;
    if (found) removeAbandoned(path, found);
  }
  return null;
}

/** `null` when nobody holds it. */
export function readLock(path: string): LockState | null {
  try {
    const heartbeatAt = statSync(path).mtimeMs;
    const owner = parseOwner(readFileSync(path, 'utf8'));
    return { owner, heartbeatAt, isLive: isLive(owner, Date.now() - heartbeatAt) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isLive(owner: LockOwner | null, silenceMs: number): boolean {
  if (owner === null) return silenceMs < UNREADABLE_MS;
  return isAlive(owner) ?? silenceMs < FOREIGN_SILENCE_MS;
}

function newOwner(): LockOwner {
  const token = `${process.pid}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  return { ...ownIdentity(), token, since: new Date().toISOString() };
}

function parseOwner(text: string): LockOwner | null {
  try {
    const { pid, startTime = null, host, token, since } = JSON.parse(text) as Partial<LockOwner>;
    const isWhole =
      Number.isInteger(pid) && Number(pid) > 0 && [host, token, since].every((x) => typeof x === 'string');
    return isWhole ? ({ pid, startTime, host, token, since } as LockOwner) : null;
  } catch {
    return null;
  }
}

function createLockFile(path: string, owner: LockOwner): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, JSON.stringify(owner));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes a lock that we have just seen to be abandoned, unless it is another one by now. Only one process
 * at a time may do so: a second one would remove the lock that the first one takes next.
 */
function removeAbandoned(path: string, seen: LockState): void {
  const guard = `${path}.recovery`;
  if (!createLockFile(guard, newOwner())) {
    if (Date.now() - modifiedAt(guard) > UNREADABLE_MS) rmSync(guard, { force: true });
    return;
  }
  const found = readLock(path);
  if (found && !found.isLive && found.owner?.token === seen.owner?.token) rmSync(path, { force: true });
  rmSync(guard, { force: true });
}

function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
}

/** Of this process: a lock must not stay behind when it exits in the middle. */
const held = new Set<() => void>();
const releaseAll = () => {
  for (const remove of held) remove();
};

function openLock(path: string, owner: LockOwner): Lock {
  const isHeld = () => readLock(path)?.owner?.token === owner.token;
  const beat = () => {
    const now = new Date();
    if (isHeld()) utimesSync(path, now, now);
  };
  const timer = setInterval(beat, HEARTBEAT_MS).unref();
  const remove = () => {
    clearInterval(timer);
    held.delete(remove);
    if (held.size === 0) process.removeListener('exit', releaseAll);
    if (isHeld()) rmSync(path, { force: true });
  };
  if (held.size === 0) process.once('exit', releaseAll);
  held.add(remove);
  const release = async () => remove();
  return { owner, isHeld, release, [Symbol.asyncDispose]: release };
}
