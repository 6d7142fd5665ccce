/**
 * Gains → a Mermaid chart. Pure.
 *
 * In: how much the adapter helped in each of the last checks, oldest first. Out: a code block that GitHub draws, or
 * '' when there are too few points for a line. xychart's grammar knows no exponents, no empty range, and draws
 * points with the same label on top of each other.
 */
import { fence } from './markdown.ts';
import type { Gain } from './schema.ts';

const MIN_POINTS = 3;
/** As many short shas as fit side by side. */
const MAX_POINTS = 12;
const LABEL_LENGTH = 7;
/** Nats per token; nothing real comes near, and a number must not be written with an exponent. */
const LIMIT = 1000;

export function renderGainChart(gains: readonly Gain[]): string {
  const points = pointsOf(gains);
  if (points.length < MIN_POINTS) return '';
  const values = points.map(({ gain }) => gain);
  const labels = points.map(({ label }) => `"${label}"`);
  const [low, high] = rangeOf(values);
  return fence(
    [
      'xychart-beta',
      '    title "Gain of the adapter over the base model"',
      `    x-axis [${labels.join(', ')}]`,
      `    y-axis "nats per token" ${decimal(low)} --> ${decimal(high)}`,
      `    line [${values.map(decimal).join(', ')}]`,
    ].join('\n'),
    'mermaid',
  );
}

/** The newest checks that scored anything, one for each commit. */
function pointsOf(gains: readonly Gain[]): { label: string; gain: number }[] {
  const gainByLabel = new Map<string, number>();
  for (const { commit, assertions, gain } of gains) {
    if (assertions === 0 || !Number.isFinite(gain)) continue;
    const label = commit.slice(0, LABEL_LENGTH);
    gainByLabel.delete(label); // checked again: it moves to the end
    gainByLabel.set(label, Math.min(LIMIT, Math.max(-LIMIT, gain)));
  }
  return [...gainByLabel].map(([label, gain]) => ({ label, gain })).slice(-MAX_POINTS);
}

/** With zero inside, so that one sees whether the adapter helps, and room above and below. */
function rangeOf(values: readonly number[]): [low: number, high: number] {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const room = Math.max(0.1, (high - low) * 0.1);
  return [low < 0 ? low - room : 0, high + room];
}

/** Without a negative zero. */
const decimal = (value: number): string => value.toFixed(3).replace(/^-(0\.000)$/, '$1');
