/**
 * The encoder of kind `base-model`: the base model without output layer, its last hidden states averaged.
 *
 * In: a model pack. Out: a model with input `input_ids` (1, tokens) and output `embedding` (1, hiddenSize).
 * Knows nothing about windows or pooling over windows. Attention is causal, as in the base model.
 */
import type { ModelPack } from '../runtime/model-pack.ts';
import { Graph } from '../runtime/onnx.ts';
import { baseProjection, buildLayers, MASKED } from '../runtime/qwen2.ts';
import { readBaseModel } from '../runtime/qwen2-weights.ts';

/** Builds the model; windows of up to `contextTokens` tokens. Throws ModelError when the base model does not fit. */
export function buildEncoderGraph(pack: ModelPack): { model: Uint8Array; weightsFolder: string } {
  const model = readBaseModel(pack);
  const graph = new Graph('encoder', { weightsFolder: model.weightsFolder });
  const inputIds = graph.input('input_ids', 'I64', [1, 'tokens']);
  const { hidden } = buildLayers(graph, model, {
    inputIds: graph.op('Squeeze', [inputIds, graph.integers(0)]),
    ...causalOrder(graph, inputIds),
    project: baseProjection(graph, model),
    maxPositions: pack.manifest.baseModel.contextTokens,
  });
  const mean = graph.op('ReduceMean', [hidden, graph.integers(0)], { keepdims: 1 });
  graph.output('embedding', mean, { shape: [1, model.config.hiddenSize] });
  return { model: graph.model(), weightsFolder: model.weightsFolder };
}

/** Positions 0, 1, 2, … and a bias that hides later tokens, both made from the number of tokens. */
function causalOrder(graph: Graph, inputIds: string): { positionIds: string; bias: string } {
  const integer = (value: number) => graph.op('Constant', [], { value_int: value });
  const count = graph.op('Gather', [graph.op('Shape', [inputIds]), integer(1)]);
  const positions = graph.op('Range', [integer(0), count, integer(1)]);
  const counts = graph.op('Expand', [count, graph.integers(2)]);
  const masked = graph.op('Expand', [graph.scalar(MASKED), counts]);
  return {
    positionIds: graph.op('Unsqueeze', [positions, graph.integers(0)]),
    bias: graph.op('Trilu', [masked, integer(1)], { upper: 1 }),
  };
}
