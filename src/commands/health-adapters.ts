/**
 * The adapters that may check the assertions of some commits: each commit's own, that of the commit before it, and that of
 * a state that was freshly started just before the first of them.
 *
 * In: a stored snapshot and commits of its history. Out: adapters. Stores nothing: what is no longer there is walked again
 * in memory, from the nearest snapshot on. The adapter of a commit has read nothing of that commit's tests.
 */
import type { EmbeddingCache } from '../embedding/cache.ts';
import { ancestorAt, countCommits } from '../git/ancestry.ts';
import { type Commit, firstParentCommits } from '../git/history.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import type { Snapshot, SnapshotManifest } from '../snapshots/snapshot.ts';
import { adapterOf, followCommits } from './follow.ts';
import { walkKindOf } from './history-steps.ts';
import { learnsAssertions } from './learning.ts';
import type { CommandOptions } from './options.ts';
import { beginWalk, resumeWalk, type Walk } from './walk.ts';
import { openWalker, type Walker } from './walker.ts';
import type { Workspace } from './workspace.ts';

export interface CommitAdapters {
  own: LoraAdapter;
  /** null: the commit is the first of the walk. */
  previous: LoraAdapter | null;
  /** null: there is no fresher start than the walk's own. */
  fresh: LoraAdapter | null;
  /** Hidden states before and after the commit, where it made a step. */
  step: { before: Float32Array; after: Float32Array } | null;
}

export interface FollowedAdapters {
  byCommit: Map<string, CommitAdapters>;
  /** Where the fresh state began. */
  freshFrom: string | null;
}

interface FollowInput extends Pick<CommandOptions, 'onProgress'> {
  /** Oldest first, all of them on the way from the snapshot's start to it. */
  commits: readonly Commit[];
  cache: EmbeddingCache;
}

/** One walk for the own adapters, one for the fresh ones. */
export async function adaptersOf(
  workspace: Workspace,
  { manifest }: Snapshot,
  { commits, cache, onProgress }: FollowInput,
): Promise<FollowedAdapters> {
  const [first] = commits;
  if (first === undefined) return { byCommit: new Map(), freshFrom: null };
  const { startCommit } = manifest;
  const origin = first.sha === startCommit ? startCommit : (first.parentSha as string);
  const freshFrom = remembers(workspace) && origin !== startCommit ? origin : null;
  const walker = await openWalker(workspace, { cache });
  const tell = await progressOf(workspace, { origin, commits, onProgress, walks: freshFrom ? 2 : 1 });
  const walk = await walkTo(workspace, { walker, manifest, commit: origin });
  const own = await follow(workspace, { walker, walk, commits, tell });
  if (freshFrom === null) return { byCommit: byCommit(own, null), freshFrom };
  const anew = await beginWalk(workspace, walker, { commit: freshFrom, maxHistory: null });
  const fresh = await follow(workspace, { walker, walk: anew, commits, tell });
  return { byCommit: byCommit(own, fresh), freshFrom };
}

/** Whether an adapter is made of more than the commit that it is for. */
export const remembers = ({ pack, parts }: Pick<Workspace, 'pack' | 'parts'>): boolean =>
  walkKindOf(pack, parts) !== 'newest-state' || learnsAssertions({ parts });

/** The adapter of the commit before the snapshot's; null at the start of the walk. */
export async function previousAdapter(
  workspace: Workspace,
  { manifest }: Snapshot,
  cache: EmbeddingCache,
): Promise<LoraAdapter | null> {
  const { commit, startCommit } = manifest;
  const parent = commit === startCommit ? null : await ancestorAt(workspace.repository, commit, 1);
  if (parent === null) return null;
  const walker = await openWalker(workspace, { cache });
  return adapterOf(workspace, {
    walker,
    walk: await walkTo(workspace, { walker, manifest, commit: parent }),
  });
}

/** From the nearest snapshot of the same walk; where there is none, from the start of the walk. */
async function walkTo(
  workspace: Workspace,
  { walker, manifest, commit }: { walker: Walker; manifest: SnapshotManifest; commit: string },
): Promise<Walk> {
  const { repository, store, lineage } = workspace;
  const { startCommit, maxHistory = null } = manifest;
  const known = await nearestSnapshot(repository, store, { until: commit, ...lineage });
  const walk =
    known?.startCommit === startCommit
      ? resumeWalk(workspace, store.get(known.id) as Snapshot)
      : await beginWalk(workspace, walker, { commit: startCommit, maxHistory });
  await moveOn(workspace, { walker, walk, until: commit });
  return walk;
}

async function moveOn(
  workspace: Workspace,
  { walker, walk, until }: { walker: Walker; walk: Walk; until: string },
): Promise<void> {
  if (walk.commit === until) return;
  const commits = firstParentCommits(workspace.repository, { after: walk.commit, until });
  const { previousStep } = walk;
  for await (const _ of followCommits(workspace, { walker, walk, commits, learnUntil: until, previousStep }));
}

/** Where a walk stood. */
interface Standing {
  adapter: LoraAdapter;
  hiddenState: Float32Array | null;
  steps: number;
}

interface FollowedCommit {
  sha: string;
  /** null: the walk begins at this commit. */
  before: Standing | null;
  after: Standing;
}

interface WalkInput {
  walker: Walker;
  walk: Walk;
  commits: readonly Commit[];
  tell(passed: number): void;
}

async function follow(workspace: Workspace, input: WalkInput): Promise<FollowedCommit[]> {
  const { walker, walk, commits, tell } = input;
  const stand = async (until: string): Promise<Standing> => {
    await moveOn(workspace, { walker, walk, until });
    const { hiddenState, steps } = walk;
    return { adapter: await adapterOf(workspace, { walker, walk }), hiddenState, steps };
  };
  const begun = walk.position;
  const followed: FollowedCommit[] = [];
  for (const { sha, parentSha } of commits) {
    const before = sha === walk.commit ? null : await stand(parentSha as string);
    followed.push({ sha, before, after: await stand(sha) });
    tell(walk.position - begun);
  }
  return followed;
}

function byCommit(
  own: readonly FollowedCommit[],
  fresh: readonly FollowedCommit[] | null,
): Map<string, CommitAdapters> {
  const entries = own.map(({ sha, before, after }, index): [string, CommitAdapters] => [
    sha,
    {
      own: after.adapter,
      previous: before?.adapter ?? null,
      fresh: fresh?.[index]?.after.adapter ?? null,
      step: stepOf(before, after),
    },
  ]);
  return new Map(entries);
}

function stepOf(before: Standing | null, after: Standing): CommitAdapters['step'] {
  if (!before?.hiddenState || !after.hiddenState || after.steps === before.steps) return null;
  return { before: before.hiddenState, after: after.hiddenState };
}

/** Counts over all walks. */
async function progressOf(
  { repository }: Workspace,
  input: Pick<FollowInput, 'commits' | 'onProgress'> & { origin: string; walks: number },
): Promise<(passed: number) => void> {
  const { commits, origin, walks, onProgress } = input;
  const newest = commits.at(-1)?.sha as string;
  const total = await countCommits(repository, { after: origin, until: newest });
  let finished = 0;
  return (passed) => {
    onProgress?.({ stage: 'update', done: finished + passed, total: total * walks });
    if (passed === total) finished += total;
  };
}
