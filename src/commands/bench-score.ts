/**
 * Questions to the language model → scores.
 *
 * In: prompts, values, adapters. Out: one MethodScore each, in the same order. Questions with the same adapter are asked
 * together, file by file from the top down, so that what they have in common is read once. Knows nothing about methods.
 */
import type { Assertion } from '../assertions/assertion.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import type { MethodScore } from '../report/benchmark-scores.ts';
import type { Completion, LanguageModel, TargetScore } from '../scoring/language-model.ts';
import { editSimilarity, exactMatch } from '../scoring/metrics.ts';
import { paperEditSimilarity, paperExactMatch } from '../scoring/paper-metrics.ts';

export interface Question {
  assertion: Assertion;
  /** What is read before the value; ends with the assertion's own prefix, or the end of it. */
  prompt: string;
  /** null: the base model. */
  adapter: LoraAdapter | null;
}

export interface Answer {
  score: MethodScore;
  /** Of the value. */
  tokens: number;
}

/** What the model remembers of one adapter's reading is megabytes: now and then it is let go. */
const READERS_AT_ONCE = 32;
/** Less is taken for this: one value of probability 0 would be all of a mean. */
const LEAST_PROBABILITY = 1e-8;
const DIGITS = 5;

export async function askQuestions(
  languageModel: LanguageModel,
  questions: readonly Question[],
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let readers = 0;
  for (const [adapter, indices] of byAdapter(questions)) {
    readers += 1;
    if (readers % READERS_AT_ONCE === 0) await languageModel[Symbol.asyncDispose]();
    const reader = languageModel.reader({ adapter });
    for (const index of inReadingOrder(indices, questions)) {
      const { assertion, prompt } = questions[index] as Question;
      const { target, language } = assertion;
      const score = await reader.score({ prefix: prompt, target, language });
      const completion = await reader.candidates({ prefix: prompt, language, count: 1 });
      answers[index] = { score: describe(score, completion, target), tokens: score.tokens };
    }
  }
  return answers;
}

/** Of an answer without probabilities. */
export const scoreText = (answer: string, target: string): MethodScore => [
  null,
  null,
  ...compare(answer, target),
];

function describe(
  { nll, stopProbability }: TargetScore,
  { greedy }: Completion,
  target: string,
): MethodScore {
  const end = -Math.log(Math.max(LEAST_PROBABILITY, stopProbability));
  return [rounded(nll), rounded(end), ...compare(greedy, target)];
}

function compare(answer: string, target: string): [0 | 1, 0 | 1, number, number] {
  return [
    exactMatch(answer, target) ? 1 : 0,
    paperExactMatch(answer, target) ? 1 : 0,
    rounded(editSimilarity(answer, target)),
    rounded(paperEditSimilarity(answer, target)),
  ];
}

const rounded = (value: number): number => Number(value.toFixed(DIGITS));

function byAdapter(questions: readonly Question[]): Map<LoraAdapter | null, number[]> {
  const groups = new Map<LoraAdapter | null, number[]>();
  for (const [index, { adapter }] of questions.entries()) {
    const known = groups.get(adapter);
    if (known) known.push(index);
    else groups.set(adapter, [index]);
  }
  return groups;
}

/** By file, then from the top down: a prompt is then the start of the next one, where nothing stands before it. */
function inReadingOrder(indices: readonly number[], questions: readonly Question[]): number[] {
  const of = (index: number) => (questions[index] as Question).assertion;
  return [...indices].sort(
    (a, b) => compareTexts(of(a).path, of(b).path) || of(a).start - of(b).start || a - b,
  );
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
