/**
 * The generator's graph: state → LoRA adapter (Code2LoRA, arXiv 2606.06492, section 3.2).
 *
 * In: a hypernetwork. Out: an ONNX model. Knows nothing about commits.
 *
 *   c = LN(h) of the evolving model, h itself of the static one (h is then the repository embedding)
 *   u = GELU(W₂ GELU(W₁ [c; task] + b₁) + b₂)   f = √trunkSize · u / max(‖u‖₂, 1e-12)
 *   A = tanh(W_A f + b_A) · clamp(exp(s_A), 1e-5, 0.3)   and B likewise, for each module type
 *
 * A model of several tasks has a table of them, of which the first row (assertions) is read.
 */
import { layerBuilder } from '../gru/graph.ts';
import type { Hypernetwork } from '../runtime/hypernetwork.ts';
import { linear } from '../runtime/linear.ts';
import { Graph } from '../runtime/onnx.ts';

/** As `torch.nn.functional.normalize`: a vector of zeros stays one. */
const NORM_EPSILON = 1e-12;
const SCALE_RANGE = { least: 1e-5, most: 0.3 };
/** Of the released models: completing assertions. Their loader reads it when no task is named. */
const TASK_ROW = 0;

/** `hidden_state` (1, hiddenSize) → `lora_A.<type>` (rank, inFeatures) and `lora_B.<type>` (outFeatures, rank). */
export function generatorGraph(network: Hypernetwork): Uint8Array {
  const { sizes, head, modules } = network;
  const graph = new Graph('generator', { weightsFolder: network.weightsFolder });
  const features = trunk(graph, network, graph.input('hidden_state', 'F32', [1, sizes.hiddenSize]));
  const { rank, trunkSize } = sizes;
  for (const [type, { inFeatures, outFeatures }] of Object.entries(modules)) {
    for (const [side, shape] of [
      ['A', [rank, inFeatures]],
      ['B', [outFeatures, rank]],
    ] as const) {
      const [rows, columns] = shape;
      const name = `${head}.heads_${side}.${type}`;
      const flat = layer(graph, network, { x: features, name, shape: [rows * columns, trunkSize] });
      const matrix = graph.op('Reshape', [graph.op('Tanh', [flat]), graph.integers(rows, columns)]);
      const scaled = graph.op('Mul', [matrix, scale(graph, network, `${head}.log_scale_${side}.${type}`)]);
      graph.output(`lora_${side}.${type}`, scaled, { shape });
    }
  }
  return graph.model();
}

function trunk(graph: Graph, network: Hypernetwork, hidden: string): string {
  const { sizes, head, taskSize } = network;
  const { trunkSize, hiddenSize } = sizes;
  const dense = (x: string, index: 0 | 2, columns: number) =>
    graph.op('Gelu', [
      layer(graph, network, { x, name: `${head}.trunk.${index}`, shape: [trunkSize, columns] }),
    ]);
  const first = dense(withTask(graph, network, context(graph, network, hidden)), 0, hiddenSize + taskSize);
  const second = dense(first, 2, trunkSize);
  const length = graph.op('ReduceL2', [second, graph.integers(-1)], { keepdims: 1 });
  const direction = graph.op('Div', [second, graph.op('Max', [length, graph.scalar(NORM_EPSILON)])]);
  return graph.op('Mul', [direction, graph.scalar(Math.sqrt(trunkSize))]);
}

/** The GRU's state grows and shrinks with what it has read; a repository embedding has length 1 as it comes. */
function context(graph: Graph, { sizes, weights }: Hypernetwork, hidden: string): string {
  if (sizes.kind === 'static') return hidden;
  return layerBuilder(graph, weights).norm(hidden, 'gru_state.output_norm', sizes.hiddenSize);
}

function withTask(graph: Graph, { head, weights, taskSize }: Hypernetwork, x: string): string {
  if (taskSize === 0) return x;
  const name = `${head}.task_embedding.weight`;
  const table = graph.weight(weights.expect(name, [weights.rows(name, 1), taskSize]));
  const task = graph.op('Gather', [table, graph.integers(TASK_ROW)], { axis: 0 });
  return graph.op('Concat', [x, task], { axis: 1 });
}

/** (1, columns) → (1, rows), with floats or with the quantised copy. */
function layer(
  graph: Graph,
  { weights, quantized }: Hypernetwork,
  { x, name, shape }: { x: string; name: string; shape: readonly [number, number] },
): string {
  const weight = weights.expect(`${name}.weight`, shape);
  const bias = weights.expect(`${name}.bias`, [shape[0]]);
  return linear(graph, x, { weight, bias, quantized: quantized(`${name}.weight`) });
}

function scale(graph: Graph, { weights }: Hypernetwork, name: string): string {
  const exponential = graph.op('Exp', [graph.weight(weights.expect(name, []))]);
  return graph.op('Clip', [exponential, graph.scalar(SCALE_RANGE.least), graph.scalar(SCALE_RANGE.most)]);
}
