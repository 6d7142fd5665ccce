/**
 * Weights in a graph: vectors, tables and linear layers, in the precision they lie in.
 *
 * In: the places of weights. Out: operators. Knows nothing about architectures. The CPU has no fast product of
 * 16-bit floats, and a cast of a whole matrix would be carried out (and kept in memory) when the session opens:
 * such matrices must be quantised or widened into a file once, so they are refused here. A table is read row by
 * row: its rows are widened when they are read.
 */
import { ModelError } from '../errors.ts';
import type { Graph } from './onnx.ts';
import type { QuantizedMatrix } from './quantized-weights.ts';
import type { TensorEntry } from './safetensors.ts';

const FLOAT32 = 1;

export interface LinearLayer {
  /** (outFeatures, inFeatures), as it lies in the file. */
  weight: TensorEntry;
  bias?: TensorEntry | undefined;
  /** Takes the place of `weight`; the session must be opened with `prepack`. */
  quantized?: QuantizedMatrix | undefined;
}

/** y = x Wᵀ + b: (rows, inFeatures) → (rows, outFeatures). Throws ModelError for a matrix of 16-bit floats. */
export function linear(graph: Graph, x: string, { weight, bias, quantized }: LinearLayer): string {
  const added = bias === undefined ? [] : [vector(graph, bias)];
  if (quantized) return quantizedProduct(graph, x, quantized, added);
  if (weight.dtype !== 'F32') throw notFloat32(weight);
  return graph.op('Gemm', [x, graph.weight(weight), ...added], { transB: 1 });
}

/** A small weight in 32 bits: a norm, a bias. */
export function vector(graph: Graph, entry: TensorEntry): string {
  return widen(graph, graph.weight(entry), entry);
}

/** Rows of a table by their numbers, in 32 bits: (count) → (count, columns). */
export function tableRows(graph: Graph, entry: TensorEntry, rows: string): string {
  return widen(graph, graph.op('Gather', [graph.weight(entry), rows]), entry);
}

/** All of a table in 32 bits; one of 16-bit floats is widened when the session opens, and stays in memory so. */
export function wholeTable(graph: Graph, entry: TensorEntry): string {
  return widen(graph, graph.weight(entry), entry);
}

/** Accuracy level 4: the inputs are rounded to 8 bits as well, block by block, which is what makes it fast. */
function quantizedProduct(
  graph: Graph,
  x: string,
  { codes, scales, format, rows, columns }: QuantizedMatrix,
  bias: readonly string[],
): string {
  const inputs = [
    x,
    graph.weight(codes),
    graph.weight(scales),
    ...(bias.length > 0 ? ['', '', ...bias] : []),
  ];
  return graph.op('com.microsoft.MatMulNBits', inputs, {
    K: columns,
    N: rows,
    bits: format.bits,
    block_size: format.blockSize,
    accuracy_level: 4,
  });
}

function widen(graph: Graph, value: string, { dtype }: TensorEntry): string {
  return dtype === 'F32' ? value : graph.op('Cast', [value], { to: FLOAT32 });
}

function notFloat32({ name, dtype, file }: TensorEntry): ModelError {
  return new ModelError(
    `Cannot run the model in fp32: tensor ${name} of ${file} is ${dtype}.\n` +
      'Build the model pack with this precision, which converts the weights once, or choose int8.',
  );
}
