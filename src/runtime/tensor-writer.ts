/**
 * Writes a safetensors file that is larger than memory, piece by piece.
 *
 * In: what tensors there will be, and pieces of their bytes in any order. Out: a file, whole or not at all: the
 * bytes go to a temporary file beside it, which takes its name at the end. Knows nothing about what is written.
 */
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InternalError, UsageError } from '../errors.ts';
import { encodeHeader, type TensorPlan, tensorBytes } from './safetensors-header.ts';

/** Writes bytes of a tensor from byte `offset` of the tensor on. */
export type WritePiece = (name: string, offset: number, bytes: Uint8Array) => void;

export interface WritePlan {
  tensors: readonly TensorPlan[];
  metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes the file; `fill` must write every byte of every tensor once. What a killed writer left behind is removed
 * first. Throws UsageError when the disk is full or the folder cannot be written, and whatever `fill` throws.
 */
export async function writeTensorFile(
  path: string,
  { tensors, metadata = {} }: WritePlan,
  fill: (write: WritePiece) => Promise<void>,
): Promise<void> {
  removeLeftovers(path);
  const temporary = `${path}.tmp-${process.pid}`;
  const header = encodeHeader(tensors, metadata);
  const places = layOut(tensors, 8 + header.length);
  let file: number | undefined;
  try {
    file = openSync(temporary, 'wx');
    writeAll(file, prefixed(header), 0);
    await fill(pieceWriter(file, places));
    for (const [name, { missing }] of places) {
      if (missing !== 0) throw new InternalError(`Tensor ${name} of ${path} lacks ${missing} bytes.`);
    }
    fsyncSync(file);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw explain(cause, path, tensors);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

interface Place {
  start: number;
  length: number;
  missing: number;
}

function layOut(tensors: readonly TensorPlan[], start: number): Map<string, Place> {
  let position = start;
  return new Map(
    tensors.map((tensor) => {
      const length = tensorBytes(tensor);
      position += length;
      return [tensor.name, { start: position - length, length, missing: length }];
    }),
  );
}

function pieceWriter(file: number, places: ReadonlyMap<string, Place>): WritePiece {
  return (name, offset, bytes) => {
    const place = places.get(name);
    if (!place || offset + bytes.length > place.length) {
      throw new InternalError(
        `Bytes ${offset} to ${offset + bytes.length} of tensor ${name} were not planned.`,
      );
    }
    writeAll(file, bytes, place.start + offset);
    place.missing -= bytes.length;
  };
}

function prefixed(header: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + header.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  return bytes;
}

/** One call may write less than it was given. */
function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}

/** Temporary files of writers that no longer run. */
function removeLeftovers(path: string): void {
  const prefix = `${basename(path)}.tmp-`;
  for (const name of readFolder(dirname(path)).filter((entry) => entry.startsWith(prefix))) {
    const pid = Number(name.slice(prefix.length));
    if (pid === process.pid || !isRunning(pid)) rmSync(join(dirname(path), name), { force: true });
  }
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // opening the file will say what is wrong
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function explain(cause: unknown, path: string, tensors: readonly TensorPlan[]): unknown {
  const { code, syscall, message } = cause as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return cause;
  const megabytes = Math.ceil(tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0) / 1e6);
  return new UsageError(
    `Cannot write ${path}: ${message}.\nIt needs ${megabytes} MB: free disk space or make the folder writable, then try again.`,
    { cause },
  );
}
