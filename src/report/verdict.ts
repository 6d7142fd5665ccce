/**
 * A score → a verdict, and many verdicts → a summary. Pure.
 *
 * In: AssertionScore. Out: AssertionReport and Summary. Knows nothing about how scores are made or shown.
 */
import type { AssertionScore } from '../scoring/score.ts';
import { type AssertionReport, type Summary, VERDICTS, type Verdict } from './schema.ts';

export interface VerdictThresholds {
  /** A written value is surprising only if its probability is at most this … */
  surprisingMaxProbability: number;
  /** … and the best other candidate has at least this. Both come from the pack's calibration. */
  surprisingMinCandidate: number;
}

/** From this probability on a written value counts as expected though it is not the first choice. */
const PLAUSIBLE_MIN_PROBABILITY = 0.1;

/** Says what the adapter makes of one assertion. */
export function verdictOf(score: AssertionScore, thresholds: VerdictThresholds): Verdict {
  if (score.assertion.ignored) return 'ignored';
  if (score.assertion.open || score.probability === null) return 'open';
  if (score.exactMatch) return 'match';
  const isCandidate = score.candidates.some(({ text }) => text === score.assertion.target);
  if (isCandidate || score.probability >= PLAUSIBLE_MIN_PROBABILITY) return 'plausible';
  const best = score.candidates[0]?.probability ?? 0;
  const surprising =
    score.probability <= thresholds.surprisingMaxProbability && best >= thresholds.surprisingMinCandidate;
  return surprising ? 'surprising' : 'unsure';
}

/** The report of one assertion: the names and units of the JSON schema. */
export function reportAssertion(score: AssertionScore, thresholds: VerdictThresholds): AssertionReport {
  const { assertion, candidates } = score;
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
  return {
    assertions: reports.length,
    verdicts: Object.fromEntries(
      VERDICTS.map((verdict) => [verdict, reports.filter((report) => report.verdict === verdict).length]),
    ),
    exactMatch: mean(scored.map(({ exactMatch }) => (exactMatch ? 1 : 0))),
    editSimilarity: mean(scored.map(({ editSimilarity }) => editSimilarity ?? 0)),
    nll: perToken(scored.map(({ nll }) => nll)),
    baseNll: perToken(scored.map(({ baseNll }) => baseNll)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
