import { parseRotation, rotaryFrequencies, rotaryTables } from '../../src/runtime/rotary-embedding.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/rotary-embedding');
const parse = (fields: object) => parseRotation(fields as Record<string, unknown>, { place: 'config.json' });

/** As published with Llama 3.2 1B: trained on 8192 positions, heads of 64. */
const LLAMA3 = {
  rope_theta: 500_000,
  rope_scaling: {
    factor: 32,
    high_freq_factor: 4,
    low_freq_factor: 1,
    original_max_position_embeddings: 8192,
    rope_type: 'llama3',
  },
};

test('both spellings of a scaling are the same', () => {
  const { rope_theta, rope_scaling } = LLAMA3;
  assert.equal(parse({ rope_parameters: { rope_theta, ...rope_scaling } }), parse(LLAMA3));
  const linear = { theta: 100_000, scaling: 'linear', factor: 4 };
  assert.equal(parse({ rope_theta: 100_000, rope_scaling: { type: 'linear', factor: 4 } }), linear);
  assert.equal(parse({ rope_parameters: { rope_theta: 100_000, rope_type: 'linear', factor: 4 } }), linear);
});

test('linear scaling divides every frequency', () => {
  const plain = rotaryFrequencies({ theta: 10_000, scaling: 'none' }, 8);
  assert.equal([...plain], [1, Math.fround(0.1), Math.fround(0.01), Math.fround(0.001)]);
  const scaled = rotaryFrequencies({ theta: 10_000, scaling: 'linear', factor: 4 }, 8);
  assert.equal([...scaled], [...plain.map((frequency) => frequency / 4)]);
});

test('llama3 scaling keeps high frequencies, divides low ones, and never goes up', () => {
  const plain = rotaryFrequencies({ theta: 500_000, scaling: 'none' }, 64);
  const ratios = rotaryFrequencies(parse(LLAMA3), 64).map(
    (frequency, pair) => (plain[pair] as number) / frequency,
  );
  assert.is(ratios[0], 1);
  assert.is(ratios[31], 32);
  const blended = ratios.filter((ratio) => ratio > 1 && ratio < 32);
  assert.is(blended.length, 3); // wavelengths between 2048 and 8192
  assert.ok(ratios.every((ratio, pair) => pair === 0 || ratio >= (ratios[pair - 1] as number)));
});

test('tables have a row for each position', () => {
  const { cosines, sines } = rotaryTables(Float32Array.of(1, 0.5), 3);
  assert.equal([...cosines.subarray(0, 2)], [1, 1]);
  assert.equal([...sines], [0, 0, 1, 0.5, 2, 1].map(Math.sin).map(Math.fround));
});

test.run();
