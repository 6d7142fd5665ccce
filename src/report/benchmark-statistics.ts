/**
 * Means with intervals that know that assertions of one repository resemble each other.
 *
 * In: numbers, grouped by repository. Out: mean and 95 % interval. Pure, seeded: the same numbers give the same interval.
 * The bootstrap draws whole repositories with replacement and takes the mean over all numbers of those drawn (Davison &
 * Hinkley 1997, section 3.8; percentile interval: Efron & Tibshirani 1993, section 13.3).
 */
import { createRandom } from '../runtime/random.ts';

export interface Estimate {
  mean: number;
  low: number;
  high: number;
  /** Numbers, and groups that have any. */
  count: number;
  groups: number;
}

const RESAMPLES = 2000;
const SEED = 'code2lora/benchmark';

/** Null without any number. With a single group nothing is known about others: the interval is endless. */
export function estimate(groups: readonly (readonly number[])[]): Estimate | null {
  const filled = groups
    .filter(({ length }) => length > 0)
    .map((values) => ({ sum: total(values), count: values.length }));
  if (filled.length === 0) return null;
  const [sum, count] = [total(filled.map((group) => group.sum)), total(filled.map((group) => group.count))];
  const result = { mean: sum / count, count, groups: filled.length };
  if (filled.length === 1)
    return { ...result, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const means = resampledMeans(filled);
  return { ...result, low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/** Share of groups whose mean is above zero; of those at zero exactly, half. Null without any. */
export function shareAboveZero(groups: readonly (readonly number[])[]): number | null {
  const filled = groups.filter(({ length }) => length > 0);
  if (filled.length === 0) return null;
  return total(filled.map((values) => (1 + Math.sign(total(values))) / 2)) / filled.length;
}

/** Between the two nearest values in proportion, as numpy does it. `sorted`: ascending, not empty. */
export function quantile(sorted: Readonly<Float64Array>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}

/** Ascending. */
function resampledMeans(groups: readonly { sum: number; count: number }[]): Float64Array {
  const random = createRandom(SEED);
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let [sum, count] = [0, 0];
    for (let draw = 0; draw < groups.length; draw += 1) {
      const group = groups[Math.floor(random.uniform() * groups.length)] as { sum: number; count: number };
      sum += group.sum;
      count += group.count;
    }
    return sum / count;
  });
  return means.sort();
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
