import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { openGenerator } from '../../src/lora/generate.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { quantizeTransformer } from '../../src/runtime/transformer-precision.ts';
import { readTransformer } from '../../src/runtime/transformer-weights.ts';
import { openDecoder } from '../../src/scoring/decoder.ts';
import { measureAdapterError, measureNllLoss, relativeError } from '../../src/scoring/precision-loss.ts';
import { goldenFloats, goldenModel, goldenTokens } from '../helpers/golden-decoder.ts';
import { random } from '../helpers/random.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { TINY, writeTinyPack } from '../helpers/tiny-pack.ts';

const test = suite('scoring/precision-loss');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-loss-'));
test.after(() => rmSync(folder, { recursive: true }));

const model = goldenModel();
const ids = goldenTokens('input.ids');
const reference = await openDecoder(model, 32);
test.after(() => reference[Symbol.asyncDispose]());

async function openQuantized(precision: 'int8' | 'int4') {
  const path = join(folder, `${precision}.safetensors`);
  await quantizeTransformer(model, { precision, path });
  const golden = new URL('../golden/decoder/', import.meta.url).pathname;
  const files = { config: `${golden}config.json`, weights: [`${golden}model.safetensors`], quantized: path };
  return openDecoder(readTransformer(files), 32);
}

/** −Σ log softmax(logits)[next token] of PyTorch's logits. */
function goldenNll(): number {
  const logits = goldenFloats('expected.logits');
  const width = logits.length / ids.length;
  return ids.slice(1).reduce((nll, token, index) => {
    const row = logits.subarray(index * width, (index + 1) * width);
    const most = Math.max(...row);
    return (
      nll - (row[token] as number) + most + Math.log(row.reduce((sum, x) => sum + Math.exp(x - most), 0))
    );
  }, 0);
}

test('a model loses nothing against itself', async () => {
  assert.is(await measureNllLoss([ids, ids.slice(3)], { reference, quantized: reference }), 0);
});

test('the loss is the difference of the negative log-likelihoods of each token', async () => {
  await using inner = await openDecoder(model, 32);
  // One that knows nothing: every token has the same probability.
  const flat: typeof inner = {
    ...inner,
    async read(reading, context) {
      const rows = await inner.read(reading, context);
      return { ...rows, values: rows.values.fill(-Math.log(rows.vocabularySize)) };
    },
  };
  const loss = await measureNllLoss([ids], { reference, quantized: flat });
  assert.ok(Math.abs(loss - (Math.log(128) - goldenNll() / (ids.length - 1))) < 1e-4);
});

test.slow('measures what 8 and 4 bits cost, and cuts a text to the context', async () => {
  const losses: number[] = [];
  for (const precision of ['int8', 'int4'] as const) {
    await using quantized = await openQuantized(precision);
    losses.push(await measureNllLoss([ids, [...ids, ...ids, ...ids]], { reference, quantized }));
  }
  const [eight = 0, four = 0] = losses;
  assert.ok(Math.abs(eight) > 0 && Math.abs(eight) < 0.2, `8 bits: ${eight}`);
  assert.ok(Math.abs(four) > Math.abs(eight), `4 bits: ${four}`);
});

test('measures the error of adapters', async () => {
  await using generator = await openGenerator(openModelPack(writeTinyPack().dir));
  const states = [random(1).normal(TINY.stateSize), random(2).normal(TINY.stateSize)];
  assert.is(await measureAdapterError(states, { reference: generator, quantized: generator }), 0);
  const larger: typeof generator = {
    ...generator,
    generate: async (state) => {
      const adapter = await generator.generate(state);
      for (const pair of Object.values(adapter.pairs)) {
        for (const side of ['A', 'B'] as const) pair[side] = pair[side].map((x) => 1.5 * x);
      }
      return adapter;
    },
  };
  const error = await measureAdapterError(states, { reference: generator, quantized: larger });
  assert.ok(Math.abs(error - 0.5) < 1e-6);
});

test('refuses to measure nothing', async () => {
  await rejects(measureNllLoss([[1], []], { reference, quantized: reference }), ModelError, /no inputs/);
});

test('a relative error is a share of the length', () => {
  assert.is(relativeError(Float32Array.of(3, 4), Float32Array.of(3, 4)), 0);
  assert.is(relativeError(Float32Array.of(3, 4), Float32Array.of(0, 0)), 1);
  assert.is(relativeError(Float32Array.of(0, 0), Float32Array.of(0, 1)), 1);
});

test.run();
