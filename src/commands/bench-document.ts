/** Scores → the document, its plots, and the rows of the report. */
import { basename, dirname, join } from 'node:path';
import { meanOf } from '../report/benchmark-columns.ts';
import { renderBenchmark } from '../report/benchmark-document.ts';
import { labelOf } from '../report/benchmark-methods.ts';
import type { Benchmark } from '../report/benchmark-scores.ts';
import { methodsIn } from '../report/benchmark-tables.ts';
import { writeWhole } from './bench-file.ts';
import type { BenchRow } from './bench-options.ts';

/** Returns what was written. */
export function writeBenchmarkFiles(out: string, benchmark: Benchmark): string[] {
  const folder = basename(out, '.md');
  const { markdown, plots } = renderBenchmark(benchmark, { folder });
  const files = Object.entries(plots).map(([name, svg]) => [join(dirname(out), folder, name), svg] as const);
  for (const [file, content] of [...files, [out, markdown] as const]) writeWhole(file, content);
  return [out, ...files.map(([file]) => file)];
}

export function rowsOf(benchmark: Benchmark): BenchRow[] {
  return methodsIn(benchmark, false).flatMap((method) => {
    const exact = meanOf(benchmark, { method, measure: 'exact' });
    const nll = meanOf(benchmark, { method, measure: 'nll' });
    return exact === null
      ? []
      : [
          {
            method,
            label: labelOf(method),
            assertions: exact.count,
            exactMatch: exact.mean,
            nll: nll?.mean ?? null,
          },
        ];
  });
}
