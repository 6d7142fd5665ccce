/**
 * How well a score separates wrong values from right ones, with intervals clustered by repository. Pure, seeded.
 *
 * In: values with a score (higher: more likely wrong), the truth, and their repository. Out: area under the ROC curve,
 * precision at a recall. An interval comes from drawing whole repositories with replacement (Davison & Hinkley 1997,
 * section 3.8), because the values of one repository resemble each other.
 */
import { createRandom } from '../runtime/random.ts';
import { quantile } from './benchmark-statistics.ts';

export interface Judged {
  score: number;
  isWrong: boolean;
  /** Number of the repository, from 0. */
  group: number;
}

export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** One value of the ROC curve: shares of wrong and of right values with at least this score. */
export interface RocPoint {
  falseAlarms: number;
  recall: number;
  score: number;
}

/** Sorted, so that a resample of repositories is one pass over them. */
export interface Ranking {
  /** The highest score first; values of equal score are together. */
  ties: readonly Judged[][];
}

export function rank(judged: readonly Judged[]): Ranking {
  const ties: Judged[][] = [];
  for (const item of [...judged].sort((a, b) => b.score - a.score)) {
    if (ties.at(-1)?.[0]?.score === item.score) ties.at(-1)?.push(item);
    else ties.push([item]);
  }
  return { ties };
}

/** How often a value is drawn, by its repository; undefined: each once. */
export type Weights = Readonly<Float64Array> | undefined;

/** From the strictest cut to the loosest; wrong and right values must both be there. */
export function rocOf({ ties }: Ranking): RocPoint[] {
  let [wrong, right] = [0, 0];
  const points = ties.map((tie) => {
    const [more, less] = weighTie(tie, undefined);
    wrong += more;
    right += less;
    return { falseAlarms: right, recall: wrong, score: tie[0]?.score ?? 0 };
  });
  return points.map(({ falseAlarms, recall, score }) => ({
    falseAlarms: falseAlarms / right,
    recall: recall / wrong,
    score,
  }));
}

/** That a wrong value has a higher score than a right one; equal scores count half. */
export function areaUnder({ ties }: Ranking, weights?: Weights): number {
  let [area, wrong, right] = [0, 0, 0];
  for (const tie of ties) {
    const [more, less] = weighTie(tie, weights);
    area += less * (wrong + more / 2);
    wrong += more;
    right += less;
  }
  return area / (wrong * right);
}

/** Among equally many right and wrong values, where the cut finds at least this share of the wrong ones. */
export function precisionAt({ ties }: Ranking, recall: number, weights?: Weights): number {
  const weighed = ties.map((tie) => weighTie(tie, weights));
  const total = weighed.reduce(([a, b], [wrong, right]) => [a + wrong, b + right] as const, [0, 0] as const);
  let [wrong, right] = [0, 0];
  for (const [more, less] of weighed) {
    wrong += more;
    right += less;
    // a recall that is reached but for rounding
    if (wrong >= recall * total[0] - 1e-9) break;
  }
  return precisionOf({ recall: wrong / total[0], falseAlarms: right / total[1] }, 0.5);
}

function weighTie(tie: readonly Judged[], weights: Weights): [wrong: number, right: number] {
  let [wrong, right] = [0, 0];
  for (const { isWrong, group } of tie) {
    if (isWrong) wrong += weights?.[group] ?? 1;
    else right += weights?.[group] ?? 1;
  }
  return [wrong, right];
}

/** Share of wrong values among those called wrong, where this share of all values is wrong. NaN where none is called so. */
export function precisionOf(
  { recall, falseAlarms }: Pick<RocPoint, 'recall' | 'falseAlarms'>,
  prior: number,
): number {
  const found = prior * recall;
  return found / (found + (1 - prior) * falseAlarms);
}

const RESAMPLES = 1000;
const SEED = 'code2lora/mutations';
/** Of fewer repositories the draws say nothing about others. */
const LEAST_GROUPS = 3;

/**
 * Of a number that is computed anew for each draw of repositories; of one or two repositories nothing follows for others.
 * `groups`: the number of each repository that has a value, some of them more than once.
 */
export function clustered(groups: readonly number[], statistic: (weights?: Weights) => number): Interval {
  const present = [...new Set(groups)];
  const value = statistic();
  if (present.length < LEAST_GROUPS)
    return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const random = createRandom(SEED);
  const drawn: number[] = [];
  for (let sample = 0; sample < RESAMPLES; sample += 1) {
    const weights = new Float64Array(Math.max(...present) + 1);
    for (let draw = 0; draw < present.length; draw += 1) {
      const group = present[Math.floor(random.uniform() * present.length)] as number;
      weights[group] = (weights[group] ?? 0) + 1;
    }
    const found = statistic(weights);
    if (Number.isFinite(found)) drawn.push(found);
  }
  const sorted = Float64Array.from(drawn).sort();
  return { value, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}
