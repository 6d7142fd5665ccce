/**
 * Scores → tables in Markdown: every method, the own adapter against others, and what it depends on. Pure.
 *
 * Rates are in percent, all others in nats per token. A cell is a mean and its 95 % interval.
 */
import { EVERYTHING, gainOf, gainsOf, meanOf, type Part, valuesOf } from './benchmark-columns.ts';
import { labelOf, methodOf } from './benchmark-methods.ts';
import type { AssertionScores, Benchmark, Measure } from './benchmark-scores.ts';
import { type Estimate, shareAboveZero } from './benchmark-statistics.ts';

/** Methods of a table; one that is trained in each repository belongs to later commits only. */
export const methodsIn = ({ settings }: Benchmark, inRepo: boolean): string[] =>
  settings.methods.filter((method) => inRepo || !methodOf(method)?.isInRepo);

export interface TablePart {
  part?: Part;
  inRepo?: boolean;
}

const MEASURES: readonly (readonly [Measure, string])[] = [
  ['exact', 'exact match'],
  ['paperExact', "exact match, paper's"],
  ['similarity', 'edit similarity'],
  ['nll', 'nats per token'],
];

/** '' where no assertion belongs to the part. */
export function methodTable(
  benchmark: Benchmark,
  { part = EVERYTHING, inRepo = false }: TablePart = {},
): string {
  const { own } = benchmark.settings;
  const rows = methodsIn(benchmark, inRepo).flatMap((method) => {
    const cells = MEASURES.map(([measure]) => ({
      measure,
      estimate: meanOf(benchmark, { method, measure }, part),
    }));
    const [first] = cells;
    if (!first?.estimate) return [];
    const label = method === own ? `**${labelOf(method)}** (own)` : labelOf(method);
    return [
      [label, `${first.estimate.count}`, ...cells.map(({ measure, estimate }) => cell(estimate, measure))],
    ];
  });
  return table(['method', 'assertions', ...MEASURES.map(([, title]) => title)], rows);
}

/** Above zero: the own adapter is better. */
export function gainTable(
  benchmark: Benchmark,
  { part = EVERYTHING, inRepo = false }: TablePart = {},
): string {
  const { own } = benchmark.settings;
  const rivals = methodsIn(benchmark, inRepo).filter((rival) => rival !== own);
  const rows = rivals.flatMap((over) => {
    const nll = { method: own, over, measure: 'nll' } as const;
    const exact = gainOf(benchmark, { ...nll, measure: 'exact' }, part);
    if (exact === null) return [];
    const better = shareAboveZero(gainsOf(benchmark, nll, part));
    return [
      [
        labelOf(over),
        cell(gainOf(benchmark, nll, part), 'nll'),
        cell(exact, 'exact'),
        better === null ? '–' : `${percent(better)} %`,
      ],
    ];
  });
  return table(
    ['own against', 'nats per token gained', 'points of exact match', 'repositories where own is better'],
    rows,
  );
}

/** One row for each kind of assertion: exact match of each method, and what own gains over the first rival there is. */
export function breakdownTable(
  benchmark: Benchmark,
  {
    title,
    kindOf,
    methods,
    over,
  }: { title: string; kindOf(assertion: AssertionScores): string; methods: readonly string[]; over: string },
): string {
  const { own, methods: measured } = benchmark.settings;
  const kinds = new Set(benchmark.repositories.flatMap(({ assertions }) => assertions.map(kindOf)));
  const shown = methods.filter((method) => measured.includes(method));
  const rows = [...kinds].sort().map((kind) => {
    const part: Part = (assertion) => kindOf(assertion) === kind;
    const count = valuesOf(benchmark, { method: own, measure: 'exact' }, part).flat().length;
    const exact = shown.map((method) => cell(meanOf(benchmark, { method, measure: 'exact' }, part), 'exact'));
    return [
      kind,
      `${count}`,
      ...exact,
      cell(gainOf(benchmark, { method: own, over, measure: 'nll' }, part), 'nll'),
    ];
  });
  return table(
    [
      title,
      'assertions',
      ...shown.map((method) => `${labelOf(method)}, %`),
      `nats gained over ${labelOf(over)}`,
    ],
    rows,
  );
}

/** Each repository: how many, and what own gains. */
export function repositoryTable(benchmark: Benchmark): string {
  const { own, methods } = benchmark.settings;
  const rivals = ['shared', 'mean', 'other'].filter((rival) => methods.includes(rival) && rival !== own);
  const rows = benchmark.repositories.map((repository) => {
    const alone = { ...benchmark, repositories: [repository] };
    const gains = rivals.map((over) => gainOf(alone, { method: own, over, measure: 'nll' }));
    const exact = meanOf(alone, { method: own, measure: 'exact' });
    return [
      repository.name,
      repository.split,
      `${repository.commits}`,
      `${repository.assertions.length}`,
      exact ? percent(exact.mean) : '–',
      ...gains.map((gain) => (gain ? signed(gain.mean) : '–')),
    ];
  });
  return table(
    [
      'repository',
      'split',
      'commits',
      'assertions',
      'own exact, %',
      ...rivals.map((rival) => `own − ${rival}, nats`),
    ],
    rows,
  );
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(head),
    `|${head.map((_, index) => (index === 0 ? '---' : '--:')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}

function cell(value: Estimate | null, measure: Measure): string {
  if (value === null) return '–';
  const show = measure === 'nll' ? (number: number) => number.toFixed(3) : percent;
  const { mean, low, high } = value;
  return Number.isFinite(low) ? `${show(mean)} [${show(low)}, ${show(high)}]` : show(mean);
}

const percent = (value: number): string => (100 * value).toFixed(1);
const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
