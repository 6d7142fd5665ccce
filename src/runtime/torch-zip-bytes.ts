/**
 * What both halves of the zip reader use: bytes at an offset, 64-bit numbers, names, one kind of error.
 *
 * In: an open file. Out: checked values, or a ModelError that says what was found. Knows nothing about records.
 */
import { ModelError } from '../errors.ts';
import { readBytes } from './file-bytes.ts';

export interface Archive {
  path: string;
  file: number;
  bytes: number;
}

const FLAG_ENCRYPTED = 1;

/** Throws unless the content lies in the file as it is. */
export function checkStored(
  archive: Archive,
  name: string,
  { flags, method }: { flags: number; method: number },
): void {
  if (flags & FLAG_ENCRYPTED) fail(archive, `entry ${name} is encrypted`);
  if (method !== 0)
    fail(
      archive,
      `entry ${name} is compressed (method ${method}), expected stored: weights are mapped as they lie`,
    );
}

/** Exactly `length` bytes. */
export function readView(archive: Archive, offset: number, length: number): DataView {
  const view = offset + length <= archive.bytes ? readBytes(archive.file, offset, length) : undefined;
  if (view?.length === length) return new DataView(view.buffer, view.byteOffset, length);
  return fail(archive, `it ends at byte ${archive.bytes}, expected ${offset + length} bytes at least`);
}

/** A number of 64 bits that JavaScript can count to. */
export function readWide(archive: Archive, view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > Number.MAX_SAFE_INTEGER) fail(archive, `it has the offset or size ${value}`);
  return Number(value);
}

export function decodeName(archive: Archive, view: DataView, at: number, bytes: number): string {
  try {
    const name = new Uint8Array(view.buffer, view.byteOffset + at, bytes);
    return new TextDecoder('utf-8', { fatal: true }).decode(name);
  } catch (cause) {
    return fail(archive, 'the name of an entry is not UTF-8', cause);
  }
}

export function fail({ path }: Archive, found: string, cause?: unknown): never {
  throw new ModelError(
    `Cannot read ${path} as a torch file: ${found}.\nRestore or download the file again.`,
    { cause },
  );
}
