/**
 * Model files → a pack folder in the cache, whole or not at all.
 *
 *   place the files (links) → do they belong together? → convert → measure what that costs → manifest → its name
 *
 * In: places of files, and a precision. Out: the folder. Knows nothing about the Hub. Nobody opens the pack before
 * it has its name; a killed build leaves a folder with a dot, which the next one removes.
 */
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkManifest, namedFiles, type PackManifest } from '../runtime/manifest.ts';
import type { Precision } from '../runtime/manifest-models.ts';
import { type ModelPack, openModelPack } from '../runtime/model-pack.ts';
import { readBaseModel, readOwnEncoder, type TransformerModel } from '../runtime/transformer-weights.ts';
import { checkTokens } from './check-tokens.ts';
import { checkFinite, checkModels } from './check-weights.ts';
import { convertPack, needsWidening } from './convert.ts';
import type { LocalModel, NamedFile } from './describe.ts';
import { explainWrite, requireSpace } from './disk-space.ts';
import { digestFile } from './file-digest.ts';
import { installPack, newBuildFolder, type PackHome } from './folder.ts';
import { measurePack } from './measure.ts';
import { addedBytes } from './official.ts';
import { placeFile, requireRoomFor } from './place-file.ts';
import { countBytes, type OnPackProgress } from './progress.ts';
import { inSourceNames } from './source-names.ts';

/** Name inside of the pack → the file that is to lie there. */
export type Placement = ReadonlyMap<string, { from: string; sha256?: string | undefined }>;

/** What a pack is made of. */
export interface PackPlan {
  /** In fp32, with the files as they were published; `files` is filled in here. */
  manifest: Omit<PackManifest, 'files' | 'precision' | 'precisionLoss'>;
  placement: Placement;
  /** Small files that are written anew: name → text. */
  texts: Readonly<Record<string, string>>;
}

export interface BuildOptions {
  home: PackHome;
  precision: Precision;
  /** Whether to run the models to see what the precision costs. */
  measure: boolean;
  onProgress?: OnPackProgress;
  onNote?: ((note: string) => void) | undefined;
}

/** Builds a pack and gives it its name, in place of an older one. Throws ModelError, UsageError. Hold the lock. */
export async function buildPack(name: string, plan: PackPlan, options: BuildOptions): Promise<ModelPack> {
  const sources = [...plan.placement.values()].map(({ from }) => from);
  requireRoomFor(sources, options.home.root);
  const folder = newBuildFolder(options.home, name);
  try {
    await fillFolder(folder, plan, options);
    return openModelPack(installPack(options.home, { name, built: folder }));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw inSourceNames(explainWrite(error, folder), namesIn(folder, plan));
  }
}

function namesIn(folder: string, { placement }: PackPlan): Map<string, string> {
  return new Map([
    ...[...placement].map(([name, { from }]): [string, string] => [join(folder, name), from]),
    [join(folder, 'manifest.json'), 'the manifest of the new pack'],
  ]);
}

async function fillFolder(folder: string, plan: PackPlan, options: BuildOptions): Promise<void> {
  for (const [name, { from }] of plan.placement) placeFile(from, join(folder, name));
  for (const [name, text] of Object.entries(plan.texts)) writeFileSync(join(folder, name), text);
  const original = draft(folder, plan);
  checkModels(original);
  checkTokens(original);
  requireSpace(folder, { bytes: bytesToAdd(original, options.precision), purpose: 'build the pack' });
  for (const name of weightFiles(original.manifest)) {
    const progress = { stage: 'read' as const, what: name, total: statSync(original.path(name)).size };
    await checkFinite(original.path(name), countBytes(options.onProgress, progress));
  }
  const converted = await convertPack(original, options);
  checkModels(converted);
  const precisionLoss = await measurePack(converted, { original, ...options });
  const known = new Map([...plan.placement].map(([name, { sha256 }]) => [name, sha256]));
  const names = [...new Set([...namedFiles(converted.manifest), ...extraFiles(plan)])].sort();
  const files = await describeFiles(folder, names, { known, onProgress: options.onProgress });
  const manifest = { ...converted.manifest, precisionLoss, files };
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  checkModels(openModelPack(folder));
}

/** A pack as it lies in the folder, before it has a manifest. */
function draft(folder: string, plan: PackPlan): ModelPack {
  const names = [...plan.placement.keys(), ...Object.keys(plan.texts)];
  const manifest = {
    ...plan.manifest,
    // Not their digests: nothing is asked about the files by their content before they are all there.
    files: Object.fromEntries(names.map((name) => [name, { bytes: 0, sha256: '0'.repeat(64) }])),
  };
  const checked = checkManifest(manifest, join(folder, 'manifest.json'));
  return { dir: folder, manifest: checked, digest: '', path: (file) => join(folder, file) };
}

/** Models in float32 are mapped as they are: in fp32 they add nothing. */
function bytesToAdd(pack: ModelPack, precision: Precision): number {
  const { baseModel, encoder, hypernetwork } = pack.manifest;
  const sizeOf = (files: readonly string[]) =>
    files.reduce((sum, file) => sum + statSync(pack.path(file)).size, 0);
  const changes = (model: TransformerModel) => precision !== 'fp32' || needsWidening(model);
  const own = encoder.kind !== 'base-model' && changes(readOwnEncoder(pack, encoder)) ? encoder.weights : [];
  const base = changes(readBaseModel(pack)) ? baseModel.weights : [];
  return addedBytes(precision, {
    models: sizeOf([...base, ...own]),
    hypernetwork: sizeOf([hypernetwork.weights]),
  });
}

function weightFiles({ baseModel, encoder, hypernetwork }: PackManifest): string[] {
  const own = encoder.kind === 'base-model' ? [] : encoder.weights;
  return [...baseModel.weights, ...own, hypernetwork.weights];
}

/** Licences and the list of sources: listed, so that they are checked like everything else. */
function extraFiles({ placement, texts }: PackPlan): string[] {
  return [...placement.keys()].filter((name) => name.endsWith('/LICENSE')).concat(Object.keys(texts));
}

async function describeFiles(
  folder: string,
  names: readonly string[],
  { known, onProgress }: { known: ReadonlyMap<string, string | undefined>; onProgress: OnPackProgress },
): Promise<PackManifest['files']> {
  const files: PackManifest['files'] = {};
  for (const name of names) {
    const bytes = statSync(join(folder, name)).size;
    const count = countBytes(onProgress, { stage: 'read', what: name, total: bytes });
    const sha256 = known.get(name) ?? (await digestFile(join(folder, name), bytes, count)).sha256;
    files[name] = { bytes, sha256 };
  }
  return files;
}

/** Where the files of a model lie in a pack. */
export function placeModel(
  folder: string,
  model: LocalModel,
  digestOf: (path: string) => string | undefined = () => undefined,
): { files: { config: string; tokenizer: string; weights: string[] }; placement: Placement } {
  const place = ({ name }: NamedFile) => `${folder}/${name}`;
  const files = {
    config: `${folder}/config.json`,
    tokenizer: `${folder}/tokenizer.json`,
    weights: model.weights.map(place),
  };
  const entries: [string, string][] = [
    [files.config, model.config],
    [files.tokenizer, model.tokenizer],
    ...model.weights.map((file): [string, string] => [place(file), file.path]),
    ...(model.license === undefined ? [] : [[`${folder}/LICENSE`, model.license] as [string, string]]),
  ];
  return {
    files,
    placement: new Map(entries.map(([name, from]) => [name, { from, sha256: digestOf(from) }])),
  };
}
