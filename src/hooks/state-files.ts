/**
 * The names of our files in <common git dir>/code2lora, and how small JSON files are read and replaced.
 *
 * Snapshots, embeddings and check results lie in the same folder and belong to others. Imports nothing but
 * Node, like all that the git hook starts.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const STATE_FILE = {
  /** What init did; no file, no work. */
  install: 'install.json',
  /** Shell script with the paths of this machine; started by the hooks. */
  launcher: 'launch.sh',
  /** Held by whoever changes the stored state. */
  lock: 'lock',
  /** Held by the one worker as long as it lives. */
  workerLock: 'worker.lock',
  worker: 'worker.json',
  lastError: 'last-error.json',
  log: 'log',
  oldLog: 'log.1',
  /** Folder: one file for each work tree that has something to do. */
  dirty: 'dirty',
  /** Folder: the same files while the worker is at them. */
  taken: 'taken',
} as const;

export const stateFile = (stateFolder: string, name: keyof typeof STATE_FILE): string =>
  join(stateFolder, STATE_FILE[name]);

export const isInstalled = (stateFolder: string): boolean => existsSync(stateFile(stateFolder, 'install'));

/** Replaces a file in one step; makes its folder. */
export function writeState(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(temporary, path);
}

/** The object in a JSON file; `undefined` when there is no such file or it holds anything else. */
export function readState(path: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Missing, being written or damaged: none of our files is worth more than the next one of its kind.
    return undefined;
  }
}
