import { renderGainChart } from '../../src/report/gain-chart.ts';
import { gainsOf } from '../helpers/action-report.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/gain-chart');

/** The part of Mermaid's xychart grammar (xychart.jison) that is used, to the letter. */
const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d+)?|\.\d+)`;
const STRING = '"[^"]*"';
const CHART = new RegExp(
  [
    '^```mermaid',
    'xychart-beta',
    ` +title ${STRING}`,
    String.raw` +x-axis \[(?<labels>${STRING}(?:, ${STRING})*)\]`,
    ` +y-axis ${STRING} (?<low>${NUMBER}) --> (?<high>${NUMBER})`,
    String.raw` +line \[(?<values>${NUMBER}(?:, ${NUMBER})*)\]`,
    '```$',
  ].join('\n'),
);

function read(chart: string) {
  const { labels = '', low, high, values = '' } = CHART.exec(chart)?.groups ?? {};
  return {
    labels: labels.split(', ').map((label) => label.slice(1, -1)),
    ...{ low: Number(low), high: Number(high) },
    values: values.split(', ').map(Number),
  };
}

test('draws the gains of the last commits, oldest first', () => {
  assert.is(
    renderGainChart(gainsOf(0.31, 0.28, 0.352)),
    [
      '```mermaid',
      'xychart-beta',
      '    title "Gain of the adapter over the base model"',
      '    x-axis ["0aabcde", "0babcde", "0cabcde"]',
      '    y-axis "nats per token" 0.000 --> 0.452',
      '    line [0.310, 0.280, 0.352]',
      '```',
    ].join('\n'),
  );
});

test('fewer than three points are no line', () => {
  assert.is(renderGainChart([]), '');
  assert.is(renderGainChart(gainsOf(1, 2)), '');
  assert.is(renderGainChart([...gainsOf(1, 2), ...gainsOf(3)]), '', 'one commit twice is one point');
  assert.is(renderGainChart(gainsOf(1, 2, 3).map((gain) => ({ ...gain, assertions: 0 }))), '');
});

test('negative, equal, tiny and huge gains stay inside of a range that is not empty', () => {
  for (const gains of [
    [-0.3, 0.1, -0.2],
    [0, 0, 0],
    [-1, -1, -1],
    [2, 2, 2],
    [1e-9, -1e-9, 0],
    [1e300, -1e300, 5],
  ]) {
    const chart = renderGainChart(gainsOf(...gains));
    const { low, high, values } = read(chart);
    assert.ok(low < high, chart);
    assert.is(values.length, gains.length);
    for (const value of values) assert.ok(low <= value && value <= high, chart);
    assert.ok(low <= 0 && high >= 0, 'zero is in sight');
    assert.not.match(chart, /-0\.000|e\+|NaN|Infinity/);
  }
});

test('the newest twelve commits, each once', () => {
  const gains = gainsOf(...Array.from({ length: 40 }, (_, index) => index / 10));
  const again = { ...gains[35], gain: 9 } as (typeof gains)[number];
  const { labels, values } = read(renderGainChart([...gains, again]));
  assert.is(labels.length, 12);
  assert.is(new Set(labels).size, 12);
  assert.equal([labels.at(-1), values.at(-1)], [again.commit.slice(0, 7), 9]);
});

test('a gain that is not finite is no point', () => {
  const gains = [...gainsOf(1, 2, 3), { commit: 'f'.repeat(40), assertions: 3, gain: Number.NaN }];
  assert.is(read(renderGainChart(gains)).values.length, 3);
});

test.run();
