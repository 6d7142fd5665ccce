import { SnapshotError } from '../../src/errors.ts';
import { createSnapshot, parseManifest, readSnapshot, snapshotId } from '../../src/snapshots/snapshot.ts';
import { assert, suite } from '../helpers/suite.ts';
import { snapshotContent } from './content.ts';

const test = suite('snapshots/snapshot');

test('the same content gives the same bytes and digests', () => {
  const [a, b] = [createSnapshot(snapshotContent()), createSnapshot(snapshotContent())];
  assert.equal(Buffer.from(a.state), Buffer.from(b.state));
  assert.equal(a.snapshot.manifest, b.snapshot.manifest);
});

test('the id follows from commit, start, pack and rules, and not from the content', () => {
  const { manifest } = createSnapshot(snapshotContent()).snapshot;
  const other = snapshotContent({ hiddenState: Float32Array.of(9, 9, 9) });
  assert.is(createSnapshot(other).snapshot.manifest.id, manifest.id);
  assert.is.not(createSnapshot(other).snapshot.manifest.stateDigest, manifest.stateDigest);
  assert.is.not(snapshotId('c'.repeat(40), manifest), manifest.id);
  for (const key of ['packDigest', 'rulesDigest', 'startCommit'] as const) {
    assert.is.not(snapshotId(manifest.commit, { ...manifest, [key]: 'x' }), manifest.id);
  }
});

test('the parent is the id of the first parent, stored or not, and null at the start commit', () => {
  const content = snapshotContent();
  const { manifest } = createSnapshot(content).snapshot;
  assert.is(manifest.parent, snapshotId(content.parentCommit as string, content));
  const start = snapshotContent({ commit: content.startCommit, parentCommit: null });
  assert.is(createSnapshot(start).snapshot.manifest.parent, null);
});

test('reads back what it wrote', () => {
  const { snapshot, state } = createSnapshot(snapshotContent());
  const read = readSnapshot(JSON.stringify(snapshot.manifest), state, 'here');
  assert.equal([...read.hiddenState], [...snapshot.hiddenState]);
  assert.equal([...(read.adapter.pairs.q_proj?.A ?? [])], [...(snapshot.adapter.pairs.q_proj?.A ?? [])]);
});

test('refuses a changed state, a changed manifest, another schema and what is no JSON', () => {
  const { snapshot, state } = createSnapshot(snapshotContent());
  const text = JSON.stringify(snapshot.manifest);
  const flipped = Uint8Array.from(state);
  flipped[flipped.length - 1] = (flipped.at(-1) as number) ^ 1;
  const refused = (work: () => unknown, message: RegExp) =>
    assert.throws(work, (error: Error) => error instanceof SnapshotError && message.test(error.message));
  refused(() => readSnapshot(text, flipped, 'here'), /damaged/);
  refused(() => parseManifest(text.replace('"steps":2', '"steps":3'), 'here'), /digest does not fit/);
  refused(() => parseManifest(text.replace('snapshot@1', 'snapshot@9'), 'here'), /snapshot@9.*reads/s);
  refused(() => parseManifest('{', 'here'), /not JSON/);
});

test.run();
