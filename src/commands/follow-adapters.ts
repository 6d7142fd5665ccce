/**
 * One walk over a history → at chosen commits, the adapters of several combinations of parts.
 *
 * In: a workspace, a commit, combinations. Out: adapters. Stores nothing and reads no snapshot. Combinations share the
 * embeddings, the steps of the GRU and the memory; what differs between them is computed for each. Who scores with the
 * same workspace in between makes the walk open its models again each time: collect first, or open a second workspace.
 */
import { firstParentCommits, requireFullHistory } from '../git/history.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { type AdaptationPart, chooseParts } from '../runtime/manifest-adaptation.ts';
import { followWithLessons } from './follow.ts';
import { openVariants } from './follow-variants.ts';
import { learnsAssertions, readStartLesson } from './learning.ts';
import { beginWalk, findStart } from './walk.ts';
import { openWalker } from './walker.ts';
import type { Workspace } from './workspace.ts';

export interface FollowOptions {
  /** The last commit. */
  until: string;
  /** Begin this many commits before; null: at the root. */
  maxHistory: number | null;
  /** Such as `[['gru'], [], ['memory', 'refinement']]`; `[]` is the mean adapter. */
  combinations: readonly (readonly AdaptationPart[])[];
  /** At which commits adapters are made; for those in between nothing is generated that no part needs. */
  at(commit: string): boolean;
  onProgress?: ((position: number) => void) | undefined;
}

export interface Followed {
  commit: string;
  /** First-parent commits since the start of the walk. */
  position: number;
  /** In the order of the combinations. Each adapter has read nothing of this commit's tests. */
  adapters: LoraAdapter[];
}

/** Oldest first, the start commit too. Throws UsageError for a part that the pack does not have. */
export async function* followAdapters(
  workspace: Workspace,
  { until, maxHistory, combinations, at, onProgress }: FollowOptions,
): AsyncGenerator<Followed, void, undefined> {
  const { repository, pack, lineage } = workspace;
  requireFullHistory(repository);
  const chosen = combinations.map((parts) => chooseParts(pack.manifest, parts));
  await using cache = workspace.openCache();
  const source = { ...workspace, parts: steppedParts(chosen), lineage: { ...lineage, maxHistory } };
  const walker = await openWalker(source, { cache });
  const walk = await beginWalk(source, walker, await findStart(source, until));
  const variants = openVariants({ pack, walker, walk, combinations: chosen });
  const isLearning = chosen.some((parts) => learnsAssertions({ parts }));
  if (isLearning) {
    const lesson = await readStartLesson(source, walker.learner, walk.commit);
    if (lesson) await variants.learn(lesson);
  }
  const followed = async (): Promise<Followed> => ({
    ...{ commit: walk.commit, position: walk.position, adapters: await variants.adapters() },
  });
  if (at(walk.commit)) yield await followed();
  const commits = firstParentCommits(repository, { after: walk.commit, until });
  const options = {
    walker,
    walk,
    commits,
    previousStep: walk.previousStep,
    learnUntil: isLearning ? until : null,
  };
  for await (const { lesson } of followWithLessons(source, options)) {
    if (lesson) await variants.learn(lesson);
    if (at(walk.commit)) yield await followed();
    onProgress?.(walk.position);
  }
}

/** What the walk itself carries: the rest is learned for each combination apart. */
const steppedParts = (combinations: readonly (readonly AdaptationPart[])[]): AdaptationPart[] =>
  combinations.some((parts) => parts.includes('gru')) ? ['gru'] : [];
