/**
 * Rebuilds the snapshot of HEAD from the history alone and compares it with what is stored.
 *
 * Nothing is read from the cache and nothing is written. On the same engine and kind of CPU the bytes must
 * be equal; across kinds of CPU sums are rounded in another order, so the numbers are compared instead.
 */

import { memoryCache } from '../embedding/cache.ts';
import { SnapshotError } from '../errors.ts';
import type { VerifyReport } from '../report/schema.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import type { CommandOptions } from './options.ts';
import { createTimer } from './timer.ts';
import { updateAdapter } from './update.ts';
import { openWorkspace, requireHead, snapshotInfo } from './workspace.ts';

/** Largest absolute difference of hidden state and adapter that another kind of CPU may cause. */
export const CROSS_CPU_TOLERANCE = 1e-3;

export async function verify(options: CommandOptions = {}): Promise<VerifyReport> {
  const timer = createTimer();
  const workspace = await openWorkspace(options);
  const { repository, store, lineage } = workspace;
  const head = requireHead(repository);
  const manifest = await nearestSnapshot(repository, store, { until: head, ...lineage });
  if (manifest === undefined) {
    throw new SnapshotError(
      'There is no stored snapshot of this history to verify.\nRun "code2lora run" first.',
    );
  }
  const stored = store.get(manifest.id) as Snapshot;
  await using cache = memoryCache();
  const rebuilt = await timer.time('rebuild', () =>
    updateAdapter(workspace, {
      until: manifest.commit,
      fromScratch: true,
      cache,
      onProgress: options.onProgress,
    }),
  );
  return compare(workspace.repository, head, stored, rebuilt.snapshot, timer.timings());
}

function compare(
  { root, branch }: { root: string; branch: string | null },
  head: string,
  stored: Snapshot,
  rebuilt: Snapshot,
  timings: Record<string, number>,
): VerifyReport {
  const sameEngine = JSON.stringify(stored.manifest.engine) === JSON.stringify(rebuilt.manifest.engine);
  const equal = stored.manifest.digest === rebuilt.manifest.digest;
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
