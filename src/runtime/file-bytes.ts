/**
 * Reads pieces of files that may be larger than memory.
 *
 * In: a path, offsets, lengths. Out: bytes, or a ModelError that names the file. Knows nothing about formats.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { ModelError } from '../errors.ts';

/** One read call must stay below 2 GiB. */
const MAX_READ_BYTES = 1 << 30;

/** Opens a file, hands its descriptor to `use` and closes it. Throws ModelError when it cannot be opened or read. */
export function withFile<T>(path: string, use: (file: number) => T): T {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return use(file);
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError(`Cannot read ${path}: ${(cause as Error).message}.`, { cause });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Reads up to `length` bytes; fewer come back when the file ends before. */
export function readBytes(file: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let count = 0;
  while (count < length) {
    const read = readSync(file, bytes, count, Math.min(length - count, MAX_READ_BYTES), offset + count);
    if (read === 0) break;
    count += read;
  }
  return count === length ? bytes : bytes.slice(0, count);
}
