/** Scores → the pictures of the document, by file name. Pure. What was not measured is not drawn. */
import { gainOf, meanOf } from './benchmark-columns.ts';
import { labelOf, SHARED } from './benchmark-methods.ts';
import { type Bar, barPlot, linePlot } from './benchmark-plots.ts';
import type { Benchmark } from './benchmark-scores.ts';
import { methodsIn } from './benchmark-tables.ts';

export function picturesOf(benchmark: Benchmark): Record<string, string> {
  const plots = {
    'exact-match.svg': exactMatch(benchmark),
    'gain.svg': gains(benchmark),
    'drift.svg': drift(benchmark),
  };
  return Object.fromEntries(Object.entries(plots).filter(([, svg]) => svg !== ''));
}

function exactMatch(benchmark: Benchmark): string {
  const { own } = benchmark.settings;
  const bars = methodsIn(benchmark, false).flatMap((method): Bar[] => {
    const value = meanOf(benchmark, { method, measure: 'exact' });
    return value ? [{ label: labelOf(method), value, isMarked: method === own }] : [];
  });
  const format = (value: number) => `${(100 * value).toFixed(1)} %`;
  return bars.length === 0
    ? ''
    : barPlot(bars, { title: 'Exact match', unit: 'share of assertions, 95 % interval', format });
}

const nats = (value: number): string => value.toFixed(3);

function gains(benchmark: Benchmark): string {
  const { own } = benchmark.settings;
  const bars = methodsIn(benchmark, false).flatMap((over): Bar[] => {
    const value = over === own ? null : gainOf(benchmark, { method: own, over, measure: 'nll' });
    return value ? [{ label: `over ${labelOf(over)}`, value }] : [];
  });
  const unit = 'nats per token, 95 % interval; right of zero the own adapter is better';
  return bars.length === 0 ? '' : barPlot(bars, { title: 'What the own adapter gains', unit, format: nats });
}

const FIFTHS = ['first', 'second', 'third', 'fourth', 'last'];

function drift(benchmark: Benchmark): string {
  const { own, methods } = benchmark.settings;
  const rivals = [SHARED, 'mean', 'other'].filter((rival) => rival !== own && methods.includes(rival));
  const lines = rivals.map((over) => ({
    label: `own over ${labelOf(over)}`,
    values: FIFTHS.map((_, index) =>
      gainOf(benchmark, { method: own, over, measure: 'nll' }, ({ fifth }) => fifth === index + 1),
    ),
  }));
  const drawn = lines.filter(({ values }) => values.some((value) => value !== null));
  const unit = 'nats per token, by fifths of the commits; bands are 95 % intervals';
  return drawn.length === 0
    ? ''
    : linePlot(drawn, { title: 'Gain along the history', unit, format: nats, steps: FIFTHS });
}
