/**
 * The report of `code2lora health` → text for a terminal. Pure: in goes data, out come lines.
 *
 * The verdict first, then what to do, then the numbers that it comes from.
 */

import type { HealthReport } from './health-schema.ts';
import { isBetter, isWorse } from './health-verdict.ts';
import { describeState } from './state-words.ts';

type Interval = NonNullable<HealthReport['gains']['overBase']>;

export function renderHealth(report: HealthReport): string {
  const { verdict, advice, snapshot, model, sample, reAnchored } = report;
  return [
    `verdict   ${verdict.replaceAll('-', verdict === 'repository-specific' ? '-' : ' ')}`,
    `          ${advice}`,
    ...(reAnchored ? [reAnchoredLine(reAnchored.commit)] : []),
    `adapter   ${short(snapshot.commit)} ${describeState(snapshot)} (${model.pack} ${model.version}, ${model.precision} on ${model.device})`,
    ...useLines(report),
    `checked   ${count(sample.assertions, 'assertion')} of ${count(sample.commits, 'commit')}${between(sample)}`,
    ...gainLines(report),
    ...rankLines(report),
    ...likenessLines(report),
    ...stateLines(report),
    ...report.notices.map((notice) => `note      ${notice}`),
  ].join('\n');
}

const reAnchoredLine = (commit: string): string =>
  `anchored  the next walk starts at ${short(commit)}, from the repository as it stands there`;

function useLines({ use }: HealthReport): string[] {
  if (use.promoted) return [];
  const instead = use.using === null ? 'the mean adapter' : `the adapter of ${short(use.using)}`;
  return [`in use    ${instead}${use.reason === null ? '' : `: ${use.reason}`}`];
}

function between({ oldest, newest }: HealthReport['sample']): string {
  if (oldest === null || newest === null) return '';
  return oldest === newest ? ` (${short(newest)})` : ` (${short(oldest)} to ${short(newest)})`;
}

/** What each of the others needs more than the own adapter. */
function gainLines({ nll, gains }: HealthReport): string[] {
  if (nll.own === null) return [];
  const rows: [name: string, nll: number | null, gain: Interval | null][] = [
    ['the base model', nll.base, gains.overBase],
    ['the mean adapter', nll.mean, gains.overMean],
    ['other repositories', nll.panel, gains.overPanel],
    ['the commit before', nll.previous, gains.overPrevious],
    ['a fresh start', nll.fresh, gains.overFresh],
  ];
  return [
    `nll/token ${nll.own.toFixed(3)}`,
    ...rows.flatMap(([name, value, gain]) =>
      value === null || gain === null
        ? []
        : [`  over ${name.padEnd(19)} ${value.toFixed(3)}  ${interval(gain)}  ${meaning(gain)}`],
    ),
  ];
}

function rankLines({ rank, panel }: HealthReport): string[] {
  if (rank === null) return [];
  return [
    `rank      ${rank.mean.toFixed(2)} of ${rank.of} (a random one: ${rank.random.toFixed(2)}), better than ${rank.beaten} of ${panel.length} other adapters`,
  ];
}

function likenessLines({ likeness, panel }: HealthReport): string[] {
  const { meanCosine, panelCosine, previousCosine, residualFraction, participationRatio } = likeness;
  const parts = [
    meanCosine === null ? [] : [`mean adapter ${meanCosine.toFixed(4)}`],
    panelCosine === null ? [] : [`${count(panel.length, 'other')} ${panelCosine.toFixed(4)}`],
    previousCosine === null ? [] : [`commit before ${previousCosine.toFixed(4)}`],
  ].flat();
  const own =
    residualFraction === null ? [] : [`${(residualFraction * 100).toFixed(1)} % of it is this repository's`];
  const ways = participationRatio === null ? [] : [`participation ratio ${participationRatio.toFixed(1)}`];
  return [
    ...(parts.length > 0 ? [`cosine to ${parts.join(', ')}`] : []),
    ...(own.length + ways.length > 0 ? [`          ${[...own, ...ways].join(', ')}`] : []),
  ];
}

function stateLines({ state }: HealthReport): string[] {
  const { norm, stepCosine, freshCosine, freshDistance, drifted } = state;
  const parts = [
    // without the GRU there is no hidden state
    ...(norm === 0 ? [] : [`norm ${norm.toFixed(2)}`]),
    ...(stepCosine === null ? [] : [`step cosine ${stepCosine.toFixed(4)}`]),
    ...(freshCosine === null || freshDistance === null
      ? []
      : [`to a fresh one: cosine ${freshCosine.toFixed(4)}, distance ${freshDistance.toFixed(2)}`]),
    ...(drifted ? ['DRIFTED'] : []),
  ];
  return parts.length === 0 ? [] : [`state     ${parts.join(', ')}`];
}

function meaning(gain: Interval): string {
  if (isBetter(gain)) return 'better';
  return isWorse(gain) ? 'WORSE' : 'the same';
}

const interval = ({ mean, low, high }: Interval): string =>
  `${signed(mean)} [${signed(low)}, ${signed(high)}]`;
const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(3)}`;
const short = (sha: string): string => sha.slice(0, 10);
const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
