/**
 * Tensor file ⇄ named tensors.
 *
 * In: a path or bytes. Out: the places of the tensors (for ONNX Runtime, which maps them from the file) or the
 * tensors themselves. Knows nothing about models. The header is checked first, whole (safetensors-header.ts):
 * after that an entry can be trusted to lie inside of its file.
 */
import { fstatSync } from 'node:fs';
import { InternalError, ModelError } from '../errors.ts';
import { readBytes, withFile } from './file-bytes.ts';
import { readContentKind, refuseStandIn } from './file-content.ts';
import { widenBfloat16, widenFloat16 } from './half-precision.ts';
import {
  DTYPE_BYTES,
  type Dtype,
  encodeHeader,
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

/** What can be written: 16-bit floats as their bit patterns too. */
export type EncodableTensor = Tensor | { dtype: 'F16'; shape: number[]; data: Uint16Array };

export interface TensorFile {
  tensors: Map<string, Tensor>;
  metadata: Record<string, string>;
}

/** Reads where each tensor of a file lies. Throws ModelError when the file is damaged or not safetensors. */
export function readHeader(path: string): Header {
  refuseStandIn(path);
  if (readContentKind(path) === 'zip')
    throw new ModelError(
      `Cannot read ${path} as safetensors: it is a zip archive, as torch.save writes it.\nSave the weights as safetensors.`,
    );
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
  tensors: ReadonlyMap<string, EncodableTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const width = ({ dtype }: EncodableTensor) => DTYPE_BYTES[dtype];
  const inOrder = [...tensors].sort(([a, x], [b, y]) => width(y) - width(x) || (a < b ? -1 : 1));
  for (const [name, tensor] of inOrder) checkLength(name, tensor);
  const header = encodeHeader(
    inOrder.map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    metadata,
  );
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

function checkLength(name: string, { dtype, shape, data }: EncodableTensor): void {
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

function mapValues<T, U>(map: ReadonlyMap<string, T>, change: (value: T) => U): Map<string, U> {
  return new Map([...map].map(([name, value]) => [name, change(value)]));
}
