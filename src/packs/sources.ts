/**
 * The published files of a pack: at which revision, which of them, and that they are the ones that are pinned.
 *
 * In: what a pack is made of, pins, the user's wish. Out: the files to get. Asks the Hub, or without a network the
 * pins and the Hub's own cache. Knows nothing about downloading.
 */
import { ModelError, UsageError } from '../errors.ts';
import { type RemoteFile, type RemoteRepository, readRepository } from './hub.ts';
import { readCachedRepository } from './hub-cache.ts';
import type { Network } from './hub-request.ts';
import type { HubSettings } from './hub-settings.ts';
import { missingOfModel, modelFiles, type OfficialPack, type PackSource } from './official.ts';
import { type PinnedRepository, type Pins, requirePinned } from './pins.ts';

export type Role = 'base-model' | 'encoder' | 'hypernetwork';

export interface ChosenSource {
  role: Role;
  repository: string;
  commit: string;
  /** Null: the model card does not say. */
  license: string | null;
  /** Who says that it is this commit: the code, an earlier pull, the user, or the Hub just now. */
  fixedBy: 'source' | 'pin' | 'user' | 'first-use';
  files: RemoteFile[];
}

export interface SourceOptions {
  settings: HubSettings;
  network: Network;
  pins: Pins | undefined;
  /** Repository → revision that the user names. */
  revisions: Readonly<Record<string, string>>;
}

/** Throws UsageError without a network when nothing is known, ModelError when the Hub fails or has other files. */
export async function chooseSources(pack: OfficialPack, options: SourceOptions): Promise<ChosenSource[]> {
  const { hypernetwork } = pack;
  return [
    await choose(pack.baseModel, { role: 'base-model', select: modelFiles, lacks: missingOfModel }, options),
    await choose(pack.encoder, { role: 'encoder', select: modelFiles, lacks: missingOfModel }, options),
    await choose(
      hypernetwork,
      {
        role: 'hypernetwork',
        select: (paths) => paths.filter((path) => path === hypernetwork.file || path === 'LICENSE'),
        lacks: (paths) => (paths.includes(hypernetwork.file) ? undefined : hypernetwork.file),
      },
      options,
    ),
  ];
}

/** Throws UsageError when the user names a revision of something that is no part of the pack. */
export function checkRevisions(
  { baseModel, encoder, hypernetwork }: OfficialPack,
  revisions: Readonly<Record<string, string>>,
): void {
  const known = [baseModel, encoder, hypernetwork].map(({ repository }) => repository);
  const unknown = Object.keys(revisions).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(
    `--revision names ${unknown}, which is no part of the pack.\nExpected one of: ${known.join(', ')}.`,
  );
}

interface Choice {
  role: Role;
  select(paths: readonly string[]): string[];
  /** A file that should be among the selected ones and is not. */
  lacks(paths: readonly string[]): string | undefined;
}

async function choose(
  source: PackSource,
  { role, select, lacks }: Choice,
  options: SourceOptions,
): Promise<ChosenSource> {
  const { repository, digests } = source;
  const asked = options.revisions[repository];
  const pinned = asked === undefined ? options.pins?.repositories[repository] : undefined;
  const revision = asked ?? source.revision ?? pinned?.commit;
  const fixedBy = asked ? 'user' : source.revision ? 'source' : pinned ? 'pin' : 'first-use';
  const { commit, license, files } = await read(repository, { ...options, revision, pinned });
  const wanted = new Set(select(files.map(({ path }) => path)));
  const chosen = files.filter(({ path }) => wanted.has(path));
  const missing = lacks([...wanted]);
  if (missing !== undefined) throw incomplete({ repository, commit, file: missing }, options.settings);
  for (const file of chosen) {
    // Digests in the code are for the revision in the code; so are pins.
    if (asked === undefined && digests[file.path]) requireDigest(file, digests[file.path] as string);
    if (pinned?.commit === commit) requirePinned(pinned, { name: repository, path: file.path, found: file });
  }
  const known = pinned?.commit === commit ? pinned : undefined;
  return {
    role,
    repository,
    commit,
    license: license ?? known?.license ?? null,
    fixedBy,
    files: chosen.map((file) => withDigest(file, known, asked === undefined ? digests : {})),
  };
}

/** Found before gigabytes are downloaded. */
function incomplete(
  { repository, commit, file }: { repository: string; commit: string; file: string },
  { isOffline, cacheFolder }: HubSettings,
): ModelError {
  const [place, advice] = isOffline
    ? [
        `what ${cacheFolder} has of it`,
        'Run the command once with a network (without --offline and HF_HUB_OFFLINE)',
      ]
    : ['it', 'Name another revision with --revision, or update code2lora'];
  return new ModelError(
    `Cannot use ${repository} at ${commit.slice(0, 12)}: ${place} lacks ${file}.\n${advice}.`,
  );
}

/** Small files have no sha256 on the Hub; a pin or the code may know it. */
function withDigest(
  file: RemoteFile,
  pinned: PinnedRepository | undefined,
  digests: PackSource['digests'],
): RemoteFile {
  return { ...file, sha256: file.sha256 ?? pinned?.files[file.path]?.sha256 ?? digests[file.path] ?? null };
}

interface ReadOptions extends SourceOptions {
  revision: string | undefined;
  pinned: PinnedRepository | undefined;
}

async function read(
  name: string,
  { settings, network, revision, pinned }: ReadOptions,
): Promise<RemoteRepository> {
  if (!settings.isOffline) return await readRepository(name, { settings, network, revision });
  if (pinned !== undefined && (revision === undefined || revision === pinned.commit))
    return fromPins(name, pinned);
  const cached = readCachedRepository(name, { revision, cacheFolder: settings.cacheFolder });
  if (cached !== undefined) return cached;
  throw new UsageError(
    `Cannot get ${name}${revision ? ` at ${revision}` : ''} offline: it was not pulled before, and it is not in ${settings.cacheFolder}.\n` +
      'Run the command once with a network (without --offline and HF_HUB_OFFLINE), or bring the files here and use "code2lora models import".',
  );
}

function fromPins(name: string, { commit, license, files }: PinnedRepository): RemoteRepository {
  const list = Object.entries(files).map(([path, { bytes, sha256 }]) => ({
    ...{ repository: name, commit, path, bytes, sha256, blob: null },
  }));
  return { name, commit, license, files: list };
}

function requireDigest({ repository, commit, path, sha256 }: RemoteFile, expected: string): void {
  if (sha256 === null || sha256 === expected) return;
  throw new ModelError(
    `Cannot use ${path} of ${repository} at ${commit.slice(0, 12)}: its sha256 is ${sha256}, this version of code2lora expects ${expected}.\n` +
      'Is HF_ENDPOINT an honest mirror? To use the file all the same, name the revision with --revision.',
  );
}
