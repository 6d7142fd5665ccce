/** What `bench` prints for people. Pure. */
import type { BenchReport } from './bench-options.ts';

export function renderBench({ pack, rows, ...report }: BenchReport): string {
  const { repositories, measured, unchanged, assertions, broken, left, files } = report;
  const width = Math.max(0, ...rows.map(({ label }) => label.length));
  const counts = [
    `${measured} of ${repositories} repositories`,
    ...(unchanged > 0 ? [`${unchanged} finished before`] : []),
    ...(broken.length > 0 ? [`${broken.length} broken`] : []),
  ];
  return [
    `measured  ${counts.join(', ')}; ${assertions} assertions, model pack ${pack}`,
    ...rows.map(
      ({ label, exactMatch, nll }) =>
        `          ${label.padEnd(width)}  ${percent(exactMatch)}  ${nll === null ? '    –' : nll.toFixed(3)}`,
    ),
    ...left.map(({ method, reason }) => `left out  ${method}: ${reason}`),
    ...broken.map(({ repository, reason }) => `broken    ${repository}: ${reason}`),
    ...files.map((file) => `written   ${file}`),
  ].join('\n');
}

const percent = (share: number): string => `${(100 * share).toFixed(1).padStart(5)} %`;
