/**
 * The linear layers of a model with an adapter beside them, whose matrices are inputs of the graph.
 *
 *   y = x Wᵀ + (x Aᵀ) Bᵀ      A: (rank, inFeatures)   B: (outFeatures, rank), scaling already in B
 *
 * In: a graph and a model. Out: a way to apply a linear layer. Knows nothing about what the layers belong to. The
 * pairs are shared by all layers.
 */
import { MODULE_TYPES } from '../runtime/manifest.ts';
import type { Graph } from '../runtime/onnx.ts';
import { baseProjection, type Project } from '../runtime/transformer.ts';
import { moduleSizes } from '../runtime/transformer-config.ts';
import type { TransformerModel } from '../runtime/transformer-weights.ts';

export interface AdaptedProjection {
  project: Project;
  /** `lora_A.<type>` and `lora_B.<type>`, with the features of each. */
  inputs: readonly { name: string; shape: readonly [number | 'rank', number | 'rank'] }[];
}

/** Adds the adapter's inputs to the graph. */
export function adaptedProjection(graph: Graph, model: TransformerModel): AdaptedProjection {
  const sizes = moduleSizes(model.config);
  const inputs = MODULE_TYPES.flatMap((type) => [
    { name: `lora_A.${type}`, shape: ['rank', sizes[type].inFeatures] as const },
    { name: `lora_B.${type}`, shape: [sizes[type].outFeatures, 'rank'] as const },
  ]);
  for (const { name, shape } of inputs) graph.input(name, 'F32', shape);
  const base = baseProjection(graph, model);
  const project: Project = (x, module) => {
    const narrow = graph.op('Gemm', [x, `lora_A.${module.type}`], { transB: 1 }); // (tokens, rank)
    return graph.op('Gemm', [narrow, `lora_B.${module.type}`, base(x, module)], { transB: 1 });
  };
  return { project, inputs };
}
