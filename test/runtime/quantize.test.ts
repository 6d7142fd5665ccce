import { BLOCK_FORMATS, quantizedShapes, quantizeRows } from '../../src/runtime/quantize.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/quantize');
const { int8, int4 } = BLOCK_FORMATS;

test('the value farthest from zero gets the lowest code and no error', () => {
  const values = new Float32Array(32).fill(0.25);
  values[3] = -2;
  values[4] = 1;
  const { codes, scales } = quantizeRows(values, 32, int8);
  assert.equal([...scales], [2 / 128]);
  assert.equal([...codes.subarray(0, 5)], [144, 144, 144, 0, 192]);
  const positive = quantizeRows(
    values.map((value) => -value),
    32,
    int8,
  );
  assert.equal([...positive.scales], [-2 / 128]);
  assert.equal([...positive.codes], [...codes]);
});

test('a value as far on the other side is cut by one step', () => {
  const { codes, scales } = quantizeRows(Float32Array.of(-1, 1), 2, int8);
  assert.equal([...codes.subarray(0, 2)], [0, 255]);
  assert.is((255 - 128) * (scales[0] as number), 1 - 1 / 128);
});

test('two 4-bit codes share a byte, the first in the lower half', () => {
  const { codes, scales } = quantizeRows(Float32Array.of(-8, 7, 1, 0), 4, int4);
  assert.equal([...scales], [1]);
  assert.equal([...codes.subarray(0, 2)], [0xf0, 0x89]);
});

test('blocks do not cross rows, and the last one of a row is filled up with zeros', () => {
  const { codes, scales } = quantizeRows(random(1).normal(2 * 40), 40, int8);
  assert.equal(quantizedShapes([2, 40], int8), { codes: [2, 2, 32], scales: [2, 2] });
  assert.equal(quantizedShapes([2, 40], int4), { codes: [2, 1, 64], scales: [2, 1] });
  assert.is(codes.length, 2 * 2 * 32);
  assert.is(scales.length, 4);
  assert.ok(codes.subarray(40, 64).every((code) => code === 128));
  assert.ok(codes.subarray(32, 40).some((code) => code !== 128));
});

test('zeros stay zeros', () => {
  const { codes, scales } = quantizeRows(new Float32Array(32), 32, int8);
  assert.ok(codes.every((code) => code === 128) && Math.abs(scales[0] as number) === 0);
});

test('half a step is the largest error, but for values that are cut', () => {
  for (const format of [int8, int4]) {
    const values = random(2).normal(4096);
    const { codes, scales } = quantizeRows(values, 256, format);
    const half = 2 ** (format.bits - 1);
    for (const [index, value] of values.entries()) {
      const scale = scales[Math.floor(index / format.blockSize)] as number;
      const byte = codes[Math.floor((index * format.bits) / 8)] as number;
      const code = format.bits === 8 ? byte : (byte >> (4 * (index % 2))) & 15;
      const limit = code === 2 * half - 1 ? 1 : 0.5;
      assert.ok(
        Math.abs((code - half) * scale - value) <= Math.abs(scale) * limit * 1.0001,
        `value ${index}`,
      );
    }
  }
});

test('notices NaN and infinity', () => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.ok(quantizeRows(Float32Array.of(1, wrong, 2), 3, int8).isDamaged);
  }
  assert.not.ok(quantizeRows(new Float32Array(64).fill(3e38), 64, int8).isDamaged);
});

test.run();
