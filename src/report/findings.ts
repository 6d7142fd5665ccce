/**
 * Which assertions of a check are worth a person's time, and what to say of each.
 *
 * In: assertion reports. Out: findings, most worth looking at first, and one sentence for each. Pure; the sentence is
 * the same in comment, annotation, SARIF and JUnit, only the way a value is quoted differs.
 */
import type { SourceLanguage } from '../assertions/grammar.ts';
import { exactMatch } from '../scoring/metrics.ts';
import type { AssertionReport } from './schema.ts';
import { count, oneLine, percent } from './visible.ts';

export interface Finding {
  assertion: AssertionReport;
  /** What the adapter expects in the place of what is written. */
  best: Candidate;
  /** The next candidate that is another value; null when there is none worth a word. */
  runnerUp: Candidate | null;
}

export interface Candidate {
  text: string;
  probability: number;
}

/**
 * An open value is proposed only if it is more likely right than wrong: below that, the reader's time costs more than
 * the proposal is worth. For surprising values the model pack's calibration has decided.
 */
export const MIN_OPEN_PROBABILITY = 0.5;
/** A runner-up below it is noise. */
const MIN_RUNNER_UP = 0.01;
export const MAX_SHOWN_VALUE = 80;

/** What makes a run fail; open: open and surprising ones. */
export const FAIL_ON = ['never', 'surprising', 'open'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** Surprising values first, then proposals for open ones; the most confident first. */
export function findingsOf(assertions: readonly AssertionReport[]): Finding[] {
  const rank = ({ verdict }: AssertionReport) => (verdict === 'surprising' ? 0 : 1);
  return assertions
    .flatMap((assertion) => findingOf(assertion) ?? [])
    .sort(
      (a, b) =>
        rank(a.assertion) - rank(b.assertion) ||
        (b.assertion.wrongProbability ?? 0) - (a.assertion.wrongProbability ?? 0) ||
        b.best.probability - a.best.probability ||
        (a.assertion.probability ?? 0) - (b.assertion.probability ?? 0),
    );
}

/** Null when there is nothing to say about the assertion. */
export function findingOf(assertion: AssertionReport): Finding | null {
  const { verdict, written, candidates } = assertion;
  if (verdict !== 'surprising' && verdict !== 'open') return null;
  const others = candidates.filter(({ text }) => written === null || !isSameValue(text, written));
  const [best] = others;
  if (!best || (verdict === 'open' && best.probability < MIN_OPEN_PROBABILITY)) return null;
  const runnerUp = others.find(({ text }) => !isSameValue(text, best.text)) ?? null;
  return { assertion, best, runnerUp: runnerUp && runnerUp.probability >= MIN_RUNNER_UP ? runnerUp : null };
}

/** Longer texts are no values of ours, and comparing them takes long. */
const MAX_COMPARED = 1000;

/** But for layout. */
const isSameValue = (a: string, b: string): boolean =>
  a === b || (Math.max(a.length, b.length) <= MAX_COMPARED && exactMatch(a, b));

/** `The adapter expects 7 (81%), then 8 (6%); 42 gets <1%: 87% likely wrong.` */
export function explain(finding: Finding, quote: (text: string) => string): string {
  const { written, probability } = finding.assertion;
  const doubt = likelyWrong(finding.assertion);
  const claim =
    written === null
      ? ''
      : `; ${quote(written)} gets ${percent(probability ?? 0)}${doubt === null ? '' : `: ${doubt}`}`;
  return `The adapter ${expectation({ ...finding, written }, quote)}${claim}.`;
}

/** `expects 7 (81%), then 8 (6%)`, of an open value `proposes …`. */
export function expectation(
  { written, best, runnerUp }: Pick<Finding, 'best' | 'runnerUp'> & { written: string | null },
  quote: (text: string) => string,
): string {
  const show = ({ text, probability }: Candidate) => `${quote(text)} (${percent(probability)})`;
  return `${written === null ? 'proposes' : 'expects'} ${show(best)}${runnerUp ? `, then ${show(runnerUp)}` : ''}`;
}

/** `87% likely wrong`, by the calibration of the model pack; null without one. */
export const likelyWrong = ({ wrongProbability }: AssertionReport): string | null =>
  wrongProbability === undefined ? null : `${percent(wrongProbability)} likely wrong`;

/** For places without markup. */
export const plainQuote = (text: string): string => oneLine(text, MAX_SHOWN_VALUE);

/** `2 surprising values, 1 proposal for an open value`; '' when there is nothing. */
export function countFindings(findings: readonly Finding[]): string {
  const surprising = findings.filter(({ assertion }) => assertion.verdict === 'surprising').length;
  const open = findings.length - surprising;
  return [
    ...(surprising > 0 ? [count(surprising, 'surprising value')] : []),
    ...(open > 0 ? [open === 1 ? '1 proposal for an open value' : `${open} proposals for open values`] : []),
  ].join(', ');
}

/** The comment that mutes an assertion of this language. */
export const muteComment = (language: SourceLanguage): string =>
  `${language === 'python' ? '#' : '//'} code2lora-ignore`;
