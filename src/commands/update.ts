/**
 * The story of one commit, first half: from the history to the adapter.
 *
 *   nearest snapshot ?? first hidden state      where the last walk got to
 *   for each commit since: diff → embedding → one step of the GRU, by the recipe (history-steps.ts)
 *   hidden state → adapter → snapshot
 *
 * A killed run loses at most the commits since the last checkpoint, and of those the embeddings are in the
 * cache already.
 */

import type { EmbeddingCache } from '../embedding/cache.ts';
import type { EmbedderCounts } from '../embedding/embedder.ts';
import { countCommits, mergeBase } from '../git/ancestry.ts';
import { type Commit, firstParentCommits, requireFullHistory } from '../git/history.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import { CHECKPOINT_INTERVAL } from '../snapshots/retention.ts';
import { createSnapshot, type Snapshot, type SnapshotManifest } from '../snapshots/snapshot.ts';
import { type HistoryStep, readSteps } from './history-steps.ts';
import type { CommandOptions } from './options.ts';
import { timeLeft } from './time-left.ts';
import { beginWalk, findStart, resumeWalk, takeStep, type Walk } from './walk.ts';
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
  rebuild?: Pick<SnapshotManifest, 'startCommit' | 'maxHistory'>;
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
    ? { commit: rebuild.startCommit, maxHistory: rebuild.maxHistory ?? null }
    : await findStart(workspace, until);
  const walk = await beginWalk(workspace, walker, start);
  const updated = await followHistory(workspace, options, { walker, walk });
  return { ...updated, notices: [...startNotices(walk), ...updated.notices] };
}

/**
 * The adapter after commits of a side branch, on top of a stored snapshot. Nothing is stored: these commits
 * are not part of the history yet, and may never be.
 */
export async function advanceInMemory(
  workspace: Workspace,
  { from, commits, cache }: { from: Snapshot; commits: readonly Commit[]; cache: EmbeddingCache },
): Promise<UpdateResult> {
  if (commits.length === 0) return { snapshot: from, commits: 0, notices: [], counts: undefined };
  const walker = await openWalker(workspace, { cache });
  const walk = resumeWalk(workspace, from);
  const notices: string[] = [];
  for await (const step of readSteps(workspace, commits, await forkOf(workspace, walk, commits))) {
    await follow(workspace, { walker, walk, step });
    notices.push(...step.notices);
  }
  const snapshot = await save(workspace, { walker, walk }, { store: false });
  return { snapshot, commits: commits.length, notices, counts: walker.embedder.counts };
}

/** Where the first diff of a side branch begins: what came to the base after the fork is not undone by it. */
async function forkOf(
  { repository }: Workspace,
  { previousStep }: Walk,
  [first]: readonly Commit[],
): Promise<string | null> {
  return previousStep && first ? await mergeBase(repository, previousStep, first.sha) : null;
}

async function followHistory(
  workspace: Workspace,
  { until, rebuild, onProgress }: UpdateOptions,
  { walker, walk }: { walker: Walker; walk: Walk },
): Promise<UpdateResult> {
  const { repository } = workspace;
  const total = await countCommits(repository, { after: walk.commit, until });
  const notices: string[] = [];
  const begun = walk.position;
  const tell = timeLeft({ total, stage: 'update', advice: (seconds) => adviceFor(total, seconds) });
  const commits = firstParentCommits(repository, { after: walk.commit, until });
  for await (const step of readSteps(workspace, commits, walk.previousStep)) {
    await follow(workspace, { walker, walk, step });
    notices.push(...step.notices);
    if (!rebuild && isCheckpoint(walk)) await save(workspace, { walker, walk });
    onProgress?.(tell(walk.position - begun));
  }
  const snapshot = await save(workspace, { walker, walk }, { store: !rebuild });
  return { snapshot, commits: walk.position - begun, notices, counts: walker.embedder.counts };
}

/** A state that nothing was stepped into is not worth a stop. */
const isCheckpoint = ({ hiddenState, position }: Walk): boolean =>
  hiddenState !== null && position % CHECKPOINT_INTERVAL === 0;

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

async function follow(
  workspace: Workspace,
  { walker, walk, step }: { walker: Walker; walk: Walk; step: HistoryStep },
): Promise<void> {
  await takeStep(workspace, { walker, walk, step });
  walk.position += 1;
  walk.commit = step.commit.sha;
  walk.parentCommit = step.commit.parentSha;
}

async function save(
  { pack, lineage, store }: Workspace,
  { walker, walk }: { walker: Walker; walk: Walk },
  options = { store: true },
): Promise<Snapshot> {
  const hiddenState = walk.hiddenState ?? (await walker.stateAt(walk.commit));
  const adapter = await walker.generator.generate(hiddenState);
  const { name, version } = pack.manifest;
  const made = { pack: { name, version }, engine: walker.encoder.engine, hiddenState, adapter };
  const { snapshot, state } = createSnapshot({ ...lineage, ...walk, ...made });
  if (options.store) store.put(snapshot, state);
  return snapshot;
}
