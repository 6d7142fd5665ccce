/**
 * Several combinations of parts on one walk: what each of them has learned, and its adapter.
 *
 * In: a walk that steps the GRU, lessons. Out: adapters. What combinations have in common is computed once: the base
 * adapters of a commit, the sums of the memory, the adapter that is made of them.
 */
import type { AssertionLearner } from '../inference/models.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import type { AdaptationPart } from '../runtime/manifest-adaptation.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { type LearnedState, NOTHING_LEARNED } from '../snapshots/learned.ts';
import { composeAdapter, type Lesson, learn } from './learning.ts';
import { baseAdapter, type Walk } from './walk.ts';
import type { Walker } from './walker.ts';

export interface VariantsInput {
  pack: ModelPack;
  walker: Walker;
  /** Looked at whenever something is asked. */
  walk: Walk;
  combinations: readonly (readonly AdaptationPart[])[];
}

export interface Variants {
  /** The walk stands at the commit whose adapter may know the lesson. */
  learn(lesson: Lesson): Promise<void>;
  /** Of the commit where the walk stands, in the order of the combinations. */
  adapters(): Promise<LoraAdapter[]>;
}

export function openVariants({ pack, walker, walk, combinations }: VariantsInput): Variants {
  const learner = sharing(walker.learner);
  const variants = combinations.map((parts) => ({ parts, learned: NOTHING_LEARNED as LearnedState }));
  const baseOf = rememberLast(
    () => walk.commit,
    (parts: readonly AdaptationPart[]) => baseAdapter({ pack, parts }, { walker, walk }),
    (parts) => parts.includes('gru'),
  );
  return {
    async learn(lesson) {
      for (const variant of variants) {
        const { parts, learned } = variant;
        variant.learned = await learn(learner, { pack, parts, learned, lesson, base: () => baseOf(parts) });
      }
    },
    async adapters() {
      const made: LoraAdapter[] = [];
      for (const { parts, learned } of variants) {
        made.push(await composeAdapter(learner, await baseOf(parts), learned));
      }
      return made;
    },
  };
}

/** All combinations with a memory have the same one: each lesson is remembered once, each memory recalled once. */
function sharing(learner: AssertionLearner): AssertionLearner {
  const lesson = {
    examples: [] as unknown,
    sums: null as Awaited<ReturnType<AssertionLearner['remember']>> | null,
  };
  const recalled = new WeakMap<object, Promise<LoraAdapter | null>>();
  return {
    ...learner,
    async remember(sums, examples) {
      if (lesson.examples !== examples || lesson.sums === null) {
        Object.assign(lesson, { examples, sums: await learner.remember(sums, examples) });
      }
      return lesson.sums as NonNullable<typeof lesson.sums>;
    },
    recall(sums) {
      const known = recalled.get(sums) ?? learner.recall(sums);
      recalled.set(sums, known);
      return known;
    },
  };
}

/** Remembers answers by key, until the time changes. */
function rememberLast<Question, Key, Answer>(
  time: () => unknown,
  answer: (question: Question) => Promise<Answer>,
  keyOf: (question: Question) => Key,
): (question: Question) => Promise<Answer> {
  const known = new Map<Key, Promise<Answer>>();
  let since: unknown;
  return (question) => {
    if (since !== time()) known.clear();
    since = time();
    const key = keyOf(question);
    const found = known.get(key) ?? answer(question);
    known.set(key, found);
    return found;
  };
}
