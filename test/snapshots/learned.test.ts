import { SnapshotError } from '../../src/errors.ts';
import { encodeSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';
import { type LearnedState, learnedTensors, NOTHING_LEARNED } from '../../src/snapshots/learned.ts';
import { createSnapshot, parseManifest, readSnapshot, snapshotId } from '../../src/snapshots/snapshot.ts';
import { decodeState, encodeState } from '../../src/snapshots/state-file.ts';
import { assert, suite } from '../helpers/suite.ts';
import { snapshotContent } from './content.ts';

const test = suite('snapshots/learned');
const learned: LearnedState = {
  memory: { '0.o_proj': Float32Array.of(1, 2, 3, 4), '1.o_proj': Float32Array.of(5, 6, 7, 8) },
  residual: {
    rank: 1,
    alpha: 1,
    pairs: { q_proj: { A: Float32Array.of(1, 2), B: Float32Array.of(3), inFeatures: 2, outFeatures: 1 } },
  },
  buffer: [
    { prompt: [5, 6, 7], target: [8, 0] },
    { prompt: [9], target: [0] },
  ],
};
const parts = ['gru', 'memory', 'refinement'] as const;
const full = () => snapshotContent({ parts, learned });

test('reads back what it wrote, all parts and each alone', () => {
  const states = [learned, { ...NOTHING_LEARNED, memory: learned.memory }, { ...learned, memory: null }];
  for (const state of [...states, NOTHING_LEARNED]) {
    const { snapshot, state: bytes } = createSnapshot({ ...full(), learned: state });
    assert.equal(readSnapshot(JSON.stringify(snapshot.manifest), bytes, 'here').learned, state);
  }
});

test('what was learned changes the state and its digest, and nothing else of the manifest', () => {
  const [one, other] = [full(), { ...full(), learned: NOTHING_LEARNED }].map(
    (content) => createSnapshot(content).snapshot.manifest,
  );
  assert.is(one?.id, other?.id);
  assert.is.not(one?.stateDigest, other?.stateDigest);
});

test('a snapshot of the GRU alone is what it was before there were parts', () => {
  const [before, now] = [snapshotContent(), snapshotContent({ parts: ['gru'] })].map(createSnapshot);
  assert.equal(now?.snapshot.manifest, before?.snapshot.manifest);
  assert.not.ok('parts' in (now?.snapshot.manifest ?? {}));
  assert.equal([...learnedTensors(NOTHING_LEARNED)], []);
});

test('each choice of parts has its own ids, and the manifest says which', () => {
  const choices = [['gru'], [], ['memory'], ['gru', 'memory']] as const;
  const manifests = choices.map(
    (choice) => createSnapshot(snapshotContent({ parts: choice })).snapshot.manifest,
  );
  assert.is(new Set(manifests.map(({ id }) => id)).size, choices.length);
  assert.equal(
    manifests.map((manifest) => manifest.parts),
    [undefined, [], ['memory'], ['gru', 'memory']],
  );
  for (const manifest of manifests) assert.is(snapshotId(manifest.commit, manifest), manifest.id);
  const [, , , both] = manifests;
  assert.equal(parseManifest(JSON.stringify(both), 'here'), both);
});

test('without the GRU there may be no hidden state, with it there must be', () => {
  const { hiddenState: _, ...content } = snapshotContent({ hiddenState: new Float32Array(0) });
  const state = { hiddenState: new Float32Array(0), learned: NOTHING_LEARNED, adapter: content.adapter };
  const bytes = encodeState(state);
  const read = (choice: readonly ('gru' | 'memory')[]) =>
    decodeState(bytes, { manifest: { adapter: content.adapter, parts: choice }, place: 'here' });
  assert.equal(read(['memory']), state);
  assert.throws(() => read(['gru']), /no tensor "hidden_state"/);
});

test('refuses tensors that do not belong together', () => {
  const whole = learnedTensors(learned);
  const damages: [string, Tensor | null, RegExp][] = [
    ['memory.0.o_proj', { dtype: 'F32', shape: [4], data: Float32Array.of(1, 2, 3, 4) }, /no square matrix/],
    ['memory.0.o_proj', { dtype: 'I32', shape: [1, 1], data: Int32Array.of(1) }, /no square matrix/],
    ['buffer.tokens', null, /buffer\.tokens and buffer\.lengths are not both there/],
    ['buffer.tokens', { dtype: 'I32', shape: [1], data: Int32Array.of(1) }, /add up to 7, not to 1 tokens/],
    ['buffer.lengths', { dtype: 'I32', shape: [2], data: Int32Array.of(8, -1) }, /add up to 7/],
  ];
  const { adapter } = snapshotContent();
  for (const [name, tensor, message] of damages) {
    const tensors = new Map(whole);
    if (tensor) tensors.set(name, tensor);
    else tensors.delete(name);
    const bytes = encodeSafetensors(tensors);
    assert.throws(
      () => decodeState(bytes, { manifest: { adapter, parts: ['memory'] }, place: 'here' }),
      (error: Error) => error instanceof SnapshotError && message.test(error.message),
    );
  }
});

test.run();
