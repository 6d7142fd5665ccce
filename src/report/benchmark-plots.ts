/**
 * Plots as SVG text: bars or points with intervals, and lines over steps. Pure.
 *
 * In: labels and numbers. Out: a picture that is read on light and on dark paper: it follows the reader's scheme, and where
 * it cannot, its colours stand out from both. Nothing in it is a script or comes from elsewhere.
 */
import type { Estimate } from './benchmark-statistics.ts';
import { COLORS, px, sheet, text } from './svg.ts';

export interface Bar {
  label: string;
  value: Estimate;
  /** Drawn in the other colour. */
  isMarked?: boolean;
}

export interface Line {
  label: string;
  /** One for each step; null leaves a gap. */
  values: readonly (Estimate | null)[];
}

export interface PlotOptions {
  title: string;
  /** What the numbers are. */
  unit: string;
  format(value: number): string;
}

const WIDTH = 780;
const LABEL_WIDTH = 310;
const ROW = 26;
const TOP = 56;
const RIGHT = 110;

/** Horizontal, one row for each, the number at the end; a line marks zero. */
export function barPlot(bars: readonly Bar[], { title, unit, format }: PlotOptions): string {
  const ends = bars.flatMap(({ value: { mean, low, high } }) => [mean, low, high]).filter(Number.isFinite);
  const scale = scaleOf([0, ...ends], { from: LABEL_WIDTH, to: WIDTH - RIGHT });
  const rows = bars.map(({ label, value, isMarked = false }, index) => {
    const y = TOP + index * ROW + ROW / 2;
    const [from, to] = [Math.min(scale(0), scale(value.mean)), Math.max(scale(0), scale(value.mean))];
    return [
      text(LABEL_WIDTH - 10, y + 4, label, 'label end'),
      `<rect x="${px(from)}" y="${y - 8}" width="${px(Math.max(1, to - from))}" height="16" rx="2" fill="${COLORS[isMarked ? 1 : 0]}"/>`,
      ...interval(value, scale, y),
      text(WIDTH - RIGHT + 10, y + 4, format(value.mean), 'number'),
    ].join('\n');
  });
  const height = TOP + bars.length * ROW + 16;
  const zero = `<path class="axis" d="M${px(scale(0))} ${TOP - 4}V${height - 12}"/>`;
  return sheet({ title, unit, width: WIDTH, height }, [...rows, zero]);
}

const PLOT_HEIGHT = 220;
const LEFT = 64;

/** Lines over steps with a band for the interval. */
export function linePlot(
  lines: readonly Line[],
  { steps, ...options }: PlotOptions & { steps: readonly string[] },
): string {
  const { title, unit, format } = options;
  const height = TOP + PLOT_HEIGHT + 40 + lines.length * 20;
  const ends = lines.flatMap(({ values }) =>
    values.flatMap((value) => (value ? [value.mean, value.low, value.high] : [])),
  );
  const scale = scaleOf([0, ...ends.filter(Number.isFinite)], { from: TOP + PLOT_HEIGHT, to: TOP });
  const x = (step: number) => LEFT + ((step + 0.5) * (WIDTH - LEFT - 30)) / steps.length;
  const drawn = lines.flatMap(({ label, values }, index) => {
    const color = COLORS[index % COLORS.length] as string;
    const points = values.flatMap((value, step) => (value ? [{ ...value, x: x(step) }] : []));
    const legend = TOP + PLOT_HEIGHT + 46 + index * 20;
    return [
      ...points.map((point) => rod(point, scale, color)),
      `<polyline fill="none" stroke="${color}" stroke-width="2" points="${points.map((point) => `${px(point.x)},${px(scale(point.mean))}`).join(' ')}"/>`,
      ...points.map(
        (point) => `<circle cx="${px(point.x)}" cy="${px(scale(point.mean))}" r="4" fill="${color}"/>`,
      ),
      `<rect x="${LEFT}" y="${legend - 9}" width="12" height="12" rx="2" fill="${color}"/>`,
      text(LEFT + 20, legend + 2, label, 'label'),
    ];
  });
  const names = steps.map((step, index) => text(x(index), TOP + PLOT_HEIGHT + 20, step, 'label middle'));
  const marks = ticksOf([0, ...ends.filter(Number.isFinite)]).map(
    (value) =>
      `<path class="grid" d="M${LEFT} ${px(scale(value))}H${WIDTH - 30}"/>${text(LEFT - 8, scale(value) + 4, format(value), 'number end')}`,
  );
  const zero = `<path class="axis" d="M${LEFT} ${px(scale(0))}H${WIDTH - 30}"/>`;
  return sheet({ title, unit, width: WIDTH, height }, [...marks, zero, ...drawn, ...names]);
}

type Scale = (value: number) => number;

function scaleOf(values: readonly number[], { from, to }: { from: number; to: number }): Scale {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const range = high - low || 1;
  return (value) => from + ((value - low) / range) * (to - from);
}

/** A handful of round numbers over the range. */
export function ticksOf(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const rough = (high - low) / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}

function interval({ low, high }: Estimate, scale: Scale, y: number): string[] {
  if (!Number.isFinite(low)) return [];
  const [from, to] = [px(scale(low)), px(scale(high))];
  return [`<path class="interval" d="M${from} ${y}H${to}M${from} ${y - 4}v8M${to} ${y - 4}v8"/>`];
}

function rod({ x, low, high }: Estimate & { x: number }, scale: Scale, color: string): string {
  if (!Number.isFinite(low)) return '';
  return `<path d="M${px(x)} ${px(scale(low))}V${px(scale(high))}" stroke="${color}" stroke-width="8" stroke-opacity="0.25"/>`;
}
