/**
 * From where a walk stands over the next commits, and what it makes of where it stands then.
 *
 *   for each commit t: one step of the GRU (t's production diff); then the tests of t-1 are learned
 *   hidden state + learned state → adapter → snapshot
 *
 * In: a walk and commits. Out: the walk, moved on; a snapshot. Stores nothing. Nothing of t's tests is in the state of t,
 * so the adapter of t may check them.
 */
import type { Commits } from '../git/asked-commits.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { createSnapshot } from '../snapshots/snapshot.ts';
import { type HistoryStep, readSteps } from './history-steps.ts';
import { composeAdapter, type Lesson, learnsAssertions, readLessons } from './learning.ts';
import { baseAdapter, learnLesson, stateOf, takeStep, type Walk } from './walk.ts';
import type { Walker } from './walker.ts';
import type { Workspace } from './workspace.ts';

export interface FollowOptions {
  walker: Walker;
  walk: Walk;
  /** Oldest first, those after the walk's commit. */
  commits: Commits;
  /** The last commit whose tests may be learned; null: those of none. */
  learnUntil: string | null;
  /** Where the first diff begins, where that is the recipe's to say. */
  previousStep: string | null;
}

/** Moves the walk on. */
export async function* followCommits(
  workspace: Workspace,
  { learnUntil, ...options }: FollowOptions,
): AsyncGenerator<Pick<HistoryStep, 'notices'>, void, undefined> {
  const { walker, walk } = options;
  const isLearning = learnsAssertions(workspace);
  const following = { ...options, learnUntil: isLearning ? learnUntil : null };
  for await (const { lesson, notices } of followWithLessons(workspace, following)) {
    if (lesson) await learnLesson(workspace, { walker, walk, lesson });
    yield { notices };
  }
}

/** Steps the walk; gives what the commit before each step has to teach, to be learned now. */
export async function* followWithLessons(
  workspace: Workspace,
  { walker, walk, commits, learnUntil, previousStep }: FollowOptions,
): AsyncGenerator<Pick<HistoryStep, 'notices'> & { lesson: Lesson | undefined }, void, undefined> {
  const lessons =
    learnUntil === null
      ? null
      : readLessons(workspace, walker.learner, { from: walk.commit, until: learnUntil });
  try {
    for await (const step of readSteps(workspace, commits, previousStep)) {
      const lesson = await lessons?.next();
      await takeStep(workspace, { walker, walk, step });
      walk.position += 1;
      walk.commit = step.commit.sha;
      walk.parentCommit = step.commit.parentSha;
      yield { notices: step.notices, lesson: lesson?.value ?? undefined };
    }
  } finally {
    await lessons?.return();
  }
}

/** The adapter of the commit where the walk stands. */
export async function adapterOf(
  { pack, parts }: Pick<Workspace, 'pack' | 'parts'>,
  { walker, walk }: { walker: Walker; walk: Walk },
): Promise<LoraAdapter> {
  return composeAdapter(walker.learner, await baseAdapter({ pack, parts }, { walker, walk }), walk.learned);
}

/** The snapshot of the commit where the walk stands, and the bytes of its state file. */
export async function makeSnapshot(
  { pack, parts, lineage }: Workspace,
  { walker, walk }: { walker: Walker; walk: Walk },
): Promise<ReturnType<typeof createSnapshot>> {
  const hiddenState = await stateOf({ parts }, { walker, walk });
  const adapter = await adapterOf({ pack, parts }, { walker, walk: { ...walk, hiddenState } });
  const { name, version } = pack.manifest;
  const made = { pack: { name, version }, engine: walker.encoder.engine, hiddenState, adapter };
  return createSnapshot({ ...lineage, ...walk, ...made });
}
