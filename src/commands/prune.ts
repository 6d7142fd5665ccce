/** Removes stored snapshots by the retention rule (snapshots/retention.ts), and what is damaged. */

import { ModelError, SnapshotError } from '../errors.ts';
import { reachableOf } from '../git/ancestry.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import { planRetention } from '../snapshots/retention.ts';
import type { SnapshotStore } from '../snapshots/store.ts';
import { readInUse } from './health-promotion.ts';
import type { PruneOptions, PruneResult } from './options.ts';
import { withStateLock } from './state-lock.ts';
import { openWorkspace } from './workspace.ts';

export async function prune(options: PruneOptions = {}): Promise<PruneResult> {
  const workspace = await openWorkspace(options);
  return withStateLock(workspace, options, async () => {
    const { repository, store, lineage, config } = workspace;
    const { snapshots: listed, damaged: unreadable } = store.list();
    const snapshots = listed.filter(({ manifest }) => isWhole(store, manifest.id));
    const broken = listed.filter((stored) => !snapshots.includes(stored)).map(({ manifest }) => manifest.id);
    const damaged = [...unreadable, ...broken];
    const { headSha } = repository;
    const current = headSha
      ? await nearestSnapshot(repository, store, { until: headSha, ...lineage })
      : undefined;
    const reachable = await reachableOf(
      repository,
      snapshots.map(({ manifest }) => manifest.commit),
    );
    const inUse = current && (await readInUse(workspace, current));
    const plan = planRetention(snapshots, {
      keepNewest: config.snapshots.keepNewest,
      keepIds: [current, inUse].flatMap((manifest) => manifest?.id ?? []),
      isReachable: (commit) => reachable.has(commit),
    });
    const going = options.all ? snapshots : options.damaged ? [] : plan.drop;
    const drop = going.map(({ manifest }) => manifest.id);
    if (!options.dryRun) for (const id of [...drop, ...damaged]) store.remove(id);
    return {
      schema: 'code2lora/prune@1',
      kept: snapshots.length - drop.length,
      removed: drop,
      damaged,
      dryRun: options.dryRun === true,
    };
  });
}

/** Reads the state file too, which listing does not. */
function isWhole(store: SnapshotStore, id: string): boolean {
  try {
    return store.get(id) !== undefined;
  } catch (error) {
    if (error instanceof SnapshotError || error instanceof ModelError) return false;
    throw error;
  }
}
