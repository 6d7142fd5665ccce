/**
 * Scores assertions: how well the base model and the adapted one know the values that were written.
 *
 * In: assertions and an adapter. Out: one AssertionScore for each, in the same order. Knows nothing about verdicts or
 * reports. Works file by file, from the top of the file down, so that the models read each stretch once.
 */
import type { Assertion } from '../assertions/assertion.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import type { Completion, LanguageModel, Reader, TargetScore } from './language-model.ts';
import { editSimilarity, exactMatch } from './metrics.ts';
import { askRivals, type Place, placeAmong, type Rivals } from './rivals.ts';
import type { Candidate } from './search.ts';
import type { ValueStanding } from './token-standing.ts';

/** Numbers without `base` in their name are those of the adapted model; null where no value is written. */
export interface AssertionScore {
  assertion: Assertion;
  targetTokens: number;
  /** Negative log-likelihood: natural logarithm, summed over the target's tokens. */
  nll: number | null;
  baseNll: number | null;
  /** How the value's tokens stand in what the adapted model expected. */
  standing: ValueStanding | null;
  /** The value beside others that could have been meant; null where it is the first candidate, or nobody asked. */
  rivals: Rivals | null;
  /** 0–1: that exactly the written value stands there. */
  probability: number | null;
  baseProbability: number | null;
  /** Most probable first. */
  candidates: Candidate[];
  /** Place of the written value among the candidates, from 1. */
  rank: number | null;
  /** What the adapted model writes on its own, token by token. */
  completion: string;
  /** Of the completion with the written value. */
  exactMatch: boolean;
  editSimilarity: number | null;
}

export interface ScoreOptions {
  adapter: LoraAdapter | null;
  /** Candidates for each assertion; default 5. */
  count?: number;
  /** Ask for values that could have been meant, too. */
  rivals?: boolean;
  onProgress?: (done: number, total: number) => void;
}

/** Scores and completes every assertion. Throws ModelError when the adapter does not fit the base model. */
export async function scoreAssertions(
  languageModel: LanguageModel,
  assertions: readonly Assertion[],
  { adapter, count = 5, rivals = false, onProgress }: ScoreOptions,
): Promise<AssertionScore[]> {
  const adapted = languageModel.reader({ adapter });
  const base = languageModel.reader();
  const scores: AssertionScore[] = [];
  for (const [done, index] of readingOrder(assertions).entries()) {
    scores[index] = await scoreAssertion(assertions[index] as Assertion, { adapted, base, count, rivals });
    onProgress?.(done + 1, assertions.length);
  }
  return scores;
}

/** Indices by file, then by place. */
function readingOrder(assertions: readonly Assertion[]): number[] {
  const fileNumber = new Map<string, number>();
  for (const { path } of assertions) if (!fileNumber.has(path)) fileNumber.set(path, fileNumber.size);
  const fileOf = (index: number) => fileNumber.get(assertions[index]?.path as string) as number;
  const startOf = (index: number) => assertions[index]?.start as number;
  return [...assertions.keys()].sort((a, b) => fileOf(a) - fileOf(b) || startOf(a) - startOf(b));
}

async function scoreAssertion(
  assertion: Assertion,
  { adapted, base, count, rivals }: { adapted: Reader; base: Reader; count: number; rivals: boolean },
): Promise<AssertionScore> {
  if (assertion.open)
    return describe(assertion, { completion: await adapted.candidates({ ...assertion, count }) });
  const scores = { adapted: await adapted.score(assertion), base: await base.score(assertion) };
  const completion = await adapted.candidates({ ...assertion, count });
  const said = { score: scores.adapted, completion };
  return describe(assertion, {
    ...scores,
    completion,
    rivals: rivals ? await askRivals(adapted, assertion, said) : null,
  });
}

/** The written value among the candidates. */
export const placeOf = ({ assertion, candidates, completion: greedy }: AssertionScore): Place =>
  placeAmong({ candidates, greedy }, assertion.target);

interface Said {
  completion: Completion;
  adapted?: TargetScore;
  base?: TargetScore;
  rivals?: Rivals | null;
}

function describe(assertion: Assertion, { completion, adapted, base, rivals = null }: Said): AssertionScore {
  const { target, open } = assertion;
  const place = completion.candidates.findIndex(({ text }) => exactMatch(text, target));
  return {
    assertion,
    targetTokens: adapted?.tokens ?? 0,
    nll: adapted?.nll ?? null,
    baseNll: base?.nll ?? null,
    standing: adapted?.standing ?? null,
    rivals,
    probability: adapted?.probability ?? null,
    baseProbability: base?.probability ?? null,
    candidates: completion.candidates,
    rank: open || place < 0 ? null : place + 1,
    completion: completion.greedy,
    exactMatch: !open && exactMatch(completion.greedy, target),
    editSimilarity: open ? null : editSimilarity(completion.greedy, target),
  };
}
