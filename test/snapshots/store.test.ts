import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SnapshotError } from '../../src/errors.ts';
import { createSnapshot } from '../../src/snapshots/snapshot.ts';
import { openSnapshotStore } from '../../src/snapshots/store.ts';
import { assert, suite } from '../helpers/suite.ts';
import { snapshotContent } from './content.ts';

const test = suite('snapshots/store');
const folders: string[] = [];
test.after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newStore() {
  const folder = mkdtempSync(join(tmpdir(), 'code2lora-store-'));
  folders.push(folder);
  return { folder, root: join(folder, 'snapshots'), store: openSnapshotStore(folder) };
}

test('an empty store has nothing and makes no folder', () => {
  const { root, store } = newStore();
  assert.equal(store.list(), { snapshots: [], damaged: [] });
  assert.is(store.get('0'.repeat(32)), undefined);
  assert.not.ok(existsSync(root));
});

test('stores, lists, reads and removes; writing twice changes nothing', () => {
  const { root, store } = newStore();
  const { snapshot, state } = createSnapshot(snapshotContent());
  store.put(snapshot, state);
  store.put(snapshot, state);
  const { id } = snapshot.manifest;
  assert.equal(readdirSync(root), [id]);
  assert.equal(readdirSync(join(root, id)).sort(), ['manifest.json', 'state.safetensors']);
  assert.equal(store.get(id)?.manifest, snapshot.manifest);
  assert.equal(
    store.list().snapshots.map(({ manifest }) => manifest.id),
    [id],
  );
  store.remove(id);
  assert.is(store.get(id), undefined);
});

test('replaces a snapshot of the same id whole', () => {
  const { root, store } = newStore();
  const first = createSnapshot(snapshotContent());
  const second = createSnapshot(snapshotContent({ hiddenState: Float32Array.of(7, 7, 7) }));
  store.put(first.snapshot, first.state);
  store.put(second.snapshot, second.state);
  assert.equal([...(store.get(second.snapshot.manifest.id)?.hiddenState ?? [])], [7, 7, 7]);
  assert.is(readdirSync(root).length, 1);
});

test('names what is damaged or left behind, and goes on', () => {
  const { root, store } = newStore();
  const { snapshot, state } = createSnapshot(snapshotContent());
  store.put(snapshot, state);
  mkdirSync(join(root, '.tmp-1-abc'));
  mkdirSync(join(root, 'f'.repeat(32)));
  writeFileSync(join(root, 'f'.repeat(32), 'manifest.json'), '{"schema":');
  const { snapshots, damaged } = store.list();
  assert.is(snapshots.length, 1);
  assert.equal(damaged.sort(), ['.tmp-1-abc', 'f'.repeat(32)]);
});

test('a truncated state file is an error that says what to do', () => {
  const { root, store } = newStore();
  const { snapshot, state } = createSnapshot(snapshotContent());
  store.put(snapshot, state);
  truncateSync(join(root, snapshot.manifest.id, 'state.safetensors'), 40);
  assert.throws(
    () => store.get(snapshot.manifest.id),
    (error: Error) => error instanceof SnapshotError && /prune --damaged/.test(error.message),
  );
});

test.run();
