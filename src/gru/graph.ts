/**
 * The two graphs of the commit GRU (Code2LoRA, arXiv 2606.06492, section 3.2; names of the released weights).
 *
 * In: the places of the weights and the sizes. Out: ONNX models. Knows nothing about git, embeddings or adapters.
 *
 *   first state   h = LN(GELU(W x + b))                    x: repository embedding
 *   step          h' = GRU(LN(W d + b), h)                 d: diff embedding
 *
 * The GRU is written out instead of using ONNX's GRU operator: that one wants the gates in the order z, r, h,
 * so the packed weights of PyTorch (r, z, n) would have to be copied and reordered. Two products and a split
 * use them where they lie, in the mapped file. PyTorch applies the reset gate after the recurrent product and
 * its bias (`linear_before_reset = 1` in ONNX).
 */
import { float, Graph } from '../runtime/onnx.ts';
import type { Weights } from '../runtime/weights.ts';

export interface GruSizes {
  embeddingSize: number;
  hiddenSize: number;
}

const PREFIX = 'gru_state';
/** PyTorch's default; the released model does not change it. */
export const LAYER_NORM_EPSILON = 1e-5;

/** `repository_embedding` (1, embeddingSize) → `hidden_state` (1, hiddenSize). */
export function initialStateGraph(
  weights: Weights,
  { embeddingSize, hiddenSize }: GruSizes,
  weightsFolder: string,
): Uint8Array {
  const graph = new Graph('initial_state', { weightsFolder });
  const repository = graph.input('repository_embedding', 'F32', [1, embeddingSize]);
  const layers = layerBuilder(graph, weights);
  const projected = layers.linear(repository, `${PREFIX}.repo_init_proj.0`, [hiddenSize, embeddingSize]);
  const hidden = layers.norm(graph.op('Gelu', [projected]), `${PREFIX}.repo_init_proj.2`, hiddenSize);
  graph.output('hidden_state', hidden, { shape: [1, hiddenSize] });
  return graph.model();
}

/** `diff_embedding` (1, embeddingSize), `hidden_state` (1, hiddenSize) → `next_hidden_state` (1, hiddenSize). */
export function stepGraph(
  weights: Weights,
  { embeddingSize, hiddenSize }: GruSizes,
  weightsFolder: string,
): Uint8Array {
  const graph = new Graph('step', { weightsFolder });
  const diff = graph.input('diff_embedding', 'F32', [1, embeddingSize]);
  const hidden = graph.input('hidden_state', 'F32', [1, hiddenSize]);
  const layers = layerBuilder(graph, weights);
  const projected = layers.linear(diff, `${PREFIX}.diff_proj.0`, [hiddenSize, embeddingSize]);
  const input = layers.norm(projected, `${PREFIX}.diff_proj.1`, hiddenSize);
  const gates = (value: string, side: 'ih' | 'hh') => {
    const packed = graph.op(
      'Gemm',
      [
        value,
        graph.weight(weights.expect(`${PREFIX}.gru.weight_${side}_l0`, [3 * hiddenSize, hiddenSize])),
        graph.weight(weights.expect(`${PREFIX}.gru.bias_${side}_l0`, [3 * hiddenSize])),
      ],
      { transB: 1 },
    );
    return splitGates(graph, packed);
  };
  const next = nextState(graph, { fromInput: gates(input, 'ih'), fromHidden: gates(hidden, 'hh'), hidden });
  graph.output('next_hidden_state', next, { shape: [1, hiddenSize] });
  return graph.model();
}

interface Gates {
  reset: string;
  update: string;
  candidate: string;
}

/** (1, 3 · hiddenSize) → three times (1, hiddenSize), in PyTorch's order. */
function splitGates(graph: Graph, packed: string): Gates {
  const parts = graph.ops('Split', [packed], {
    attributes: { axis: 1, num_outputs: 3 },
    used: [true, true, true],
  });
  const [reset, update, candidate] = parts as [string, string, string];
  return { reset, update, candidate };
}

/** r = σ(rᵢ + rₕ), z = σ(zᵢ + zₕ), n = tanh(nᵢ + r ∘ nₕ), h' = (1 − z) ∘ n + z ∘ h = n + z ∘ (h − n). */
function nextState(
  graph: Graph,
  { fromInput, fromHidden, hidden }: { fromInput: Gates; fromHidden: Gates; hidden: string },
): string {
  const add = (a: string, b: string) => graph.op('Add', [a, b]);
  const multiply = (a: string, b: string) => graph.op('Mul', [a, b]);
  const reset = graph.op('Sigmoid', [add(fromInput.reset, fromHidden.reset)]);
  const update = graph.op('Sigmoid', [add(fromInput.update, fromHidden.update)]);
  const candidate = graph.op('Tanh', [add(fromInput.candidate, multiply(reset, fromHidden.candidate))]);
  return add(candidate, multiply(update, graph.op('Sub', [hidden, candidate])));
}

/** The two layers that all three graphs of the hypernetwork are made of. */
export function layerBuilder(graph: Graph, weights: Weights) {
  const pair = (name: string, shape: readonly number[]) => [
    graph.weight(weights.expect(`${name}.weight`, shape)),
    graph.weight(weights.expect(`${name}.bias`, shape.slice(0, 1))),
  ];
  return {
    /** x Wᵀ + b; W is (outFeatures, inFeatures). */
    linear: (x: string, name: string, shape: readonly [number, number]) =>
      graph.op('Gemm', [x, ...pair(name, shape)], { transB: 1 }),
    norm: (x: string, name: string, size: number) =>
      graph.op('LayerNormalization', [x, ...pair(name, [size])], {
        axis: -1,
        epsilon: float(LAYER_NORM_EPSILON),
      }),
  };
}
