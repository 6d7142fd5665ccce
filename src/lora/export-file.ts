/**
 * One exported file, written whole or not at all, and only over an earlier export.
 *
 * In: a path, bytes and the marker that is in them. Out: a file. Knows nothing about formats.
 */
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';
import { readBytes, withFile } from '../runtime/file-bytes.ts';
import { narrowToFloat16 } from '../runtime/half-precision.ts';
import type { EncodableTensor, Tensor } from '../runtime/safetensors.ts';

/** How the numbers of an export are stored; fp16 rounds them to 11 bits. */
export const EXPORT_PRECISIONS = ['fp32', 'fp16'] as const;
export type ExportPrecision = (typeof EXPORT_PRECISIONS)[number];

/** Both formats begin with their notes, where the marker stands. */
const MARKER_BYTES = 65_536;

/** Throws UsageError when the path is taken by anything but an export with the same marker, or cannot be written. */
export function writeExportFile(path: string, bytes: Uint8Array, marker: string): void {
  checkReplaceable(path, marker);
  const temporary = join(dirname(path), `.${basename(path)}.tmp-${process.pid}`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, bytes, { flush: true });
    renameSync(temporary, path);
  } catch (cause) {
    if (existsSync(temporary)) rmSync(temporary);
    throw notWritten(path, cause);
  }
}

/** A failed write, with what to do about it. */
export function notWritten(path: string, cause: unknown): UsageError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const advice = isFull ? 'The disk is full: free some space, or name' : 'Name';
  return new UsageError(`Cannot export to ${path}: ${message}.\n${advice} another place.`, { cause });
}

/** The tensors as they are, or as float16. */
export function inPrecision(
  tensors: ReadonlyMap<string, Tensor>,
  precision: ExportPrecision,
): Map<string, EncodableTensor> {
  const convert = (tensor: Tensor): EncodableTensor =>
    precision === 'fp16' && tensor.data instanceof Float32Array
      ? { dtype: 'F16', shape: tensor.shape, data: narrowToFloat16(tensor.data) }
      : tensor;
  return new Map([...tensors].map(([name, tensor]) => [name, convert(tensor)]));
}

function checkReplaceable(path: string, marker: string): void {
  if (!existsSync(path)) return;
  const isFile = statSync(path).isFile();
  const start = isFile ? withFile(path, (file) => readBytes(file, 0, MARKER_BYTES)) : new Uint8Array();
  if (Buffer.from(start).includes(marker)) return;
  throw new UsageError(
    `Cannot export to ${path}: there is a ${isFile ? 'file that is no earlier export' : 'folder'}.\n` +
      'Name another file, or remove this one first.',
  );
}
