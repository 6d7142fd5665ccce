/**
 * A mutation benchmark → docs/calibration.md and its plots. Pure.
 *
 * In: scores and the calibration that they give. Out: Markdown and SVG texts. What a reader must know to believe or doubt
 * the numbers stands beside them.
 */
import type { WrongValue } from '../runtime/manifest-calibration.ts';
import { METHOD_TEXT, MUTATION_TEXT, PROBABILITY_TEXT } from './mutation-explanations.ts';
import type { Measured } from './mutation-judging.ts';
import { type Bin, reliabilityPlot, rocPlot } from './mutation-plots.ts';
import type { MutantRepository, MutationSettings } from './mutation-scores.ts';
import { shippedRates } from './mutation-shipped.ts';
import type { Interval } from './mutation-statistics.ts';
import {
  type Areas,
  areasBy,
  calibrationError,
  type Judgement,
  judgeAll,
  overallAreas,
  pairsWon,
  plainAreas,
  precisionsOf,
  reliabilityOf,
  rocPoints,
} from './mutation-tables.ts';

export interface MutationDocument {
  markdown: string;
  /** File name → SVG. */
  plots: Record<string, string>;
}

export interface DocumentInput {
  repositories: readonly MutantRepository[];
  settings: MutationSettings;
  calibration: Measured;
  /** Of the pack's manifest; null where it has none yet. */
  shipped: WrongValue | null;
  /** Name of the plots' folder. */
  folder: string;
}

export function renderMutationDocument({
  repositories,
  settings,
  calibration,
  shipped,
  folder,
}: DocumentInput): MutationDocument {
  const judgement = judgeAll(repositories);
  const bins = reliabilityOf(judgement);
  const markdown = [
    '# Calibration',
    '',
    METHOD_TEXT,
    '',
    ...measuredSection(judgement, settings),
    ...groupSections(judgement),
    ...probabilitySection(bins, { calibration, folder }),
    ...(shipped ? shippedSection(judgement, shipped) : []),
    MUTATION_TEXT,
    '',
    ...reproduceSection(settings, repositories),
  ].join('\n');
  const curves = (['adapted', 'base'] as const).map((side) => ({
    label: side,
    points: rocPoints(judgement[side]),
  }));
  return { markdown, plots: { 'reliability.svg': reliabilityPlot(bins), 'roc.svg': rocPlot(curves) } };
}

function measuredSection(judgement: Judgement, { pack, packVersion, parts }: MutationSettings): string[] {
  const { base, adapted, groups, pairs } = judgement;
  const own = parts.join(' + ') || 'mean adapter';
  const precision = { base: precisionsOf(base), adapted: precisionsOf(adapted) };
  return [
    `## What \`${pack}\` ${packVersion} reaches`,
    '',
    `${pairs} values of ${groups} repositories, each as written and with a mistake; adapter: ${own}. Every value is judged by a`,
    'fit on the *other* repositories. Area: under the ROC curve, 0.5 is chance. 95 % intervals, clustered by repository.',
    '',
    '| | pairs | area: base | area: adapted | adapted less base |',
    '|---|---|---|---|---|',
    areasRow('**fitted evidence**', overallAreas(judgement)),
    ...plainAreas(judgement).map(([label, areas]) => areasRow(label, areas)),
    '',
    '| precision among equally many right and wrong values | at 10 % recall | at 20 % | at 50 % |',
    '|---|---|---|---|',
    ...(['base', 'adapted'] as const).map(
      (side) => `| ${side} | ${precision[side].map(shareCell).join(' | ')} |`,
    ),
    '',
    'Of a pair, the written value has the higher probability in ' +
      `${shareCell(pairsWon(judgement, 'adapted'))} (adapted) and ${shareCell(pairsWon(judgement, 'base'))} (base).`,
    '',
  ];
}

function groupSections(judgement: Judgement): string[] {
  const table = (title: string, rows: readonly [string, Areas][]) => [
    `| ${title} | pairs | area: base | area: adapted | adapted less base |`,
    '|---|---|---|---|---|',
    ...rows.map(([name, areas]) => areasRow(name, areas)),
    '',
  ];
  return [
    ...table(
      'kind of value',
      areasBy(judgement, ({ kind }) => kind),
    ),
    ...table(
      'family',
      areasBy(judgement, ({ family }) => `\`${family}\``),
    ),
    ...table(
      'mistake',
      areasBy(judgement, ({ how }) => how),
    ),
  ];
}

function probabilitySection(
  bins: readonly Bin[],
  { calibration, folder }: { calibration: Measured; folder: string },
): string[] {
  const { wrongValue, falseAlarmRate, detectionRate } = calibration;
  return [
    '## Probabilities',
    '',
    PROBABILITY_TEXT,
    '',
    `![reliability](${folder}/reliability.svg)`,
    `![ROC](${folder}/roc.svg)`,
    '',
    '| given | values | wrong |',
    '|---|---|---|',
    ...bins.map(
      ({ promised, observed, count }) => `| ${percent(promised)} | ${count} | ${shareCell(observed)} |`,
    ),
    '',
    `Mean distance of what is given and what is true: ${(100 * calibrationError(bins)).toFixed(1)} points.`,
    '',
    ...(wrongValue ? thresholdLines(wrongValue, { falseAlarmRate, detectionRate }) : []),
  ];
}

function thresholdLines(
  { weights, kinds, prior, surprisingFrom, balancedPrecision, priorPrecision }: WrongValue,
  { falseAlarmRate, detectionRate }: Pick<Measured, 'falseAlarmRate' | 'detectionRate'>,
): string[] {
  const list = (numbers: Readonly<Record<string, number>>) =>
    Object.entries(numbers)
      .filter(([, number]) => Math.abs(number) >= 0.005)
      .map(([name, number]) => `${name} ${number.toFixed(2)}`)
      .join(', ');
  const rule =
    surprisingFrom === null
      ? 'No cut keeps the limits: **nothing is called surprising**.'
      : `These repositories give: a value is called surprising from log odds of ${surprisingFrom.toFixed(2)} on: ${percent(detectionRate ?? 0)} of the wrong ` +
        `values, ${percent(falseAlarmRate ?? 0)} of the right ones. Of what is called so, **${percent(balancedPrecision ?? 0)}** is wrong ` +
        `where half of all values are, and ${percent(priorPrecision ?? 0)} at the prior of ${percent(prior)}.`;
  return [rule, '', `Weights: ${list(weights)}. By kind: ${list(kinds)}.`, ''];
}

function shippedSection(judgement: Judgement, shipped: WrongValue): string[] {
  const { detected, falseAlarms, precision, error } = shippedRates(judgement, shipped);
  const called = Number.isFinite(precision.value)
    ? `Of what it calls surprising ${shareCell(precision)} is wrong where half of all values are.`
    : 'It calls nothing surprising here.';
  return [
    '## The calibration in the pack',
    '',
    'The one that `check` uses, on these values, whether or not it was fitted on them:',
    `it calls ${shareCell(detected)} of the wrong and ${shareCell(falseAlarms)} of the right values surprising. ${called}`,
    `Its probabilities are ${(100 * error).toFixed(1)} points off in the mean.`,
    '',
  ];
}

const reproduceSection = (
  { perRepository, maxHistory }: MutationSettings,
  repositories: readonly MutantRepository[],
): string[] => [
  '## Reproduce',
  '',
  '```sh',
  'code2lora bench --mutations --repositories training/repositories.tsv --split validation --calibrate calibration.json',
  '```',
  '',
  `${perRepository} values at most of the newest ${maxHistory} commits of each. Repositories (commit, values): ${repositories
    .map(({ name, commit, mutants }) => `${name} (\`${commit.slice(0, 10)}\`, ${mutants.length})`)
    .join(', ')}.`,
  '',
];

const areasRow = (label: string, { pairs, base, adapted, gain }: Areas): string =>
  `| ${label} | ${pairs} | ${areaCell(base)} | ${areaCell(adapted)} | ${gainCell(gain)} |`;

const areaCell = ({ value, low, high }: Interval): string =>
  `${value.toFixed(3)}${Number.isFinite(low) ? ` [${low.toFixed(3)}, ${high.toFixed(3)}]` : ''}`;

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;

const gainCell = ({ value, low, high }: Interval): string =>
  `${signed(value)}${Number.isFinite(low) ? ` [${signed(low)}, ${signed(high)}]` : ''}`;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const shareCell = ({ value, low, high }: Interval): string =>
  `${percent(value)}${Number.isFinite(low) ? ` [${percent(low)}, ${percent(high)}]` : ''}`;
