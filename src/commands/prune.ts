/** Removes stored snapshots by the retention rule (snapshots/retention.ts), and what is damaged. */

import { reachableOf } from '../git/ancestry.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import { planRetention } from '../snapshots/retention.ts';
import type { PruneOptions, PruneResult } from './options.ts';
import { withStateLock } from './state-lock.ts';
import { openWorkspace } from './workspace.ts';

export async function prune(options: PruneOptions = {}): Promise<PruneResult> {
  const workspace = await openWorkspace(options);
  return withStateLock(workspace, options, async () => {
    const { repository, store, lineage, config } = workspace;
    const { snapshots, damaged } = store.list();
    const { headSha } = repository;
    const current = headSha
      ? await nearestSnapshot(repository, store, { until: headSha, ...lineage })
      : undefined;
    const reachable = await reachableOf(
      repository,
      snapshots.map(({ manifest }) => manifest.commit),
    );
    const plan = planRetention(snapshots, {
      keepNewest: config.snapshots.keepNewest,
      keepIds: current ? [current.id] : [],
      isReachable: (commit) => reachable.has(commit),
    });
    const drop = options.damaged ? [] : plan.drop.map(({ manifest }) => manifest.id);
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
