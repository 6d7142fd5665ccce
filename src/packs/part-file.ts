/**
 * What a download has of a file so far: `<key>.part`, and the server's tag of it in `<key>.etag`.
 *
 * In: where it lies and how long the file is to be. Out: bytes appended, digests kept up. A killed process leaves it
 * as it is, and the next one goes on from its length. Knows nothing about servers.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { explainWrite } from './disk-space.ts';
import { createDigester, digestInto, type FileDigest } from './file-digest.ts';

export interface PartFile {
  /** Bytes that are there. */
  size(): number;
  /** The server's tag of the bytes; null when it gave none that can be trusted. */
  etag(): string | null;
  /** Throws UsageError when the disk is full. */
  append(bytes: Uint8Array): void;
  /** Begins anew. */
  clear(etag: string | null): void;
  finish(): FileDigest;
  close(): void;
}

/** Opens it and reads what is there. Throws UsageError when the folder cannot be written. */
export async function openPartFile(
  path: string,
  bytes: number,
  onRead?: (count: number) => void,
): Promise<PartFile> {
  const file = openForAppend(path);
  let size = Math.min(statSync(path).size, bytes);
  let digester = createDigester(bytes);
  await digestInto(path, { digester, length: size, onBytes: onRead });
  return {
    size: () => size,
    etag: () => (size > 0 ? readTag(path) : null),
    append(piece) {
      writeAll(file, piece, { position: size, path });
      digester.update(piece);
      size += piece.length;
    },
    clear(etag) {
      size = 0;
      digester = createDigester(bytes);
      begin(file, { path, etag });
    },
    finish() {
      fsyncSync(file);
      return digester.finish();
    },
    close: () => closeSync(file),
  };
}

/** Removes it: its bytes are wrong, or they have found their place. */
export function removePart(path: string): void {
  rmSync(path, { force: true });
  rmSync(tagPath(path), { force: true });
}

function begin(file: number, { path, etag }: { path: string; etag: string | null }): void {
  try {
    if (fstatSync(file).size > 0) ftruncateSync(file);
    rmSync(tagPath(path), { force: true });
    if (etag !== null) writeFileSync(tagPath(path), etag);
  } catch (error) {
    throw explainWrite(error, path);
  }
}

const tagPath = (path: string): string => path.replace(/\.part$/, '.etag');

function readTag(path: string): string | null {
  try {
    return readFileSync(tagPath(path), 'utf8') || null;
  } catch {
    return null; // the bytes are checked by their digest in any case
  }
}

function openForAppend(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    try {
      return openSync(path, 'r+');
    } catch {
      return openSync(path, 'w+');
    }
  } catch (error) {
    throw explainWrite(error, path);
  }
}

/** One call may write less than it was given. */
function writeAll(
  file: number,
  bytes: Uint8Array,
  { position, path }: { position: number; path: string },
): void {
  try {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(file, bytes, done, bytes.length - done, position + done);
    }
  } catch (error) {
    throw explainWrite(error, path);
  }
}
