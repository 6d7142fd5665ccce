import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adapterFeeds } from '../../src/lora/feeds.ts';
import { moduleSizes } from '../../src/runtime/transformer-config.ts';
import { quantizeTransformer, widenTransformer } from '../../src/runtime/transformer-precision.ts';
import { readTransformer } from '../../src/runtime/transformer-weights.ts';
import { largestDifference } from '../helpers/golden-decoder.ts';
import { type GoldenModel, goldenModel, logitsOf } from '../helpers/golden-models.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/transformer');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-architectures-'));
test.after(() => rmSync(folder, { recursive: true }));

const llama = goldenModel('llama');
const shards = goldenModel('qwen2-shards');
const llamaFiles = { config: `${llama.folder}config.json`, weights: [`${llama.folder}model.safetensors`] };
const shardFiles = {
  config: `${shards.folder}config.json`,
  weights: [`${shards.folder}model.safetensors.index.json`],
};

function close(found: Float32Array, golden: GoldenModel, name: string): void {
  const difference = largestDifference(found, golden.floats(name));
  assert.ok(difference < golden.tolerance, `${name} differs by ${difference}`);
}

/** Largest difference as a share of the largest expected value. */
const relative = (found: Float32Array, expected: Float32Array) =>
  largestDifference(found, expected) / Math.max(...expected.map(Math.abs));

test('a Llama with biases and llama3 scaling gives the logits of transformers, with and without an adapter', async () => {
  const model = readTransformer(llamaFiles);
  const ids = llama.tokens('input.ids');
  close(await logitsOf(model, ids, { lora: false }), llama, 'expected.logits');
  const adapterInputs = adapterFeeds(llama.adapter(), moduleSizes(model.config));
  close(await logitsOf(model, ids, { adapterInputs }), llama, 'expected.adapted_logits');
});

test('so does one with linear scaling, in the old and the new spelling', async () => {
  const { rope_parameters: _, ...rest } = JSON.parse(readFileSync(llamaFiles.config, 'utf8')) as Record<
    string,
    unknown
  >;
  const { rope_theta, rope_type: type, factor } = llama.description.linear as Record<string, unknown>;
  for (const rope of [
    { rope_parameters: llama.description.linear },
    { rope_theta, rope_scaling: { type, factor } },
  ]) {
    const config = join(folder, 'linear.json');
    writeFileSync(config, JSON.stringify({ ...rest, ...rope }));
    const logits = await logitsOf(readTransformer({ ...llamaFiles, config }), llama.tokens('input.ids'), {
      lora: false,
    });
    close(logits, llama, 'expected.linear_logits');
    assert.ok(largestDifference(logits, llama.floats('expected.logits')) > 1);
  }
});

test('a sharded checkpoint in bfloat16 gives the logits of transformers once it is widened', async () => {
  const path = join(folder, 'wide.safetensors');
  await widenTransformer(readTransformer(shardFiles), { path });
  const model = readTransformer({ ...shardFiles, weights: [path] });
  close(await logitsOf(model, shards.tokens('input.ids'), { lora: false }), shards, 'expected.logits');
});

test('quantised from bfloat16 it runs beside the shards, close to them in 8 bits and less so in 4', async () => {
  const errors: number[] = [];
  for (const precision of ['int8', 'int4'] as const) {
    const path = join(folder, `model.${precision}.safetensors`);
    await quantizeTransformer(readTransformer(shardFiles), { precision, path });
    const model = readTransformer({ ...shardFiles, quantized: path });
    assert.is(model.precision, precision);
    const logits = await logitsOf(model, shards.tokens('input.ids'), { lora: false });
    errors.push(relative(logits, shards.floats('expected.logits')));
  }
  const [eight = 1, four = 0] = errors;
  // A tiny net of large random weights is about the worst that quantisation can meet.
  assert.ok(eight < 0.15, `8 bits: ${eight}`);
  assert.ok(four > eight && four < 2, `4 bits: ${four}`);
});

test.run();
