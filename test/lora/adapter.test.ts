import { ModelError } from '../../src/errors.ts';
import {
  adapterFromTensors,
  adapterTensors,
  checkAdapter,
  checkFits,
  hasLayerPairs,
  type LoraAdapter,
  pairPlace,
  scaling,
} from '../../src/lora/adapter.ts';
import type { Tensor } from '../../src/runtime/safetensors.ts';
import { assert, suite } from '../helpers/suite.ts';
import { DIMS, example } from './example.ts';

const test = suite('lora/adapter');

const refuses = (act: () => unknown, message: RegExp) =>
  assert.throws(act, (error: unknown) => {
    if (!(error instanceof ModelError)) throw error;
    assert.match(error.message, message);
    return true;
  });

test('scaling is alpha over rank', () => {
  assert.is(scaling(example()), 2);
});

test('becomes tensors, sorted by name, and comes back the same', () => {
  const adapter = example();
  const tensors = adapterTensors(adapter);
  assert.equal([...tensors.keys()], ['lora_A.k_proj', 'lora_A.q_proj', 'lora_B.k_proj', 'lora_B.q_proj']);
  assert.equal(tensors.get('lora_A.q_proj')?.shape, [2, 3]);
  assert.equal(tensors.get('lora_B.q_proj')?.shape, [2, 2]);
  assert.equal(adapterFromTensors(tensors, { rank: 2, alpha: 4 }), adapter);
});

test('refuses tensors that are no adapter', () => {
  const without = (name: string) => {
    const tensors = adapterTensors(example());
    tensors.delete(name);
    return () => adapterFromTensors(tensors, { rank: 2, alpha: 4 });
  };
  const withTensor = (name: string, tensor: Tensor) => () =>
    adapterFromTensors(adapterTensors(example()).set(name, tensor), { rank: 2, alpha: 4 });
  const vector: Tensor = { dtype: 'F32', shape: [4], data: new Float32Array(4) };
  const integers: Tensor = { dtype: 'I32', shape: [2, 2], data: new Int32Array(4) };
  refuses(without('lora_A.q_proj'), /tensor lora_B.q_proj is not half of a pair/);
  refuses(without('lora_B.k_proj'), /tensor lora_A.k_proj is not half of a pair/);
  refuses(withTensor('hidden_state', vector), /tensor hidden_state is not half of a pair/);
  refuses(withTensor('lora_B.q_proj', vector), /lora_B.q_proj is F32 \(4\), expected a float matrix/);
  refuses(withTensor('lora_B.q_proj', integers), /lora_B.q_proj is I32 \(2, 2\), expected a float matrix/);
  refuses(
    () => adapterFromTensors(adapterTensors(example()), { rank: 4, alpha: 4 }),
    /lora_A.k_proj has 6 numbers, expected 4 × 3/,
  );
});

test('checks sizes, the rank and that every number is finite', () => {
  const changed = (change: (adapter: LoraAdapter) => void) => {
    const adapter = example();
    change(adapter);
    return () => checkAdapter(adapter);
  };
  const q = (adapter: LoraAdapter) => adapter.pairs.q_proj as NonNullable<LoraAdapter['pairs'][string]>;
  checkAdapter(example());
  refuses(
    changed((a) => Object.assign(a, { rank: 0 })),
    /its rank is 0/,
  );
  refuses(
    changed((a) => Object.assign(a, { alpha: Number.NaN })),
    /its alpha NaN/,
  );
  refuses(
    changed((a) => Object.assign(q(a), { outFeatures: 3 })),
    /lora_B.q_proj has 4 numbers, expected 3 × 2/,
  );
  refuses(
    changed((a) => q(a).A.fill(Number.NaN, 4, 5)),
    /lora_A.q_proj has NaN at position 4 of 6/,
  );
  refuses(
    changed((a) => q(a).B.fill(Number.POSITIVE_INFINITY, 0, 1)),
    /lora_B.q_proj has Infinity at position 0/,
  );
});

test('refuses an adapter of another base model and says which layer differs', () => {
  refuses(
    () => checkFits(example(), { q_proj: DIMS.q_proj }),
    /k_proj maps 3 to 1 features, that of the base model is missing/,
  );
  const wider = { ...DIMS, q_proj: { inFeatures: 4, outFeatures: 2 } };
  refuses(
    () => checkFits(example(), wider),
    /q_proj maps 3 to 2 features, that of the base model maps 4 to 2/,
  );
  checkFits(withLayerPair('3.q_proj'), DIMS, { layerCount: 4 });
  refuses(
    () => checkFits(withLayerPair('4.q_proj'), DIMS, { layerCount: 4 }),
    /its 4.q_proj maps 3 to 2 features, that of the base model is missing/,
  );
});

/** The example, and a pair of rank 1 for one layer. */
function withLayerPair(name: string): LoraAdapter {
  const pair = {
    A: Float32Array.of(1, 2, 3),
    B: Float32Array.of(4, 5),
    inFeatures: 3,
    outFeatures: 2,
    rank: 1,
  };
  return { ...example(), pairs: { ...example().pairs, [name]: pair } };
}

test('a pair may be of a single layer and have a rank of its own', () => {
  const adapter = checkAdapter(withLayerPair('11.q_proj'));
  const tensors = adapterTensors(adapter);
  assert.equal(tensors.get('lora_A.11.q_proj')?.shape, [1, 3]);
  assert.equal(tensors.get('lora_B.11.q_proj')?.shape, [2, 1]);
  assert.equal(adapterFromTensors(tensors, { rank: 2, alpha: 4, ownRanks: true }), adapter);
  refuses(
    () => adapterFromTensors(tensors, { rank: 2, alpha: 4 }),
    /lora_A.11.q_proj has 3 numbers, expected 2 × 3/,
  );
  assert.equal([hasLayerPairs(adapter), hasLayerPairs(example())], [true, false]);
});

test('says where a pair belongs, and refuses other names', () => {
  assert.equal(pairPlace('q_proj'), { layer: null, type: 'q_proj' });
  assert.equal(pairPlace('0.o_proj'), { layer: 0, type: 'o_proj' });
  assert.equal(pairPlace('27.down_proj'), { layer: 27, type: 'down_proj' });
  for (const name of ['03.q_proj', '-1.q_proj', '1.2.q_proj', '3.', '.q_proj', '1e2.q_proj', '']) {
    refuses(() => checkAdapter(withLayerPair(name)), /expected a name such as q_proj or 3.q_proj/);
  }
});

test.run();
