/**
 * Weights → weights in another precision, in a file of their own; made once, when a model pack is built.
 *
 * In: the places of tensors, in files of any float type. Out: a file. Reads and writes a piece at a time, so the
 * memory it takes does not depend on the model. The same input gives the same bytes. Knows nothing about models.
 */
import { setImmediate } from 'node:timers/promises';
import { ModelError } from '../errors.ts';
import type { Precision } from './manifest-models.ts';
import { BLOCK_FORMATS, quantizedShapes, quantizeRows } from './quantize.ts';
import { QUANTIZED_SCHEMA } from './quantized-weights.ts';
import { readTensor, type TensorEntry } from './safetensors.ts';
import { writeTensorFile } from './tensor-writer.ts';

export interface ConvertOptions {
  /** Of the file to write; it is replaced. */
  path: string;
  /** Called after each piece with the number of weights that are done, and of all. */
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  /** Stops between two pieces; nothing is left behind. */
  signal?: AbortSignal | undefined;
}

/** Weights read at a time, at most one row more. */
const PIECE_WEIGHTS = 4_000_000;

/**
 * Quantises matrices into `<name>.codes` and `<name>.scales` (see quantized-weights.ts). Throws ModelError when
 * one is no matrix or holds NaN or infinity, UsageError when the file cannot be written.
 */
export async function quantizeTensors(
  matrices: readonly TensorEntry[],
  { precision, ...options }: ConvertOptions & { precision: Exclude<Precision, 'fp32'> },
): Promise<void> {
  const format = BLOCK_FORMATS[precision];
  const shapes = matrices.map((entry) => ({
    name: entry.name,
    ...quantizedShapes(matrixShape(entry), format),
  }));
  // Wide types first, so that every tensor is aligned to its own size.
  const tensors = [
    ...shapes.map(({ name, scales }) => ({ name: `${name}.scales`, dtype: 'F32' as const, shape: scales })),
    ...shapes.map(({ name, codes }) => ({ name: `${name}.codes`, dtype: 'U8' as const, shape: codes })),
  ];
  await writeTensorFile(
    options.path,
    { tensors, metadata: { schema: QUANTIZED_SCHEMA, precision } },
    async (write) => {
      for await (const { entry, firstRow, values } of pieces(matrices, options)) {
        const [, columns] = matrixShape(entry);
        const { codes, scales, isDamaged } = quantizeRows(values, columns, format);
        if (isDamaged) throw notFinite(entry);
        const rows = values.length / columns;
        write(`${entry.name}.codes`, (firstRow * codes.length) / rows, codes);
        write(`${entry.name}.scales`, (firstRow * scales.byteLength) / rows, bytesOf(scales));
      }
    },
  );
}

/** Widens tensors of any float type to float32, under their names: processors have no fast 16-bit product. */
export async function widenTensors(entries: readonly TensorEntry[], options: ConvertOptions): Promise<void> {
  const tensors = entries.map(({ name, shape }) => ({ name, dtype: 'F32' as const, shape }));
  await writeTensorFile(options.path, { tensors, metadata: { format: 'pt' } }, async (write) => {
    for await (const { entry, firstRow, values } of pieces(entries, options)) {
      write(entry.name, firstRow * rowSize(entry) * 4, bytesOf(values));
    }
  });
}

interface Piece {
  entry: TensorEntry;
  firstRow: number;
  values: Float32Array;
}

/** Whole rows of each tensor in turn; lets the event loop go on between two pieces. */
async function* pieces(
  entries: readonly TensorEntry[],
  { onProgress, signal }: ConvertOptions,
): AsyncGenerator<Piece> {
  const total = entries.reduce((sum, entry) => sum + rowCount(entry) * rowSize(entry), 0);
  let done = 0;
  for (const entry of entries) {
    const step = Math.max(1, Math.floor(PIECE_WEIGHTS / rowSize(entry)));
    for (let firstRow = 0; firstRow < rowCount(entry); firstRow += step) {
      await setImmediate();
      signal?.throwIfAborted();
      const rows = Math.min(step, rowCount(entry) - firstRow);
      const values = readRows(entry, firstRow, rows);
      yield { entry, firstRow, values };
      done += values.length;
      onProgress?.({ done, total });
    }
  }
}

const rowCount = ({ shape }: TensorEntry): number => shape[0] ?? 1;
const rowSize = ({ shape }: TensorEntry): number =>
  shape.slice(1).reduce((product, size) => product * size, 1);

function readRows(entry: TensorEntry, firstRow: number, rows: number): Float32Array {
  const rowBytes = entry.length / rowCount(entry);
  const { data } = readTensor({
    ...entry,
    shape: [rows, rowSize(entry)],
    offset: entry.offset + firstRow * rowBytes,
    length: rows * rowBytes,
  });
  if (data instanceof Float32Array) return data;
  throw new ModelError(
    `Cannot convert tensor ${entry.name} of ${entry.file}: it is ${entry.dtype}, expected floats.`,
  );
}

function matrixShape({ name, shape, file }: TensorEntry): [number, number] {
  const [rows, columns] = shape;
  if (shape.length === 2 && rows && columns) return [rows, columns];
  throw new ModelError(
    `Cannot quantise tensor ${name} of ${file}: its shape is (${shape.join(', ')}), expected a matrix.`,
  );
}

function notFinite({ name, file }: TensorEntry): ModelError {
  return new ModelError(
    `Cannot quantise tensor ${name} of ${file}: it holds NaN or infinity.\nThe file is damaged: download it again.`,
  );
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
