import { exactFloat16 } from '../../src/github/exact-float16.ts';
import { roundToFloat16, widenFloat16 } from '../../src/runtime/half-precision.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('github/exact-float16');
const PATTERNS = Uint16Array.from({ length: 1 << 16 }, (_, pattern) => pattern);
const isFinitePattern = (pattern: number) => (pattern & 0x7c00) !== 0x7c00;

test('every finite number of 16 bits gives its own pattern back', () => {
  const finite = PATTERNS.filter(isFinitePattern);
  assert.equal(exactFloat16(widenFloat16(finite)), finite);
  assert.equal(exactFloat16(new Float32Array(0)), new Uint16Array(0));
});

test('infinity and NaN, and whatever lies between two numbers of 16 bits, give none', () => {
  for (const pattern of PATTERNS.filter((pattern) => !isFinitePattern(pattern)))
    assert.is(exactFloat16(widenFloat16(Uint16Array.of(pattern))), null);
  const numbers = [
    0.1,
    65_520,
    65_536,
    -70_000,
    2 ** -25,
    3 * 2 ** -25,
    1e-40,
    1 + 2 ** -11,
    2 ** -15 + 2 ** -26,
  ];
  for (const number of numbers) assert.is(exactFloat16(Float32Array.of(1, number)), null, String(number));
});

test('agrees with rounding about which numbers those are', () => {
  const numbers = random(5).normal(10_000, 0.001);
  for (const number of [...numbers, ...roundToFloat16(numbers)]) {
    const [one] = Float32Array.of(number);
    assert.is(
      exactFloat16(Float32Array.of(number)) !== null,
      roundToFloat16(Float32Array.of(number))[0] === one,
    );
  }
});

test('reads a view where it lies', () => {
  assert.equal(exactFloat16(Float32Array.of(0.1, 1, 2).subarray(1)), Uint16Array.of(0x3c00, 0x4000));
});

test.run();
