/** Scores of a mutation benchmark → the document, its plots, the calibration for a manifest, and the report's numbers. */
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { renderMutationDocument } from '../report/mutation-document.ts';
import { calibrate } from '../report/mutation-judging.ts';
import type { MutantRepository } from '../report/mutation-scores.ts';
import type { Interval } from '../report/mutation-statistics.ts';
import { judgeAll, overallAreas, precisionsOf } from '../report/mutation-tables.ts';
import type { Calibration } from '../runtime/manifest-calibration.ts';
import { writeWhole } from './bench-file.ts';
import type { MutationsRun } from './mutations.ts';
import type { MeasuredNumber, MutationsOptions, MutationsReport, Separation } from './mutations-options.ts';

/** One new value in ten: an assumption (docs/calibration.md). */
const PRIOR = 0.1;
/** Most that may be called surprising while the mistakes are few enough to be worth a look. */
const LIMITS = { precision: 0.8, falseAlarms: 0.03 };

/** Throws UsageError for what is no share. */
export function resolvePrior({ prior = PRIOR }: MutationsOptions): number {
  if (prior > 0 && prior < 1) return prior;
  throw new UsageError(`A prior of ${prior} is none.\nExpected a share between 0 and 1, such as 0.1.`);
}

/** Returns what was written. */
export function writeMutationFiles(
  { out, prior, settings, options, pack }: MutationsRun,
  repositories: readonly MutantRepository[],
): string[] {
  const folder = basename(out, '.md');
  const calibration = calibrate(repositories, { ...LIMITS, prior });
  const { markdown, plots } = renderMutationDocument({
    ...{ repositories, settings, calibration, folder },
    shipped: pack.manifest.calibration.wrongValue,
  });
  const files: [string, string][] = [
    [out, markdown],
    ...Object.entries(plots).map(([name, svg]): [string, string] => [join(dirname(out), folder, name), svg]),
  ];
  if (options.calibrate !== undefined) {
    const pairs = repositories.reduce((sum, { mutants }) => sum + mutants.length, 0);
    const whole: Calibration = {
      ...pack.manifest.calibration,
      ...calibration,
      measuredOn: `${pairs} values of ${repositories.length} repositories, each as written and with a mistake; see docs/calibration.md`,
    };
    files.push([resolve(options.calibrate), `${JSON.stringify(whole, null, 2)}\n`]);
  }
  for (const [file, content] of files) writeWhole(file, content);
  return files.map(([file]) => file);
}

export function summarizeMutations(
  repositories: readonly MutantRepository[],
): Pick<MutationsReport, 'pairs' | 'base' | 'adapted' | 'gain'> {
  const judgement = judgeAll(repositories);
  const { pairs, base, adapted, gain } = overallAreas(judgement);
  const separation = (area: Interval, side: 'base' | 'adapted'): Separation => {
    const [at10 = 0, at20 = 0, at50 = 0] = precisionsOf(judgement[side]).map(({ value }) => value);
    return { area: numberOf(area), precisionAt10: at10, precisionAt20: at20, precisionAt50: at50 };
  };
  return {
    pairs,
    base: separation(base, 'base'),
    adapted: separation(adapted, 'adapted'),
    gain: numberOf(gain),
  };
}

/** JSON knows no infinity. */
const numberOf = ({ value, low, high }: Interval): MeasuredNumber => ({
  value,
  low: Number.isFinite(low) ? low : null,
  high: Number.isFinite(high) ? high : null,
});
