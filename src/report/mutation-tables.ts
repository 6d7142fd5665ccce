/**
 * Judged values → the numbers of the document: how well wrong values are told from right ones, over all and by group, base
 * against adapted, and how true the probabilities are. Pure.
 */
import { type JudgedValue, judgeAcross, type Side, type Value, valuesOf } from './mutation-judging.ts';
import type { Bin } from './mutation-plots.ts';
import type { Mutant, MutantRepository } from './mutation-scores.ts';
import {
  areaUnder,
  clustered,
  type Interval,
  type Judged,
  precisionAt,
  type RocPoint,
  rank,
  rocOf,
} from './mutation-statistics.ts';

/** The values of a benchmark, judged by both models; both lists are in the same order. */
export interface Judgement {
  base: JudgedValue[];
  adapted: JudgedValue[];
  groups: number;
  pairs: number;
}

export function judgeAll(repositories: readonly MutantRepository[]): Judgement {
  const values = valuesOf(repositories);
  return {
    base: judgeAcross(values, 'base'),
    adapted: judgeAcross(values, 'adapted'),
    groups: repositories.length,
    pairs: values.length / 2,
  };
}

export interface Areas {
  pairs: number;
  base: Interval;
  adapted: Interval;
  /** Adapted less base. */
  gain: Interval;
}

/** `ofBase` and `ofAdapted` judge the same values. */
export function areasOf(ofBase: readonly Judged[], ofAdapted: readonly Judged[]): Areas {
  const groups = groupsOf(ofBase);
  const [base, adapted] = [rank(ofBase), rank(ofAdapted)];
  return {
    pairs: ofBase.length / 2,
    base: clustered(groups, (weights) => areaUnder(base, weights)),
    adapted: clustered(groups, (weights) => areaUnder(adapted, weights)),
    gain: clustered(groups, (weights) => areaUnder(adapted, weights) - areaUnder(base, weights)),
  };
}

/** What an interval is clustered by. */
export const groupsOf = (judged: readonly Pick<Judged, 'group'>[]): number[] =>
  judged.map(({ group }) => group);

export const overallAreas = ({ base, adapted }: Judgement): Areas => areasOf(base, adapted);

/** Fewer pairs say nothing. */
const LEAST_PAIRS = 10;

/** By kind, family or way of the mutation; the largest first, small ones left out. */
export function areasBy({ base, adapted }: Judgement, nameOf: (mutant: Mutant) => string): [string, Areas][] {
  const names = [...new Set(base.map(({ value }) => nameOf(value.mutant)))];
  const ofName = (judged: readonly JudgedValue[], name: string) =>
    judged.filter(({ value }) => nameOf(value.mutant) === name);
  return names
    .filter((name) => ofName(base, name).length >= 2 * LEAST_PAIRS)
    .map((name): [string, Areas] => [name, areasOf(ofName(base, name), ofName(adapted, name))])
    .sort(([a, { pairs: many }], [b, { pairs: few }]) => few - many || (a < b ? -1 : 1));
}

/** Numbers that need no fit, and what needs no model at all; higher is more doubtful. */
export const PLAIN_SCORES: readonly [label: string, score: (value: Value, side: Side) => number][] = [
  ['probability of the value alone', ({ score }, side) => -Math.log(score[side].probability + 1e-12)],
  ['nats per token of the value', ({ score }, side) => score[side].nll / Math.max(1, score.tokens)],
  [
    'best other candidate against the value',
    ({ score }, side) => Math.log((score[side].other + 1e-6) / (score[side].probability + 1e-12)),
  ],
  ['no model: the value stands nowhere above', ({ score }) => (score.inPrefix ? 0 : 1)],
];

export function plainAreas({ base }: Judgement): [string, Areas][] {
  return PLAIN_SCORES.map(([label, score]) => {
    const judged = (side: Side) =>
      base.map(({ value, isWrong, group }) => ({ isWrong, group, score: score(value, side) }));
    return [label, areasOf(judged('base'), judged('adapted'))];
  });
}

export const RECALLS = [0.1, 0.2, 0.5] as const;

/** In the order of RECALLS. */
export function precisionsOf(judged: readonly Judged[]): Interval[] {
  const [ranking, groups] = [rank(judged), groupsOf(judged)];
  return RECALLS.map((recall) => clustered(groups, (weights) => precisionAt(ranking, recall, weights)));
}

/** That the written value gets more than the mistake in its place, whatever it gets; equal ones count half. */
export function pairsWon({ base }: Judgement, side: Side): Interval {
  const won = base.flatMap(({ value, isWrong, group }) =>
    isWrong ? [] : [{ group, share: (1 + Math.sign(probabilityGap(value, side))) / 2 }],
  );
  return clustered(groupsOf(won), (weights) => {
    const weightOf = (group: number) => weights?.[group] ?? 1;
    const total = won.reduce((sum, { group }) => sum + weightOf(group), 0);
    return won.reduce((sum, { group, share }) => sum + share * weightOf(group), 0) / total;
  });
}

const probabilityGap = ({ mutant }: Value, side: Side): number =>
  mutant.written[side].probability - mutant.mutated[side].probability;

const BINS = 10;

/** Probabilities in steps of a tenth, against what was true; empty ones are left out. */
export const reliabilityOf = ({ adapted }: Judgement): Bin[] => binsOf(adapted);

/** Empty ones are left out. */
export function binsOf(judged: readonly JudgedValue[]): Bin[] {
  return Array.from({ length: BINS }, (_, index) => {
    const inside = judged.filter(({ wrong }) => Math.min(BINS - 1, Math.floor(wrong * BINS)) === index);
    return inside.length === 0 ? [] : [binOf(inside)];
  }).flat();
}

function binOf(inside: readonly JudgedValue[]): Bin {
  const promised = inside.reduce((sum, { wrong }) => sum + wrong, 0) / inside.length;
  const observed = clustered(groupsOf(inside), (weights) => {
    const weightOf = (group: number) => weights?.[group] ?? 1;
    const total = inside.reduce((sum, { group }) => sum + weightOf(group), 0);
    return inside.reduce((sum, { group, isWrong }) => sum + (isWrong ? weightOf(group) : 0), 0) / total;
  });
  return { promised, observed, count: inside.length };
}

/** Mean distance of promise and truth, by the number of values (expected calibration error). */
export function calibrationError(bins: readonly Bin[]): number {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const off = bins.reduce(
    (sum, { promised, observed, count }) => sum + count * Math.abs(promised - observed.value),
    0,
  );
  return off / total;
}

export const rocPoints = (judged: readonly Judged[]): RocPoint[] => rocOf(rank(judged));
