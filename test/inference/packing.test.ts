import { packAfterRuns } from '../../src/inference/packing.ts';
import { withPrecision } from '../../src/inference/precision.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { assert, suite } from '../helpers/suite.ts';
import { writeTinyPack } from '../helpers/tiny-pack.ts';
import { writeSparsePack } from './sparse-pack.ts';

const test = suite('inference/packing');
const GB = 1024 ** 3;
const large = writeSparsePack({ copies: ['base-model.q8.safetensors'] });
/** 1.8 GB of weights twice, and 0.8 GB for the rest. */
const ENOUGH = 7 * GB;
const runs = (change: Partial<Parameters<typeof packAfterRuns>[1]> = {}, pack = large) =>
  packAfterRuns(pack, { device: 'cpu', limitBytes: null, free: ENOUGH, ...change });

test('packs large weights in fp32 where there is memory for both', () => {
  assert.is(runs(), 80);
  assert.is(runs({ limitBytes: 5 * GB }), 80);
});

test('never where free memory or the limit would not hold them twice', () => {
  assert.is(runs({ free: 5 * GB }), Number.POSITIVE_INFINITY);
  assert.is(runs({ limitBytes: 3 * GB }), Number.POSITIVE_INFINITY);
});

test('never where there is nothing to gain: on a GPU, in 8 bits, with a small model', () => {
  assert.is(runs({ device: 'webgpu' }), Number.POSITIVE_INFINITY);
  const quantized = withPrecision(large, { ...large.manifest.precision, baseModel: 'int8' });
  assert.is(runs({}, quantized), Number.POSITIVE_INFINITY);
  assert.is(runs({}, openModelPack(writeTinyPack().dir)), Number.POSITIVE_INFINITY);
});

test.run();
