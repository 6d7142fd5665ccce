/** Plots: well-formed SVG whose marks stand where the numbers say. */
import { barPlot, linePlot, ticksOf } from '../../src/report/benchmark-plots.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/benchmark-plots');
const value = (mean: number, spread = 0.1) => ({
  mean,
  low: mean - spread,
  high: mean + spread,
  count: 4,
  groups: 2,
});
const options = { title: 'A & B', unit: 'nats', format: (number: number) => number.toFixed(2) };

/** Fails unless every element is closed in the order it was opened, and text holds no bare mark. */
function assertWellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, closing, name, rest] of svg.matchAll(/<(\/?)([a-z]+)((?:[^<>"]|"[^"<]*")*)>/gi)) {
    if (closing) assert.is(open.pop(), name);
    else if (!rest?.endsWith('/')) open.push(name as string);
  }
  assert.equal(open, []);
  assert.not.match(svg.replaceAll(/<[^>]*>/g, ''), /&(?!amp;|lt;|gt;|quot;)|NaN|undefined|Infinity/);
}

const numbers = (svg: string, pattern: RegExp) =>
  [...svg.matchAll(pattern)].map((match) => match.slice(1).map(Number));

test('bars begin at zero, to the left for what is below it', () => {
  const bars = [
    { label: 'more <than>', value: value(0.5) },
    { label: 'less', value: value(-0.25), isMarked: true },
  ];
  const svg = barPlot(bars, options);
  assertWellFormed(svg);
  assert.match(svg, /more &lt;than&gt;/);
  const [[x1 = 0, width1 = 0] = [], [x2 = 0, width2 = 0] = []] = numbers(
    svg,
    /<rect x="([\d.]+)" [^>]*? width="([\d.]+)"/g,
  );
  assert.ok(Math.abs(x2 + width2 - x1) < 0.2, 'both touch the line of zero');
  assert.ok(Math.abs(width1 - 2 * width2) < 0.3);
  assert.equal(new Set([...svg.matchAll(/rx="2" fill="(#\w+)"/g)].map(([, color]) => color)).size, 2);
});

test('an interval without end is not drawn', () => {
  const endless = { ...value(1), low: -Infinity, high: Infinity };
  const svg = barPlot([{ label: 'one', value: endless }], options);
  assertWellFormed(svg);
  assert.not.match(svg, /class="interval"/);
  assert.match(barPlot([{ label: 'one', value: value(1) }], options), /class="interval"/);
});

test('lines have a point for each number, a gap for none, and a legend', () => {
  const lines = [
    { label: 'own', values: [value(0.1), null, value(0.3)] },
    { label: 'other', values: [value(0), value(0), value(0)] },
  ];
  const svg = linePlot(lines, { ...options, steps: ['first', 'second', 'third'] });
  assertWellFormed(svg);
  assert.is(svg.match(/<circle/g)?.length, 5);
  const heights = numbers(svg, /<circle cx="[\d.]+" cy="([\d.]+)"/g).flat();
  assert.ok((heights[1] as number) < (heights[0] as number), 'more is higher up');
  for (const label of ['own', 'other', 'second']) assert.match(svg, new RegExp(`>${label}</text>`));
});

test('what is read on light paper is read on dark paper too', () => {
  const svg = barPlot([{ label: 'one', value: value(1) }], options);
  assert.match(svg, /prefers-color-scheme:dark/);
  assert.not.match(svg, /<script|href=|url\(/);
});

test('marks on the axis are round numbers inside of the range', () => {
  assert.equal(
    ticksOf([0, 1]).map((tick) => Number(tick.toFixed(6))),
    [0, 0.5, 1],
  );
  assert.equal(ticksOf([-3, 9]), [0, 5]);
  assert.equal(ticksOf([0, 0]), [0]);
});

test.run();
