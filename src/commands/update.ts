/**
 * The story of one commit, first half: from the history to the adapter.
 *
 *   nearest snapshot ?? first hidden state      where the last walk got to
 *   for each commit since: diff → embedding → one step of the GRU; assertions of the commit before (follow.ts)
 *   hidden state + what was learned → adapter → snapshot
 *
 * A killed run loses at most the commits since the last checkpoint, and of those the embeddings are in the
 * cache already.
 */

import type { EmbeddingCache } from '../embedding/cache.ts';
import type { EmbedderCounts } from '../embedding/embedder.ts';
import { countCommits } from '../git/ancestry.ts';
import { firstParentCommits, requireFullHistory } from '../git/history.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import { CHECKPOINT_INTERVAL } from '../snapshots/retention.ts';
import type { Snapshot, SnapshotManifest } from '../snapshots/snapshot.ts';
import { followCommits, makeSnapshot } from './follow.ts';
import type { CommandOptions } from './options.ts';
import { timeLeft } from './time-left.ts';
import { beginWalk, findStart, resumeWalk, type Walk } from './walk.ts';
import { openWalker, type Walker } from './walker.ts';
import type { Workspace } from './workspace.ts';

export interface UpdateResult {
  snapshot: Snapshot;
  /** Commits walked in this update; 0 when the snapshot was there already. */
  commits: number;
  notices: string[];
  counts: EmbedderCounts | undefined;
}

export interface UpdateOptions extends Pick<CommandOptions, 'onProgress'> {
  until: string;
  /** Walk again what led to this snapshot, from its start commit on, and store nothing: `verify`. */
  rebuild?: Pick<SnapshotManifest, 'startCommit' | 'maxHistory' | 'anchored'>;
  cache: EmbeddingCache;
}

/** Brings the newest snapshot up to a commit. */
export async function updateAdapter(workspace: Workspace, options: UpdateOptions): Promise<UpdateResult> {
  const { repository, store, lineage } = workspace;
  const { until, rebuild } = options;
  const known = rebuild ? undefined : await nearestSnapshot(repository, store, { until, ...lineage });
  if (known?.commit === until) {
    return { snapshot: store.get(known.id) as Snapshot, commits: 0, notices: [], counts: undefined };
  }
  requireFullHistory(repository);
  const walker = await openWalker(workspace, options);
  if (known) {
    const walk = resumeWalk(workspace, store.get(known.id) as Snapshot);
    return await followHistory(workspace, options, { walker, walk });
  }
  const start = rebuild
    ? { ...rebuild, commit: rebuild.startCommit, maxHistory: rebuild.maxHistory ?? null }
    : await findStart(workspace, until);
  const walk = await beginWalk(workspace, walker, start);
  // A first run checks many commits, so it walks from here once more, without what their tests teach.
  if (!rebuild && hasLearned(walk)) await storeWalk(workspace, { walker, walk });
  const updated = await followHistory(workspace, options, { walker, walk });
  return { ...updated, notices: [...startNotices(walk), ...updated.notices] };
}

async function followHistory(
  workspace: Workspace,
  { until, rebuild, onProgress }: UpdateOptions,
  { walker, walk }: { walker: Walker; walk: Walk },
): Promise<UpdateResult> {
  const { repository } = workspace;
  const total = await countCommits(repository, { after: walk.commit, until });
  const begun = walk.position;
  const tell = timeLeft({ total, stage: 'update', advice: (seconds) => adviceFor(total, seconds) });
  const notices: string[] = [];
  const commits = firstParentCommits(repository, { after: walk.commit, until });
  const options = { walker, walk, commits, previousStep: walk.previousStep, learnUntil: until };
  for await (const step of followCommits(workspace, options)) {
    notices.push(...step.notices);
    if (!rebuild && isCheckpoint(walk)) await storeWalk(workspace, { walker, walk });
    onProgress?.(tell(walk.position - begun));
  }
  const made = rebuild
    ? await makeSnapshot(workspace, { walker, walk })
    : await storeWalk(workspace, { walker, walk });
  const { snapshot } = made;
  return { snapshot, commits: walk.position - begun, notices, counts: walker.embedder.counts };
}

/** Puts the snapshot of the commit where the walk stands into the store. */
async function storeWalk(
  workspace: Workspace,
  place: { walker: Walker; walk: Walk },
): Promise<Awaited<ReturnType<typeof makeSnapshot>>> {
  const made = await makeSnapshot(workspace, place);
  workspace.store.put(made.snapshot, made.state);
  return made;
}

/** A state that nothing was stepped or learned into is not worth a stop. */
const isCheckpoint = (walk: Walk): boolean =>
  (walk.hiddenState !== null || hasLearned(walk)) && walk.position % CHECKPOINT_INTERVAL === 0;

const hasLearned = ({ learned }: Walk): boolean => (learned.memory ?? learned.residual) !== null;

const startNotices = ({ maxHistory, startCommit }: Walk): string[] =>
  maxHistory === null
    ? []
    : [
        `what came before ${startCommit.slice(0, 10)} is read as one state, not commit by commit (--max-history)`,
      ];

/** How many commits fit into ten minutes, in round numbers. */
function adviceFor(total: number, secondsLeft: number): string {
  const count = Math.floor((total * 600) / secondsLeft / 10) * 10;
  const bound =
    count > 0 && count < total ? ` "--max-history ${count}" begins that many commits ago instead.` : '';
  return `It can be stopped at any time and goes on where it was.${bound}`;
}
