/**
 * A pack in the cache, looked at: what it says about itself, and whether it is still what it was.
 *
 * In: a folder. Out: facts and problems in words. Throws nothing for a damaged pack: that is what it is asked for.
 */
import { ModelError } from '../errors.ts';
import type { ModelPart, Precision, PrecisionLoss } from '../runtime/manifest-models.ts';
import { type ModelPack, openModelPack } from '../runtime/model-pack.ts';
import { digestFile } from './file-digest.ts';
import type { CachedPack, PackHome } from './folder.ts';
import { type Pins, readPins } from './pins.ts';
import { countBytes, type OnPackProgress } from './progress.ts';
import { readSources } from './pull.ts';

export interface PackFacts {
  name: string;
  path: string;
  /** Null for a pack that cannot be opened; `problem` says why. */
  version: string | null;
  license: string | null;
  precision: Record<ModelPart, Precision> | null;
  precisionLoss: PrecisionLoss | null;
  bytes: number | null;
  problem: string | null;
}

/** Reads the manifest and looks at the size of each file. */
export function describePack({ name, dir: path }: CachedPack): PackFacts {
  const nothing = { version: null, license: null, precision: null, precisionLoss: null, bytes: null };
  try {
    const { version, license, precision, precisionLoss, files } = openModelPack(path).manifest;
    const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
    return { name, path, version, license, precision, precisionLoss, bytes, problem: null };
  } catch (error) {
    return { name, path, ...nothing, problem: reasonOf(error) };
  }
}

export interface PackVerification {
  name: string;
  path: string;
  files: number;
  bytes: number;
  /** Empty: every file has the digest of the manifest, and they are the ones of the first pull. */
  problems: string[];
}

/** Hashes every file. */
export async function verifyPack(
  { name, dir: path }: CachedPack,
  { home, onProgress }: { home: PackHome; onProgress?: OnPackProgress },
): Promise<PackVerification> {
  try {
    const pack = openModelPack(path);
    const entries = Object.entries(pack.manifest.files);
    const bytes = entries.reduce((sum, [, file]) => sum + file.bytes, 0);
    const count = countBytes(onProgress, { stage: 'read', what: name, total: bytes });
    const problems: string[] = [];
    for (const [file, { sha256, bytes: size }] of entries) {
      const found = await digestFile(pack.path(file), size, count);
      if (found.sha256 !== sha256)
        problems.push(`${file}: its sha256 is ${found.sha256}, expected ${sha256}`);
    }
    problems.push(...pinProblems(pack, name, home));
    return { name, path, files: entries.length, bytes, problems };
  } catch (error) {
    return { name, path, files: 0, bytes: 0, problems: [reasonOf(error)] };
  }
}

/** What the pack says about its sources must be what the first pull found. */
function pinProblems(pack: ModelPack, name: string, home: PackHome): string[] {
  const [own, pinned] = [readSources(pack), readPins(home, name)];
  if (own === undefined || pinned === undefined) return [];
  return Object.entries(own.repositories)
    .filter(([repository, source]) => !isSame(source, pinned.repositories[repository]))
    .map(
      ([repository]) =>
        `${repository} is not at the revision, or has not the files, of ${home.pins}/${name}.json`,
    );
}

function isSame(a: Pins['repositories'][string], b: Pins['repositories'][string] | undefined): boolean {
  const filesOf = ({ files }: typeof a) =>
    JSON.stringify(Object.entries(files).sort(([x], [y]) => (x < y ? -1 : 1)));
  return b !== undefined && a.commit === b.commit && filesOf(a) === filesOf(b);
}

function reasonOf(error: unknown): string {
  if (error instanceof ModelError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined) return message;
  throw error;
}
