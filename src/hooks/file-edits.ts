/**
 * Changes of files as plain data: planned first, shown if wanted, then done, later undone.
 *
 * Text is latin1, one character for each byte. A change is done only if the file still is what the plan saw.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../errors.ts';

export interface FileEdit {
  /** Absolute. */
  path: string;
  /** `null`: there is no such file. */
  before: string | null;
  /** `null`: remove the file. */
  after: string | null;
  /** Of a new file; an existing one keeps its own. */
  mode?: number;
}

/** `null` when there is no such file. */
export function readBytes(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Throws UsageError when a file has changed since the plan; then nothing at all was done. */
export function checkEdits(edits: readonly FileEdit[]): void {
  for (const { path, before, after } of edits) {
    const current = readBytes(path);
    if (current === before || current === after) continue;
    throw new UsageError(
      `Cannot edit ${path}: it has changed since the plan was made. Run the command again.`,
    );
  }
}

/** Replaces the file in one step. */
export function applyEdit({ path, after, mode = 0o644 }: FileEdit): void {
  if (after === null) rmSync(path, { force: true });
  else replaceFile(path, after, mode);
}

function replaceFile(path: string, after: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const permissions = statSync(path, { throwIfNoEntry: false })?.mode ?? mode;
  const temporary = `${path}.code2lora-${process.pid}`;
  const file = openSync(temporary, 'w', permissions & 0o777);
  writeSync(file, after, null, 'latin1');
  fsyncSync(file);
  closeSync(file);
  chmodSync(temporary, permissions & 0o777); // the umask took its part at open
  renameSync(temporary, path);
}

/**
 * The text with a former change undone, when other parts of it have changed since: the characters that were
 * put in are replaced by those that they replaced, if they are found exactly once. `undefined` if not.
 */
export function reverseChange(current: string, before: string, after: string): string | undefined {
  const [start, tail] = [commonStart(before, after), commonEnd(before, after)];
  const inserted = after.slice(start, after.length - tail);
  const place = current.indexOf(inserted);
  if (inserted === '' || place === -1 || current.indexOf(inserted, place + 1) !== -1) return undefined;
  const replaced = before.slice(start, before.length - tail);
  return current.slice(0, place) + replaced + current.slice(place + inserted.length);
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

/** Of what the common start leaves. */
function commonEnd(a: string, b: string): number {
  const limit = Math.min(a.length, b.length) - commonStart(a, b);
  let length = 0;
  while (length < limit && a[a.length - 1 - length] === b[b.length - 1 - length]) length += 1;
  return length;
}
