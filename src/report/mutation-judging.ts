/**
 * Scores of a mutation benchmark → how likely each value is wrong, and the calibration that says so. Pure.
 *
 * In: repositories with their mutants. Out: judged values, or what goes into a manifest. A value is judged by a fit on the
 * other repositories, never by one that has seen its own; the calibration that ships is fitted on all of them.
 */
import { VALUE_KINDS } from '../assertions/mutate-tokens.ts';
import {
  type Calibration,
  type CurvePoint,
  EVIDENCE,
  type Evidence,
  type WrongValue,
} from '../runtime/manifest-calibration.ts';
import { fitIsotonic, readCurve } from './isotonic.ts';
import { fitLogistic, type Logistic } from './logistic.ts';
import type { Mutant, MutantRepository, ValueScore } from './mutation-scores.ts';
import { type Judged, precisionOf, type RocPoint, rank, rocOf } from './mutation-statistics.ts';
import { doubtOf, readEvidence, type ValueOpinion } from './value-evidence.ts';

/** Whose probabilities are looked at. */
export type Side = 'base' | 'adapted';

/** A right or wrong value of a mutant, and the opinion on it. */
export interface Value {
  mutant: Mutant;
  score: ValueScore;
  isWrong: boolean;
  /** Number of the repository. */
  group: number;
}

/** Written and mutated, in turns. */
export const valuesOf = (repositories: readonly MutantRepository[]): Value[] =>
  repositories.flatMap(({ mutants }, group) =>
    mutants.flatMap((mutant) => [
      { mutant, score: mutant.written, isWrong: false, group },
      { mutant, score: mutant.mutated, isWrong: true, group },
    ]),
  );

export function opinionOn({ mutant, score }: Value, side: Side): ValueOpinion {
  return { ...score[side], kind: mutant.kind, baseNll: score.base.nll, tokens: score.tokens };
}

type Fitted = Pick<WrongValue, 'intercept' | 'weights' | 'kinds'>;

/** Right and wrong values count the same: the odds are those of a set in which half are wrong. */
export function fitWrongValue(values: readonly Value[], side: Side): Fitted {
  const rows = values.map((value) => {
    const opinion = opinionOn(value, side);
    return [...readEvidence(opinion), ...VALUE_KINDS.map((kind) => (kind === opinion.kind ? 1 : 0))];
  });
  const truths = values.map(({ isWrong }) => isWrong);
  return namedFit(fitLogistic(rows, truths, { bound: EVIDENCE.length }));
}

function namedFit({ intercept, weights }: Logistic): Fitted {
  const named = (names: readonly string[], from: number) =>
    Object.fromEntries(
      names
        .map((name, index) => [name, round(weights[from + index] ?? 0)])
        .filter(([, weight]) => weight !== 0),
    );
  return {
    intercept: round(intercept),
    weights: named(EVIDENCE, 0) as Partial<Record<Evidence, number>>,
    kinds: named(VALUE_KINDS, EVIDENCE.length),
  };
}

/** Enough for a manifest; what is judged is judged by the rounded numbers. */
const round = (value: number): number => Number(value.toFixed(4));

/** A value with its doubt (log odds) as its score, and the share of wrong ones among those like it. */
export interface JudgedValue extends Judged {
  value: Value;
  /** Where half of all values are wrong. */
  wrong: number;
}

/** In the order of the values: each by a fit and a curve of the other repositories; of a single one by its own. */
export function judgeAcross(values: readonly Value[], side: Side): JudgedValue[] {
  const doubted = doubtAcross(values, side);
  const curveBut = leavingOut(doubted, curveOf);
  return doubted.map((item) => ({ ...item, wrong: readCurve(curveBut(item.group), item.score) }));
}

type Doubted = Omit<JudgedValue, 'wrong'>;

function doubtAcross(values: readonly Value[], side: Side): Doubted[] {
  const fitBut = leavingOut(values, (others) => fitWrongValue(others, side));
  return values.map((value) => {
    const { isWrong, group } = value;
    return { value, isWrong, group, score: doubtOf(opinionOn(value, side), fitBut(group)) };
  });
}

/** What is made of all groups but one, for each. */
function leavingOut<Item extends { group: number }, Made>(
  items: readonly Item[],
  make: (others: readonly Item[]) => Made,
): (group: number) => Made {
  const madeByGroup = new Map<number, Made>();
  return (group) => {
    const others = items.filter((item) => item.group !== group);
    const made = madeByGroup.get(group) ?? make(others.length > 0 ? others : items);
    madeByGroup.set(group, made);
    return made;
  };
}

/** A point of the curve rests on a fiftieth of the values, and on twenty at least. */
const curveOf = (doubted: readonly Doubted[]): CurvePoint[] =>
  fitIsotonic(
    doubted.map(({ score, isWrong }) => ({ score, isTrue: isWrong })),
    { leastCount: Math.max(20, doubted.length / 50) },
  );

/** What a check would call surprising: never a first choice, and never without another value to offer. */
export const asVerdicts = (judged: readonly JudgedValue[]): Judged[] =>
  judged.map(({ value, ...item }) => {
    const { isFirst, other } = value.score.adapted;
    return isFirst || other === 0 ? { ...item, score: Number.NEGATIVE_INFINITY } : item;
  });

export interface CutOptions {
  /** Share of wrong values among those called surprising, where half of all are; at least. */
  precision: number;
  /** Share of right values that are called surprising; at most. */
  falseAlarms: number;
}

/** The cut that finds most wrong values and keeps both limits, as measured; null when none does. */
export function chooseCut(
  verdicts: readonly Judged[],
  { precision, falseAlarms }: CutOptions,
): RocPoint | null {
  const points = rocOf(rank(verdicts)).filter(
    (point) =>
      Number.isFinite(point.score) &&
      point.falseAlarms <= falseAlarms &&
      precisionOf(point, BALANCED) >= precision,
  );
  return points.at(-1) ?? null;
}

/** Where half of the values are wrong. */
const BALANCED = 0.5;

export type Measured = Pick<Calibration, 'wrongValue' | 'falseAlarmRate' | 'detectionRate'>;

/** What goes into a manifest. Without a cut that keeps the limits nothing is ever surprising. */
export function calibrate(
  repositories: readonly MutantRepository[],
  { prior, ...limits }: CutOptions & { prior: number },
): Measured {
  const values = valuesOf(repositories);
  const judged = judgeAcross(values, 'adapted');
  const cut = chooseCut(asVerdicts(judged), limits);
  return {
    falseAlarmRate: round(cut?.falseAlarms ?? 0),
    detectionRate: round(cut?.recall ?? 0),
    wrongValue: {
      ...fitWrongValue(values, 'adapted'),
      curve: curveOf(judged),
      prior,
      surprisingFrom: cut && round(cut.score),
      balancedPrecision: cut && round(precisionOf(cut, BALANCED)),
      priorPrecision: cut && round(precisionOf(cut, prior)),
    },
  };
}
