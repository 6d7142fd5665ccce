/**
 * Is one adapter better than another on the same assertions? Differences, intervals and ranks.
 *
 * In: for each assertion the nll of two or more adapters, and the commit that it came with. Out: numbers. Knows nothing
 * about repositories or models. Assertions of one commit resemble each other, so whole commits are drawn for the intervals.
 */
import { createRandom } from '../runtime/random.ts';

/** Of one assertion. */
export interface PairedScore {
  /** What it has in common with others: the commit. */
  cluster: string;
  tokens: number;
  /** Nats, summed over the tokens. */
  nll: number;
  otherNll: number;
}

/** Nats per token. */
export interface Interval {
  mean: number;
  /** Ends of the 95 % interval. */
  low: number;
  high: number;
}

const DRAWS = 2000;
const TAIL = 0.025;

/**
 * How much less nll the first one has, per token over all of them: above zero it is the better one. The interval is the
 * percentile bootstrap over clusters (Efron 1979); the same seed gives the same interval. Throws nothing: no scores, zeros.
 */
export function gainOver(scores: readonly PairedScore[], { seed }: { seed: string }): Interval {
  const clusters = sumClusters(scores);
  if (clusters.length === 0) return { mean: 0, low: 0, high: 0 };
  const random = createRandom(seed);
  const draws = Float64Array.from({ length: DRAWS }, () =>
    perToken(clusters.map(() => clusters[Math.floor(random.uniform() * clusters.length)] as Sum)),
  ).sort();
  const at = (share: number) => draws[Math.min(DRAWS - 1, Math.floor(share * DRAWS))] as number;
  return { mean: perToken(clusters), low: at(TAIL), high: at(1 - TAIL) };
}

/** Place of the first among all, 1 the best; equals share a place. */
export function rankAmong(own: number, others: readonly number[]): number {
  const better = others.filter((other) => other < own).length;
  const equal = others.filter((other) => other === own).length;
  return 1 + better + equal / 2;
}

/** Nats per token over some assertions. */
export function nllPerToken(scores: readonly { nll: number; tokens: number }[]): number {
  return sum(scores.map(({ nll }) => nll)) / Math.max(1, sum(scores.map(({ tokens }) => tokens)));
}

export const mean = (values: readonly number[]): number => sum(values) / Math.max(1, values.length);

interface Sum {
  gain: number;
  tokens: number;
}

/** In order of first appearance, so that a draw does not depend on names. */
function sumClusters(scores: readonly PairedScore[]): Sum[] {
  const sums = new Map<string, Sum>();
  for (const { cluster, tokens, nll, otherNll } of scores) {
    const known = sums.get(cluster) ?? { gain: 0, tokens: 0 };
    sums.set(cluster, { gain: known.gain + otherNll - nll, tokens: known.tokens + tokens });
  }
  return [...sums.values()];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const perToken = (sums: readonly Sum[]): number =>
  sum(sums.map(({ gain }) => gain)) / Math.max(1, sum(sums.map(({ tokens }) => tokens)));
