import { ModelError } from '../../src/errors.ts';
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

/** What transformers 5.18.0 computes with torch 2.13.0 (`_compute_yarn_parameters`). */
const YARN = [
  {
    // as the model cards of Qwen2.5 say it
    fields: {
      rope_theta: 1_000_000,
      max_position_embeddings: 32_768,
      rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 32_768 },
    },
    headSize: 128,
    attentionFactor: 1.138629436111989,
    frequencies: [
      [0, 1],
      [20, 0.01333521492779255],
      [24, 0.005375321488827467],
      [28, 0.0018482765881344676],
      [32, 0.0006029411451891065],
      [40, 4.4456985051510856e-5],
      [63, 3.102344408034696e-7],
    ],
  },
  {
    fields: {
      rope_theta: 10_000,
      max_position_embeddings: 256,
      rope_parameters: {
        ...{ rope_type: 'yarn', rope_theta: 10_000, factor: 8, original_max_position_embeddings: 64 },
        ...{ mscale: 0.7, mscale_all_dim: 0.9, truncate: false, beta_fast: 16, beta_slow: 2 },
      },
    },
    headSize: 16,
    attentionFactor: 0.9649674935890178,
    frequencies: [
      [0, 1],
      [1, 0.12053398787975311],
      [2, 0.012500000186264515],
      [7, 3.9528473280370235e-5],
    ],
  },
] as const;

test('yarn scaling gives the numbers of transformers', () => {
  for (const { fields, headSize, attentionFactor, frequencies } of YARN) {
    const rotation = parse(fields);
    const found = rotaryFrequencies(rotation, headSize);
    for (const [pair, expected] of frequencies) {
      const error = Math.abs((found[pair] as number) / expected - 1);
      assert.ok(error < 5e-7, `pair ${pair}: ${found[pair]}, expected ${expected}`);
    }
    const { cosines, sines } = rotaryTables(rotation, { headSize, positions: 2 });
    assert.is(cosines[0], Math.fround(attentionFactor));
    assert.is(sines[headSize / 2], Math.fround(Math.fround(Math.sin(1)) * Math.fround(attentionFactor)));
  }
});

test('what yarn leaves out follows from the rest', () => {
  const scaling = { rope_type: 'yarn', original_max_position_embeddings: 64 };
  const fields = { rope_theta: 10_000, max_position_embeddings: 256 };
  const whole = parse({ ...fields, rope_scaling: { ...scaling, factor: 4 } });
  assert.equal(parse({ ...fields, rope_scaling: { ...scaling, factor: null } }), whole);
  const factor = parse({ ...fields, rope_scaling: { ...scaling, factor: 4, attention_factor: 1.5 } });
  assert.equal(factor, { ...whole, attentionFactor: 1.5 });
  const unscaled = parse({ ...fields, rope_scaling: { type: 'yarn', factor: 1 } });
  assert.equal(
    unscaled.scaling === 'yarn' && [unscaled.originalPositions, unscaled.attentionFactor],
    [256, 1],
  );
});

test('dynamic scaling changes nothing within the positions of the model, and is not built beyond them', () => {
  const scaling = { rope_scaling: { type: 'dynamic', factor: 2 } };
  const rotation = parse({ rope_theta: 10_000, max_position_embeddings: 6, ...scaling });
  const plain = { theta: 10_000, scaling: 'none' } as const;
  const [headSize, positions] = [8, 6];
  assert.equal(rotaryTables(rotation, { headSize, positions }), rotaryTables(plain, { headSize, positions }));
  assert.throws(
    () => rotaryTables(rotation, { headSize, positions: 7 }),
    (error: Error) =>
      error instanceof ModelError && /7 positions: .* 6 are expected at most.*\nLower/.test(error.message),
  );
});

test('a scaling that is no object is refused, not overlooked', () => {
  for (const rope_scaling of ['linear', [1], true])
    assert.throws(
      () => parse({ rope_theta: 10_000, rope_scaling }),
      (error: Error) =>
        error instanceof ModelError && /rope_scaling is .*, expected an object/.test(error.message),
    );
});

test('tables have a row for each position', () => {
  const { cosines, sines } = rotaryTables({ theta: 4, scaling: 'none' }, { headSize: 4, positions: 3 });
  assert.equal([...cosines.subarray(0, 2)], [1, 1]);
  assert.equal([...sines], [0, 0, 1, 0.5, 2, 1].map(Math.sin).map(Math.fround));
});

test.run();
