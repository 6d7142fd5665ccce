import { fitLogistic, probabilityOf, sigmoid } from '../../src/report/logistic.ts';
import { createRandom } from '../../src/runtime/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/logistic');

/** Rows of two numbers of which the truth depends by known weights. */
function drawn(count: number, weights: readonly number[], intercept: number) {
  const random = createRandom('logistic');
  const rows = Array.from({ length: count }, () => weights.map(() => random.normal()));
  const truths = rows.map(
    (row) =>
      random.uniform() <
      sigmoid(intercept + row.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0)),
  );
  return { rows, truths };
}

test('finds the weights that made the data', () => {
  const { rows, truths } = drawn(4000, [1.5, 0.5], -0.7);
  const { intercept, weights } = fitLogistic(rows, truths, { bound: 2 });
  assert.ok(Math.abs(intercept + 0.7) < 0.15, String(intercept));
  assert.ok(
    Math.abs((weights[0] ?? 0) - 1.5) < 0.15 && Math.abs((weights[1] ?? 0) - 0.5) < 0.15,
    String(weights),
  );
});

test('the mean of the probabilities is the share that is true', () => {
  const { rows, truths } = drawn(500, [1, 0.2], 0.4);
  const fit = fitLogistic(rows, truths, { bound: 2 });
  const mean = rows.reduce((sum, row) => sum + probabilityOf(fit, row), 0) / rows.length;
  assert.ok(Math.abs(mean - truths.filter(Boolean).length / truths.length) < 1e-6);
});

test('what speaks the wrong way gets no weight, unless it is free', () => {
  const { rows, truths } = drawn(1000, [1, -1], 0);
  const bound = fitLogistic(rows, truths, { bound: 2 }).weights;
  assert.is(bound[1], 0);
  assert.ok((bound[0] ?? 0) > 0.5);
  assert.ok((fitLogistic(rows, truths, { bound: 1 }).weights[1] ?? 0) < -0.5);
});

test('data that a line separates gives finite weights', () => {
  const rows = [[-2], [-1], [1], [2]];
  const { weights } = fitLogistic(rows, [false, false, true, true], { bound: 1 });
  assert.ok((weights[0] ?? 0) > 0.3 && (weights[0] ?? 99) < 10, String(weights));
});

test('two numbers that say the same share the weight', () => {
  const { rows, truths } = drawn(1000, [1], 0);
  const twice = rows.map(([value = 0]) => [value, value]);
  const { weights } = fitLogistic(twice, truths, { bound: 2 });
  assert.ok(Math.abs((weights[0] ?? 0) - (weights[1] ?? 0)) < 1e-6);
});

test.run();
