/**
 * Where a walk over the history begins, and where it stands.
 *
 * In: a repository, the models, a stored snapshot. Out: a Walk. The walk itself is in follow.ts.
 *
 * A bounded walk begins N commits before the commit it is first made for. That commit does not move when new ones
 * come: the snapshots of the walk carry it, and later walks go on from them.
 */
import { readMeanAdapter } from '../adaptation/mean-adapter.ts';
import { InternalError } from '../errors.ts';
import { ancestorAt, countCommits, startCommitOf } from '../git/ancestry.ts';
import { firstParentCommits } from '../git/history.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import type { Engine } from '../runtime/session.ts';
import { type LearnedState, NOTHING_LEARNED } from '../snapshots/learned.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import { type HistoryStep, readSteps, walkKindOf } from './history-steps.ts';
import { type Lesson, learn, learnsAssertions, readStartLesson } from './learning.ts';
import type { Walker } from './walker.ts';
import type { Workspace } from './workspace.ts';

/** All that the next commit needs. */
export interface Walk {
  startCommit: string;
  /** null: it began at the root of the history. */
  maxHistory: number | null;
  /** It was begun anew where it starts. */
  anchored: boolean;
  commit: string;
  parentCommit: string | null;
  position: number;
  steps: number;
  /** Commit of the newest step, where the next diff begins there; else null. */
  previousStep: string | null;
  /** null: nothing to remember yet; the state is that of the repository as it stands at the commit. */
  hiddenState: Float32Array | null;
  /** From the assertions of earlier commits; nothing of the commit's own tests. */
  learned: LearnedState;
  /** What computed the walk so far, where it goes on from a snapshot. */
  engines: Engine[];
}

export interface Start {
  commit: string;
  maxHistory: number | null;
  anchored?: boolean | undefined;
  /** How many come after it, where all of them are about to be read. */
  commitsAfter?: number;
}

/** The root of the history, or the commit that the bound leads to when there are commits before it. */
export async function findStart({ repository, lineage }: Workspace, until: string): Promise<Start> {
  const { maxHistory = null } = lineage;
  if (maxHistory !== null && (await ancestorAt(repository, until, maxHistory + 1)) !== null) {
    const bounded = (await ancestorAt(repository, until, maxHistory)) as string;
    return { commit: bounded, maxHistory, commitsAfter: maxHistory };
  }
  const commit = await startCommitOf(repository, until);
  return { commit, maxHistory: null, commitsAfter: await countCommits(repository, { after: commit, until }) };
}

/**
 * Begins with the first hidden state at the start commit; or, where that comes with the first step, with what the start
 * commit itself steps. What there was to learn before it comes from the tests of its first parent.
 */
export async function beginWalk(
  workspace: Workspace,
  walker: Walker,
  { commit, maxHistory, anchored = false, commitsAfter = 0 }: Start,
): Promise<Walk> {
  const walk: Walk = {
    ...{ startCommit: commit, maxHistory, anchored, commit, parentCommit: null, position: 0, steps: 0 },
    ...{ previousStep: null, hiddenState: null, learned: NOTHING_LEARNED, engines: [] },
  };
  const kind = walkKindOf(workspace.pack, workspace.parts);
  if (kind !== 'newest-state') await walker.prepareFor(commitsAfter);
  if (kind === 'diffs') walk.hiddenState = await walker.stateAt(commit);
  else {
    const start = firstParentCommits(workspace.repository, { until: commit, limit: 1 });
    for await (const step of readSteps(workspace, start)) await takeStep(workspace, { walker, walk, step });
  }
  if (learnsAssertions(workspace)) {
    const lesson = await readStartLesson(workspace, walker.learner, commit);
    if (lesson) await learnLesson(workspace, { walker, walk, lesson });
  }
  return walk;
}

/** Goes on from a snapshot. A state that its commit alone decides is none to go on from. */
export function resumeWalk(
  { pack, parts }: Pick<Workspace, 'pack' | 'parts'>,
  { manifest, hiddenState, learned }: Snapshot,
): Walk {
  const kind = walkKindOf(pack, parts);
  const isRemembered = kind === 'diffs' || (kind === 'kept-commits' && manifest.steps > 0);
  return {
    startCommit: manifest.startCommit,
    maxHistory: manifest.maxHistory ?? null,
    anchored: manifest.anchored ?? false,
    commit: manifest.commit,
    parentCommit: null,
    position: manifest.position,
    steps: manifest.steps,
    previousStep: manifest.previousStep ?? null,
    hiddenState: isRemembered ? hiddenState : null,
    learned,
    engines:
      isRemembered || learnsAssertions({ parts })
        ? [...(manifest.earlierEngines ?? []), manifest.engine]
        : [],
  };
}

/** One commit: a step of the GRU, if the recipe makes it one. */
export async function takeStep(
  { pack }: Workspace,
  { walker, walk, step }: { walker: Walker; walk: Walk; step: HistoryStep },
): Promise<void> {
  if (step.text === null) return;
  const before = walk.hiddenState ?? (await walker.stateAt(step.commit.sha));
  const embedding = await walker.embedder.embedDiff(step.text);
  walk.hiddenState = await walker.updater.step(before, embedding);
  walk.steps += 1;
  if (pack.manifest.recipe.history.base === 'previous-step') walk.previousStep = step.commit.sha;
}

/** Adds a lesson to what the walk has learned; the walk stands at the commit whose adapter may know it. */
export async function learnLesson(
  { pack, parts }: Workspace,
  { walker, walk, lesson }: { walker: Walker; walk: Walk; lesson: Lesson },
): Promise<void> {
  const base = () => baseAdapter({ pack, parts }, { walker, walk });
  walk.learned = await learn(walker.learner, { pack, parts, learned: walk.learned, lesson, base });
}

/** What was learned is added to it: the adapter of the hidden state, or without the GRU the pack's mean adapter. */
export async function baseAdapter(
  { pack, parts }: Pick<Workspace, 'pack' | 'parts'>,
  { walker, walk }: { walker: Walker; walk: Walk },
): Promise<LoraAdapter> {
  if (parts.includes('gru')) return walker.generator.generate(await stateOf({ parts }, { walker, walk }));
  const mean = readMeanAdapter(pack);
  if (mean) return mean;
  throw new InternalError(`The model pack "${pack.manifest.name}" has no mean adapter.`);
}

/** The hidden state where the walk stands; empty without the GRU. */
export async function stateOf(
  { parts }: Pick<Workspace, 'parts'>,
  { walker, walk }: { walker: Walker; walk: Walk },
): Promise<Float32Array> {
  if (!parts.includes('gru')) return new Float32Array(0);
  return walk.hiddenState ?? (await walker.stateAt(walk.commit));
}
