import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJudgement, writeJudgement } from '../../src/commands/health-record.ts';
import { createSnapshot } from '../../src/snapshots/snapshot.ts';
import { openSnapshotStore } from '../../src/snapshots/store.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('commands/health-record');
const good = { promoted: true, reason: null };
const bad = { promoted: false, reason: 'it does harm', isFull: true };

function placeWith(commit: string) {
  const stateFolder = temporaryFolder();
  const store = openSnapshotStore(stateFolder);
  const { snapshot, state } = createSnapshot({
    ...{ commit, parentCommit: null, startCommit: commit, position: 0, steps: 0 },
    ...{ packDigest: 'p', rulesDigest: 'r', pack: { name: 'tiny', version: '1' } },
    engine: { name: 'x', version: '1', cpu: 'test' },
    hiddenState: Float32Array.of(1),
    adapter: { rank: 1, alpha: 1, pairs: {} },
  });
  store.put(snapshot, state);
  return { stateFolder, store, id: snapshot.manifest.id };
}

test('remembers each judgement while its snapshot is stored', () => {
  const { id, ...place } = placeWith('a'.repeat(40));
  assert.is(readJudgement(place, id), undefined);
  writeJudgement(place, id, bad);
  writeJudgement(place, 'not stored yet', good);
  assert.equal([readJudgement(place, id), readJudgement(place, 'not stored yet')], [bad, good]);
  place.store.remove(id);
  writeJudgement(place, 'newer', good);
  assert.equal([readJudgement(place, id), readJudgement(place, 'newer')], [undefined, good]);
  assert.is(readJudgement(place, 'constructor'), undefined);
});

test('a damaged or foreign file is none, and is replaced', () => {
  const { id, ...place } = placeWith('b'.repeat(40));
  const file = join(place.stateFolder, 'promotions.json');
  for (const text of ['{', '[]', '{"schema":"code2lora/promotions@1","byId":{"x":{"promoted":"yes"}}}']) {
    writeFileSync(file, text);
    assert.is(readJudgement(place, 'x'), undefined);
  }
  writeJudgement(place, id, good);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).byId, { [id]: good });
});

test.run();
