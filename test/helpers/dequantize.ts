/** Quantised weights back to numbers, written from the description of the format alone. */
import type { QuantizedMatrix } from '../../src/runtime/quantized-weights.ts';
import { readTensor } from '../../src/runtime/safetensors.ts';

/** (rows, columns) */
export function dequantize({ codes, scales, format, rows, columns }: QuantizedMatrix): Float32Array {
  const { bits, blockSize } = format;
  const [packed, steps] = [readTensor(codes).data as Uint8Array, readTensor(scales).data as Float32Array];
  const blocks = Math.ceil(columns / blockSize);
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const block = row * blocks + Math.floor(column / blockSize);
    const place = column % blockSize;
    const byte = packed[(block * blockSize * bits) / 8 + Math.floor((place * bits) / 8)] as number;
    const code = bits === 8 ? byte : place % 2 === 0 ? byte % 16 : Math.floor(byte / 16);
    return (code - 2 ** (bits - 1)) * (steps[block] as number);
  });
}
