/**
 * Attention as ONNX operators, in two forms: over a cache with a bias, and causal over one text.
 *
 * In: queries, keys and values of one layer, not yet rotated. Out: the mixed values. Knows nothing about layers,
 * weights or what the result is used for.
 *
 * Shapes: T tokens, S tokens seen (past and present), H heads in K groups of G = H / K that share keys, D per head.
 */
import { InternalError } from '../errors.ts';
import { float, type Graph } from './onnx.ts';
import { rotaryTables } from './rotary-embedding.ts';
import type { TransformerConfig } from './transformer-config.ts';

export interface Heads {
  query: string; // (rows, H · D): rows are T, or those that are wanted
  key: string; // (T, K · D)
  value: string; // (T, K · D)
  layer: number;
  /** Row numbers of the queries, where not all are wanted. */
  rows: string | undefined;
}

/** Gives the mixed values, (rows, H · D). */
export type Attend = (heads: Heads) => string;

/** Low enough to vanish in the softmax, and finite: a sum with a score does not overflow. */
export const MASKED = -3e38;

export interface CacheInputs {
  positionIds: string; // (1, T)
  /** Added to the attention scores: 0 where a row sees a column, MASKED where it does not. */
  bias: string; // (T, S)
  /** Keys and values of earlier tokens, (P, K, D); S = P + T. Without: S = T. */
  past?: { keys: readonly string[]; values: readonly string[] };
  /** Bounds the positions that may be fed. */
  maxPositions: number;
}

/**
 * Attention where the bias says which token sees which. (GroupQueryAttention cannot: it has no free bias, and
 * refuses a batch over a past.) `keys` and `values` fill up as layers attend: (T, K, D) for each layer.
 */
export function cachedAttention(
  graph: Graph,
  config: TransformerConfig,
  { positionIds, bias, past, maxPositions }: CacheInputs,
): { attend: Attend; keys: string[]; values: string[] } {
  const tables = rotationTables(graph, config, maxPositions);
  const rotate = (x: string, positions: string) => {
    const batch = graph.op('Unsqueeze', [x, graph.integers(0)]); // (1, T, heads · D)
    return graph.op('com.microsoft.RotaryEmbedding', [batch, positions, ...tables]);
  };
  const split = (x: string) =>
    graph.op('Reshape', [x, graph.integers(-1, config.keyValueHeadCount, config.headSize)]);
  const keys: string[] = [];
  const values: string[] = [];
  const attend = ({ query, layer, rows, ...present }: Heads) => {
    const [key, value] = [split(rotate(present.key, positionIds)), split(present.value)];
    keys.push(key);
    values.push(value);
    const positions = rows === undefined ? positionIds : graph.op('Gather', [positionIds, rows], { axis: 1 });
    return mix(graph, config, {
      query: rotate(query, positions),
      key: withPast(graph, past?.keys[layer], key),
      value: withPast(graph, past?.values[layer], value),
      bias: pick(graph, bias, rows),
    });
  };
  return { attend, keys, values };
}

/**
 * Attention where each token sees itself and all before it, of one text from its first token on: the operator of
 * ONNX Runtime, which rotates as well; faster than `cachedAttention` on long texts. `count`: number of tokens, ().
 */
export function causalAttention(
  graph: Graph,
  config: TransformerConfig,
  { count, maxPositions }: { count: string; maxPositions: number },
): Attend {
  const { headCount, keyValueHeadCount, headSize } = config;
  const tables = rotationTables(graph, config, maxPositions);
  const total = graph.op('Cast', [count], { to: INT32 }); // ()
  const last = graph.op('Sub', [total, graph.op('Cast', [graph.integers(1)], { to: INT32 })]); // (1)
  const attributes = {
    num_heads: headCount,
    kv_num_heads: keyValueHeadCount,
    do_rotary: 1,
    scale: float(1 / Math.sqrt(headSize)),
  };
  return ({ query, key, value, rows }) => {
    if (rows !== undefined) throw new InternalError('Causal attention computes all rows.');
    const batch = [query, key, value].map((x) => graph.op('Unsqueeze', [x, graph.integers(0)]));
    const inputs = [...batch, '', '', last, total, ...tables];
    const [mixed = ''] = graph.ops('com.microsoft.GroupQueryAttention', inputs, {
      attributes,
      used: [true, true, true],
    });
    return graph.op('Squeeze', [mixed, graph.integers(0)]);
  };
}

/** Rows by their numbers; all of them without numbers. */
export function pick(graph: Graph, x: string, rows: string | undefined): string {
  return rows === undefined ? x : graph.op('Gather', [x, rows]);
}

const INT32 = 6;

/** Softmax(query keyᵀ / √D + bias) value, with G query heads for each key head. */
function mix(
  graph: Graph,
  { headCount: H, keyValueHeadCount: K, headSize: D }: TransformerConfig,
  { query, key, value, bias }: { query: string; key: string; value: string; bias: string },
): string {
  const G = H / K;
  const reshape = (x: string, ...shape: number[]) => graph.op('Reshape', [x, graph.integers(...shape)]);
  const transpose = (x: string, ...perm: number[]) => graph.op('Transpose', [x], { perm });
  const queries = reshape(transpose(reshape(query, -1, K, G, D), 1, 2, 0, 3), K, -1, D); // (K, G·T, D)
  // The CPU fuses these two into one product; WebGPU has no kernel for the fused one, and would go back to the CPU.
  const scaled = graph.op('Mul', [queries, graph.scalar(1 / Math.sqrt(D))]);
  const scores = graph.op('MatMul', [scaled, transpose(key, 1, 2, 0)]); // (K, G·T, S)
  const biased = graph.op('Add', [reshape(scores, H, -1, 0), bias]); // (H, T, S); 0 keeps S
  const weights = reshape(graph.op('Softmax', [biased], { axis: -1 }), K, -1, 0);
  const mixed = graph.op('MatMul', [weights, transpose(value, 1, 0, 2)]); // (K, G·T, D)
  return reshape(transpose(reshape(mixed, K, G, -1, D), 2, 0, 1, 3), -1, H * D);
}

function rotationTables(
  graph: Graph,
  { rotation, headSize }: TransformerConfig,
  positions: number,
): string[] {
  const { cosines, sines } = rotaryTables(rotation, { headSize, positions });
  return [cosines, sines].map((table) => graph.floats(table, [positions, headSize / 2]));
}

function withPast(graph: Graph, past: string | undefined, present: string): string {
  return past === undefined ? present : graph.op('Concat', [past, present], { axis: 0 });
}
