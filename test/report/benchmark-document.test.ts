/** Scores become tables, plots and a document in which every number can be counted after. */
import { gainOf } from '../../src/report/benchmark-columns.ts';
import { renderBenchmark } from '../../src/report/benchmark-document.ts';
import { METHODS, methodOfParts } from '../../src/report/benchmark-methods.ts';
import {
  breakdownTable,
  gainTable,
  methodTable,
  repositoryTable,
  table,
} from '../../src/report/benchmark-tables.ts';
import { ADAPTATION_PARTS } from '../../src/runtime/manifest-adaptation.ts';
import { assert, suite } from '../helpers/suite.ts';
import { smallBenchmark } from './benchmark-scores.ts';

const test = suite('report/benchmark-document');
const benchmark = smallBenchmark();
const rowOf = (text: string, start: string) =>
  text.split('\n').find((line) => line.startsWith(`| ${start}`)) ?? '';

test('a row has the number of assertions and the means; nats are per token of value and end', () => {
  const text = methodTable(benchmark);
  // (3 + 1) / 4, (3 + 1) / 4, (5 + 1) / 4; one of three met
  assert.match(
    rowOf(text, 'one shared LoRA'),
    /^\| one shared LoRA \| 3 \| 33\.3 \[0\.0, 100\.0\] .*1\.167 \[1\.000, 1\.500\] \|$/,
  );
  assert.match(rowOf(text, '**Code2LoRA-Evo'), /\(own\) \| 3 \| 100\.0 .* 1\.000 \[0\.750, 1\.500\] \|$/);
  assert.match(
    rowOf(text, 'copied'),
    /\| 1 \| 0\.0 \| .* \| – \|$/,
    'no nats, and no interval of one repository',
  );
});

test('a LoRA that is trained in each repository is in the table of later commits only', () => {
  assert.is(rowOf(methodTable(benchmark), 'LoRA of the repository'), '');
  const late = methodTable(benchmark, { part: ({ fifth }) => fifth === 5, inRepo: true });
  assert.match(rowOf(late, 'LoRA of the repository'), /\| 1 \| 0\.0 /);
});

test('gains are differences on the same assertions, above zero where own is better', () => {
  const gain = gainOf(benchmark, { method: 'evo', over: 'shared', measure: 'nll' });
  assert.equal([gain?.mean, gain?.count], [0.5 / 3, 3]);
  const row = rowOf(gainTable(benchmark), 'one shared LoRA');
  assert.match(row, /0\.167 \[0\.000, 0\.250\] \| 66\.7 \[0\.0, 100\.0\] \| 75\.0 % \|$/);
  assert.match(rowOf(gainTable(benchmark), 'copied'), /\| – \| 100\.0 \| – \|$/);
});

test('a breakdown has a row for each kind', () => {
  const options = { title: 'language', methods: ['shared', 'evo'], over: 'shared' };
  const text = breakdownTable(benchmark, { ...options, kindOf: ({ language }) => language });
  assert.match(rowOf(text, 'python'), /\| 2 \| 50\.0 .*\| 100\.0 .*\| 0\.125 /);
  assert.match(rowOf(text, 'typescript'), /\| 1 \| 0\.0 \| 100\.0 \| 0\.250 \|$/);
});

test('each repository has a row, whatever is in its name', () => {
  assert.match(rowOf(repositoryTable(benchmark), 'octo/a'), /\| test \| 10 \| 2 \| 100\.0 \| \+0\.250 \|$/);
  assert.match(rowOf(repositoryTable(benchmark), 'octo/b\\|c'), /\| \+0\.000 \|$/);
  assert.is(table(['a'], []), '');
});

test('the document names pack, version, counts and what was left out, and shows the plots it comes with', () => {
  const left = [{ method: 'memory', reason: 'it has no memory' }];
  const { markdown, plots } = renderBenchmark(smallBenchmark({ left }), { folder: 'benchmark' });
  assert.match(
    markdown,
    /^# Benchmark\n\n3 assertions of 2 repositories, by code2lora 9\.9\.9 .*`tiny` 0\.0\.1/,
  );
  assert.match(markdown, /`memory` \(it has no memory\)/);
  const shown = [...markdown.matchAll(/!\[[^\]]+\]\(benchmark\/([\w-]+\.svg)\)/g)].map(([, name]) => name);
  assert.equal(shown, Object.keys(plots));
  assert.equal(shown.sort(), ['drift.svg', 'exact-match.svg', 'gain.svg']);
  assert.not.match(markdown, /undefined|NaN|Infinity|\[object/);
});

test('repositories made after the cut are a table of their own, where there are any', () => {
  const title = '## Repositories made after the training data';
  const after = (cut: string | null) => renderBenchmark(smallBenchmark({ cut }), { folder: 'x' }).markdown;
  assert.not.ok(after(null).includes(title));
  assert.not.ok(after('2026-01-01').includes(title));
  const section = after('2025-07-01').split(title)[1]?.split('\n## ')[0] ?? '';
  assert.match(rowOf(section, 'one shared LoRA'), /\| 1 \| 100\.0 /);
});

test('the same scores give the same document, byte for byte', () => {
  assert.equal(
    renderBenchmark(smallBenchmark(), { folder: 'x' }),
    renderBenchmark(smallBenchmark(), { folder: 'x' }),
  );
});

test('every choice of parts is a method, and no name stands twice', () => {
  const choices = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) =>
    ADAPTATION_PARTS.filter((_, place) => bits & (1 << place)),
  );
  assert.is(new Set(choices.map((parts) => methodOfParts(parts)?.name)).size, 8);
  assert.is(new Set(METHODS.map(({ name }) => name)).size, METHODS.length);
});

test.run();
