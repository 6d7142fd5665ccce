import { narrowToFloat16, roundToFloat16, widenFloat16 } from '../../src/runtime/half-precision.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/half-precision');
const round = (...values: number[]) => [...roundToFloat16(Float32Array.from(values))];

test('every float16 stays what it is', () => {
  const all = widenFloat16(Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits));
  const rounded = roundToFloat16(all);
  assert.ok(all.every((value, index) => Object.is(value, rounded[index])));
});

test('rounds to the nearest, ties to even, as numpy does', () => {
  assert.equal(round(2049, 2051, 2050.5, -2049, 0.1), [2048, 2052, 2050, -2048, 0.0999755859375]);
  assert.equal(round(2 ** -25, 1.5 * 2 ** -24, 2.5 * 2 ** -24), [0, 2 ** -23, 2 ** -23]);
  assert.equal(round(65_519, 65_520, -70_000), [65_504, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  assert.ok(Number.isNaN(round(Number.NaN)[0]));
});

test('the bit patterns of numbers are those they came from, NaN apart', () => {
  const patterns = Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits);
  const values = widenFloat16(patterns);
  const found = narrowToFloat16(values);
  assert.ok(patterns.every((bits, index) => Number.isNaN(values[index]) || found[index] === bits));
  assert.is(narrowToFloat16(Float32Array.of(Number.NaN))[0], 0x7e00);
});

test.run();
