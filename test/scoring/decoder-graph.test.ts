import { adapterFeeds, type LoraAdapter } from '../../src/lora/adapter.ts';
import { MASKED } from '../../src/runtime/qwen2.ts';
import { moduleSizes } from '../../src/runtime/qwen2-config.ts';
import { type Feeds, openSession } from '../../src/runtime/session.ts';
import { buildDecoderGraph } from '../../src/scoring/decoder-graph.ts';
import {
  golden,
  goldenAdapter,
  goldenFloats,
  goldenModel,
  goldenTokens,
  largestDifference,
} from '../helpers/golden-decoder.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('scoring/decoder-graph');
const model = goldenModel();
const ids = goldenTokens('input.ids');

/** Logits of all rows of one text without a past. */
async function logits(adapterInputs: Feeds, lora = true): Promise<Float32Array> {
  const bytes = buildDecoderGraph(model, { maxPositions: 64, lora });
  await using session = await openSession(bytes, { weightsFolder: model.weightsFolder, threads: 1 });
  const results = await session.run({ ...textFeeds(ids), ...adapterInputs });
  return Float32Array.from(results.logits?.data as Float32Array);
}

function textFeeds(tokens: readonly number[]): Feeds {
  const count = tokens.length;
  const numbers = BigInt64Array.from(tokens.keys(), BigInt);
  const bias = Float32Array.from({ length: count * count }, (_, i) => (i % count > i / count ? MASKED : 0));
  const feeds: Feeds = {
    input_ids: { data: BigInt64Array.from(tokens, BigInt), dims: [count] },
    position_ids: { data: numbers, dims: [1, count] },
    selected: { data: numbers, dims: [count] },
    bias: { data: bias, dims: [count, count] },
  };
  for (const layer of [0, 1]) {
    feeds[`past_key.${layer}`] = { data: new Float32Array(0), dims: [0, 2, 8] };
    feeds[`past_value.${layer}`] = { data: new Float32Array(0), dims: [0, 2, 8] };
  }
  return feeds;
}

const feedsOf = (adapter: LoraAdapter | null) => adapterFeeds(adapter, moduleSizes(model.config));

test('gives the logits of transformers for the base model', async () => {
  const difference = largestDifference(await logits(feedsOf(null)), goldenFloats('expected.logits'));
  assert.ok(difference < golden.tolerance, `differs by ${difference}`);
});

test('gives the logits of merged weights for an adapter', async () => {
  const adapted = await logits(feedsOf(goldenAdapter()));
  const difference = largestDifference(adapted, goldenFloats('expected.adapted_logits'));
  assert.ok(difference < golden.tolerance, `differs by ${difference}`);
  assert.ok(largestDifference(adapted, goldenFloats('expected.logits')) > 0.1);
});

test('rank 0 and an adapter of zeros are the base model, bit for bit', async () => {
  const base = await logits({}, false);
  const zeros = goldenAdapter();
  for (const pair of Object.values(zeros.pairs)) pair.B = new Float32Array(pair.B.length);
  assert.is(largestDifference(await logits(feedsOf(null)), base), 0);
  assert.is(largestDifference(await logits(feedsOf(zeros)), base), 0);
});

test.run();
