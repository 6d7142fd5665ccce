import { planRetention } from '../../src/snapshots/retention.ts';
import { createSnapshot } from '../../src/snapshots/snapshot.ts';
import type { StoredSnapshot } from '../../src/snapshots/store.ts';
import { assert, suite } from '../helpers/suite.ts';
import { snapshotContent } from './content.ts';

const test = suite('snapshots/retention');

function stored(position: number, writtenAt: number): StoredSnapshot {
  const commit = position.toString(16).padStart(40, '0');
  return { manifest: createSnapshot(snapshotContent({ commit, position })).snapshot.manifest, writtenAt };
}
const positions = (snapshots: StoredSnapshot[]) =>
  snapshots.map(({ manifest }) => manifest.position).sort((a, b) => a - b);

test('keeps the newest written and one of every 64 commits', () => {
  const all = [60, 64, 65, 100, 128, 129, 130].map((position, i) => stored(position, i));
  const { keep, drop } = planRetention(all, { keepNewest: 2, isReachable: () => true });
  assert.equal(positions(keep), [64, 128, 129, 130]);
  assert.equal(positions(drop), [60, 65, 100]);
});

test('drops checkpoints of branches that are gone', () => {
  const all = [64, 128, 129].map((position, i) => stored(position, i));
  const gone = stored(64, 0).manifest.commit;
  const { keep } = planRetention(all, { keepNewest: 1, isReachable: (commit) => commit !== gone });
  assert.equal(positions(keep), [128, 129]);
});

test('keeps what is asked for', () => {
  const all = [1, 2, 3].map((position, i) => stored(position, i));
  const { keep } = planRetention(all, {
    keepNewest: 1,
    keepIds: [stored(1, 0).manifest.id],
    isReachable: () => true,
  });
  assert.equal(positions(keep), [1, 3]);
});

test.run();
