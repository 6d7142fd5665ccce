/**
 * Adapters that are made for one check and never stored.
 *
 *   a side branch      the base's adapter, moved on over commits that are no part of the history yet
 *   a range of commits the adapter of its end, without what the tests of the range would have taught it
 *
 * In: a stored snapshot. Out: another one, in memory. The rule of both: production code of every commit, but no assertion
 * is checked by an adapter that has learned from it.
 */
import type { EmbeddingCache } from '../embedding/cache.ts';
import { ancestorAt, countCommits, mergeBase } from '../git/ancestry.ts';
import { type Commit, firstParentCommits } from '../git/history.ts';
import { type LearnedState, NOTHING_LEARNED } from '../snapshots/learned.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import { followCommits, makeSnapshot } from './follow.ts';
import { learnsAssertions } from './learning.ts';
import type { UpdateResult } from './update.ts';
import { beginWalk, resumeWalk, type Walk } from './walk.ts';
import { openWalker, type Walker } from './walker.ts';
import type { Workspace } from './workspace.ts';

/** The adapter after commits of a side branch, on top of a stored snapshot. Of the tests, it knows those of the base. */
export async function advanceInMemory(
  workspace: Workspace,
  { from, commits, cache }: { from: Snapshot; commits: readonly Commit[]; cache: EmbeddingCache },
): Promise<UpdateResult> {
  if (commits.length === 0) return { snapshot: from, commits: 0, notices: [], counts: undefined };
  const walker = await openWalker(workspace, { cache });
  const walk = resumeWalk(workspace, from);
  const previousStep = await forkOf(workspace, walk, commits);
  const notices: string[] = [];
  const options = { walker, walk, commits, learnUntil: walk.commit, previousStep };
  for await (const step of followCommits(workspace, options)) notices.push(...step.notices);
  const { snapshot } = await makeSnapshot(workspace, { walker, walk });
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

/** The same update with the adapter that may check what is new since `base`; null: all that there is. */
export async function forRange<Updated extends { snapshot: Snapshot; inUse: Snapshot; notices: string[] }>(
  workspace: Workspace,
  updated: Updated,
  { base }: { base: string | null },
): Promise<Updated> {
  const { snapshot, inUse } = updated;
  const isMean = inUse !== snapshot && inUse.manifest.id === snapshot.manifest.id;
  if (isMean || !learnsAssertions(workspace)) return updated;
  await using cache = workspace.openCache();
  const notices = base === null ? [...updated.notices, NOTHING_KNOWN] : updated.notices;
  return { ...updated, notices, inUse: await adapterForRange(workspace, { at: inUse, base, cache }) };
}

const NOTHING_KNOWN =
  'all assertions are checked, so the adapter is one that has learned from none of them (docs/adaptation.md)';

/** The manifest stays that of the stored snapshot. */
async function adapterForRange(
  workspace: Workspace,
  { at, base, cache }: { at: Snapshot; base: string | null; cache: EmbeddingCache },
): Promise<Snapshot> {
  const { commit, position } = at.manifest;
  const range =
    base === null ? null : await countCommits(workspace.repository, { after: base, until: commit });
  // the adapter of a commit knows nothing of that commit's tests anyway
  if (range !== null && range <= 1) return at;
  const walker = await openWalker(workspace, { cache });
  const walk =
    range === null || range > position
      ? { ...resumeWalk(workspace, at), learned: await learnedBefore(workspace, { walker, at, range }) }
      : await walkAgain(workspace, { walker, at, range });
  const { snapshot } = await makeSnapshot(workspace, { walker, walk });
  return { ...at, adapter: snapshot.adapter };
}

/** Where the range begins before the walk does: what the tree before the range teaches. With the GRU nothing, as with no base. */
async function learnedBefore(
  workspace: Workspace,
  { walker, at, range }: { walker: Walker; at: Snapshot; range: number | null },
): Promise<LearnedState> {
  if (range === null || workspace.parts.includes('gru')) return NOTHING_LEARNED;
  const first = await ancestorAt(workspace.repository, at.manifest.commit, range - 1);
  if (first === null) return NOTHING_LEARNED;
  return (await beginWalk(workspace, walker, { commit: first, maxHistory: null })).learned;
}

/** To the same commit, learning nothing from its newest `range` commits. */
async function walkAgain(
  workspace: Workspace,
  { walker, at, range }: { walker: Walker; at: Snapshot; range: number },
): Promise<Walk> {
  const { repository, store, lineage } = workspace;
  const { commit: until, startCommit, maxHistory = null, anchored } = at.manifest;
  const learnUntil = (await ancestorAt(repository, until, range)) as string;
  const known = await nearestSnapshot(repository, store, { until: learnUntil, ...lineage });
  const walk =
    known?.startCommit === startCommit
      ? resumeWalk(workspace, store.get(known.id) as Snapshot)
      : await beginWalk(workspace, walker, { commit: startCommit, maxHistory, anchored });
  const commits = firstParentCommits(repository, { after: walk.commit, until });
  const options = { walker, walk, commits, learnUntil, previousStep: walk.previousStep };
  for await (const _ of followCommits(workspace, options));
  return walk;
}
