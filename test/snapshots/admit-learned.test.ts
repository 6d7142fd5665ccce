import { ModelError } from '../../src/errors.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { moduleSizes, parseTransformerConfig } from '../../src/runtime/transformer-config.ts';
import { readJson } from '../../src/runtime/weight-files.ts';
import { type LearnedShapes, otherJoined, otherLearned } from '../../src/snapshots/admit-learned.ts';
import { type LearnedState, NOTHING_LEARNED } from '../../src/snapshots/learned.ts';
import { assert, suite } from '../helpers/suite.ts';
import { adaptedPack, MEMORY_RANK } from '../helpers/tiny-adaptation.ts';
import { TINY } from '../helpers/tiny-pack.ts';

const test = suite('snapshots/admit-learned');
const pack = openModelPack(adaptedPack(['gru', 'memory', 'refinement']).dir);
const config = parseTransformerConfig(readJson(pack.path('config.json')), 'config.json');
const shapes: LearnedShapes = {
  ...{ manifest: pack.manifest, parts: ['gru', 'memory', 'refinement'], dims: moduleSizes(config) },
  ...{ layerCount: config.layerCount, vocabularySize: config.vocabularySize },
};
const { hiddenSize } = TINY;
const pair = (rank: number, inFeatures: number = hiddenSize) => ({
  A: new Float32Array(rank * inFeatures),
  B: new Float32Array(hiddenSize * rank),
  ...{ inFeatures, outFeatures: hiddenSize },
});
const learned: LearnedState = {
  memory: { '1.o_proj': new Float32Array(MEMORY_RANK ** 2) },
  residual: { rank: 2, alpha: 2, pairs: { q_proj: pair(2) } },
  buffer: [{ prompt: [1, 2], target: [0] }],
};
const example = { prompt: [1], target: [0] };

test('takes what the pack could have learned, and nothing at all', () => {
  assert.is(otherLearned(learned, shapes), null);
  assert.is(otherLearned(NOTHING_LEARNED, { ...shapes, parts: [] }), null);
});

test('refuses what no part has learned', () => {
  const only = (changes: Partial<LearnedState>) => ({ ...NOTHING_LEARNED, ...changes });
  const { memory, residual, buffer } = learned;
  for (const state of [only({ memory }), only({ residual }), only({ buffer })]) {
    assert.match(otherLearned(state, { ...shapes, parts: ['gru'] }) ?? '', /no part/);
  }
});

test('refuses layers, ranks and tokens that the pack does not have', () => {
  const memory = (name: string, size: number) => ({ memory: { [name]: new Float32Array(size) } });
  const full = MEMORY_RANK ** 2;
  const cases: [Partial<LearnedState>, RegExp][] = [
    [memory('2.o_proj', full), /remembers 2\.o_proj, which is no layer/],
    [memory('o_proj', full), /remembers o_proj/],
    [memory('1.q_proj', full), /remembers 1\.q_proj/],
    [memory('1.o_proj', 4), /has not the rank 5/],
    [{ residual: { rank: 3, alpha: 3, pairs: {} } }, /residual has rank 3, expected 2/],
    [{ residual: { rank: 2, alpha: 2, pairs: { '1.q_proj': pair(2) } } }, /residual changes 1\.q_proj/],
    [{ buffer: Array(6).fill(example) }, /6 examples, expected 5 at most/],
    [{ buffer: [{ prompt: Array(128).fill(1), target: [0] }] }, /an example of 129 tokens/],
    [{ buffer: [{ prompt: [1_000_000], target: [0] }] }, /the token 1000000/],
    [{ buffer: [{ prompt: [-1], target: [0] }] }, /the token -1/],
  ];
  for (const [changes, reason] of cases)
    assert.match(otherLearned({ ...learned, ...changes }, shapes) ?? '', reason);
});

test('refuses numbers that are none, and a residual of another model', () => {
  const broken = { memory: { '1.o_proj': new Float32Array(MEMORY_RANK ** 2).fill(Number.NaN) } };
  const wide = { residual: { rank: 2, alpha: 2, pairs: { q_proj: pair(2, 7) } } };
  for (const changes of [broken, wide]) {
    assert.throws(
      () => otherLearned({ ...learned, ...changes }, shapes),
      (error: Error) => error instanceof ModelError,
    );
  }
});

test('an adapter of several parts changes single layers only where there is a memory, with no more than their ranks', () => {
  const adapter = (pairs: Record<string, ReturnType<typeof pair> & { rank?: number }>) => ({
    rank: 5,
    alpha: 5,
    pairs,
  });
  assert.is(otherJoined(adapter({ q_proj: pair(5), '1.o_proj': pair(5) }), shapes), null);
  assert.match(otherJoined(adapter({ '1.q_proj': pair(5) }), shapes) ?? '', /changes 1\.q_proj/);
  assert.match(otherJoined(adapter({ '2.o_proj': pair(5) }), shapes) ?? '', /changes 2\.o_proj/);
  assert.match(
    otherJoined(adapter({ q_proj: { ...pair(9), rank: 9 } }), shapes) ?? '',
    /rank 9, expected 8 at most/,
  );
});

test.run();
