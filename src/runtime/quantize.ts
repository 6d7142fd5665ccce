/**
 * Block quantisation of a matrix: numbers → codes and scales, as the operator MatMulNBits of ONNX Runtime reads
 * them.
 *
 * In: rows of float32. Out: value ≈ scale · (code − 2^(bits − 1)), one scale for each block of a row. Pure; knows
 * nothing about files or models. The value of a block that is farthest from zero gets the lowest code, so its
 * error is zero and the step is as fine as it can be; a value as far on the other side is cut by one step
 * (`MlasQuantizeBlockwise` of ONNX Runtime does the same).
 */
import type { Precision } from './manifest-models.ts';

export interface BlockFormat {
  bits: 4 | 8;
  /** Weights of a row that share a scale; the last block of a row is filled up with zeros. */
  blockSize: number;
}

/** 8 bits in blocks of 32 give the same bits whatever the number of rows; 4 bits are for speed. */
export const BLOCK_FORMATS: Readonly<Record<Exclude<Precision, 'fp32'>, BlockFormat>> = {
  int8: { bits: 8, blockSize: 32 },
  int4: { bits: 4, blockSize: 128 },
};

export interface QuantizedRows {
  /** (rows, blocks, blockSize · bits / 8); of two 4-bit codes in a byte, the first is the lower half. */
  codes: Uint8Array;
  /** (rows, blocks) */
  scales: Float32Array;
  /** True when a value is NaN or infinite: the codes mean nothing then. */
  isDamaged: boolean;
}

export const blockCount = (columns: number, { blockSize }: BlockFormat): number =>
  Math.ceil(columns / blockSize);

/** Shapes of the two tensors that a (rows, columns) matrix becomes. */
export function quantizedShapes([rows, columns]: readonly [number, number], format: BlockFormat) {
  const blocks = blockCount(columns, format);
  return {
    codes: [rows, blocks, (format.blockSize * format.bits) / 8],
    scales: [rows, blocks],
  };
}

/** Quantises whole rows of `columns` values. */
export function quantizeRows(values: Float32Array, columns: number, format: BlockFormat): QuantizedRows {
  const blocks = (values.length / columns) * blockCount(columns, format);
  const codeBytes = (format.blockSize * format.bits) / 8;
  const codes = new Uint8Array(blocks * codeBytes).fill(format.bits === 8 ? 0x80 : 0x88);
  const scales = new Float32Array(blocks);
  const write = format.bits === 8 ? writeBytes : writeHalfBytes;
  let total = 0;
  let block = 0;
  for (let row = 0; row < values.length; row += columns) {
    for (let start = row; start < row + columns; start += format.blockSize) {
      const end = Math.min(start + format.blockSize, row + columns);
      let extreme = 0;
      for (let i = start; i < end; i += 1) {
        const value = values[i] as number;
        total += value;
        if (Math.abs(value) > Math.abs(extreme)) extreme = value;
      }
      scales[block] = -extreme / 2 ** (format.bits - 1);
      write(codes, block * codeBytes, { values, start, end, scale: scales[block] as number });
      block += 1;
    }
  }
  return { codes, scales, isDamaged: !Number.isFinite(total) };
}

interface Block {
  values: Float32Array;
  start: number;
  end: number;
  /** As it is stored, rounded to float32. */
  scale: number;
}

/** Adding a half and cutting rounds, because the sum is never negative. */
function writeBytes(codes: Uint8Array, position: number, { values, start, end, scale }: Block): void {
  const inverse = scale === 0 ? 0 : 1 / scale;
  for (let i = start; i < end; i += 1) {
    codes[position + i - start] = Math.min(((values[i] as number) * inverse + 128.5) | 0, 255);
  }
}

function writeHalfBytes(codes: Uint8Array, position: number, { values, start, end, scale }: Block): void {
  const inverse = scale === 0 ? 0 : 1 / scale;
  for (let i = start; i < end; i += 1) {
    const code = Math.min(((values[i] as number) * inverse + 8.5) | 0, 15);
    const at = position + ((i - start) >> 1);
    const kept = codes[at] as number;
    codes[at] = (i - start) % 2 === 0 ? (kept & 0xf0) | code : (kept & 0x0f) | (code << 4);
  }
}
