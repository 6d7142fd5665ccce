import { adapterFeeds, type LoraAdapter } from '../../src/lora/adapter.ts';
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

test.run();
