/** Means and intervals against values that are known: by counting, and from numpy. */
import { estimate, quantile, shareAboveZero } from '../../src/report/benchmark-statistics.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/benchmark-statistics');

test('the mean is that of all numbers, not of the repositories', () => {
  const found = estimate([[1, 1, 1], [5]]);
  assert.equal([found?.mean, found?.count, found?.groups], [2, 4, 2]);
});

test('without numbers there is nothing to say; of one repository nothing about others', () => {
  assert.is(estimate([]), null);
  assert.is(estimate([[], []]), null);
  const one = estimate([[1, 2, 3], []]);
  assert.equal([one?.mean, one?.low, one?.high], [2, -Infinity, Infinity]);
});

test('whole repositories are drawn: of two, the mean is one of three values', () => {
  // drawn twice the first, one each, twice the second: 0, 1/2, 1, with probabilities 1/4, 1/2, 1/4
  const found = estimate([
    [0, 0],
    [1, 1],
  ]);
  assert.equal([found?.low, found?.mean, found?.high], [0, 0.5, 1]);
});

test('twenty alike repositories have no spread, and many independent ones that of the normal distribution', () => {
  const alike = estimate(Array.from({ length: 20 }, () => [0, 1]));
  assert.equal([alike?.low, alike?.high], [0.5, 0.5]);
  const values = Array.from({ length: 400 }, (_, index) => [index % 2]);
  const { low = 0, high = 0 } = estimate(values) ?? {};
  const expected = (2 * 1.96 * 0.5) / Math.sqrt(400);
  assert.ok(Math.abs(high - low - expected) < 0.01, `${high - low} and ${expected}`);
});

test('numbers that hang together make the interval wider than as many independent ones', () => {
  const clustered = estimate(Array.from({ length: 10 }, (_, index) => Array(20).fill(index % 2)));
  const independent = estimate(Array.from({ length: 200 }, (_, index) => [index % 2]));
  const width = (found: typeof clustered) => (found ? found.high - found.low : 0);
  assert.ok(width(clustered) > 3 * width(independent));
});

test('the same numbers give the same interval', () => {
  const groups = [[0.1, 0.7], [0.3], [0.9, 0.2, 0.4]];
  assert.equal(estimate(groups), estimate(groups.map((group) => [...group])));
});

test('quantiles are those of numpy', () => {
  const values = Float64Array.of(1, 2, 4, 8);
  assert.equal(
    [0, 0.025, 0.5, 0.975, 1].map((share) => Number(quantile(values, share).toFixed(6))),
    [1, 1.075, 3, 7.7, 8],
  );
});

test('the share of repositories above zero counts those at zero half', () => {
  assert.is(shareAboveZero([[1, -0.5], [-1], [], [0, 0]]), 0.5);
  assert.is(shareAboveZero([[]]), null);
});

test.run();
