/**
 * Snapshots on disk: one folder each, written whole or not at all.
 *
 *   <common git dir>/code2lora/snapshots/<id>/manifest.json
 *                                            /state.safetensors
 *
 * In: snapshots. Out: snapshots. Knows nothing about history: which commit descends from which is the
 * caller's question. A write goes to a temporary folder that is then renamed, so a killed process leaves
 * either the whole snapshot or a temporary folder that `prune` removes.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SnapshotError } from '../errors.ts';
import { parseManifest, readSnapshot, type Snapshot, type SnapshotManifest } from './snapshot.ts';

export interface StoredSnapshot {
  manifest: SnapshotManifest;
  writtenAt: number; // milliseconds since the epoch; from the file system, not part of the snapshot
}

export interface SnapshotStore {
  put(snapshot: Snapshot, state: Uint8Array): void;
  /** Undefined: not stored. Throws SnapshotError when it is there and damaged. */
  get(id: string): Snapshot | undefined;
  /** Manifests of all whole snapshots; damaged ones are listed apart, never thrown. */
  list(): { snapshots: StoredSnapshot[]; damaged: string[] };
  remove(id: string): void;
}

/** A state file is read only up to this size: ours are kilobytes to a few megabytes. */
const MAX_STATE_BYTES = 256 * 1024 * 1024;
const MAX_MANIFEST_BYTES = 64 * 1024;
const TEMPORARY = /^\.tmp-/;

/** Opens the store; the folder is made at the first write. */
export function openSnapshotStore(stateFolder: string): SnapshotStore {
  const root = join(stateFolder, 'snapshots');
  return {
    put: ({ manifest }, state) => putFolder(root, manifest, state),
    get: (id) => getFolder(join(root, id)),
    list: () => listFolders(root),
    remove: (id) => rmSync(join(root, id), { recursive: true, force: true }),
  };
}

function putFolder(root: string, manifest: SnapshotManifest, state: Uint8Array): void {
  const temporary = join(root, `.tmp-${process.pid}-${manifest.id}`);
  const place = join(root, manifest.id);
  if (readBounded(join(place, 'manifest.json'), MAX_MANIFEST_BYTES)?.includes(manifest.digest)) return;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  writeFileSync(join(temporary, 'state.safetensors'), state, { flush: true });
  writeFileSync(join(temporary, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
  // A folder cannot be renamed over a full one: the old one steps aside first. What is lost if we are
  // killed in between is a snapshot that history gives again.
  rmSync(place, { recursive: true, force: true });
  renameSync(temporary, place);
}

function getFolder(place: string): Snapshot | undefined {
  const manifest = readBounded(join(place, 'manifest.json'), MAX_MANIFEST_BYTES);
  if (manifest === undefined) return undefined;
  const state = readBounded(join(place, 'state.safetensors'), MAX_STATE_BYTES);
  if (state === undefined) throw new SnapshotError(`The snapshot at ${place} has no state.safetensors.`);
  return readSnapshot(manifest.toString('utf8'), state, place);
}

function listFolders(root: string): { snapshots: StoredSnapshot[]; damaged: string[] } {
  const snapshots: StoredSnapshot[] = [];
  const damaged: string[] = [];
  for (const name of readNames(root)) {
    const path = join(root, name, 'manifest.json');
    try {
      if (TEMPORARY.test(name)) throw new SnapshotError('left behind by an interrupted write');
      const text = readBounded(path, MAX_MANIFEST_BYTES);
      if (text === undefined) throw new SnapshotError('no manifest');
      const manifest = parseManifest(text.toString('utf8'), path);
      snapshots.push({ manifest, writtenAt: statSync(path).mtimeMs });
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      damaged.push(name);
    }
  }
  return { snapshots, damaged };
}

function readNames(root: string): string[] {
  try {
    return readdirSync(root).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function readBounded(path: string, limitBytes: number): Buffer | undefined {
  try {
    const { size } = statSync(path);
    if (size > limitBytes) {
      throw new SnapshotError(`${path} has ${size} bytes; at most ${limitBytes} are expected.`);
    }
    return readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
