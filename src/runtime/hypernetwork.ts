/**
 * The hypernetwork of a model pack as it lies on disk, checked against the manifest.
 *
 * In: a pack. Out: the sizes and the places of the weights, in a safetensors file or in the authors' checkpoint,
 * and beside them quantised copies of the head's matrices. Knows nothing about graphs.
 *
 *   evolving   gru_state.* and head_state.*     static   state_dict.*
 */
import { ModelError } from '../errors.ts';
import { type CheckpointConfig, readCheckpointConfig } from './checkpoint.ts';
import { type HypernetworkSizes, MODULE_TYPES } from './manifest.ts';
import { type Precision, quantizedFile } from './manifest-models.ts';
import type { ModelPack } from './model-pack.ts';
import { type QuantizedMatrix, readQuantized } from './quantized-weights.ts';
import type { TensorEntry } from './safetensors.ts';
import type { ModuleSize } from './transformer-config.ts';
import { commonFolder } from './weight-files.ts';
import { isTorchName, openWeights, type Weights } from './weights.ts';

export interface Hypernetwork {
  sizes: HypernetworkSizes;
  weights: Weights;
  /** What the head's tensors are called before their first dot. */
  head: 'head_state' | 'state_dict';
  /** Numbers about the task that the head reads after the context; 0 for a model of one task. */
  taskSize: number;
  /** Of the module types that the head makes pairs for. */
  modules: Readonly<Record<string, ModuleSize>>;
  /** Of the head; the GRU always runs in fp32, since its errors would add up from commit to commit. */
  precision: Precision;
  /** The quantised copy of a matrix of the head; undefined in fp32. */
  quantized(name: string): QuantizedMatrix | undefined;
  /** Holds all weight files, links resolved. */
  weightsFolder: string;
}

/** Reads the headers of the weights. Throws ModelError when they do not fit the manifest. */
export function openHypernetwork(pack: ModelPack): Hypernetwork {
  const network = readHypernetwork(pack.path(pack.manifest.hypernetwork.weights), pack.manifest.hypernetwork);
  const file = quantizedFile(pack.manifest, 'hypernetwork');
  if (file === undefined) return network;
  const quantized = readQuantized(pack.path(file), matrixShapes(network));
  return {
    ...network,
    precision: quantized.precision,
    quantized: quantized.matrix,
    weightsFolder: commonFolder([network.weights.file, quantized.file]),
  };
}

/** The same before there is a pack, in fp32: sizes as a manifest would give them. */
export function readHypernetwork(path: string, sizes: HypernetworkSizes): Hypernetwork {
  const config = isTorchName(path) ? readCheckpointConfig(path) : undefined;
  if (config) checkSameModel(config, sizes, path);
  const weights = openWeights(path);
  const head = sizes.kind === 'static' ? 'state_dict' : 'head_state';
  const modules = readModules(weights, head, sizes);
  if (config) checkSameModules(config, modules, path);
  return {
    sizes,
    weights,
    head,
    taskSize: weights.shape(`${head}.task_embedding.weight`)?.[1] ?? 0,
    modules,
    precision: 'fp32',
    quantized: () => undefined,
    weightsFolder: commonFolder([weights.file]),
  };
}

/** What a manifest says about a checkpoint; `weights` is the name of its file in the pack. */
export function sizesOfCheckpoint(config: CheckpointConfig, weights: string): HypernetworkSizes {
  const { kind, contextSize, trunkSize, rank, alpha, modules, gru } = config;
  return {
    kind,
    weights,
    embeddingSize: gru?.repositorySize ?? contextSize,
    hiddenSize: contextSize,
    trunkSize,
    rank,
    alpha,
    gateOrder: 'rzn',
    moduleTypes: MODULE_TYPES.filter((type) => type in modules),
  };
}

/** The matrices of the head, which are nearly all of a hypernetwork: what quantisation is for. */
export function headMatrices(network: Hypernetwork): TensorEntry[] {
  return [...matrixShapes(network)].map(([name, shape]) => network.weights.expect(name, shape));
}

function matrixShapes({ head, sizes, taskSize, modules }: Hypernetwork): Map<string, [number, number]> {
  const { hiddenSize, trunkSize, rank } = sizes;
  return new Map([
    [`${head}.trunk.0.weight`, [trunkSize, hiddenSize + taskSize]],
    [`${head}.trunk.2.weight`, [trunkSize, trunkSize]],
    ...Object.entries(modules).flatMap(
      ([type, { inFeatures, outFeatures }]): [string, [number, number]][] => [
        [`${head}.heads_A.${type}.weight`, [rank * inFeatures, trunkSize]],
        [`${head}.heads_B.${type}.weight`, [outFeatures * rank, trunkSize]],
      ],
    ),
  ]);
}

/** The head gives rank · inFeatures or outFeatures · rank numbers; that they fit the base model is seen where it is adapted. */
function readModules(
  weights: Weights,
  head: string,
  { moduleTypes, rank }: HypernetworkSizes,
): Record<string, ModuleSize> {
  const features = (side: 'A' | 'B', type: string) =>
    weights.rows(`${head}.heads_${side}.${type}.weight`, rank) / rank;
  return Object.fromEntries(
    moduleTypes.map((type) => [type, { inFeatures: features('A', type), outFeatures: features('B', type) }]),
  );
}

/** What the checkpoint says about its layers, and what its tensors are. */
function checkSameModules(
  { modules: said }: CheckpointConfig,
  found: Readonly<Record<string, ModuleSize>>,
  path: string,
): void {
  const describe = (size: ModuleSize | undefined) => `${size?.inFeatures} to ${size?.outFeatures} features`;
  const other = MODULE_TYPES.find((type) => describe(said[type]) !== describe(found[type]));
  if (other === undefined) return;
  throw new ModelError(
    `Cannot use the checkpoint ${path}: its type_dims say that ${other} maps ${describe(said[other])}, its tensors map ${describe(found[other])}.\n` +
      'Use a checkpoint as it was published.',
  );
}

/** A rank of 8 instead of 16 would read the same bytes as matrices of another form. */
function checkSameModel(config: CheckpointConfig, sizes: HypernetworkSizes, path: string): void {
  const { gru } = config;
  const facts: [name: string, checkpoint: unknown, manifest: unknown][] = [
    ['kind', config.kind, sizes.kind],
    ['embeddingSize', gru?.repositorySize ?? config.contextSize, sizes.embeddingSize],
    ['hiddenSize', config.contextSize, sizes.hiddenSize],
    ['trunkSize', config.trunkSize, sizes.trunkSize],
    ['rank', config.rank, sizes.rank],
    ['alpha', config.alpha, sizes.alpha],
    ['moduleTypes', Object.keys(config.modules).sort().join(), sizes.moduleTypes.toSorted().join()],
    ['length of what a step reads', gru?.stepSize ?? sizes.embeddingSize, sizes.embeddingSize],
    ['input of a step', config.stepInput ?? 'diff', 'diff'],
  ];
  const difference = facts.find(([, checkpoint, manifest]) => checkpoint !== manifest);
  if (difference === undefined) return;
  const [name, checkpoint, manifest] = difference;
  throw new ModelError(
    `Cannot use the checkpoint ${path}: its ${name} is ${checkpoint}, the model pack expects ${manifest}.\n` +
      'The manifest and the weights do not belong together: install or build the pack again.',
  );
}
