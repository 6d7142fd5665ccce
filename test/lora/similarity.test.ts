import { type LoraAdapter, rankOf, scaling } from '../../src/lora/adapter.ts';
import { layerPair } from '../../src/lora/join.ts';
import { adapterCosine, deltaNorm, residualFraction } from '../../src/lora/similarity.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('lora/similarity');

const SIZES = { q_proj: [7, 5], down_proj: [4, 6] } as const;

function randomAdapter(seed: number, { rank = 3, alpha = 6 } = {}): LoraAdapter {
  const source = random(seed);
  const pairs = Object.entries(SIZES).map(([type, [inFeatures, outFeatures]]) => {
    const A = source.normal(rank * inFeatures);
    return [type, { A, B: source.normal(outFeatures * rank), inFeatures, outFeatures }];
  });
  return { rank, alpha, pairs: Object.fromEntries(pairs) };
}

/** ΔW of all module types in one list, made in full. */
function delta(adapter: LoraAdapter): number[] {
  const { rank, pairs } = adapter;
  return Object.values(pairs).flatMap(({ A, B, inFeatures, outFeatures }) =>
    Array.from({ length: outFeatures * inFeatures }, (_, index) => {
      const [row, column] = [Math.floor(index / inFeatures), index % inFeatures];
      let sum = 0;
      for (let i = 0; i < rank; i += 1)
        sum += (B[row * rank + i] as number) * (A[i * inFeatures + column] as number);
      return scaling(adapter) * sum;
    }),
  );
}

const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
const close = (a: number, b: number) =>
  assert.ok(Math.abs(a - b) < 1e-12 * Math.max(1, Math.abs(b)), `${a} ${b}`);

test('equals the cosine, norm and residual of the full matrices, also between different ranks', () => {
  for (const b of [randomAdapter(2), randomAdapter(3, { rank: 5, alpha: 1 })]) {
    const a = randomAdapter(1);
    const [x, y] = [delta(a), delta(b)];
    close(deltaNorm(b), Math.sqrt(dot(y, y)));
    close(adapterCosine(a, b), dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y)));
    const rest = x.map((value, i) => value - (y[i] as number));
    close(residualFraction(a, b), Math.sqrt(dot(rest, rest) / dot(x, x)));
  }
});

test('is 1 for the same change written in another way, -1 for its opposite', () => {
  const a = randomAdapter(1);
  const b = randomAdapter(1, { alpha: 3 }); // half of the change
  assert.ok(Math.abs(adapterCosine(a, b) - 1) < 1e-12);
  close(residualFraction(a, b), 0.5);
  assert.is(residualFraction(a, a), 0);
  for (const pair of Object.values(b.pairs)) pair.A = pair.A.map((value) => -value);
  assert.ok(Math.abs(adapterCosine(a, b) + 1) < 1e-12);
});

test('a zero adapter is like no other', () => {
  const zero = randomAdapter(1);
  for (const pair of Object.values(zero.pairs)) pair.B.fill(0);
  assert.is(adapterCosine(zero, randomAdapter(2)), 0);
  assert.is(deltaNorm(zero), 0);
  assert.is(residualFraction(zero, randomAdapter(2)), 0);
  assert.is(residualFraction(randomAdapter(2), zero), 1);
});

test('module types that only one of them has count in its own norm', () => {
  const a = randomAdapter(1);
  const b: LoraAdapter = { ...a, pairs: { q_proj: a.pairs.q_proj as LoraAdapter['pairs'][string] } };
  close(adapterCosine(a, b), deltaNorm(b) / deltaNorm(a));
});

/** A pair for single layers beside the shared ones, of another rank. */
function withLayers(adapter: LoraAdapter, layers: readonly number[], seed: number): LoraAdapter {
  const source = random(seed);
  const [inFeatures, outFeatures] = SIZES.down_proj;
  const own = layers.map((layer) => {
    const A = source.normal(2 * inFeatures);
    return [`${layer}.down_proj`, { A, B: source.normal(outFeatures * 2), inFeatures, outFeatures, rank: 2 }];
  });
  return { ...adapter, pairs: { ...adapter.pairs, ...(Object.fromEntries(own) as LoraAdapter['pairs']) } };
}

/** ΔW of all layers in one list: the shared pairs once for each, joined with the layer's own. */
function layerDeltas(adapter: LoraAdapter, layerCount: number): number[] {
  return Array.from(Array(layerCount).keys()).flatMap((layer) => {
    const pairs = Object.keys(SIZES).map((type) => [type, layerPair(adapter, { layer, type })]);
    return Object.entries(Object.fromEntries(pairs) as LoraAdapter['pairs']).flatMap(([type, pair]) =>
      delta({
        rank: rankOf(pair, adapter),
        alpha: scaling(adapter) * rankOf(pair, adapter),
        pairs: { [type]: pair },
      }),
    );
  });
}

test('with pairs of single layers it equals what the full matrices of all layers give', () => {
  const a = withLayers(randomAdapter(1), [0, 2], 7);
  for (const b of [withLayers(randomAdapter(2), [1, 2], 8), randomAdapter(3), a]) {
    const [x, y] = [layerDeltas(a, 4), layerDeltas(b, 4)];
    const options = { layerCount: 4 };
    close(deltaNorm(b, options), Math.sqrt(dot(y, y) / 4));
    close(adapterCosine(a, b, options), dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y)));
    const rest = x.map((value, i) => value - (y[i] as number));
    assert.ok(Math.abs(residualFraction(a, b, options) - Math.sqrt(dot(rest, rest) / dot(x, x))) < 1e-7);
  }
});

test('takes the layers that are named where nobody says how many there are', () => {
  const a = withLayers(randomAdapter(1), [0, 3], 7);
  const b = withLayers(randomAdapter(2), [1], 8);
  assert.is(adapterCosine(a, b), adapterCosine(a, b, { layerCount: 4 }));
  assert.is(residualFraction(b, a), residualFraction(b, a, { layerCount: 4 }));
});

test.run();
