/**
 * The base model with an adapter, and what its reading of some texts leaves in the memory.
 *
 *   S += Σ (V g) (K a)ᵀ over the rows      g = E[target] − softmax(logits) E      (rank, rank), for each remembering layer
 *
 * a is the input of the layer's projection in the row, g the error signal at the output: what the hidden state lacked to
 * make the target certain. In: a base model, learned matrices. Out: a model, forward only, so that the weights may be
 * quantised. Knows nothing about assertions, nor about what was remembered before.
 *
 * Inputs: input_ids (tokens), position_ids (1, tokens), bias (tokens, tokens), selected (rows), targets (rows), lora_A.T and
 * lora_B.T (scaling already in B). Outputs: sums.<layer>.<type> (rank, rank).
 */
import { adaptedProjection } from '../lora/projection.ts';
import { cachedAttention, pick } from '../runtime/attention.ts';
import { linear, tableRows, wholeTable } from '../runtime/linear.ts';
import type { ModuleType } from '../runtime/manifest.ts';
import { Graph } from '../runtime/onnx.ts';
import { buildLayers, type Project } from '../runtime/transformer.ts';
import { moduleSizes, outputWeight } from '../runtime/transformer-config.ts';
import type { TransformerModel } from '../runtime/transformer-weights.ts';
import type { MemoryMatrices, MemoryWeights } from './memory-weights.ts';

export function buildMemoryGraph(
  model: TransformerModel,
  weights: MemoryWeights,
  { maxPositions }: { maxPositions: number },
): Uint8Array {
  const { config, weightsFolder } = model;
  const graph = new Graph('memory', { weightsFolder });
  const inputIds = graph.input('input_ids', 'I64', ['tokens']);
  const { attend } = cachedAttention(graph, config, {
    positionIds: graph.input('position_ids', 'I64', [1, 'tokens']),
    bias: graph.input('bias', 'F32', ['tokens', 'tokens']),
    maxPositions,
  });
  const selected = graph.input('selected', 'I64', ['rows']);
  const inputOf = new Map<string, string>();
  const adapted = adaptedProjection(graph, model);
  const project: Project = (x, module) => {
    inputOf.set(`${module.layer}.${module.type}`, x);
    return adapted.project(x, module);
  };
  const hidden = buildLayers(graph, model, { inputIds, selected, attend, project });
  const error = errorSignal(graph, model, hidden);
  for (const [name, matrices] of Object.entries(weights)) {
    // All but the keys and values of the last layer are only computed for the selected rows there.
    const isPicked = new RegExp(`^${config.layerCount - 1}\\.(?!k_proj|v_proj)`).test(name);
    const input = pick(graph, inputOf.get(name) as string, isPicked ? undefined : selected);
    addSums(graph, model, { name, matrices, input, error });
  }
  return graph.model();
}

/** E[target] − softmax(logits) E: (rows, hiddenSize). */
function errorSignal(graph: Graph, model: TransformerModel, hidden: string): string {
  const name = outputWeight(model.config);
  const table = model.weight(name);
  const logits = linear(graph, hidden, { weight: table, quantized: model.quantized(name) });
  const probabilities = graph.op('Softmax', [logits], { axis: -1 });
  const expected = graph.op('MatMul', [probabilities, wholeTable(graph, table)]);
  const wanted = tableRows(graph, table, graph.input('targets', 'I64', ['rows']));
  return graph.op('Sub', [wanted, expected]);
}

function addSums(
  graph: Graph,
  { config }: TransformerModel,
  {
    name,
    matrices: { K, V },
    input,
    error,
  }: { name: string; matrices: MemoryMatrices; input: string; error: string },
): void {
  const { inFeatures } = moduleSizes(config)[name.split('.')[1] as ModuleType];
  const rank = K.length / inFeatures;
  const read = graph.op('Gemm', [input, graph.floats(K, [rank, inFeatures])], { transB: 1 }); // (rows, rank)
  const wrong = graph.op('Gemm', [error, graph.floats(V, [rank, config.hiddenSize])], { transB: 1 }); // (rows, rank)
  graph.output(`sums.${name}`, graph.op('Gemm', [wrong, read], { transA: 1 }), { shape: [rank, rank] });
}
