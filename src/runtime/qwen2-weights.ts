/**
 * A base model of the Qwen2 architecture as it lies on disk: config.json and safetensors in Hugging Face layout.
 *
 * In: paths. Out: the sizes of the model and the place of each weight, checked against each other: a wrong
 * offset would give wrong numbers without any error. Knows nothing about graphs.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { ModelError } from '../errors.ts';
import * as field from './manifest-fields.ts';
import type { ModelPack } from './model-pack.ts';
import { parseQwen2Config, type Qwen2Config, weightShapes } from './qwen2-config.ts';
import { readHeader, type TensorEntry } from './safetensors.ts';

export interface Qwen2Model {
  config: Qwen2Config;
  /** Holds all weight files, links resolved. */
  weightsFolder: string;
  weight(name: string): TensorEntry;
}

/** Reads the base model of a pack. Throws ModelError. */
export function readBaseModel(pack: ModelPack): Qwen2Model {
  const { config, weights } = pack.manifest.baseModel;
  return readQwen2(pack.path(config), weights.map(pack.path));
}

/** Reads sizes and weight places; `weightPaths` are safetensors files or an index of shards. Throws ModelError. */
export function readQwen2(configPath: string, weightPaths: readonly string[]): Qwen2Model {
  const config = parseQwen2Config(readJson(configPath), configPath);
  const files = [...new Set(weightPaths.flatMap(shardsOf).map(resolveLink))];
  const entryByName = new Map<string, TensorEntry>();
  for (const file of files) {
    for (const [name, entry] of readHeader(file).entries) entryByName.set(name, entry);
  }
  checkWeights(config, entryByName, weightPaths.join(', '));
  const weight = (name: string) => entryByName.get(name) as TensorEntry;
  return { config, weightsFolder: commonFolder(files), weight };
}

/** Old checkpoints store the rotary frequencies, tied ones may repeat the embedding table. */
const IGNORED = /\.rotary_emb\.inv_freq$|^lm_head\.weight$/;
const FLOATS = ['F32', 'F16', 'BF16'];

function checkWeights(
  config: Qwen2Config,
  entryByName: ReadonlyMap<string, TensorEntry>,
  place: string,
): void {
  const expected = new Map(weightShapes(config));
  const problems = [
    ...[...expected].map(([name, shape]) => checkWeight(entryByName.get(name), name, shape)),
    ...[...entryByName.keys()]
      .filter((name) => !expected.has(name) && !IGNORED.test(name))
      .map((name) => `it has tensor ${name}, which a Qwen2 model of this size does not use`),
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

/** A file that ends in `.index.json` stands for the shards it lists, which lie beside it. */
function shardsOf(path: string): string[] {
  if (path.endsWith('.safetensors')) return [path];
  if (path.endsWith('.index.json')) {
    const { weight_map: fileByTensor } = checkIndex(readJson(path), `${path}:`);
    return Object.values(fileByTensor).map((file) => join(dirname(path), basename(file)));
  }
  throw new ModelError(
    `Cannot use the weights ${path}: expected a .safetensors file or an .index.json of shards.`,
  );
}

const checkIndex = field.object<{ weight_map: Record<string, string> }>({
  weight_map: field.record(field.text(/\.safetensors$/, 'the name of a safetensors file')),
});

/** ONNX Runtime refuses links that leave the folder, as they do in the cache of the Hugging Face hub. */
function resolveLink(path: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw new ModelError(`Cannot find the weights ${path}: ${(cause as Error).message}.`, { cause });
  }
}

function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] as string);
  const holds = (file: string) => file.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  while (!files.every(holds)) folder = dirname(folder);
  return folder;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ModelError(`Cannot read ${path}: ${(cause as Error).message}.`, { cause });
  }
}
