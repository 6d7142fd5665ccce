/**
 * The base model as a decoder that takes a LoRA adapter as inputs.
 *
 * In: a base model. Out: a model that reads tokens after a cached past and gives the logits of selected rows.
 * Knows nothing about prompts or search. One session serves the base model (rank 0) and every adapter:
 *
 *   y = x Wᵀ + (x Aᵀ) Bᵀ      A: (rank, inFeatures)   B: (outFeatures, rank), scaling already in B
 *
 * The pairs are shared by all layers. Inputs: input_ids (tokens), position_ids (1, tokens), bias (tokens, seen),
 * selected (rows, at least one), past_key.N and past_value.N (past, heads, headSize), lora_A.T and lora_B.T.
 * Outputs: logits and log_probabilities (rows, vocabulary), key.N and value.N (tokens, heads, headSize).
 */
import { MODULE_TYPES } from '../runtime/manifest.ts';
import { Graph } from '../runtime/onnx.ts';
import { baseProjection, buildLayers, floatWeight, type Project } from '../runtime/qwen2.ts';
import { moduleSizes, type Qwen2Config } from '../runtime/qwen2-config.ts';
import type { Qwen2Model } from '../runtime/qwen2-weights.ts';

/** Builds the decoder; `lora: false` leaves the adapter inputs out (to check that rank 0 equals the base model). */
export function buildDecoderGraph(
  model: Qwen2Model,
  { maxPositions, lora = true }: { maxPositions: number; lora?: boolean },
): Uint8Array {
  const graph = new Graph('decoder', { weightsFolder: model.weightsFolder });
  const project = baseProjection(graph, model);
  const layers = buildLayers(graph, model, {
    inputIds: graph.input('input_ids', 'I64', ['tokens']),
    positionIds: graph.input('position_ids', 'I64', [1, 'tokens']),
    bias: graph.input('bias', 'F32', ['tokens', 'seen']),
    selected: graph.input('selected', 'I64', ['rows']),
    past: pastInputs(graph, model.config),
    project: lora ? withAdapter(graph, model.config, project) : project,
    maxPositions,
  });
  addOutputs(graph, model, layers);
  return graph.model();
}

function addOutputs(graph: Graph, model: Qwen2Model, layers: ReturnType<typeof buildLayers>): void {
  const { config } = model;
  const table = config.tiesEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';
  const logits = graph.op('Gemm', [layers.hidden, floatWeight(graph, model, table)], { transB: 1 });
  const scoreShape = ['rows', config.vocabularySize];
  graph.output('log_probabilities', graph.op('LogSoftmax', [logits], { axis: -1 }), { shape: scoreShape });
  graph.output('logits', logits, { shape: scoreShape });
  const shape = ['tokens', config.keyValueHeadCount, config.headSize];
  for (const [layer, key] of layers.keys.entries()) graph.output(`key.${layer}`, key, { shape });
  for (const [layer, value] of layers.values.entries()) graph.output(`value.${layer}`, value, { shape });
}

function pastInputs(graph: Graph, { layerCount, keyValueHeadCount, headSize }: Qwen2Config) {
  const inputs = (kind: string) =>
    Array.from({ length: layerCount }, (_, layer) =>
      graph.input(`past_${kind}.${layer}`, 'F32', ['past', keyValueHeadCount, headSize]),
    );
  return { keys: inputs('key'), values: inputs('value') };
}

function withAdapter(graph: Graph, config: Qwen2Config, project: Project): Project {
  const sizes = moduleSizes(config);
  for (const type of MODULE_TYPES) {
    graph.input(`lora_A.${type}`, 'F32', ['rank', sizes[type].inFeatures]);
    graph.input(`lora_B.${type}`, 'F32', [sizes[type].outFeatures, 'rank']);
  }
  return (x, module) => {
    const narrow = graph.op('Gemm', [x, `lora_A.${module.type}`], { transB: 1 }); // (tokens, rank)
    return graph.op('Gemm', [narrow, `lora_B.${module.type}`, project(x, module)], { transB: 1 });
  };
}
