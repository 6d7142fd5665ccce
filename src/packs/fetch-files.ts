/**
 * The files of a pull: from this machine where they are the wanted ones, from the Hub otherwise.
 *
 * In: what the Hub says about each file. Out: where it lies now, and its digest. Knows nothing about packs.
 */
import { UsageError } from '../errors.ts';
import { downloadFile } from './download.ts';
import type { PackHome } from './folder.ts';
import type { RemoteFile } from './hub.ts';
import type { Network } from './hub-request.ts';
import type { HubSettings } from './hub-settings.ts';
import { digestIfWanted, findLocally } from './local-files.ts';
import { countBytes, type OnPackProgress } from './progress.ts';

export interface FetchOptions {
  home: PackHome;
  settings: HubSettings;
  network: Network;
  onProgress?: OnPackProgress;
  onNote?: ((note: string) => void) | undefined;
}

export interface FetchedFile {
  path: string;
  sha256: string;
  /** It lies among the downloads and goes when the pack is built. */
  isPart: boolean;
}
export type Fetched = ReadonlyMap<RemoteFile, FetchedFile>;

/** Throws UsageError when a file is missing offline or the disk is full, ModelError when the Hub fails. */
export async function fetchAll(files: readonly RemoteFile[], options: FetchOptions): Promise<Fetched> {
  const fetched = new Map<RemoteFile, FetchedFile>();
  for (const file of files) fetched.set(file, await fetchFile(file, options));
  return fetched;
}

async function fetchFile(file: RemoteFile, options: FetchOptions): Promise<FetchedFile> {
  const { home, settings, onProgress, onNote } = options;
  const what = `${file.repository}/${file.path}`;
  const total = file.bytes;
  for (const { path } of findLocally(file, { home, cacheFolder: settings.cacheFolder })) {
    const digest = await digestIfWanted(path, file, countBytes(onProgress, { stage: 'read', what, total }));
    if (digest !== undefined) return { path, sha256: digest.sha256, isPart: false };
    onNote?.(`${path} is not the file that is wanted, although it has its name; it is left alone`);
  }
  if (settings.isOffline) throw notHere(file, settings);
  const { path, digest } = await downloadFile(file, {
    ...{ folder: home.downloads, settings, network: options.network },
    onProgress: (done) => onProgress?.({ stage: 'download', what, done, total }),
  });
  return { path, sha256: digest.sha256, isPart: true };
}

function notHere({ repository, path, commit }: RemoteFile, { cacheFolder }: HubSettings): UsageError {
  return new UsageError(
    `Cannot get ${path} of ${repository} at ${commit.slice(0, 12)} offline: it is not in ${cacheFolder}.\n` +
      'Run the command once with a network (without --offline and HF_HUB_OFFLINE).',
  );
}
