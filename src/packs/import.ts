/**
 * Local files and folders → a pack in the cache.
 *
 *   a folder with manifest.json             a pack as it is
 *   a folder with the published models      base model and encoder in folders of their own, the checkpoint beside them
 *   a .pt file                              a checkpoint; base model and encoder are named, or those of `official`
 *   a folder with adapter_config.json       a PEFT adapter; the base model is named
 *
 * In: a path. Out: a pack. Needs no network. What a folder is, is told by what is in it, not by its name.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ModelError, UsageError } from '../errors.ts';
import { type ModelPack, openModelPack } from '../runtime/model-pack.ts';
import { readJson, resolveLink } from '../runtime/weight-files.ts';
import { buildPack } from './build.ts';
import { findModel, type LocalModel } from './describe.ts';
import { explainWrite } from './disk-space.ts';
import { digestFile } from './file-digest.ts';
import { cachedPackFolder, installPack, newBuildFolder } from './folder.ts';
import { planReleased, type ReleasedModels } from './pack-plan.ts';
import { type AdapterImport, importAdapter } from './peft-pack.ts';
import { placeFile, requireRoomFor } from './place-file.ts';
import { countBytes } from './progress.ts';

export interface ImportOptions extends AdapterImport {
  /** Folder of an encoder that does not lie in the imported one. */
  encoder?: string | undefined;
}

/** Throws UsageError for a path that is none of these, ModelError for files that do not belong together. Hold the lock. */
export async function importPack(path: string, options: ImportOptions): Promise<ModelPack> {
  const place = resolve(path);
  const stats = statSync(place, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`Cannot import ${place}: there is no such file or folder.`);
  if (stats.isFile() && basename(place) === 'manifest.json') return await copyPack(dirname(place), options);
  if (stats.isFile()) return await importCheckpoint(place, options);
  if (existsSync(join(place, 'manifest.json'))) return await copyPack(place, options);
  if (existsSync(join(place, 'adapter_config.json'))) return await importAdapter(place, options);
  return await importReleased(place, options);
}

/** A pack keeps every byte, its manifest too: the digest of the manifest is its identity. */
async function copyPack(from: string, { name, home, onProgress }: ImportOptions): Promise<ModelPack> {
  const pack = openModelPack(from);
  requireRoomFor(Object.keys(pack.manifest.files).map(pack.path), home.root);
  const folder = newBuildFolder(home, name);
  try {
    for (const [file, { bytes, sha256 }] of Object.entries(pack.manifest.files)) {
      const count = countBytes(onProgress, { stage: 'read', what: file, total: bytes });
      const found = await digestFile(pack.path(file), bytes, count);
      if (found.sha256 !== sha256)
        throw new ModelError(
          `Cannot import ${from}: the sha256 of ${file} is ${found.sha256}, expected ${sha256}.\nThe pack is damaged: get it again.`,
        );
      placeFile(pack.path(file), join(folder, file));
    }
    placeFile(join(from, 'manifest.json'), join(folder, 'manifest.json'));
    return openModelPack(installPack(home, { name, built: folder }));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw explainWrite(error, folder);
  }
}

async function importCheckpoint(path: string, options: ImportOptions): Promise<ModelPack> {
  if (!path.endsWith('.pt')) throw notImportable(path, 'it is a file, and neither a .pt nor a manifest.json');
  const models = { ...modelsNamed(options), checkpoint: { name: basename(path), path: resolveLink(path) } };
  return await buildReleased(models, options);
}

/** The published layout: one checkpoint, and the models in folders below or named by options. */
async function importReleased(folder: string, options: ImportOptions): Promise<ModelPack> {
  const checkpoints = filesBelow(folder).filter((path) => path.endsWith('.pt'));
  const [path, ...more] = checkpoints;
  if (path === undefined)
    throw notImportable(folder, 'it holds no manifest.json, no adapter_config.json and no .pt file');
  if (more.length > 0)
    throw notImportable(
      folder,
      `it holds several checkpoints: ${checkpoints.map((file) => basename(file)).join(', ')}`,
    );
  const found = modelsBelow(folder);
  const models = {
    ...modelsNamed({
      ...options,
      baseModel: options.baseModel ?? found.baseModel,
      encoder: options.encoder ?? found.encoder,
    }),
    checkpoint: { name: basename(path), path: resolveLink(path) },
  };
  return await buildReleased(models, options);
}

async function buildReleased(models: ReleasedModels, options: ImportOptions): Promise<ModelPack> {
  const { name, license = 'unknown' } = options;
  return await buildPack(name, planReleased({ name, version: 'imported', license }, models), options);
}

/** The two models as options name them, or those of the pack that was pulled. */
function modelsNamed({ baseModel, encoder, home }: ImportOptions): Omit<ReleasedModels, 'checkpoint'> {
  const pulled = cachedPackFolder(home, 'official');
  const manifest = pulled === undefined ? undefined : openModelPack(pulled).manifest;
  const canShare = manifest?.baseModel.weights[0]?.endsWith('.fp32.safetensors') === false;
  const find = (named: string | undefined, folder: string, option: string): LocalModel => {
    if (named !== undefined) return findModel(resolve(named));
    if (pulled !== undefined && canShare) return findModel(join(pulled, folder));
    throw new UsageError(
      `Cannot import the checkpoint: its ${folder} is not known.\n` +
        `Name the folder with ${option}, or pull the published models first: code2lora models pull official.`,
    );
  };
  return {
    baseModel: find(baseModel, 'base-model', '--base-model'),
    encoder: find(encoder, 'encoder', '--encoder'),
  };
}

/** Folders with a config.json: a Qwen3 is the encoder, anything else the base model. */
function modelsBelow(folder: string): { baseModel?: string; encoder?: string } {
  const found: { baseModel?: string; encoder?: string } = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const config = join(folder, entry.name, 'config.json');
    if (!existsSync(config)) continue;
    const role =
      (readJson(config) as { model_type?: unknown }).model_type === 'qwen3' ? 'encoder' : 'baseModel';
    if (found[role] !== undefined)
      throw notImportable(folder, `${basename(found[role])} and ${entry.name} could both be the ${role}`);
    found[role] = join(folder, entry.name);
  }
  return found;
}

/** In the folder and the folders in it: a checkpoint may have one of its own. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
      return readdirSync(path).map((name) => join(path, name));
    return [path];
  });
}

const notImportable = (path: string, found: string): UsageError =>
  new UsageError(
    `Cannot import ${path}: ${found}.\n` +
      'Expected a model pack (manifest.json), the published models (folders of the base model and the encoder, and a .pt file), ' +
      'a checkpoint (.pt), or a PEFT adapter (adapter_config.json) with --base-model.',
  );
