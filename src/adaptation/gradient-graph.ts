/**
 * The base model with a frozen adapter and a residual one, and the gradient of a loss with respect to the residual.
 *
 * In: a base model in fp32. Out: a model whose one run reads some texts and gives the loss and its gradient. Knows
 * nothing about assertions or optimisers. Several texts go into one run: the bias keeps them apart.
 *
 *   loss = Σ weight · −log P(target | what its row has read)
 *
 * Inputs: input_ids (tokens), position_ids (1, tokens), bias (tokens, tokens), selected (rows), targets (rows), weights
 * (rows), lora_A.T and lora_B.T of the frozen adapter (or lora_A.N.T, a pair for each layer), residual_A.T and residual_B.T,
 * which all layers share (scaling already in B). Outputs: losses (rows), and gradient.X for each input X of the residual.
 */
import { ModelError } from '../errors.ts';
import { adaptedProjection } from '../lora/projection.ts';
import { cachedAttention } from '../runtime/attention.ts';
import { addGradients } from '../runtime/gradient.ts';
import { linear } from '../runtime/linear.ts';
import { floats, Graph } from '../runtime/onnx.ts';
import { buildLayers } from '../runtime/transformer.ts';
import { outputWeight } from '../runtime/transformer-config.ts';
import type { TransformerModel } from '../runtime/transformer-weights.ts';

/** Throws ModelError for quantised weights: the way back needs the matrices themselves. */
export function buildGradientGraph(
  model: TransformerModel,
  { maxPositions, layerAdapters = false }: { maxPositions: number; layerAdapters?: boolean },
): Uint8Array {
  requireFloats(model);
  const { config, weightsFolder } = model;
  const graph = new Graph('gradient', { weightsFolder });
  const inputIds = graph.input('input_ids', 'I64', ['tokens']);
  const { attend } = cachedAttention(graph, config, {
    positionIds: graph.input('position_ids', 'I64', [1, 'tokens']),
    bias: graph.input('bias', 'F32', ['tokens', 'tokens']),
    maxPositions,
  });
  const frozen = adaptedProjection(graph, model, { layerAdapters });
  const { project, inputs } = adaptedProjection(graph, model, { base: frozen.project, prefix: 'residual' });
  const selected = graph.input('selected', 'I64', ['rows']);
  const hidden = buildLayers(graph, model, { inputIds, selected, attend, project });
  const logits = linear(graph, hidden, { weight: model.weight(outputWeight(config)) });
  const seed = addLoss(graph, logits, config.vocabularySize);
  const gradients = addGradients(graph, { of: logits, seed, wrt: inputs.map(({ name }) => name) });
  for (const [index, { name, shape }] of inputs.entries()) {
    graph.output(`gradient.${name}`, gradients[index] as string, { shape });
  }
  return graph.model();
}

/** Adds the output `losses`; gives the loss's gradient by the logits: weight · (softmax − one-hot). */
function addLoss(graph: Graph, logits: string, vocabularySize: number): string {
  const targets = graph.input('targets', 'I64', ['rows']);
  const weights = graph.input('weights', 'F32', ['rows']);
  const logProbabilities = graph.op('LogSoftmax', [logits], { axis: -1 });
  const range = graph.op('Constant', [], { value_floats: floats([0, 1]) });
  const wanted = graph.op('OneHot', [targets, graph.integers(vocabularySize), range], { axis: -1 });
  const ofTarget = graph.op('Mul', [logProbabilities, wanted]);
  const sums = graph.op('ReduceSum', [ofTarget, graph.integers(-1)], { keepdims: 0 });
  graph.output('losses', graph.op('Neg', [sums]), { shape: ['rows'] });
  const error = graph.op('Sub', [graph.op('Exp', [logProbabilities]), wanted]);
  return graph.op('Mul', [error, graph.op('Unsqueeze', [weights, graph.integers(-1)])]);
}

function requireFloats({ precision, weightsFolder }: TransformerModel): void {
  if (precision === 'fp32') return;
  throw new ModelError(
    `Cannot refine an adapter with the weights in ${weightsFolder}: they are in ${precision}, expected fp32.\n` +
      'Build the model pack with "--precision fp32", or turn refinement off.',
  );
}
