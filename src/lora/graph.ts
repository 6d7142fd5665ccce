/**
 * The generator's graph: hidden state → LoRA adapter (Code2LoRA, arXiv 2606.06492, section 3.2).
 *
 * In: the places of the weights and the sizes. Out: an ONNX model. Knows nothing about commits.
 *
 *   c = LN(h)   u = GELU(W₂ GELU(W₁ c + b₁) + b₂)   f = √trunkSize · u / max(‖u‖₂, 1e-12)
 *   A = tanh(W_A f + b_A) · clamp(exp(s_A), 1e-5, 0.3)   and B likewise, for each module type
 */
import { layerBuilder } from '../gru/graph.ts';
import { Graph } from '../runtime/onnx.ts';
import type { Weights } from '../runtime/weights.ts';
import type { BaseDims } from './adapter.ts';

export interface GeneratorSizes {
  hiddenSize: number;
  trunkSize: number;
  rank: number;
  /** Of the module types that the generator makes pairs for. */
  modules: BaseDims;
}

const PREFIX = 'head_state';
/** As `torch.nn.functional.normalize`: a vector of zeros stays one. */
const NORM_EPSILON = 1e-12;
const SCALE_RANGE = { least: 1e-5, most: 0.3 };

/** `hidden_state` (1, hiddenSize) → `lora_A.<type>` (rank, inFeatures) and `lora_B.<type>` (outFeatures, rank). */
export function generatorGraph(weights: Weights, sizes: GeneratorSizes, weightsFolder: string): Uint8Array {
  const graph = new Graph('generator', { weightsFolder });
  const hidden = graph.input('hidden_state', 'F32', [1, sizes.hiddenSize]);
  const features = trunk(graph, weights, { ...sizes, hidden });
  const { linear } = layerBuilder(graph, weights);
  const { rank, trunkSize } = sizes;
  for (const [type, { inFeatures, outFeatures }] of Object.entries(sizes.modules)) {
    for (const [side, shape] of [
      ['A', [rank, inFeatures]],
      ['B', [outFeatures, rank]],
    ] as const) {
      const [rows, columns] = shape;
      const flat = linear(features, `${PREFIX}.heads_${side}.${type}`, [rows * columns, trunkSize]);
      const matrix = graph.op('Reshape', [graph.op('Tanh', [flat]), graph.integers(rows, columns)]);
      const scaled = graph.op('Mul', [matrix, scale(graph, weights, `${PREFIX}.log_scale_${side}.${type}`)]);
      graph.output(`lora_${side}.${type}`, scaled, { shape });
    }
  }
  return graph.model();
}

function trunk(
  graph: Graph,
  weights: Weights,
  { hidden, hiddenSize, trunkSize }: { hidden: string; hiddenSize: number; trunkSize: number },
): string {
  const { linear, norm } = layerBuilder(graph, weights);
  const context = norm(hidden, 'gru_state.output_norm', hiddenSize);
  const first = graph.op('Gelu', [linear(context, `${PREFIX}.trunk.0`, [trunkSize, hiddenSize])]);
  const second = graph.op('Gelu', [linear(first, `${PREFIX}.trunk.2`, [trunkSize, trunkSize])]);
  const length = graph.op('ReduceL2', [second, graph.integers(-1)], { keepdims: 1 });
  const direction = graph.op('Div', [second, graph.op('Max', [length, graph.scalar(NORM_EPSILON)])]);
  return graph.op('Mul', [direction, graph.scalar(Math.sqrt(trunkSize))]);
}

function scale(graph: Graph, weights: Weights, name: string): string {
  const exponential = graph.op('Exp', [graph.weight(weights.expect(name, []))]);
  return graph.op('Clip', [exponential, graph.scalar(SCALE_RANGE.least), graph.scalar(SCALE_RANGE.most)]);
}
