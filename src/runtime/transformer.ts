/**
 * The layers of the Llama family of models (Llama, Qwen2, Qwen3) as ONNX operators.
 *
 * In: token ids, a way to attend, a way to apply a linear layer. Out: hidden states after the final norm. Knows
 * nothing about adapters, caches or what the result is used for. What the architectures differ in is in the
 * config: biases, and norms of queries and keys. There is no batch: the rows are tokens.
 *
 * Shapes: T tokens, H query heads, K key and value heads, D numbers per head.
 */
import { type Attend, pick } from './attention.ts';
import { linear, tableRows, vector } from './linear.ts';
import type { ModuleType } from './manifest.ts';
import { float, type Graph } from './onnx.ts';
import { moduleName } from './transformer-config.ts';
import type { TransformerModel } from './transformer-weights.ts';

/** y = x Wᵀ + b for one linear layer: (T, inFeatures) → (T, outFeatures). */
export type Project = (x: string, module: { layer: number; type: ModuleType }) => string;

export interface LayerInputs {
  inputIds: string; // (T)
  project: Project;
  attend: Attend;
  /** Row numbers of the tokens whose hidden state is wanted; the last layer computes no others. */
  selected?: string;
}

interface Builder {
  graph: Graph;
  model: TransformerModel;
  project: Project;
  attend: Attend;
}

/** Linear layers as the model has them. */
export function baseProjection(graph: Graph, model: TransformerModel): Project {
  return (x, { layer, type }) => {
    const name = moduleName(layer, type);
    return linear(graph, x, {
      weight: model.weight(`${name}.weight`),
      bias: model.config.biased.has(type) ? model.weight(`${name}.bias`) : undefined,
      quantized: model.quantized(`${name}.weight`),
    });
  };
}

/** Adds all layers; gives the hidden states, (T or number of selected rows, hiddenSize). */
export function buildLayers(
  graph: Graph,
  model: TransformerModel,
  { inputIds, selected, project, attend }: LayerInputs,
): string {
  const builder: Builder = { graph, model, project, attend };
  const { layerCount } = model.config;
  let residual = tableRows(graph, model.weight('model.embed_tokens.weight'), inputIds);
  let hidden = norm(builder, residual, normName(model, 0));
  for (let layer = 0; layer < layerCount; layer += 1) {
    const rows = layer === layerCount - 1 ? selected : undefined;
    const mixed = selfAttention(builder, layer, { hidden, rows });
    [hidden, residual] = addNorm(builder, [pick(graph, residual, rows), mixed], postNormName(layer));
    const fed = feedForward(builder, layer, hidden);
    [hidden, residual] = addNorm(builder, [residual, fed], normName(model, layer + 1));
  }
  return hidden;
}

function selfAttention(
  { graph, model, project, attend }: Builder,
  layer: number,
  { hidden, rows }: { hidden: string; rows: string | undefined },
): string {
  const { headCount, keyValueHeadCount, normalizesHeads } = model.config;
  const normed = (x: string, kind: 'q' | 'k', heads: number) => {
    const name = `model.layers.${layer}.self_attn.${kind}_norm.weight`;
    return normalizesHeads ? normHeads({ graph, model }, x, { name, heads }) : x;
  };
  const key = normed(project(hidden, { layer, type: 'k_proj' }), 'k', keyValueHeadCount);
  const value = project(hidden, { layer, type: 'v_proj' });
  const query = normed(project(pick(graph, hidden, rows), { layer, type: 'q_proj' }), 'q', headCount);
  return project(attend({ query, key, value, layer, rows }), { layer, type: 'o_proj' });
}

function feedForward({ graph, project }: Builder, layer: number, hidden: string): string {
  const gate = project(hidden, { layer, type: 'gate_proj' });
  const silu = graph.op('Mul', [gate, graph.op('Sigmoid', [gate])]);
  const gated = graph.op('Mul', [silu, project(hidden, { layer, type: 'up_proj' })]);
  return project(gated, { layer, type: 'down_proj' });
}

/** x / √(mean(x²) + ε) · w over the last axis. */
function norm({ graph, model }: Pick<Builder, 'graph' | 'model'>, x: string, name: string): string {
  return graph.op('SimplifiedLayerNormalization', [x, vector(graph, model.weight(name))], {
    axis: -1,
    epsilon: float(model.config.normEpsilon),
    stash_type: 1,
  });
}

/** Norm of each head on its own: (T, heads · D) → the same. */
function normHeads(
  builder: Pick<Builder, 'graph' | 'model'>,
  x: string,
  { name, heads }: { name: string; heads: number },
): string {
  const { graph, model } = builder;
  const { headSize } = model.config;
  const apart = graph.op('Reshape', [x, graph.integers(-1, heads, headSize)]);
  return graph.op('Reshape', [norm(builder, apart, name), graph.integers(-1, heads * headSize)]);
}

/** The sum of two values, normalised and as it is. */
function addNorm(
  { graph, model }: Builder,
  [a, b]: readonly [string, string],
  name: string,
): [string, string] {
  const [normalised, , , sum] = graph.ops(
    'com.microsoft.SkipSimplifiedLayerNormalization',
    [a, b, vector(graph, model.weight(name))],
    {
      attributes: { epsilon: float(model.config.normEpsilon) },
      used: [true, false, false, true],
    },
  );
  return [normalised as string, sum as string];
}

const postNormName = (layer: number) => `model.layers.${layer}.post_attention_layernorm.weight`;
const normName = ({ config }: TransformerModel, layer: number) =>
  layer === config.layerCount ? 'model.norm.weight' : `model.layers.${layer}.input_layernorm.weight`;
