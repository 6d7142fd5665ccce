/** Reads a GGUF file as llama.cpp's gguf.cpp does, as far as adapters need it: an independent second opinion. */
import { readFileSync } from 'node:fs';

export interface GgufFile {
  version: number;
  notes: Record<string, string | number>;
  /** Types of the notes, by the numbers of the format: 4 uint32, 6 float32, 8 string. */
  types: Record<string, number>;
  tensors: Map<string, GgufTensor>;
}
export interface GgufTensor {
  /** First the dimension whose numbers lie side by side. */
  dimensions: number[];
  type: 'F32' | 'F16';
  /** From the start of the file. */
  offset: number;
  /** As float32 numbers or float16 patterns. */
  data: Float32Array | Uint16Array;
}

export function readGguf(path: string): GgufFile {
  const bytes = readFileSync(path);
  let position = 0;
  const uint32 = () => {
    position += 4;
    return bytes.readUInt32LE(position - 4);
  };
  const uint64 = () => {
    position += 8;
    return Number(bytes.readBigUInt64LE(position - 8));
  };
  const text = () => {
    const length = uint64();
    position += length;
    return bytes.toString('utf8', position - length, position);
  };
  const value = (type: number): string | number => {
    if (type === 8) return text();
    if (type === 4) return uint32();
    if (type !== 6) throw new Error(`a note of type ${type}`);
    position += 4;
    return bytes.readFloatLE(position - 4);
  };
  if (bytes.toString('latin1', 0, 4) !== 'GGUF') throw new Error('no magic');
  position = 4;
  const version = uint32();
  const [tensorCount, noteCount] = [uint64(), uint64()];
  const notes: GgufFile['notes'] = {};
  const types: GgufFile['types'] = {};
  for (let i = 0; i < noteCount; i += 1) {
    const key = text();
    const type = uint32();
    types[key] = type;
    notes[key] = value(type);
  }
  const infos = Array.from({ length: tensorCount }, () => {
    const name = text();
    const dimensions = Array.from({ length: uint32() }, uint64);
    return { name, dimensions, type: uint32(), offset: uint64() };
  });
  const start = Math.ceil(position / 32) * 32;
  const tensors = new Map<string, GgufTensor>();
  for (const { name, dimensions, type, offset } of infos) {
    const count = dimensions.reduce((product, size) => product * size, 1);
    const place = start + offset;
    const copy = bytes.buffer.slice(
      bytes.byteOffset + place,
      bytes.byteOffset + place + count * (type === 0 ? 4 : 2),
    );
    const data = type === 0 ? new Float32Array(copy) : new Uint16Array(copy);
    tensors.set(name, { dimensions, type: type === 0 ? 'F32' : 'F16', offset: place, data });
  }
  return { version, notes, types, tensors };
}
