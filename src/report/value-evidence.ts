/**
 * What the models said of a written value → how likely it is wrong. Pure.
 *
 * In: probabilities and nats of the value, of the best other candidate, and of the base model. Out: evidence as numbers that
 * grow with the doubt, and with the pack's calibration a probability. Knows nothing about thresholds and verdicts.
 */

import { kindOfAssertion } from '../assertions/mutate.ts';
import {
  type Calibration,
  EVIDENCE,
  type Evidence,
  type WrongValue,
} from '../runtime/manifest-calibration.ts';
import type { Place, Rivals } from '../scoring/rivals.ts';
import { type AssertionScore, placeOf } from '../scoring/score.ts';
import type { ValueStanding } from '../scoring/token-standing.ts';
import { readCurve } from './isotonic.ts';

/** Numbers without `base` are those of the model that judges. */
export interface ValueOpinion extends ValueStanding, Place {
  kind: string;
  /** Negative log-likelihood of the value's tokens, nats, summed. */
  nll: number;
  baseNll: number;
  tokens: number;
  probability: number;
  rivals: Rivals | null;
}

/** Null for what has no value, and for a whole condition: nothing says what else it would be. */
export function opinionOf(score: AssertionScore): ValueOpinion | null {
  const { assertion, nll, baseNll, standing, rivals, probability, targetTokens: tokens } = score;
  if (assertion.open || assertion.condition) return null;
  if (nll === null || baseNll === null || standing === null || probability === null) return null;
  const kind = kindOfAssertion(assertion);
  return { kind, nll, baseNll, ...standing, tokens, probability, ...placeOf(score), rivals };
}

/**
 * Bounded, so that one odd number decides nothing by itself; the small constants stand for what a search with a handful
 * of candidates cannot see.
 */
const READERS: Readonly<Record<Evidence, (opinion: ValueOpinion) => number>> = {
  nllPerToken: ({ nll, tokens }) => Math.min(12, nll / Math.max(1, tokens)),
  worstToken: ({ worst }) => Math.min(15, worst),
  excessPerToken: ({ excess, tokens }) => clamp(excess / Math.max(1, tokens), -4, 12),
  worstExcess: ({ worstExcess }) => clamp(worstExcess, -4, 15),
  worstLead: ({ worstLead }) => Math.min(15, worstLead),
  improbability: ({ probability }) => Math.min(20, -Math.log(probability + 1e-9)),
  ratio: ({ other, probability }) => clamp(Math.log((other + 1e-3) / (probability + 1e-6)), -6, 12),
  confidence: ({ other }) => other,
  notFirst: ({ isFirst }) => (isFirst ? 0 : 1),
  bestRival: ({ rivals }) => clamp(rivals?.best ?? 0, -3, 3),
  meanRival: ({ rivals }) => clamp(rivals?.mean ?? 0, -4, 4),
  baseNllPerToken: ({ baseNll, tokens }) => Math.min(12, baseNll / Math.max(1, tokens)),
  loss: ({ nll, baseNll }) => clamp(nll - baseNll, -4, 4),
};

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** In the order of the names. */
export const readEvidence = (opinion: ValueOpinion, names: readonly Evidence[] = EVIDENCE): number[] =>
  names.map((name) => READERS[name](opinion));

/** How much speaks against the value: log odds of the fit, which rank values but promise nothing. */
export const doubtOf = (
  opinion: ValueOpinion,
  { intercept, weights, kinds }: Pick<WrongValue, 'intercept' | 'weights' | 'kinds'>,
): number =>
  EVIDENCE.reduce(
    (sum, name) => sum + (weights[name] ?? 0) * READERS[name](opinion),
    intercept + (kinds[opinion.kind] ?? 0),
  );

/** Whether a calibration counts the values that could have been meant: else nobody needs to ask for them. */
export const asksRivals = ({ wrongValue }: Pick<Calibration, 'wrongValue'>): boolean =>
  (wrongValue?.weights.bestRival ?? 0) + (wrongValue?.weights.meanRival ?? 0) > 0;

/** That the value is wrong, as often as it was in the calibration, at its prior. */
export const wrongProbability = (opinion: ValueOpinion, model: WrongValue): number =>
  atPrior(readCurve(model.curve, doubtOf(opinion, model)), model.prior);

/** A probability where half of all values are wrong → where this share is (Bayes; Elkan 2001, theorem 2). */
export function atPrior(balanced: number, prior: number): number {
  const wrong = balanced * prior;
  return wrong / (wrong + (1 - balanced) * (1 - prior));
}

/** Whether a value stands in a text as a whole: `12` not in `120`. */
export function standsIn(value: string, text: string): boolean {
  const wanted = value.trim();
  if (wanted === '') return false;
  const isWord = (character: string) => /[\p{L}\p{N}_$]/u.test(character);
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    const cutsBefore = isWord(wanted.charAt(0)) && isWord(text.charAt(at - 1));
    const cutsAfter = isWord(wanted.slice(-1)) && isWord(text.charAt(at + wanted.length));
    if (!cutsBefore && !cutsAfter) return true;
  }
  return false;
}
