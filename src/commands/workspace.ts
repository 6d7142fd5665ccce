/**
 * What every command opens first: repository, configuration, model pack, stored state.
 *
 * In: command options. Out: a Workspace. Models are opened by the commands that need them.
 */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, resolveConfig, rulesDigest } from '../config.ts';
import { type EmbeddingCache, memoryCache, openEmbeddingCache } from '../embedding/cache.ts';
import { UsageError } from '../errors.ts';
import { openRepository, type Repository } from '../git/run.ts';
import { type Fitted, fitPack } from '../inference/memory-fit.ts';
import { memoryWarning } from '../inference/memory-free.ts';
import type { Models } from '../inference/models.ts';
import { openModels } from '../inference/open.ts';
import { cachedPackFolder, packHome } from '../packs/folder.ts';
import { missingPack } from '../packs/missing-pack.ts';
import type { ModelInfo, SnapshotInfo } from '../report/schema.ts';
import type { Device, DeviceChoice } from '../runtime/device.ts';
import { chooseDevice } from '../runtime/device-choice.ts';
import { type AdaptationPart, chooseHistory, chooseParts } from '../runtime/manifest-adaptation.ts';
import { type ModelPack, openModelPack } from '../runtime/model-pack.ts';
import { engine } from '../runtime/session.ts';
import type { WantedLineage } from '../snapshots/lineage.ts';
import type { SnapshotManifest } from '../snapshots/snapshot.ts';
import { openSnapshotStore, type SnapshotStore } from '../snapshots/store.ts';
import { configSource } from './config-source.ts';
import type { CommandOptions, PlaceOptions } from './options.ts';

/** To be disposed when a command is over: it ends the process that runs the models. */
export interface Workspace extends AsyncDisposable {
  repository: Repository;
  config: Config;
  pack: ModelPack;
  /** What its adapters are made of, in the order of ADAPTATION_PARTS. */
  parts: readonly AdaptationPart[];
  /** <common git dir>/code2lora: shared by all linked worktrees. */
  stateFolder: string;
  store: SnapshotStore;
  lineage: WantedLineage;
  openCache(): EmbeddingCache;
  /** What the models run on; `auto` is settled on the first call. Throws ModelError. */
  device(): Promise<DeviceChoice>;
  /** The models, opened on first use; the same ones at every call. Throws ModelError. */
  models(): Promise<Models>;
  /** What was found about the models, for the report. */
  readonly notices: readonly string[];
}

/** What a caller has opened itself. */
export interface WorkspaceParts {
  /** For every walk of the command, instead of one that each of them opens and disposes. */
  cache?: EmbeddingCache | undefined;
}

/** Opens repository, configuration and pack; nothing is written yet. */
export async function openWorkspace(
  options: CommandOptions & PlaceOptions,
  { cache }: WorkspaceParts = {},
): Promise<Workspace> {
  const repository = await openRepository(resolve(options.repo ?? '.'));
  const source = await configSource(repository, options);
  const config = resolveConfig(source, process.env, options);
  const { pack, ...fit } = fitPack(
    openModelPack(findPack(config.model, repository.root)),
    config.inference.maxMemoryBytes,
  );
  const parts = chooseParts(pack.manifest, config.adaptation.parts);
  const stateFolder = options.stateFolder ?? stateFolderOf(repository);
  const device = () => chooseDevice(config.device, { width: pack.manifest.encoder.embeddingSize });
  return {
    ...sharedModels(pack, {
      ...fit,
      open: async () => openModels(pack, { ...config.inference, device: (await device()).device }),
    }),
    repository,
    config,
    pack,
    parts,
    stateFolder,
    store: openSnapshotStore(stateFolder),
    lineage: {
      packDigest: pack.digest,
      rulesDigest: rulesDigest(config),
      maxHistory: chooseHistory(pack.manifest, { parts, wanted: config.history.maxCommits }),
      parts,
    },
    openCache() {
      if (cache) return { ...cache, [Symbol.asyncDispose]: async () => {} };
      return options.inMemory ? memoryCache() : openEmbeddingCache(join(stateFolder, 'cache'));
    },
    device,
  };
}

/** One process for all stages of a command. */
function sharedModels(
  pack: ModelPack,
  { open, refusal, notice }: Omit<Fitted, 'pack'> & { open: () => Promise<Models> },
): Pick<Workspace, 'models' | 'notices' | typeof Symbol.asyncDispose> {
  const notices = notice === null ? [] : [notice];
  let models: Promise<Models> | undefined;
  const openOnce = async () => {
    if (refusal) throw refusal;
    const warning = memoryWarning(pack);
    if (warning) notices.push(warning);
    return open();
  };
  return {
    notices,
    models() {
      models ??= openOnce();
      return models;
    },
    async [Symbol.asyncDispose]() {
      const opened = await models?.catch(() => undefined);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

export const stateFolderOf = (repository: Repository): string => join(repository.commonDir, 'code2lora');

/** HEAD, or a UsageError for a repository without commits. */
export function requireHead(repository: Repository): string {
  if (repository.headSha !== null) return repository.headSha;
  throw new UsageError(
    `The repository at ${repository.root} has no commit yet, so there is no history to learn from.\n` +
      'Make the first commit, then run the command again.',
  );
}

/** How the model is named in reports. */
export const modelInfo = ({ manifest }: ModelPack, device: Device): ModelInfo => ({
  pack: manifest.name,
  version: manifest.version,
  device,
  precision: manifest.precision.baseModel,
  engine: `${engine(device).name} ${engine(device).version}`,
});

/** How the snapshot is named in reports. */
export const snapshotInfo = (manifest: SnapshotManifest): SnapshotInfo => ({
  id: manifest.id,
  commit: manifest.commit,
  parent: manifest.parent,
  digest: manifest.digest,
  stateDigest: manifest.stateDigest,
  steps: manifest.steps,
  ...(manifest.parts ? { parts: [...manifest.parts], commits: manifest.position } : {}),
});

/** By name: packs shipped inside the package, then those of the cache; anything with a separator is a folder. */
export function findPack(model: string, root: string): string {
  if (/[\\/]/.test(model)) return resolve(root, model);
  const home = packHome();
  const found = packageFile(join('models', model)) ?? cachedPackFolder(home, model);
  if (found !== undefined) return found;
  throw missingPack(model, { shipped: 'nano', home });
}

/** A file or folder of the installed package, found upwards from this module: src/commands or dist. */
export function packageFile(path: string): string | undefined {
  const here = fileURLToPath(new URL('.', import.meta.url));
  return ['..', '../..', '../../..'].map((up) => resolve(here, up, path)).find((place) => existsSync(place));
}
