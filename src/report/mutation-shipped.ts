/**
 * The calibration of a pack on values that were measured: what it calls surprising, and how true its probabilities are. Pure.
 *
 * In: judged values, the calibration. Out: shares with intervals clustered by repository. On repositories that the pack was
 * not calibrated on, this is what its user can expect.
 */
import type { WrongValue } from '../runtime/manifest-calibration.ts';
import { readCurve } from './isotonic.ts';
import { asVerdicts, opinionOn } from './mutation-judging.ts';
import { clustered, type Interval, precisionOf, type Weights } from './mutation-statistics.ts';
import { binsOf, calibrationError, groupsOf, type Judgement } from './mutation-tables.ts';
import { doubtOf } from './value-evidence.ts';

export interface ShippedRates {
  detected: Interval;
  falseAlarms: Interval;
  /** Where half of the values are wrong. */
  precision: Interval;
  /** Mean distance of promise and truth. */
  error: number;
}

export function shippedRates({ adapted }: Judgement, wrongValue: WrongValue): ShippedRates {
  const from = wrongValue.surprisingFrom ?? Number.POSITIVE_INFINITY;
  const judged = adapted.map((item) => {
    const score = doubtOf(opinionOn(item.value, 'adapted'), wrongValue);
    return { ...item, score, wrong: readCurve(wrongValue.curve, score) };
  });
  const called = asVerdicts(judged).map(({ score, isWrong, group }) => ({
    isWrong,
    group,
    isCalled: score >= from,
  }));
  const of = (wanted: boolean) =>
    clustered(groupsOf(called), (weights) =>
      shareCalled(called, { weights, isCounted: (isWrong) => isWrong === wanted }),
    );
  return {
    detected: of(true),
    falseAlarms: of(false),
    precision: clustered(groupsOf(called), (weights) => {
      const recall = shareCalled(called, { weights, isCounted: (isWrong) => isWrong });
      const falseAlarms = shareCalled(called, { weights, isCounted: (isWrong) => !isWrong });
      return precisionOf({ recall, falseAlarms }, 0.5);
    }),
    error: calibrationError(binsOf(judged)),
  };
}

interface Called {
  isWrong: boolean;
  group: number;
  isCalled: boolean;
}

function shareCalled(
  called: readonly Called[],
  { weights, isCounted }: { weights: Weights; isCounted: (isWrong: boolean) => boolean },
): number {
  let [found, all] = [0, 0];
  for (const { isWrong, group, isCalled } of called) {
    if (!isCounted(isWrong)) continue;
    const weight = weights?.[group] ?? 1;
    all += weight;
    if (isCalled) found += weight;
  }
  return found / all;
}
