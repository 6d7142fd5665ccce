/**
 * Notes and tensors → the bytes of a GGUF file, version 3.
 *
 * In: plain data. Out: bytes. Knows nothing about models. Little endian; every tensor starts at a multiple of 32
 * bytes. GGUF counts the dimensions of a tensor from the last: a matrix of (rows, columns) is [columns, rows].
 * Format: docs/gguf.md of ggml-org/ggml.
 */
import type { EncodableTensor } from '../runtime/safetensors.ts';

/** A text, or a number with the type that readers look for. */
export type GgufValue = string | { uint32: number } | { float32: number };

const VERSION = 3;
const ALIGNMENT = 32;
const VALUE_TYPES = { uint32: 4, float32: 6, string: 8 } as const;
const TENSOR_TYPES = { F32: 0, F16: 1 } as const;

/** `notes` and `tensors` are written in their order. Tensors are F32 or F16. */
export function encodeGguf(
  notes: Readonly<Record<string, GgufValue>>,
  tensors: ReadonlyMap<string, EncodableTensor>,
): Uint8Array {
  const header = [
    Buffer.from('GGUF'),
    uint32(VERSION),
    uint64(tensors.size),
    uint64(Object.keys(notes).length),
    ...Object.entries(notes).flatMap(([key, value]) => [text(key), encodeValue(value)]),
    ...tensorInfos(tensors),
  ];
  const start = Buffer.concat(header);
  const data = [...tensors.values()].flatMap(({ data }) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return [bytes, padding(bytes.length)];
  });
  return Buffer.concat([start, padding(start.length), ...data]);
}

/** Offsets count from the first byte of the data. */
function tensorInfos(tensors: ReadonlyMap<string, EncodableTensor>): Uint8Array[] {
  let offset = 0;
  return [...tensors].flatMap(([name, { dtype, shape, data }]) => {
    const place = offset;
    offset += data.byteLength + padding(data.byteLength).length;
    const type = TENSOR_TYPES[dtype as keyof typeof TENSOR_TYPES];
    return [text(name), uint32(shape.length), ...shape.toReversed().map(uint64), uint32(type), uint64(place)];
  });
}

function encodeValue(value: GgufValue): Uint8Array {
  if (typeof value === 'string') return Buffer.concat([uint32(VALUE_TYPES.string), text(value)]);
  if ('uint32' in value) return Buffer.concat([uint32(VALUE_TYPES.uint32), uint32(value.uint32)]);
  const number = Buffer.alloc(4);
  number.writeFloatLE(value.float32);
  return Buffer.concat([uint32(VALUE_TYPES.float32), number]);
}

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

const padding = (length: number): Uint8Array =>
  new Uint8Array((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);
