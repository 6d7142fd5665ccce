/**
 * What every command opens first: repository, configuration, model pack, stored state.
 *
 * In: command options. Out: a Workspace. Models are opened by the commands that need them.
 */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, resolveConfig, rulesDigest } from '../config.ts';
import { type EmbeddingCache, openEmbeddingCache } from '../embedding/cache.ts';
import { UsageError } from '../errors.ts';
import { openRepository, type Repository } from '../git/run.ts';
import type { ModelInfo, SnapshotInfo } from '../report/schema.ts';
import { type ModelPack, openModelPack } from '../runtime/model-pack.ts';
import { engine } from '../runtime/session.ts';
import type { SnapshotManifest } from '../snapshots/snapshot.ts';
import { openSnapshotStore, type SnapshotStore } from '../snapshots/store.ts';
import type { CommandOptions } from './options.ts';

export interface Workspace {
  repository: Repository;
  config: Config;
  pack: ModelPack;
  /** <common git dir>/code2lora: shared by all linked worktrees. */
  stateFolder: string;
  store: SnapshotStore;
  lineage: { packDigest: string; rulesDigest: string };
  openCache(): EmbeddingCache;
}

/** Opens repository, configuration and pack; nothing is written yet. */
export async function openWorkspace(options: CommandOptions): Promise<Workspace> {
  const repository = await openRepository(resolve(options.repo ?? '.'));
  const config = resolveConfig(repository.root, process.env, { model: options.model });
  const pack = openModelPack(findPack(config.model, repository.root));
  const stateFolder = stateFolderOf(repository);
  return {
    repository,
    config,
    pack,
    stateFolder,
    store: openSnapshotStore(stateFolder),
    lineage: { packDigest: pack.digest, rulesDigest: rulesDigest(config) },
    openCache: () => openEmbeddingCache(join(stateFolder, 'cache')),
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
export const modelInfo = ({ manifest }: ModelPack): ModelInfo => ({
  pack: manifest.name,
  version: manifest.version,
  device: 'cpu',
  precision: 'fp32',
  engine: `${engine().name} ${engine().version}`,
});

/** How the snapshot is named in reports. */
export const snapshotInfo = (manifest: SnapshotManifest): SnapshotInfo => ({
  id: manifest.id,
  commit: manifest.commit,
  parent: manifest.parent,
  digest: manifest.digest,
  stateDigest: manifest.stateDigest,
  steps: manifest.steps,
});

/** Packs shipped inside the package by name; anything with a separator is a folder. */
export function findPack(model: string, root: string): string {
  if (/[\\/]/.test(model)) return resolve(root, model);
  const shipped = packageFile(join('models', model));
  if (shipped !== undefined) return shipped;
  throw new UsageError(
    `No model pack is called "${model}".\nShipped with this version: nano. A folder is given as a path, such as ./my-pack.`,
  );
}

/** A file or folder of the installed package, found upwards from this module: src/commands or dist. */
export function packageFile(path: string): string | undefined {
  const here = fileURLToPath(new URL('.', import.meta.url));
  return ['..', '../..', '../../..'].map((up) => resolve(here, up, path)).find((place) => existsSync(place));
}
