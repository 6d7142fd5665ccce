/**
 * A file of quantised matrices: what it holds for each of them, and the check that it is whole.
 *
 *   <name>.codes     U8  (rows, blocks, bytes of a block)
 *   <name>.scales    F32 (rows, blocks)
 *
 * In: a path and the matrices that must be there. Out: their places. Knows nothing about how they were made.
 */
import { ModelError } from '../errors.ts';
import type { Precision } from './manifest-models.ts';
import { BLOCK_FORMATS, type BlockFormat, quantizedShapes } from './quantize.ts';
import { readHeader, type TensorEntry } from './safetensors.ts';
import { resolveLink } from './weight-files.ts';

export const QUANTIZED_SCHEMA = 'code2lora/quantized@1';

export interface QuantizedMatrix {
  codes: TensorEntry;
  scales: TensorEntry;
  format: BlockFormat;
  rows: number;
  columns: number;
}

export interface QuantizedWeights {
  /** Links resolved. */
  file: string;
  precision: Exclude<Precision, 'fp32'>;
  /** Undefined for a tensor that was not asked for. */
  matrix(name: string): QuantizedMatrix | undefined;
}

/** Reads the places of all matrices. Throws ModelError when one is missing or has another shape. */
export function readQuantized(
  path: string,
  shapes: ReadonlyMap<string, readonly [rows: number, columns: number]>,
): QuantizedWeights {
  const file = resolveLink(path);
  const { entries, metadata } = readHeader(file);
  const precision = checkMetadata(metadata, file);
  const format = BLOCK_FORMATS[precision];
  const matrixByName = new Map<string, QuantizedMatrix>();
  for (const [name, shape] of shapes) {
    const wanted = quantizedShapes(shape, format);
    const codes = expect(entries, { file, name: `${name}.codes`, dtype: 'U8', shape: wanted.codes });
    const scales = expect(entries, { file, name: `${name}.scales`, dtype: 'F32', shape: wanted.scales });
    matrixByName.set(name, { codes, scales, format, rows: shape[0], columns: shape[1] });
  }
  return { file, precision, matrix: (name) => matrixByName.get(name) };
}

function checkMetadata(metadata: Readonly<Record<string, string>>, file: string): Exclude<Precision, 'fp32'> {
  const { schema, precision = '' } = metadata;
  if (schema === QUANTIZED_SCHEMA && (precision === 'int8' || precision === 'int4')) return precision;
  throw new ModelError(
    `Cannot use ${file}: it is marked "${schema ?? ''}" with precision "${precision}", ` +
      `expected "${QUANTIZED_SCHEMA}" with int8 or int4.\nBuild the model pack again.`,
  );
}

function expect(
  entries: ReadonlyMap<string, TensorEntry>,
  { file, name, dtype, shape }: Pick<TensorEntry, 'file' | 'name' | 'dtype' | 'shape'>,
): TensorEntry {
  const entry = entries.get(name);
  if (entry?.dtype === dtype && entry.shape.join() === shape.join()) return entry;
  const found = entry ? `is ${entry.dtype} (${entry.shape.join(', ')})` : 'is missing';
  throw new ModelError(
    `Cannot use ${file}: tensor ${name} ${found}, expected ${dtype} (${shape.join(', ')}).\n` +
      'It was made from another model: build the model pack again.',
  );
}
