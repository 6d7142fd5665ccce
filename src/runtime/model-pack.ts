/**
 * A model pack: a folder with a manifest, a base model, its tokeniser and a hypernetwork.
 *
 * In: the path of the folder. Out: the checked manifest and the paths of its files. Knows nothing about what
 * the files contain; the rules of the manifest are in manifest.ts. Opening looks at the size of each file
 * (microseconds); verifying reads and hashes them all (a second for each gigabyte).
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InternalError, ModelError } from '../errors.ts';
import { checkManifest, type PackManifest } from './manifest.ts';

export type { PackManifest } from './manifest.ts';

export interface ModelPack {
  /** Absolute. */
  dir: string;
  manifest: PackManifest;
  /** sha256 of the bytes of manifest.json. The manifest lists the sha256 of every file: this is the identity of the pack. */
  digest: string;
  /** Absolute path of a file that the manifest lists. */
  path(file: string): string;
}

const MAX_MANIFEST_BYTES = 1_000_000;

/** Opens a pack. Throws ModelError for a wrong manifest, a missing file, a wrong size or, with `verify`, a wrong sha256. */
export function openModelPack(dir: string, { verify = false }: { verify?: boolean } = {}): ModelPack {
  const root = resolve(dir);
  const bytes = readManifestBytes(join(root, 'manifest.json'));
  const manifest = checkManifest(parseJson(bytes, root), join(root, 'manifest.json'));
  const digest = createHash('sha256').update(bytes).digest('hex');
  const pack = { dir: root, manifest, digest, path: (file: string) => pathOf(manifest, root, file) };
  for (const file of Object.keys(manifest.files)) checkSize(pack, file);
  if (verify) verifyModelPack(pack);
  return pack;
}

/** Hashes every file and compares with the manifest. Throws ModelError that names the first wrong file. */
export function verifyModelPack(pack: ModelPack): void {
  for (const [file, { sha256 }] of Object.entries(pack.manifest.files)) {
    checkSize(pack, file);
    const found = hashFile(pack.path(file));
    if (found !== sha256) throw damaged(pack, file, `its sha256 is ${found}, expected ${sha256}`);
  }
}

/** Short name for reports: name, version and the first digits of the digest, such as `nano@0.1.0+8f434346648f`. */
export function packId({ manifest: { name, version }, digest }: ModelPack): string {
  return `${name}@${version}+${digest.slice(0, 12)}`;
}

function readManifestBytes(path: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size <= MAX_MANIFEST_BYTES) return readFileSync(path);
    throw new ModelError(
      `Cannot read ${path}: it has ${size} bytes, expected ${MAX_MANIFEST_BYTES} at most.\nInstall or download the pack again.`,
    );
  } catch (cause) {
    if (cause instanceof ModelError) throw cause;
    throw new ModelError(
      `Cannot open the model pack: ${(cause as Error).message}.\nName a folder that holds a manifest.json.`,
      { cause },
    );
  }
}

function parseJson(bytes: Buffer, dir: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new ModelError(
      `Cannot open the model pack ${dir}: manifest.json is not JSON.\nInstall or download the pack again.`,
      { cause },
    );
  }
}

function pathOf(manifest: PackManifest, dir: string, file: string): string {
  if (Object.hasOwn(manifest.files, file)) return join(dir, file);
  throw new InternalError(`The model pack ${dir} does not list ${file}.`);
}

function checkSize(pack: ModelPack, file: string): void {
  const stats = statSync(pack.path(file), { throwIfNoEntry: false });
  const bytes = pack.manifest.files[file]?.bytes;
  if (!stats?.isFile()) throw damaged(pack, file, 'the file is missing');
  if (stats.size !== bytes) throw damaged(pack, file, `it has ${stats.size} bytes, expected ${bytes}`);
}

function damaged(pack: ModelPack, file: string, found: string): ModelError {
  return new ModelError(
    `The model pack ${pack.dir} is damaged: ${file}: ${found}.\nInstall or download the pack again.`,
  );
}

/** In pieces: weights may be larger than memory. */
function hashFile(path: string): string {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(4 * 1024 * 1024);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece))
      hash.update(piece.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
