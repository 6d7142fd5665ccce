import { ModelError } from '../../src/errors.ts';
import { checkAdapter, type LoraAdapter, type LoraPair, pairPlace, scaling } from '../../src/lora/adapter.ts';
import { joinAdapters, layerPair } from '../../src/lora/join.ts';
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
function change(lora: LoraAdapter, name: string): number[] {
  const { inFeatures, outFeatures } = SIZES[pairPlace(name).type as keyof typeof SIZES];
  const { A = [], B = [], rank = lora.rank } = lora.pairs[name] ?? {};
  return Array.from({ length: outFeatures * inFeatures }, (_, i) => {
    const [row, column] = [Math.floor(i / inFeatures), i % inFeatures];
    let sum = 0;
    for (let r = 0; r < rank; r += 1) sum += (B[row * rank + r] ?? 0) * (A[r * inFeatures + column] ?? 0);
    return scaling(lora) * sum;
  });
}

const differ = (found: number[], ...parts: number[][]) =>
  Math.max(
    ...found.map((value, i) => Math.abs(value - parts.reduce((sum, part) => sum + (part[i] as number), 0))),
  );

test('the joined adapter changes each module by the sum of both changes', () => {
  const first = adapter(1, { rank: 2, alpha: 4 });
  const second = adapter(2, { rank: 3, alpha: 1, types: ['o_proj'] });
  const joined = checkAdapter(joinAdapters(first, second));
  assert.equal(
    [joined.rank, joined.alpha, joined.pairs.q_proj?.rank, joined.pairs.o_proj?.rank],
    [5, 5, 2, undefined],
  );
  for (const type of ['q_proj', 'o_proj']) {
    const error = differ(change(joined, type), change(first, type), change(second, type));
    assert.ok(error < 1e-5, `${type}: ${error}`);
  }
});

/** The adapter's pairs, those of the given types for one layer alone. */
function ofLayer({ pairs, ...sizes }: LoraAdapter, layer: number, types: readonly string[]): LoraAdapter {
  const named = Object.entries(pairs).map(([type, pair]) => [
    types.includes(type) ? `${layer}.${type}` : type,
    pair,
  ]);
  return { ...sizes, pairs: Object.fromEntries(named) as LoraAdapter['pairs'] };
}

test('pairs of single layers stay apart, also when three adapters are joined', () => {
  const shared = adapter(1, { rank: 2, alpha: 4 });
  const memory = ofLayer(adapter(2, { rank: 6, alpha: 6 }), 3, ['o_proj', 'q_proj']);
  const residual = adapter(3, { rank: 3, alpha: 3 });
  const joined = checkAdapter(joinAdapters(joinAdapters(shared, memory), residual));
  assert.equal(Object.keys(joined.pairs).sort(), ['3.o_proj', '3.q_proj', 'o_proj', 'q_proj']);
  assert.equal([joined.rank, joined.pairs.q_proj?.rank], [6, 5]);
  assert.ok(differ(change(joined, 'q_proj'), change(shared, 'q_proj'), change(residual, 'q_proj')) < 1e-5);
  assert.ok(differ(change(joined, '3.q_proj'), change(memory, '3.q_proj')) < 1e-5);
});

test('what is done to one layer is the shared pair and its own', () => {
  const shared = adapter(1, { rank: 2, alpha: 4 });
  const own = ofLayer(adapter(2, { rank: 3, alpha: 6 }), 3, ['o_proj']);
  const both: LoraAdapter = {
    ...shared,
    pairs: { ...shared.pairs, '3.o_proj': { ...(own.pairs['3.o_proj'] as LoraPair), rank: 3 } },
  };
  const asAdapter = (pair: LoraPair | undefined): LoraAdapter => ({
    ...both,
    pairs: { o_proj: pair as LoraPair },
  });
  const there = layerPair(both, { layer: 3, type: 'o_proj' });
  assert.is(there?.rank, 5);
  assert.ok(
    differ(change(asAdapter(there), 'o_proj'), change(shared, 'o_proj'), change(own, '3.o_proj')) < 1e-5,
  );
  const elsewhere = layerPair(both, { layer: 2, type: 'o_proj' });
  assert.is(elsewhere?.A, shared.pairs.o_proj?.A);
  assert.is(layerPair({ ...shared, pairs: {} }, { layer: 3, type: 'o_proj' }), undefined);
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
