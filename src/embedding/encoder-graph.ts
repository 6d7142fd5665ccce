/**
 * The encoder's graph: a model without its output layer, the last hidden states of a window averaged.
 *
 * In: a model. Out: an ONNX model with input `input_ids` (1, tokens) and output `embedding` (1, hiddenSize): the
 * mean over all tokens, after the final norm. One window a run and nothing padded, so that no mask is needed.
 * Knows nothing about windows or pooling over windows. Attention is causal, as in the models themselves.
 */
import { cachedAttention, causalAttention, MASKED } from '../runtime/attention.ts';
import { Graph } from '../runtime/onnx.ts';
import { baseProjection, buildLayers } from '../runtime/transformer.ts';
import type { TransformerModel } from '../runtime/transformer-weights.ts';

export interface EncoderGraphOptions {
  /** Longest window, in tokens. */
  maxPositions: number;
  /** `bias`: as the decoder attends. `causal`: the faster operator, for long windows; other last bits. */
  attention: 'bias' | 'causal';
}

export function buildEncoderGraph(
  model: TransformerModel,
  { maxPositions, attention }: EncoderGraphOptions,
): Uint8Array {
  const graph = new Graph('encoder', { weightsFolder: model.weightsFolder });
  const inputIds = graph.input('input_ids', 'I64', [1, 'tokens']);
  const integer = (value: number) => graph.op('Constant', [], { value_int: value });
  const count = graph.op('Gather', [graph.op('Shape', [inputIds]), integer(1)]); // ()
  const attend =
    attention === 'causal'
      ? causalAttention(graph, model.config, { count, maxPositions })
      : cachedAttention(graph, model.config, { ...causalOrder(graph, count), maxPositions }).attend;
  const hidden = buildLayers(graph, model, {
    inputIds: graph.op('Squeeze', [inputIds, graph.integers(0)]),
    project: baseProjection(graph, model),
    attend,
  });
  const mean = graph.op('ReduceMean', [hidden, graph.integers(0)], { keepdims: 1 });
  graph.output('embedding', mean, { shape: [1, model.config.hiddenSize] });
  return graph.model();
}

/** Positions 0, 1, 2, … and a bias that hides later tokens, both made from the number of tokens. */
function causalOrder(graph: Graph, count: string): { positionIds: string; bias: string } {
  const integer = (value: number) => graph.op('Constant', [], { value_int: value });
  const positions = graph.op('Range', [integer(0), count, integer(1)]);
  const counts = graph.op('Expand', [count, graph.integers(2)]);
  const masked = graph.op('Expand', [graph.scalar(MASKED), counts]);
  return {
    positionIds: graph.op('Unsqueeze', [positions, graph.integers(0)]),
    bias: graph.op('Trilu', [masked, integer(1)], { upper: 1 }),
  };
}
