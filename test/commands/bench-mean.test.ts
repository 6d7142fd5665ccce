/** The mean of adapters, and which other one is taken. */
import { chooseOther, meanAdapter } from '../../src/commands/bench-mean.ts';
import type { LoraAdapter } from '../../src/lora/adapter.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('commands/bench-mean');
const adapter = (a: number, b: number, extra: LoraAdapter['pairs'] = {}): LoraAdapter => ({
  ...{ rank: 1, alpha: 2 },
  pairs: {
    q_proj: { A: Float32Array.of(a, 2 * a), B: Float32Array.of(b), inFeatures: 2, outFeatures: 1 },
    ...extra,
  },
});

test('the matrices are averaged one by one', () => {
  const { rank, alpha, pairs } = meanAdapter([adapter(1, 4), adapter(3, 8)]);
  assert.equal([rank, alpha], [1, 2]);
  assert.equal([[...(pairs.q_proj?.A ?? [])], [...(pairs.q_proj?.B ?? [])]], [[2, 4], [6]]);
});

test('a pair that only some have counts as nothing in the others', () => {
  const layer = { A: Float32Array.of(6), B: Float32Array.of(6), inFeatures: 1, outFeatures: 1 };
  const { pairs } = meanAdapter([adapter(1, 1, { '0.o_proj': layer }), adapter(1, 1), adapter(1, 1)]);
  assert.equal([pairs['0.o_proj']?.A[0], pairs['0.o_proj']?.B[0]], [6, 2]);
});

test('the other one is any but always the same, and not the same for all', () => {
  const names = ['octo/a', 'octo/b', 'octo/c', 'octo/d', 'octo/e'].map((name) => ({ name }));
  const others = names.map(
    ({ name }) =>
      chooseOther(
        name,
        names.filter((other) => other.name !== name),
      )?.name,
  );
  assert.equal(
    others,
    names.map(({ name }) => chooseOther(name, names.filter((other) => other.name !== name).reverse())?.name),
  );
  assert.ok(new Set(others).size > 1);
  assert.ok(others.every((other, index) => other !== names[index]?.name));
  assert.is(chooseOther('octo/a', []), undefined);
});

test.run();
