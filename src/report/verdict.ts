/**
 * A score → a verdict, and many verdicts → a summary. Pure.
 *
 * In: AssertionScore. Out: AssertionReport and Summary. Knows nothing about how scores are made or shown.
 */
import type { WrongValue } from '../runtime/manifest-calibration.ts';
import { type AssertionScore, placeOf } from '../scoring/score.ts';
import type { AssertionReport, Summary, Verdict } from './schema.ts';
import { doubtOf, opinionOf, wrongProbability } from './value-evidence.ts';

export interface VerdictThresholds {
  /** A written value is surprising only if its probability is at most this … */
  surprisingMaxProbability: number;
  /** … and the best other candidate has at least this. */
  surprisingMinCandidate: number;
  /** How likely a value is wrong, by the pack's calibration; null: nobody has measured it. */
  wrongValue?: WrongValue | null;
  /** The two limits decide even so: the user has set them. */
  areLimitsSet?: boolean;
}

/**
 * expected: the adapter's first choice is what is written. surprising: it is confident in something else. open: no
 * value is written. plausible: all the rest, whether it has the value among its candidates or no opinion worth showing.
 */
export function verdictOf(score: AssertionScore, thresholds: VerdictThresholds): Verdict {
  if (score.assertion.open || score.probability === null) return 'open';
  if (placeOf(score).isFirst) return 'expected';
  // A whole condition, as in `assert is_valid(x)`, has no single value that would be the right one.
  if (score.assertion.condition) return 'plausible';
  return isSurprising(score, thresholds) ? 'surprising' : 'plausible';
}

function isSurprising(score: AssertionScore, thresholds: VerdictThresholds): boolean {
  const { wrongValue, areLimitsSet = false } = thresholds;
  const opinion = opinionOf(score);
  // With nothing to offer in its place there is nothing to say about a value.
  if (wrongValue && opinion && !areLimitsSet) {
    const from = wrongValue.surprisingFrom ?? Number.POSITIVE_INFINITY;
    return opinion.other > 0 && doubtOf(opinion, wrongValue) >= from;
  }
  const best = score.candidates[0]?.probability ?? 0;
  const isUnlikely = (score.probability ?? 1) <= thresholds.surprisingMaxProbability;
  return isUnlikely && best >= thresholds.surprisingMinCandidate;
}

/** The report of one assertion: the names and units of the JSON schema. */
export function reportAssertion(score: AssertionScore, thresholds: VerdictThresholds): AssertionReport {
  const { assertion, candidates } = score;
  const opinion = opinionOf(score);
  const { wrongValue } = thresholds;
  return {
    path: assertion.path,
    line: assertion.line,
    column: assertion.column,
    endLine: assertion.endLine,
    endColumn: assertion.endColumn,
    test: assertion.test,
    family: assertion.family,
    language: assertion.language,
    written: assertion.open ? null : assertion.target,
    verdict: verdictOf(score, thresholds),
    probability: score.probability,
    baseProbability: score.baseProbability,
    nll: score.nll,
    baseNll: score.baseNll,
    ...(wrongValue && opinion ? { wrongProbability: wrongProbability(opinion, wrongValue) } : {}),
    candidates: candidates.map(({ text, probability }) => ({ text, probability })),
  };
}

/** Counts and means over a set. Means are over scored assertions; nll is weighted by target tokens. */
export function summarize(scores: readonly AssertionScore[], reports: readonly AssertionReport[]): Summary {
  const scored = scores.filter(({ nll }) => nll !== null);
  const tokens = sum(scored.map(({ targetTokens }) => targetTokens));
  const perToken = (values: readonly (number | null)[]) =>
    tokens === 0 ? null : sum(values.map((value) => value ?? 0)) / tokens;
  const mean = (values: readonly number[]) => (values.length === 0 ? null : sum(values) / values.length);
  const count = (verdict: Verdict) => reports.filter((report) => report.verdict === verdict).length;
  return {
    assertions: reports.length,
    expected: count('expected'),
    plausible: count('plausible'),
    surprising: count('surprising'),
    open: count('open'),
    exactMatch: mean(scored.map(({ exactMatch }) => (exactMatch ? 1 : 0))),
    editSimilarity: mean(scored.map(({ editSimilarity }) => editSimilarity ?? 0)),
    nll: perToken(scored.map(({ nll }) => nll)),
    baseNll: perToken(scored.map(({ baseNll }) => baseNll)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
