/**
 * What can be said about the hidden state itself: its size, how far a commit moves it, how far it is from a fresh one.
 *
 * In: a snapshot and the states on the way to it. Out: a part of the report. Where a state is far from a fresh one it may
 * be because it remembers more: only the assertions tell whether it has drifted.
 */
import type { EmbeddingCache } from '../embedding/cache.ts';
import type { HealthReport } from '../report/health-schema.ts';
import { mean } from '../report/health-statistics.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import type { FollowedAdapters } from './health-adapters.ts';
import { stateCosine, stateDistance, stateNorm } from './health-likeness.ts';
import { openWalker } from './walker.ts';
import type { Workspace } from './workspace.ts';

/** Without the GRU there is no state. A static model has no other state than the fresh one; a snapshot without a step has the fresh one itself. */
export async function stateHealth(
  workspace: Workspace,
  { hiddenState, manifest }: Snapshot,
  { followed, cache }: { followed: FollowedAdapters; cache: EmbeddingCache },
): Promise<Omit<HealthReport['state'], 'drifted'>> {
  const steps = [...followed.byCommit.values()].flatMap(({ step }) => step ?? []);
  const cosines = steps.map(({ before, after }) => stateCosine(after, before));
  if (hiddenState.length === 0) return { norm: 0, stepCosine: null, freshCosine: null, freshDistance: null };
  const fresh =
    manifest.steps === 0
      ? hiddenState
      : await (await openWalker(workspace, { cache })).stateAt(manifest.commit);
  return {
    norm: stateNorm(hiddenState),
    stepCosine: cosines.length === 0 ? null : mean(cosines),
    freshCosine: stateCosine(hiddenState, fresh),
    freshDistance: stateDistance(hiddenState, fresh),
  };
}
