import { ModelError } from '../../src/errors.ts';
import { type LoraAdapter, scaling } from '../../src/lora/adapter.ts';
import { joinAdapters } from '../../src/lora/join.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('lora/join');
const SIZES = { q_proj: { inFeatures: 5, outFeatures: 4 }, o_proj: { inFeatures: 3, outFeatures: 6 } };

function adapter(
  seed: number,
  { rank, alpha, types = Object.keys(SIZES) }: { rank: number; alpha: number; types?: string[] },
) {
  const { normal } = random(seed);
  const pairs = Object.entries(SIZES).filter(([type]) => types.includes(type));
  return {
    ...{ rank, alpha },
    pairs: Object.fromEntries(
      pairs.map(([type, size]) => [
        type,
        { ...size, A: normal(rank * size.inFeatures), B: normal(size.outFeatures * rank) },
      ]),
    ),
  } as LoraAdapter;
}

/** scaling · B A, (outFeatures · inFeatures); zeros where the adapter leaves the module alone. */
function change(lora: LoraAdapter, type: keyof typeof SIZES): number[] {
  const { inFeatures, outFeatures } = SIZES[type];
  return Array.from({ length: outFeatures * inFeatures }, (_, i) => {
    const [row, column] = [Math.floor(i / inFeatures), i % inFeatures];
    let sum = 0;
    for (let r = 0; r < lora.rank; r += 1) {
      const { A = [], B = [] } = lora.pairs[type] ?? {};
      sum += (B[row * lora.rank + r] ?? 0) * (A[r * inFeatures + column] ?? 0);
    }
    return scaling(lora) * sum;
  });
}

test('the joined adapter changes each module by the sum of both changes', () => {
  const [first, second] = [
    adapter(1, { rank: 2, alpha: 4 }),
    adapter(2, { rank: 3, alpha: 1, types: ['o_proj'] }),
  ];
  const joined = joinAdapters(first, second);
  assert.equal([joined.rank, joined.alpha], [5, 5]);
  for (const type of ['q_proj', 'o_proj'] as const) {
    const [a, b, sum] = [change(first, type), change(second, type), change(joined, type)];
    const error = Math.max(...sum.map((value, i) => Math.abs(value - (a[i] as number) - (b[i] as number))));
    assert.ok(error < 1e-5, `${type}: ${error}`);
  }
});

test('refuses adapters of two base models', () => {
  const first = adapter(1, { rank: 2, alpha: 2 });
  const other = {
    ...first,
    pairs: { q_proj: { A: new Float32Array(2), B: new Float32Array(2), inFeatures: 1, outFeatures: 1 } },
  };
  assert.throws(
    () => joinAdapters(first, other),
    (error: Error) =>
      error instanceof ModelError && /q_proj maps 5 to 4 features in one, 1 to 1/.test(error.message),
  );
});

test.run();
