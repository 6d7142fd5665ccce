import { openRepository } from '../../src/git/run.ts';
import { nearestSnapshot } from '../../src/snapshots/lineage.ts';
import { createSnapshot, hasSameContent, parseManifest } from '../../src/snapshots/snapshot.ts';
import { openSnapshotStore, type SnapshotStore } from '../../src/snapshots/store.ts';
import { gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('snapshots/anchors');
const LINEAGE = { packDigest: 'a'.repeat(64), rulesDigest: 'b'.repeat(64) };
const repo = gitRepo();
const shas = repo.bulk(20, (index) => ({ files: { 'a.py': `x = ${index}\n` } }));
const repository = await openRepository(repo.dir);

interface Stored {
  at: number;
  start?: number;
  anchored?: boolean;
}

function snapshotOf({ at, start = 0, anchored = start > 0 }: Stored) {
  return createSnapshot({
    ...LINEAGE,
    commit: shas[at] as string,
    parentCommit: shas[at - 1] ?? null,
    startCommit: shas[start] as string,
    ...{ position: at - start, steps: 0, anchored },
    pack: { name: 'tiny', version: '1' },
    engine: { name: 'x', version: '1', cpu: 'test' },
    hiddenState: Float32Array.of(at),
    adapter: { rank: 1, alpha: 1, pairs: {} },
  });
}

function storeWith(...stored: Stored[]): SnapshotStore {
  const store = openSnapshotStore(temporaryFolder());
  for (const each of stored) {
    const { snapshot, state } = snapshotOf(each);
    store.put(snapshot, state);
  }
  return store;
}

async function nearest(store: SnapshotStore, until: number, maxHistory: number | null = null) {
  const wanted = { until: shas[until] as string, ...LINEAGE, maxHistory };
  const found = await nearestSnapshot(repository, store, wanted);
  return found && [shas.indexOf(found.commit), shas.indexOf(found.startCommit)];
}

test('of one commit the snapshot that began there is taken, not the one with the longer memory', async () => {
  const store = storeWith({ at: 10 }, { at: 10, start: 10 });
  assert.equal(await nearest(store, 10), [10, 10]);
  assert.equal(await nearest(store, 15), [10, 10]);
  assert.equal(await nearest(store, 9), undefined);
});

test('what the old walk left behind later is of no use, and of use for commits before the anchor', async () => {
  const store = storeWith({ at: 5 }, { at: 10, start: 10 }, { at: 14 });
  assert.equal(await nearest(store, 16), [10, 10]);
  assert.equal(await nearest(store, 9), [5, 0]);
});

test('the newest anchor counts, and a bound of the history does not hide it', async () => {
  const store = storeWith({ at: 12, start: 8 }, { at: 12, start: 12 }, { at: 15, start: 12 });
  assert.equal(await nearest(store, 12), [12, 12]);
  assert.equal(await nearest(store, 18), [15, 12]);
  assert.equal(await nearest(store, 18, 2), [15, 12]);
});

test('the manifest says so, and one that was not begun anew is as it always was', () => {
  const anchored = snapshotOf({ at: 3, start: 3 }).snapshot.manifest;
  const [before, plain] = [snapshotOf({ at: 3 }), snapshotOf({ at: 3, anchored: false })];
  assert.is(parseManifest(JSON.stringify(anchored), 'x').anchored, true);
  assert.not.ok('anchored' in plain.snapshot.manifest);
  assert.equal(before, plain);
  assert.not.ok(hasSameContent(anchored, plain.snapshot.manifest));
});

test.run();
