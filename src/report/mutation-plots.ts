/** The two plots of a calibration, as SVG text: what is promised against what is true, and the ROC curve. Pure. */
import type { RocPoint } from './mutation-statistics.ts';
import { COLORS, px, sheet, text } from './svg.ts';

export interface Bin {
  /** Mean of the probabilities that were given. */
  promised: number;
  /** Share that was wrong, with its interval. */
  observed: { value: number; low: number; high: number };
  count: number;
}

export interface Curve {
  label: string;
  points: readonly RocPoint[];
}

const [SIDE, LEFT, TOP] = [340, 70, 60];
const SIZE = { width: 560, height: TOP + SIDE + 70 };

const x = (share: number): number => LEFT + share * SIDE;
const y = (share: number): number => TOP + (1 - share) * SIDE;

export function reliabilityPlot(bins: readonly Bin[]): string {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const points = bins.map(({ promised, observed, count }) => {
    const radius = 3 + 6 * Math.sqrt(count / most);
    const [low, high] = [y(clip(observed.low)), y(clip(observed.high))];
    return [
      `<path d="M${px(x(promised))} ${px(low)}V${px(high)}" stroke="${COLORS[0]}" stroke-width="2" stroke-opacity="0.5"/>`,
      `<circle cx="${px(x(promised))}" cy="${px(y(observed.value))}" r="${px(radius)}" fill="${COLORS[0]}"/>`,
    ].join('\n');
  });
  const unit = 'share of wrong values (upwards) among those given a probability (to the right)';
  return sheet({ title: 'Reliability', unit, ...SIZE }, [...square(), diagonal(), ...points]);
}

export function rocPlot(curves: readonly Curve[]): string {
  const drawn = curves.flatMap(({ label, points }, index) => {
    const color = COLORS[index % COLORS.length] as string;
    const path = [{ falseAlarms: 0, recall: 0 }, ...points].map(
      ({ falseAlarms, recall }) => `${px(x(falseAlarms))},${px(y(recall))}`,
    );
    const at = TOP + SIDE - 20 * (curves.length - index);
    return [
      `<polyline fill="none" stroke="${color}" stroke-width="2" points="${thin(path).join(' ')}"/>`,
      `<rect x="${x(0.55)}" y="${at - 10}" width="12" height="12" rx="2" fill="${color}"/>`,
      text(x(0.55) + 20, at, label, 'label'),
    ];
  });
  const unit = 'share of wrong values found (upwards), of right values called wrong (to the right)';
  return sheet({ title: 'ROC', unit, ...SIZE }, [...square(), diagonal(), ...drawn]);
}

/** What differs by less than a tenth of a pixel is one point. */
const thin = (path: readonly string[]): string[] => path.filter((point, index) => point !== path[index - 1]);

/** An interval of a single repository has no ends. */
const clip = (share: number): number => Math.min(1, Math.max(0, share));

const diagonal = (): string =>
  `<path class="axis" stroke-dasharray="4 4" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}"/>`;

function square(): string[] {
  const marks = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return [
    ...marks.flatMap((share) => [
      `<path class="grid" d="M${x(share)} ${y(0)}V${y(1)}M${x(0)} ${px(y(share))}H${x(1)}"/>`,
      text(x(share), y(0) + 20, `${Math.round(share * 100)} %`, 'number middle'),
      text(x(0) - 8, y(share) + 4, `${Math.round(share * 100)} %`, 'number end'),
    ]),
    `<path class="axis" d="M${x(0)} ${y(1)}V${y(0)}H${x(1)}"/>`,
  ];
}
