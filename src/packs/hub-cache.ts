/**
 * What the Hub's own tools have downloaded already: their cache, read and never written.
 *
 *   <cache>/models--<owner>--<name>/refs/<branch>                 a commit
 *   <cache>/models--<owner>--<name>/snapshots/<commit>/<path>     a link to ../../blobs/<digest>
 *
 * In: a repository. Out: its files that are here. Knows nothing about packs; digests are checked by who uses a file.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RemoteFile, RemoteRepository } from './hub.ts';

/** A file of a repository in the cache, links resolved; undefined when it is not there in this size. */
export function findInHubCache(
  { repository, commit, path, bytes }: RemoteFile,
  cacheFolder: string,
): string | undefined {
  const place = join(repositoryFolder(repository, cacheFolder), 'snapshots', commit, ...path.split('/'));
  const stats = statSync(place, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size === bytes ? realpathSync(place) : undefined;
}

/**
 * What the cache knows of a repository, without a network: the files of a snapshot. Undefined when there is none of
 * the revision. The names of the blobs are their digests: sha256 of large files, git's id of small ones.
 */
export function readCachedRepository(
  name: string,
  { revision = 'main', cacheFolder }: { revision?: string | undefined; cacheFolder: string },
): RemoteRepository | undefined {
  const folder = repositoryFolder(name, cacheFolder);
  const commit = /^[0-9a-f]{40}$/.test(revision) ? revision : readReference(join(folder, 'refs', revision));
  const snapshot = join(folder, 'snapshots', commit ?? '-');
  if (commit === undefined || !existsSync(snapshot)) return undefined;
  const files = readdirSync(snapshot, { recursive: true })
    .map((path) => String(path).replaceAll('\\', '/'))
    .filter((path) => statSync(join(snapshot, path), { throwIfNoEntry: false })?.isFile())
    .map((path) => cachedFile(join(snapshot, path), { repository: name, commit, path }));
  return { name, commit, license: null, files };
}

function cachedFile(
  place: string,
  { repository, commit, path }: Pick<RemoteFile, 'repository' | 'commit' | 'path'>,
): RemoteFile {
  const digest = basename(realpathSync(place));
  return {
    repository,
    commit,
    path,
    bytes: statSync(place).size,
    sha256: /^[0-9a-f]{64}$/.test(digest) ? digest : null,
    blob: /^[0-9a-f]{40}$/.test(digest) ? digest : null,
  };
}

const repositoryFolder = (name: string, cacheFolder: string): string =>
  join(cacheFolder, `models--${name.replaceAll('/', '--')}`);

function readReference(path: string): string | undefined {
  try {
    const commit = readFileSync(path, 'utf8').trim();
    return /^[0-9a-f]{40}$/.test(commit) ? commit : undefined;
  } catch {
    return undefined;
  }
}
