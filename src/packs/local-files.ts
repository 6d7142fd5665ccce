/**
 * Files that are on this machine already: in another pack, in the Hub's own cache, or as an unfinished download.
 *
 * In: a file of the Hub. Out: where it lies, or how much of it. Nothing is believed by its name: a file is hashed
 * before it is used.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { partPath } from './download.ts';
import { digestFile, type FileDigest, fits } from './file-digest.ts';
import { cachedPacks, type PackHome } from './folder.ts';
import type { RemoteFile } from './hub.ts';
import { findInHubCache } from './hub-cache.ts';

export interface LocalFile {
  path: string;
  from: 'pack' | 'hub-cache';
}

/** Places where the file may lie, the most likely first; looks at sizes only. */
export function findLocally(
  file: RemoteFile,
  { home, cacheFolder }: { home: PackHome; cacheFolder: string },
): LocalFile[] {
  const ofPacks = file.sha256 === null ? [] : cachedPacks(home).flatMap(({ dir }) => inPack(dir, file));
  const cached = findInHubCache(file, cacheFolder);
  return [
    ...ofPacks.map((path) => ({ path, from: 'pack' as const })),
    ...(cached === undefined ? [] : [{ path: cached, from: 'hub-cache' as const }]),
  ];
}

/** Bytes of the file that an earlier pull has left. */
export function unfinishedBytes(file: RemoteFile, home: PackHome): number {
  return Math.min(file.bytes, statSync(partPath(home.downloads, file), { throwIfNoEntry: false })?.size ?? 0);
}

/** The digest of a file that is the wanted one; undefined when it is another one. */
export async function digestIfWanted(
  path: string,
  file: RemoteFile,
  onBytes?: (count: number) => void,
): Promise<FileDigest | undefined> {
  const digest = await digestFile(path, file.bytes, onBytes);
  return fits(digest, file) ? digest : undefined;
}

/** By the digests of a manifest: a pack that was built from the same file holds it under some name. */
function inPack(dir: string, { bytes, sha256 }: RemoteFile): string[] {
  let files: Record<string, { bytes: number; sha256: string }>;
  try {
    files = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8')).files;
  } catch {
    return []; // `models verify` says what is wrong with it
  }
  return Object.entries(files ?? {})
    .filter(([, entry]) => entry.bytes === bytes && entry.sha256 === sha256)
    .map(([name]) => join(dir, name))
    .filter((path) => existsSync(path) && statSync(path).size === bytes);
}
