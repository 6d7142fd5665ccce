import { openRepository } from '../../src/git/run.ts';
import { nearestSnapshot } from '../../src/snapshots/lineage.ts';
import { createSnapshot } from '../../src/snapshots/snapshot.ts';
import { openSnapshotStore, type SnapshotStore } from '../../src/snapshots/store.ts';
import { gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('snapshots/lineage');
const LINEAGE = { packDigest: 'a'.repeat(64), rulesDigest: 'b'.repeat(64) };
const repo = gitRepo();
const shas = repo.bulk(30, (index) => ({ files: { 'a.py': `x = ${index}\n` } }));
const repository = await openRepository(repo.dir);

interface Stored {
  at: number;
  start?: number;
  maxHistory?: number;
}

/** A store with snapshots at these commits: of the whole history, or of walks that began later. */
function storeWith(...stored: Stored[]): SnapshotStore {
  const store = openSnapshotStore(temporaryFolder());
  for (const { at, start = 0, maxHistory = null } of stored) {
    const { snapshot, state } = createSnapshot({
      ...LINEAGE,
      commit: shas[at] as string,
      parentCommit: shas[at - 1] ?? null,
      startCommit: shas[start] as string,
      ...{ position: at - start, steps: 0, maxHistory },
      pack: { name: 'tiny', version: '1' },
      engine: { name: 'x', version: '1', cpu: 'test' },
      hiddenState: Float32Array.of(at),
      adapter: { rank: 1, alpha: 1, pairs: {} },
    });
    store.put(snapshot, state);
  }
  return store;
}

async function nearest(store: SnapshotStore, maxHistory: number | null, until = 29) {
  const found = await nearestSnapshot(repository, store, {
    until: shas[until] as string,
    ...LINEAGE,
    maxHistory,
  });
  return found && { at: shas.indexOf(found.commit), start: shas.indexOf(found.startCommit) };
}

test('whoever wants the whole history gets no snapshot that knows a part of it', async () => {
  const store = storeWith({ at: 28, start: 20, maxHistory: 8 }, { at: 5 });
  assert.equal(await nearest(store, null), { at: 5, start: 0 });
  assert.is(await nearest(storeWith({ at: 28, start: 20, maxHistory: 8 }), null), undefined);
});

test('the start of a bounded walk stays where it was, however many commits come', async () => {
  const store = storeWith({ at: 4, start: 2, maxHistory: 2 });
  assert.equal(await nearest(store, 2, 5), { at: 4, start: 2 });
  assert.equal(await nearest(store, 2), { at: 4, start: 2 });
});

test('another bound is another walk', async () => {
  const store = storeWith({ at: 28, start: 20, maxHistory: 8 });
  assert.is(await nearest(store, 9), undefined);
  assert.is(await nearest(store, 7), undefined);
});

test('the whole history serves a bounded wish too, while it is not farther away than the bound', async () => {
  const store = storeWith({ at: 20 });
  assert.equal(await nearest(store, 9), { at: 20, start: 0 });
  assert.is(await nearest(store, 8), undefined);
  assert.equal(await nearest(storeWith({ at: 20 }, { at: 10, start: 2, maxHistory: 8 }), 8), {
    at: 10,
    start: 2,
  });
});

test('of one commit the longer memory is taken', async () => {
  const store = storeWith({ at: 25, start: 20, maxHistory: 5 }, { at: 25 });
  assert.equal(await nearest(store, 5), { at: 25, start: 0 });
  assert.equal(await nearest(store, null), { at: 25, start: 0 });
});

test.run();
