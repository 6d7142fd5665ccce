/**
 * The linear layers of a model with an adapter beside them, whose matrices are inputs of the graph.
 *
 *   y = x Wᵀ + (x Aᵀ) Bᵀ      A: (rank, inFeatures)   B: (outFeatures, rank), scaling already in B
 *
 * In: a graph and a model. Out: a way to apply a linear layer. Knows nothing about what the layers belong to. The pairs
 * are shared by all layers, or each layer has its own; each pair may have another rank. Fed by feeds.ts.
 */
import { MODULE_TYPES } from '../runtime/manifest.ts';
import type { Graph } from '../runtime/onnx.ts';
import { baseProjection, type Project } from '../runtime/transformer.ts';
import { type ModuleSize, moduleSizes } from '../runtime/transformer-config.ts';
import type { TransformerModel } from '../runtime/transformer-weights.ts';

export interface AdaptedProjection {
  project: Project;
  /** `lora_A.<type>` and `lora_B.<type>`, with the features of each. */
  inputs: readonly AdapterInput[];
}

export interface AdapterInput {
  name: string;
  shape: readonly [number | string, number | string];
}

export interface ProjectionOptions {
  /** A pair for each layer, `lora_A.<layer>.<type>`; default: one for all of them. */
  layerAdapters?: boolean;
  /** What the adapter is added to; default: the linear layers of the model. */
  base?: Project;
  /** What the names of the inputs begin with; default `lora`. */
  prefix?: string;
}

/** Adds the adapter's inputs to the graph. */
export function adaptedProjection(
  graph: Graph,
  model: TransformerModel,
  { layerAdapters = false, base = baseProjection(graph, model), prefix = 'lora' }: ProjectionOptions = {},
): AdaptedProjection {
  const sizes = moduleSizes(model.config);
  const layers = layerAdapters
    ? Array.from(Array(model.config.layerCount).keys(), (layer) => `${layer}.`)
    : [''];
  const inputs = layers.flatMap((layer) =>
    MODULE_TYPES.flatMap((type) => pairInputs(`${layer}${type}`, sizes[type], prefix)),
  );
  for (const { name, shape } of inputs) graph.input(name, 'F32', shape);
  const project: Project = (x, module) => {
    const name = layerAdapters ? `${module.layer}.${module.type}` : module.type;
    const narrow = graph.op('Gemm', [x, `${prefix}_A.${name}`], { transB: 1 }); // (tokens, rank)
    return graph.op('Gemm', [narrow, `${prefix}_B.${name}`, base(x, module)], { transB: 1 });
  };
  return { project, inputs };
}

/** Each pair has a name for its rank: ONNX Runtime takes sizes of one name for equal. */
function pairInputs(name: string, { inFeatures, outFeatures }: ModuleSize, prefix: string): AdapterInput[] {
  const rank = `${prefix}_rank.${name}`;
  return [
    { name: `${prefix}_A.${name}`, shape: [rank, inFeatures] },
    { name: `${prefix}_B.${name}`, shape: [outFeatures, rank] },
  ];
}
