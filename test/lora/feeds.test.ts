import { ModelError } from '../../src/errors.ts';
import { adapterTensors, type LoraAdapter } from '../../src/lora/adapter.ts';
import { adapterFeeds } from '../../src/lora/feeds.ts';
import { assert, suite } from '../helpers/suite.ts';
import { DIMS, example } from './example.ts';

const test = suite('lora/feeds');

test('feeds fold the scaling into B once and leave the adapter as it is', () => {
  const adapter = example();
  const feeds = adapterFeeds(adapter, DIMS);
  assert.equal(Object.keys(feeds).sort(), [...adapterTensors(adapter).keys()]);
  assert.equal(feeds['lora_A.q_proj'], { data: Float32Array.of(1, 2, 3, 4, 5, 6), dims: [2, 3] });
  assert.equal(feeds['lora_B.q_proj'], { data: Float32Array.of(2, 1, -2, 4), dims: [2, 2] });
  assert.equal(adapterFeeds(adapter, DIMS), feeds);
  assert.equal(adapter, example());
});

test('the base model is an adapter of rank 0', () => {
  assert.equal(adapterFeeds(null, { q_proj: DIMS.q_proj }), {
    'lora_A.q_proj': { data: new Float32Array(0), dims: [0, 3] },
    'lora_B.q_proj': { data: new Float32Array(0), dims: [2, 0] },
  });
});

test('a layer that the adapter leaves alone gets a pair of rank 0', () => {
  const feeds = adapterFeeds(example(), { ...DIMS, v_proj: { inFeatures: 2, outFeatures: 1 } });
  assert.equal(feeds['lora_A.v_proj'], { data: new Float32Array(0), dims: [0, 2] });
  assert.equal(feeds['lora_B.v_proj'], { data: new Float32Array(0), dims: [1, 0] });
});

/** The example, and for layer 1 a pair of rank 1 beside the shared one, and one where nothing is shared. */
const layered = (): LoraAdapter => {
  const { pairs, ...sizes } = example();
  const query = {
    A: Float32Array.of(7, 8, 9),
    B: Float32Array.of(10, 20),
    inFeatures: 3,
    outFeatures: 2,
    rank: 1,
  };
  const value = { A: Float32Array.of(1, 1), B: Float32Array.of(5), inFeatures: 2, outFeatures: 1, rank: 1 };
  return { ...sizes, pairs: { ...pairs, '1.q_proj': query, '1.v_proj': value } };
};

test("a graph with a pair for each layer gets the shared pair and the layer's own one, joined", () => {
  const dims = { ...DIMS, v_proj: { inFeatures: 2, outFeatures: 1 } };
  const feeds = adapterFeeds(layered(), dims, { layerCount: 2 });
  assert.is(Object.keys(feeds).length, 2 * 2 * 3);
  assert.equal(feeds['lora_A.0.q_proj'], { data: Float32Array.of(1, 2, 3, 4, 5, 6), dims: [2, 3] });
  assert.equal(feeds['lora_B.0.q_proj'], { data: Float32Array.of(2, 1, -2, 4), dims: [2, 2] });
  assert.equal(feeds['lora_A.1.q_proj'], { data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), dims: [3, 3] });
  assert.equal(feeds['lora_B.1.q_proj'], { data: Float32Array.of(2, 1, 20, -2, 4, 40), dims: [2, 3] });
  assert.equal(feeds['lora_A.0.v_proj']?.dims, [0, 2]);
  assert.equal(feeds['lora_B.1.v_proj'], { data: Float32Array.of(10), dims: [1, 1] });
  assert.is(feeds['lora_B.0.k_proj']?.data, feeds['lora_B.1.k_proj']?.data);
});

test('the inputs of another prefix', () => {
  const feeds = adapterFeeds(null, { q_proj: DIMS.q_proj }, { prefix: 'residual', layerCount: 1 });
  assert.equal(Object.keys(feeds), ['residual_A.0.q_proj', 'residual_B.0.q_proj']);
});

test('refuses an adapter that does not fit the graph', () => {
  const refuses = (act: () => unknown, message: RegExp) =>
    assert.throws(act, (error: unknown) => error instanceof ModelError && message.test(error.message));
  const dims = { ...DIMS, v_proj: { inFeatures: 2, outFeatures: 1 } };
  refuses(() => adapterFeeds(layered(), dims), /its 1.q_proj changes a single layer, the model was opened/);
  refuses(() => adapterFeeds(layered(), dims, { layerCount: 1 }), /its 1.q_proj .* is missing/);
  refuses(() => adapterFeeds(example(), { q_proj: DIMS.q_proj }), /its k_proj .* is missing/);
});

test.run();
