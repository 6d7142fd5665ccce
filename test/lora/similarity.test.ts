import { type LoraAdapter, scaling } from '../../src/lora/adapter.ts';
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

test.run();
