/**
 * What a walk learns from assertions, and what becomes of the adapter.
 *
 *   assertions of a commit → examples → memory: sums + their share → residual: some gradient steps
 *   base adapter + memory + residual = adapter
 *
 * In: signals and the learned state. Out: the next one. The rule that keeps checks honest is kept by who calls: the
 * assertions of a commit are learned on the way to the next one (follow.ts).
 */
import { drawBatches, keepNewest } from '../adaptation/batches.ts';
import type { Example } from '../adaptation/examples.ts';
import { emptyResidual } from '../adaptation/refine.ts';
import type { AssertionLearner } from '../inference/models.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { joinAdapters } from '../lora/join.ts';
import type { AdaptationPart, RefinementSettings } from '../runtime/manifest-adaptation.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { parseTransformerConfig } from '../runtime/transformer-config.ts';
import { readJson } from '../runtime/weight-files.ts';
import type { LearnedState } from '../snapshots/learned.ts';
import { readSignals, readStartSignal, type Signal } from './signal.ts';
import type { Workspace } from './workspace.ts';

/** The assertions of one commit, to be learned. */
export interface Lesson {
  commit: string;
  isStart: boolean;
  examples: readonly Example[];
}

type Source = Pick<Workspace, 'repository' | 'config' | 'pack'>;

/** Whether there is a part that learns from assertions. */
export const learnsAssertions = ({ parts }: { parts: readonly AdaptationPart[] }): boolean =>
  parts.some((part) => part !== 'gru');

/** One for each first-parent commit from `from` to `until`; what is not asked for is not read. */
export async function* readLessons(
  source: Source,
  learner: AssertionLearner,
  range: { from: string; until: string },
): AsyncGenerator<Lesson, void, undefined> {
  for await (const signal of readSignals(source, range)) yield await toLesson(learner, signal, false);
}

/** What the tree that the start commit was made on teaches; null where there is none. */
export async function readStartLesson(
  source: Source,
  learner: AssertionLearner,
  startCommit: string,
): Promise<Lesson | null> {
  const signal = await readStartSignal(source, startCommit);
  return signal && (await toLesson(learner, signal, true));
}

async function toLesson(
  learner: AssertionLearner,
  { commit, texts }: Signal,
  isStart: boolean,
): Promise<Lesson> {
  return { commit, isStart, examples: texts.length === 0 ? [] : await learner.readExamples(texts) };
}

export interface LearnInput {
  pack: ModelPack;
  parts: readonly AdaptationPart[];
  learned: LearnedState;
  lesson: Lesson;
  /** The adapter that the parts are added to, as it is at the commit that is walked on to. */
  base(): Promise<LoraAdapter>;
}

/** Gives the next state; a commit that brings no assertion leaves it as it is. */
export async function learn(learner: AssertionLearner, input: LearnInput): Promise<LearnedState> {
  const { pack, parts, learned, lesson } = input;
  if (lesson.examples.length === 0) return learned;
  const memory = parts.includes('memory')
    ? await learner.remember(learned.memory ?? {}, lesson.examples)
    : null;
  const settings = parts.includes('refinement') ? pack.manifest.adaptation?.refinement : null;
  if (!settings) return { ...learned, memory };
  const buffer = keepNewest([...learned.buffer, ...lesson.examples], settings.buffer);
  const frozen = await composeAdapter(learner, await input.base(), { memory, residual: null });
  const batches = drawBatches({
    ...{ newest: lesson.examples, buffer, batch: settings.batch, seed: lesson.commit },
    steps: lesson.isStart ? settings.stepsAtStart : settings.steps,
  });
  const { residual } = await learner.refine({
    ...{ frozen, batches, learningRate: settings.learningRate },
    residual: learned.residual ?? firstResidual(pack, settings),
  });
  return { memory, residual, buffer };
}

/** The base adapter with what was learned. */
export async function composeAdapter(
  learner: AssertionLearner,
  base: LoraAdapter,
  { memory, residual }: Pick<LearnedState, 'memory' | 'residual'>,
): Promise<LoraAdapter> {
  const recalled = memory && (await learner.recall(memory));
  return [recalled, residual].filter((part) => part !== null).reduce(joinAdapters, base);
}

/** The same for every walk with the pack. */
function firstResidual({ manifest, path, digest }: ModelPack, { rank }: RefinementSettings): LoraAdapter {
  const file = path(manifest.baseModel.config);
  return emptyResidual(parseTransformerConfig(readJson(file), file), { rank, seed: digest });
}
