/** Removes stored snapshots by the retention rule (snapshots/retention.ts), and what is damaged. */
import { reachableOf } from '../git/ancestry.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import { planRetention } from '../snapshots/retention.ts';
import { withStateLock } from './state-lock.ts';
import { type CommandOptions, openWorkspace } from './workspace.ts';

export interface PruneOptions extends CommandOptions {
  /** Only damaged snapshots and leftovers of interrupted writes. */
  damaged?: boolean | undefined;
  /** Say what would go, remove nothing. */
  dryRun?: boolean | undefined;
}

export interface PruneResult {
  schema: 'code2lora/prune@1';
  kept: number;
  removed: string[];
  damaged: string[];
  dryRun: boolean;
}

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
