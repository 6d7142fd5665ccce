import { ModelError } from '../../src/errors.ts';
import { areFinite, requireFinite } from '../../src/runtime/finite.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/finite');

test('the largest numbers are finite, also all together', () => {
  const values = new Float32Array(1000).fill(3.4e38);
  assert.ok(areFinite(values));
  assert.is(requireFinite(values, 'x'), values);
  assert.ok(areFinite(new Float32Array(0)));
});

test('finds a NaN, an infinity, and two that would cancel out', () => {
  const { NaN: nan, POSITIVE_INFINITY: plus, NEGATIVE_INFINITY: minus } = Number;
  for (const bad of [[nan], [plus], [minus], [plus, minus]]) {
    const values = Float32Array.of(1, 2, ...bad, 3);
    assert.not.ok(areFinite(values));
    const isNamed = (error: Error) =>
      error instanceof ModelError && /^Cannot go on: x has \S+ at position 2 of/.test(error.message);
    assert.throws(() => requireFinite(values, 'x'), isNamed);
  }
});

test.run();
