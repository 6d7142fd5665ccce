import type { LoraAdapter, LoraPair } from '../../src/lora/adapter.ts';
import { adapterFeeds } from '../../src/lora/feeds.ts';
import { moduleSizes } from '../../src/runtime/transformer-config.ts';
import {
  golden,
  goldenAdapter,
  goldenFloats,
  goldenModel,
  goldenTokens,
  largestDifference,
} from '../helpers/golden-decoder.ts';
import { logitsOf } from '../helpers/golden-models.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('scoring/decoder-graph');
const model = goldenModel();
const ids = goldenTokens('input.ids');

const logits = (adapter: LoraAdapter | null) =>
  logitsOf(model, ids, { adapterInputs: adapterFeeds(adapter, moduleSizes(model.config)) });

test('gives the logits of transformers for the base model', async () => {
  const difference = largestDifference(await logits(null), goldenFloats('expected.logits'));
  assert.ok(difference < golden.tolerance, `differs by ${difference}`);
});

test('gives the logits of merged weights for an adapter', async () => {
  const adapted = await logits(goldenAdapter());
  const difference = largestDifference(adapted, goldenFloats('expected.adapted_logits'));
  assert.ok(difference < golden.tolerance, `differs by ${difference}`);
  assert.ok(largestDifference(adapted, goldenFloats('expected.logits')) > 0.1);
});

test('rank 0 and an adapter of zeros are the base model, bit for bit', async () => {
  const base = await logitsOf(model, ids, { lora: false });
  const zeros = goldenAdapter();
  for (const pair of Object.values(zeros.pairs)) pair.B = new Float32Array(pair.B.length);
  assert.is(largestDifference(await logits(null), base), 0);
  assert.is(largestDifference(await logits(zeros), base), 0);
});

test('a graph with a pair for each layer gives the same, and takes pairs of single layers', async () => {
  const sizes = moduleSizes(model.config);
  const { layerCount } = model.config;
  const layered = (adapter: LoraAdapter | null) =>
    logitsOf(model, ids, {
      adapterInputs: adapterFeeds(adapter, sizes, { layerCount }),
      layerAdapters: true,
    });
  assert.is(largestDifference(await layered(null), await logits(null)), 0);
  const { q_proj, down_proj, ...others } = goldenAdapter().pairs as Record<string, LoraPair>;
  const own = [...Array(layerCount).keys()].flatMap((layer) => [
    [`${layer}.q_proj`, q_proj],
    [`${layer}.down_proj`, down_proj],
  ]);
  const pairs = { ...others, ...Object.fromEntries(own) } as LoraAdapter['pairs'];
  const expected = goldenFloats('expected.adapted_logits');
  for (const adapter of [goldenAdapter(), { ...goldenAdapter(), pairs }]) {
    const difference = largestDifference(await layered(adapter), expected);
    assert.ok(difference < golden.tolerance, `differs by ${difference}`);
  }
  const { '0.q_proj': _, ...fewer } = pairs;
  assert.ok(largestDifference(await layered({ ...goldenAdapter(), pairs: fewer }), expected) > 0.01);
});

test.run();
