/**
 * Tensor file ⇄ named tensors.
 *
 * In: a path or bytes. Out: the places of the tensors (for ONNX Runtime, which maps them from the file) or the
 * tensors themselves. Knows nothing about models. The header is checked first, whole (safetensors-header.ts):
 * after that an entry can be trusted to lie inside of its file.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InternalError, ModelError } from '../errors.ts';
import { widenBfloat16, widenFloat16 } from './half-precision.ts';
import {
  DTYPE_BYTES,
  type Dtype,
  type Header,
  headerLength,
  parseHeader,
  type TensorEntry,
} from './safetensors-header.ts';

export type { Dtype, Header, TensorEntry } from './safetensors-header.ts';

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array;

/** A tensor in memory; 16-bit floats are widened when they are read, so they do not occur here. */
export interface Tensor {
  dtype: 'F32' | 'I64' | 'I32' | 'U8';
  shape: number[];
  data: TensorData;
}

export interface TensorFile {
  tensors: Map<string, Tensor>;
  metadata: Record<string, string>;
}

/** Reads where each tensor of a file lies. Throws ModelError when the file is damaged or not safetensors. */
export function readHeader(path: string): Header {
  return withFile(path, (file) => {
    const fileBytes = fstatSync(file).size;
    const length = headerLength(readBytes(file, 0, Math.min(8, fileBytes)), fileBytes, path);
    return parseHeader(readBytes(file, 8, length), fileBytes, path);
  });
}

/** Reads one tensor. Throws ModelError when the file has become shorter than its header says. */
export function readTensor(entry: TensorEntry): Tensor {
  return withFile(entry.file, (file) => {
    const bytes = readBytes(file, entry.offset, entry.length);
    if (bytes.length === entry.length) return decodeTensor(entry, bytes);
    throw new ModelError(
      `Cannot read tensor ${entry.name} of ${entry.file}: ${bytes.length} of ${entry.length} bytes are there.`,
    );
  });
}

export function readSafetensors(path: string): TensorFile {
  const { entries, metadata } = readHeader(path);
  return { tensors: mapValues(entries, readTensor), metadata };
}

/** Reads tensors from bytes; `place` names them in error messages. */
export function decodeSafetensors(bytes: Uint8Array, place: string): TensorFile {
  const length = headerLength(bytes.subarray(0, 8), bytes.length, place);
  const { entries, metadata } = parseHeader(bytes.subarray(8, 8 + length), bytes.length, place);
  // A copy: a view would keep the whole file alive and might not be aligned. (Buffer.slice is a view.)
  const decode = (entry: TensorEntry) =>
    decodeTensor(entry, new Uint8Array(bytes.subarray(entry.offset, entry.offset + entry.length)));
  return { tensors: mapValues(entries, decode), metadata };
}

/**
 * Encodes tensors: the same content gives the same bytes, whatever the order of the map. Wide types come
 * first, then names by code unit, so that every tensor is aligned to its own size.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const width = ({ dtype }: Tensor) => DTYPE_BYTES[dtype];
  const inOrder = [...tensors].sort(([a, x], [b, y]) => width(y) - width(x) || (a < b ? -1 : 1));
  const header = encodeHeader(inOrder, metadata);
  const dataBytes = inOrder.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
  const bytes = new Uint8Array(8 + header.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let position = 8 + header.length;
  for (const [, { data }] of inOrder) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
}

/** JSON, padded with spaces to a multiple of eight bytes. */
function encodeHeader(
  tensors: readonly (readonly [string, Tensor])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const fields: [string, unknown][] = [];
  const notes = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (notes.length > 0) fields.push(['__metadata__', Object.fromEntries(notes)]);
  let position = 0;
  for (const [name, { dtype, shape, data }] of tensors) {
    checkLength(name, { dtype, shape, data });
    fields.push([name, { dtype, shape, data_offsets: [position, position + data.byteLength] }]);
    position += data.byteLength;
  }
  // Not an object of all fields: that would put names such as "10" before the others.
  const json = `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  return Buffer.from(json.padEnd(json.length + ((8 - (Buffer.byteLength(json) % 8)) % 8)), 'utf8');
}

function checkLength(name: string, { dtype, shape, data }: Tensor): void {
  const expected = shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]);
  if (
    name !== '__metadata__' &&
    data.byteLength === expected &&
    data.BYTES_PER_ELEMENT === DTYPE_BYTES[dtype]
  )
    return;
  throw new InternalError(
    `Cannot encode tensor ${name}: it has ${data.byteLength} bytes, expected ${expected} for ${dtype} (${shape.join(', ')}).`,
  );
}

/** `bytes` owns its buffer from the first byte on, so every view of it is aligned. */
function decodeTensor({ dtype, shape }: TensorEntry, bytes: Uint8Array): Tensor {
  const { buffer } = bytes;
  if (dtype === 'F16') return { dtype: 'F32', shape, data: widenFloat16(new Uint16Array(buffer)) };
  if (dtype === 'BF16') return { dtype: 'F32', shape, data: widenBfloat16(new Uint16Array(buffer)) };
  return { dtype, shape, data: view(dtype, buffer) };
}

function view(dtype: Exclude<Dtype, 'F16' | 'BF16'>, buffer: ArrayBufferLike): TensorData {
  if (dtype === 'F32') return new Float32Array(buffer);
  if (dtype === 'I64') return new BigInt64Array(buffer);
  return dtype === 'I32' ? new Int32Array(buffer) : new Uint8Array(buffer);
}

/** One read call must stay below 2 GiB. */
const MAX_READ_BYTES = 1 << 30;

/** Reads up to `length` bytes; fewer come back when the file ends before. */
function readBytes(file: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let count = 0;
  while (count < length) {
    const read = readSync(file, bytes, count, Math.min(length - count, MAX_READ_BYTES), offset + count);
    if (read === 0) break;
    count += read;
  }
  return count === length ? bytes : bytes.slice(0, count);
}

function withFile<T>(path: string, use: (file: number) => T): T {
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

function mapValues<T, U>(map: ReadonlyMap<string, T>, change: (value: T) => U): Map<string, U> {
  return new Map([...map].map(([name, value]) => [name, change(value)]));
}
