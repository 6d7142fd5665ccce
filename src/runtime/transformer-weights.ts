/**
 * A model of the Llama family as it lies on disk: config.json and safetensors in Hugging Face layout, and beside
 * them quantised copies of its matrices where it runs in fewer bits.
 *
 * In: paths. Out: the sizes of the model and the place of each weight, checked against each other: a wrong
 * offset would give wrong numbers without any error. Knows nothing about graphs.
 */
import { ModelError } from '../errors.ts';
import { type ModelPart, type Precision, quantizedFile } from './manifest-models.ts';
import type { ModelPack } from './model-pack.ts';
import { type QuantizedMatrix, readQuantized } from './quantized-weights.ts';
import type { TensorEntry } from './safetensors.ts';
import {
  type Architecture,
  matrixShapes,
  parseTransformerConfig,
  type TransformerConfig,
  weightShapes,
} from './transformer-config.ts';
import { commonFolder, entriesOfFiles, readJson } from './weight-files.ts';

export interface TransformerModel {
  config: TransformerConfig;
  /** False for a model that only encodes. */
  outputLayer: boolean;
  /** Quantised weights need a session with `prepack`. */
  precision: Precision;
  /** Holds all weight files, links resolved. */
  weightsFolder: string;
  weight(name: string): TensorEntry;
  /** The quantised copy of a matrix; undefined where the model runs in fp32. */
  quantized(name: string): QuantizedMatrix | undefined;
}

export interface TransformerFiles {
  config: string;
  /** Safetensors files or an index of shards. */
  weights: readonly string[];
  /** Of quantised weights, made by `quantizeTransformer`; without it the model runs in fp32. */
  quantized?: string | undefined;
}

export interface ReadOptions {
  /** Refuse every other architecture. */
  architecture?: Architecture | undefined;
  /** Default: true. False for a model that only encodes: its checkpoint may lack the output layer. */
  outputLayer?: boolean | undefined;
}

/** Reads the base model of a pack, as itself or as the encoder. Throws ModelError. */
export function readBaseModel(
  pack: ModelPack,
  part: 'baseModel' | 'encoder' = 'baseModel',
): TransformerModel {
  const { config, weights, architecture } = pack.manifest.baseModel;
  return readTransformer(filesOf(pack, part, { config, weights }), { architecture });
}

/** Reads the encoder of a pack that has one of its own. Throws ModelError. */
export function readOwnEncoder(
  pack: ModelPack,
  { config, weights }: { config: string; weights: readonly string[] },
): TransformerModel {
  return readTransformer(filesOf(pack, 'encoder', { config, weights }), {
    architecture: 'qwen3',
    outputLayer: false,
  });
}

/** Reads sizes and weight places. Throws ModelError when they do not fit each other. */
export function readTransformer(
  { config: configPath, weights: weightPaths, quantized: quantizedPath }: TransformerFiles,
  { architecture, outputLayer = true }: ReadOptions = {},
): TransformerModel {
  const config = parseTransformerConfig(readJson(configPath), configPath, architecture);
  const entryByName = withPrefix(entriesOfFiles(weightPaths));
  const shapes = new Map(weightShapes(config, { outputLayer }));
  checkWeights(shapes, entryByName, weightPaths.join(', '));
  const quantized =
    quantizedPath === undefined
      ? undefined
      : readQuantized(quantizedPath, new Map(matrixShapes(config, { outputLayer })));
  const files = [...entryByName.values()].map(({ file }) => file);
  return {
    config,
    outputLayer,
    precision: quantized?.precision ?? 'fp32',
    weightsFolder: commonFolder(quantized ? [...files, quantized.file] : files),
    weight: (name) => entryByName.get(name) as TensorEntry,
    quantized: (name) => quantized?.matrix(name),
  };
}

function filesOf(
  pack: ModelPack,
  part: ModelPart,
  { config, weights }: { config: string; weights: readonly string[] },
): TransformerFiles {
  const quantized = quantizedFile(pack.manifest, part);
  return {
    config: pack.path(config),
    weights: weights.map(pack.path),
    quantized: quantized === undefined ? undefined : pack.path(quantized),
  };
}

/** Checkpoints of the bare model, as embedding models are saved, leave out the first part of the names. */
function withPrefix(entryByName: Map<string, TensorEntry>): Map<string, TensorEntry> {
  if (!entryByName.has('embed_tokens.weight')) return entryByName;
  const full = (name: string) => (name.startsWith('lm_head.') ? name : `model.${name}`);
  return new Map([...entryByName].map(([name, entry]) => [full(name), { ...entry, name: full(name) }]));
}

/** Old checkpoints store the rotary frequencies, tied ones may repeat the embedding table. */
const IGNORED = /\.rotary_emb\.inv_freq$|^lm_head\.weight$/;
const FLOATS = ['F32', 'F16', 'BF16'];

function checkWeights(
  shapes: ReadonlyMap<string, readonly number[]>,
  entryByName: ReadonlyMap<string, TensorEntry>,
  place: string,
): void {
  const problems = [
    ...[...shapes].map(([name, shape]) => checkWeight(entryByName.get(name), name, shape)),
    ...[...entryByName.keys()]
      .filter((name) => !shapes.has(name) && !IGNORED.test(name))
      .map((name) => `it has tensor ${name}, which a model of this config.json does not use`),
  ].filter((problem) => problem !== undefined);
  if (problems.length === 0) return;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new ModelError(
    `Cannot use the weights ${place}: ${problems[0]}${more}.\nUse the files that belong to this config.json.`,
  );
}

function checkWeight(
  entry: TensorEntry | undefined,
  name: string,
  shape: readonly number[],
): string | undefined {
  if (!entry) return `tensor ${name} is missing`;
  if (!FLOATS.includes(entry.dtype))
    return `tensor ${name} is ${entry.dtype}, expected ${FLOATS.join(' or ')}`;
  if (entry.shape.join() === shape.join()) return undefined;
  return `tensor ${name} has shape (${entry.shape.join(', ')}), expected (${shape.join(', ')})`;
}
