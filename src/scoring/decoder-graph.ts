/**
 * The base model as a decoder that takes a LoRA adapter as inputs.
 *
 * In: a base model. Out: a model that reads tokens after a cached past and gives the logits of selected rows.
 * Knows nothing about prompts or search. One session serves the base model (rank 0) and every adapter:
 *
 *   y = x Wᵀ + (x Aᵀ) Bᵀ      A: (rank, inFeatures)   B: (outFeatures, rank), scaling already in B
 *
 * Inputs: input_ids (tokens), position_ids (1, tokens), bias (tokens, seen), selected (rows, at least one),
 * past_key.N and past_value.N (past, heads, headSize), lora_A.T and lora_B.T. Outputs: logits and log_probabilities (rows, vocabulary), key.N and value.N (tokens, heads, headSize).
 */
import { adaptedProjection } from '../lora/projection.ts';
import { cachedAttention } from '../runtime/attention.ts';
import { linear } from '../runtime/linear.ts';
import { Graph } from '../runtime/onnx.ts';
import { baseProjection, buildLayers } from '../runtime/transformer.ts';
import { outputWeight, type TransformerConfig } from '../runtime/transformer-config.ts';
import type { TransformerModel } from '../runtime/transformer-weights.ts';

export interface DecoderGraphOptions {
  maxPositions: number;
  /** A pair for each layer: lora_A.N.T and lora_B.N.T. Default: one for all layers. */
  layerAdapters?: boolean;
  /** False leaves the adapter inputs out (to check that rank 0 equals the base model). */
  lora?: boolean;
}

export function buildDecoderGraph(
  model: TransformerModel,
  { maxPositions, layerAdapters = false, lora = true }: DecoderGraphOptions,
): Uint8Array {
  const graph = new Graph('decoder', { weightsFolder: model.weightsFolder });
  const inputIds = graph.input('input_ids', 'I64', ['tokens']);
  const attention = cachedAttention(graph, model.config, {
    positionIds: graph.input('position_ids', 'I64', [1, 'tokens']),
    bias: graph.input('bias', 'F32', ['tokens', 'seen']),
    past: pastInputs(graph, model.config),
    maxPositions,
  });
  const hidden = buildLayers(graph, model, {
    inputIds,
    selected: graph.input('selected', 'I64', ['rows']),
    attend: attention.attend,
    project: lora ? adaptedProjection(graph, model, { layerAdapters }).project : baseProjection(graph, model),
  });
  addScores(graph, model, hidden);
  addCache(graph, model.config, attention);
  return graph.model();
}

function addScores(graph: Graph, model: TransformerModel, hidden: string): void {
  const name = outputWeight(model.config);
  const logits = linear(graph, hidden, { weight: model.weight(name), quantized: model.quantized(name) });
  const shape = ['rows', model.config.vocabularySize];
  graph.output('log_probabilities', graph.op('LogSoftmax', [logits], { axis: -1 }), { shape });
  graph.output('logits', logits, { shape });
}

function addCache(
  graph: Graph,
  { keyValueHeadCount, headSize }: TransformerConfig,
  { keys, values }: { keys: readonly string[]; values: readonly string[] },
): void {
  const shape = ['tokens', keyValueHeadCount, headSize];
  for (const [layer, key] of keys.entries()) graph.output(`key.${layer}`, key, { shape });
  for (const [layer, value] of values.entries()) graph.output(`value.${layer}`, value, { shape });
}

function pastInputs(graph: Graph, { layerCount, keyValueHeadCount, headSize }: TransformerConfig) {
  const inputs = (kind: string) =>
    Array.from({ length: layerCount }, (_, layer) =>
      graph.input(`past_${kind}.${layer}`, 'F32', ['past', keyValueHeadCount, headSize]),
    );
  return { keys: inputs('key'), values: inputs('value') };
}
