/**
 * The layers of the Qwen2 architecture as ONNX operators.
 *
 * In: token ids, positions, an attention bias, a way to apply a linear layer. Out: hidden states after the final
 * norm, and each layer's keys and values. Knows nothing about adapters, caches or what the result is used for.
 * Weights are used as they lie in the file, (outFeatures, inFeatures): `Gemm` with `transB`. There is no batch:
 * the rows are tokens, and the bias alone says which token sees which.
 *
 * Shapes: T tokens, S tokens seen (past and present), H heads in K groups of G = H / K that share keys, D per head.
 */
import type { ModuleType } from './manifest.ts';
import { float, type Graph } from './onnx.ts';
import { hasBias, moduleName, type Qwen2Config } from './qwen2-config.ts';
import type { Qwen2Model } from './qwen2-weights.ts';

/** y = x Wᵀ + b for one linear layer: (T, inFeatures) → (T, outFeatures). */
export type Project = (x: string, module: { layer: number; type: ModuleType }) => string;

export interface LayerInputs {
  inputIds: string; // (T)
  positionIds: string; // (1, T)
  /** Added to the attention scores: 0 where a row sees a column, MASKED where it does not. */
  bias: string; // (T, S)
  /** Keys and values of earlier tokens, (P, K, D); S = P + T. Without: S = T. */
  past?: { keys: readonly string[]; values: readonly string[] };
  /** Row numbers of the tokens whose hidden state is wanted; the last layer computes no others. */
  selected?: string;
}

export interface LayerOutputs {
  hidden: string; // (T or number of selected rows, hiddenSize)
  keys: string[]; // (T, K, D) for each layer
  values: string[];
}

/** Low enough to vanish in the softmax, and finite: a sum with a score does not overflow. */
export const MASKED = -3e38;

interface Builder {
  graph: Graph;
  config: Qwen2Config;
  project: Project;
  weight(name: string): string;
  rotate(x: string, positionIds: string): string;
}

/** Linear layers as the base model has them. */
export function baseProjection(graph: Graph, model: Qwen2Model): Project {
  return (x, { layer, type }) => {
    const names = [
      `${moduleName(layer, type)}.weight`,
      ...(hasBias(type) ? [`${moduleName(layer, type)}.bias`] : []),
    ];
    return graph.op('Gemm', [x, ...names.map((name) => floatWeight(graph, model, name))], { transB: 1 });
  };
}

/** A weight in 32 bits; narrower ones are widened once, when the session opens. */
export function floatWeight(graph: Graph, model: Qwen2Model, name: string): string {
  const entry = model.weight(name);
  const weight = graph.weight(entry);
  return entry.dtype === 'F32' ? weight : graph.op('Cast', [weight], { to: 1 });
}

/** Adds all layers. `maxPositions` bounds the positions that may be fed. */
export function buildLayers(
  graph: Graph,
  model: Qwen2Model,
  { project, maxPositions, ...inputs }: LayerInputs & { project: Project; maxPositions: number },
): LayerOutputs {
  const { config } = model;
  const weight = (name: string) => floatWeight(graph, model, name);
  const builder: Builder = { graph, config, project, weight, rotate: rotation(graph, config, maxPositions) };
  let residual = graph.op('Gather', [weight('model.embed_tokens.weight'), inputs.inputIds]);
  let hidden = graph.op('SimplifiedLayerNormalization', [residual, weight(normName(config, 0))], {
    axis: -1,
    epsilon: float(config.normEpsilon),
    stash_type: 1,
  });
  const outputs: LayerOutputs = { hidden, keys: [], values: [] };
  for (let layer = 0; layer < config.layerCount; layer += 1) {
    const isLast = layer === config.layerCount - 1;
    const rows = isLast ? inputs.selected : undefined;
    const attention = attend(builder, layer, { ...inputs, hidden, rows });
    outputs.keys.push(attention.key);
    outputs.values.push(attention.value);
    [hidden, residual] = addNorm(
      builder,
      [pick(graph, residual, rows), attention.output],
      postNormName(layer),
    );
    [hidden, residual] = addNorm(
      builder,
      [residual, feedForward(builder, layer, hidden)],
      normName(config, layer + 1),
    );
  }
  return { ...outputs, hidden };
}

interface AttentionInputs extends LayerInputs {
  hidden: string;
  rows: string | undefined;
}

function attend(builder: Builder, layer: number, inputs: AttentionInputs) {
  const { graph, config, project, rotate } = builder;
  const { hidden, positionIds, past, rows } = inputs;
  const keyShape = graph.integers(-1, config.keyValueHeadCount, config.headSize);
  const split = (x: string) => graph.op('Reshape', [x, keyShape]);
  const key = split(rotate(project(hidden, { layer, type: 'k_proj' }), positionIds)); // (T, K, D)
  const value = split(project(hidden, { layer, type: 'v_proj' }));
  const queryPositions =
    rows === undefined ? positionIds : graph.op('Gather', [positionIds, rows], { axis: 1 });
  const query = rotate(project(pick(graph, hidden, rows), { layer, type: 'q_proj' }), queryPositions);
  const context = mix(builder, {
    query,
    key: withPast(graph, past?.keys[layer], key),
    value: withPast(graph, past?.values[layer], value),
    bias: pick(graph, inputs.bias, rows),
  });
  return { output: project(context, { layer, type: 'o_proj' }), key, value };
}

/** Softmax(query keyᵀ / √D + bias) value, with G query heads for each key head. */
function mix(
  { graph, config }: Builder,
  { query, key, value, bias }: { query: string; key: string; value: string; bias: string },
): string {
  const { headCount: H, keyValueHeadCount: K, headSize: D } = config;
  const G = H / K;
  const reshape = (x: string, ...shape: number[]) => graph.op('Reshape', [x, graph.integers(...shape)]);
  const transpose = (x: string, ...perm: number[]) => graph.op('Transpose', [x], { perm });
  const queries = reshape(transpose(reshape(query, -1, K, G, D), 1, 2, 0, 3), K, -1, D); // (K, G·T, D)
  const scores = graph.op('com.microsoft.FusedMatMul', [queries, transpose(key, 1, 0, 2)], {
    transB: 1,
    alpha: float(1 / Math.sqrt(D)),
  }); // (K, G·T, S)
  const biased = graph.op('Add', [reshape(scores, H, -1, 0), bias]); // (H, T, S); 0 keeps S
  const weights = reshape(graph.op('Softmax', [biased], { axis: -1 }), K, -1, 0);
  const mixed = graph.op('MatMul', [weights, transpose(value, 1, 0, 2)]); // (K, G·T, D)
  return reshape(transpose(reshape(mixed, K, G, -1, D), 2, 0, 1, 3), -1, H * D);
}

function feedForward({ graph, project }: Builder, layer: number, hidden: string): string {
  const gate = project(hidden, { layer, type: 'gate_proj' });
  const silu = graph.op('Mul', [gate, graph.op('Sigmoid', [gate])]);
  const gated = graph.op('Mul', [silu, project(hidden, { layer, type: 'up_proj' })]);
  return project(gated, { layer, type: 'down_proj' });
}

/** The sum of two values, normalised and as it is. */
function addNorm(
  { graph, config, weight }: Builder,
  [a, b]: readonly [string, string],
  name: string,
): [string, string] {
  const [normalised, , , sum] = graph.ops(
    'com.microsoft.SkipSimplifiedLayerNormalization',
    [a, b, weight(name)],
    {
      attributes: { epsilon: float(config.normEpsilon) },
      used: [true, false, false, true],
    },
  );
  return [normalised as string, sum as string];
}

/** Rotary position embedding, Su et al. 2021; the tables are rounded where PyTorch rounds. */
function rotation(
  graph: Graph,
  { headSize, ropeTheta }: Qwen2Config,
  maxPositions: number,
): Builder['rotate'] {
  const half = headSize / 2;
  const cosines = new Float32Array(maxPositions * half);
  const sines = new Float32Array(maxPositions * half);
  const frequencies = Float32Array.from(
    { length: half },
    (_, pair) => 1 / ropeTheta ** ((2 * pair) / headSize),
  );
  for (let index = 0; index < cosines.length; index += 1) {
    const angle = Math.fround(Math.floor(index / half) * (frequencies[index % half] as number));
    cosines[index] = Math.cos(angle);
    sines[index] = Math.sin(angle);
  }
  const tables = [cosines, sines].map((table) => graph.floats(table, [maxPositions, half]));
  return (x, positionIds) => {
    const row = graph.op('Unsqueeze', [x, graph.integers(0)]); // (1, T, heads · D)
    return graph.op('com.microsoft.RotaryEmbedding', [row, positionIds, ...tables]);
  };
}

function pick(graph: Graph, x: string, rows: string | undefined): string {
  return rows === undefined ? x : graph.op('Gather', [x, rows]);
}

function withPast(graph: Graph, past: string | undefined, present: string): string {
  return past === undefined ? present : graph.op('Concat', [past, present], { axis: 0 });
}

const postNormName = (layer: number) => `model.layers.${layer}.post_attention_layernorm.weight`;
const normName = ({ layerCount }: Qwen2Config, layer: number) =>
  layer === layerCount ? 'model.norm.weight' : `model.layers.${layer}.input_layernorm.weight`;
