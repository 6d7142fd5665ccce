/**
 * Rebuilds the snapshot of HEAD from the history alone and compares it with what is stored, or with what a
 * downloaded state artifact holds.
 *
 * Nothing is read from the cache and nothing is written. On the same engine and kind of CPU the bytes must
 * be equal; across kinds of CPU, and on a GPU, sums are rounded in another order: the numbers are compared.
 */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { memoryCache } from '../embedding/cache.ts';
import { SnapshotError, UsageError } from '../errors.ts';
import { requireFullHistory } from '../git/history.ts';
import { MAX_STATE_ZIP_BYTES, readState } from '../github/state-artifact.ts';
import type { VerifyReport } from '../report/schema.ts';
import { admitSnapshot, readHistoryLine } from '../snapshots/admit.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import { hasSameContent, hasSameEngine, type Snapshot } from '../snapshots/snapshot.ts';
import type { VerifyOptions } from './options.ts';
import { createTimer } from './timer.ts';
import { updateAdapter } from './update.ts';
import { openWorkspace, requireHead, snapshotInfo, type Workspace } from './workspace.ts';

/** Largest absolute difference of hidden state and adapter that another kind of CPU or a GPU may cause. */
export const CROSS_CPU_TOLERANCE = 1e-3;

export async function verify(options: VerifyOptions = {}): Promise<VerifyReport> {
  const timer = createTimer();
  await using workspace = await openWorkspace(options);
  const head = requireHead(workspace.repository);
  const { artifact } = options;
  const stored =
    artifact === undefined
      ? await readStored(workspace, head)
      : await readArtifact(workspace, head, artifact);
  await using cache = memoryCache();
  const rebuilt = await timer.time('rebuild', () =>
    updateAdapter(workspace, {
      until: stored.manifest.commit,
      rebuild: stored.manifest,
      cache,
      onProgress: options.onProgress,
    }),
  );
  return compare(workspace.repository, head, stored, rebuilt.snapshot, timer.timings());
}

async function readStored({ repository, store, lineage }: Workspace, head: string): Promise<Snapshot> {
  const manifest = await nearestSnapshot(repository, store, { until: head, ...lineage });
  if (manifest !== undefined) return store.get(manifest.id) as Snapshot;
  throw new SnapshotError(
    'There is no stored snapshot of this history to verify.\nRun "code2lora run" first.',
  );
}

/** Held against the history as a restored one is, so that what is rebuilt can be compared with it at all. */
async function readArtifact(workspace: Workspace, head: string, file: string): Promise<Snapshot> {
  requireFullHistory(workspace.repository);
  const { snapshot } = await readState(readZipFile(resolve(file)), file);
  const line = await readHistoryLine(workspace.repository, head);
  return admitSnapshot(snapshot, { ...workspace, line, place: file });
}

function readZipFile(path: string): Buffer {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined)
    throw new UsageError(`There is no file ${path}.\nName the zip of a state artifact.`);
  if (size <= MAX_STATE_ZIP_BYTES) return readFileSync(path);
  throw new UsageError(`${path} has ${size} bytes; a state artifact has at most ${MAX_STATE_ZIP_BYTES}.`);
}

function compare(
  { root, branch }: { root: string; branch: string | null },
  head: string,
  stored: Snapshot,
  rebuilt: Snapshot,
  timings: Record<string, number>,
): VerifyReport {
  const sameEngine = hasSameEngine(stored.manifest, rebuilt.manifest);
  const equal = hasSameContent(stored.manifest, rebuilt.manifest);
  const largestDifference = largestDifferenceOf(stored, rebuilt);
  return {
    schema: 'code2lora/verify@1',
    repository: { root, head, branch },
    snapshot: snapshotInfo(stored.manifest),
    rebuilt: snapshotInfo(rebuilt.manifest),
    equal,
    withinTolerance: equal || (!sameEngine && largestDifference <= CROSS_CPU_TOLERANCE),
    tolerance: sameEngine ? 0 : CROSS_CPU_TOLERANCE,
    largestDifference,
    sameEngine,
    timings,
  };
}

function largestDifferenceOf(a: Snapshot, b: Snapshot): number {
  const pairs: [Float32Array, Float32Array | undefined][] = [[a.hiddenState, b.hiddenState]];
  for (const [type, pair] of Object.entries(a.adapter.pairs)) {
    pairs.push([pair.A, b.adapter.pairs[type]?.A], [pair.B, b.adapter.pairs[type]?.B]);
  }
  return Math.max(...pairs.map(([left, right]) => differenceOf(left, right)));
}

function differenceOf(left: Float32Array, right: Float32Array | undefined): number {
  if (right?.length !== left.length) return Number.MAX_VALUE;
  return left.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] as number))), 0);
}
