/**
 * A tensor as a row of smaller ones that follow each other in the file: large ones need not be in memory as a whole.
 *
 * In: the place of a tensor. Out: places. Knows nothing about what is read there.
 */
import type { TensorEntry } from '../runtime/safetensors.ts';

export interface TensorPiece {
  entry: TensorEntry;
  firstRow: number;
  rows: number;
}

const PIECE_BYTES = 16_000_000;

/** Whole rows of the first axis, one at least; a tensor without axes is one row. */
export function* rowPieces(entry: TensorEntry): Generator<TensorPiece> {
  const [count = 1, ...rest] = entry.shape;
  if (count === 0) return;
  const rowBytes = entry.length / count;
  const step = Math.max(1, Math.floor(PIECE_BYTES / Math.max(1, rowBytes)));
  for (let firstRow = 0; firstRow < count; firstRow += step) {
    const rows = Math.min(step, count - firstRow);
    const place = { offset: entry.offset + firstRow * rowBytes, length: rows * rowBytes };
    yield { entry: { ...entry, shape: [rows, ...rest], ...place }, firstRow, rows };
  }
}
