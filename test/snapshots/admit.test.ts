import { ModelError, SnapshotError } from '../../src/errors.ts';
import { admitSnapshot, readHistoryLine } from '../../src/snapshots/admit.ts';
import { forged, snapshotAt, stateFixture } from '../github/state-fixture.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('snapshots/admit');
const fixture = await stateFixture();
const { snapshot, shas, workspace, head } = fixture;
const line = await readHistoryLine(workspace.repository, head);

type ErrorType = new (...args: never[]) => Error;

function refuses(
  reason: RegExp,
  changes: Parameters<typeof forged>[1],
  type: ErrorType = SnapshotError,
): void {
  assert.throws(
    () => admitSnapshot(forged(fixture, changes), { ...workspace, line, place: 'artifact 7' }),
    (error: Error) =>
      error instanceof type && reason.test(error.message) && /artifact 7|Cannot/.test(error.message),
  );
}

test('the line of a history is all its first parents, numbered from the start', () => {
  assert.equal(line.shas, shas);
  assert.equal(
    shas.map((sha) => line.positionOf(sha)),
    [0, 1, 2, 3, 4],
  );
  assert.is(line.positionOf('f'.repeat(40)), undefined);
});

test('admits the snapshot of any commit of the history, the first one too', () => {
  for (const position of shas.keys()) {
    const any = snapshotAt(workspace, shas, position);
    assert.is(admitSnapshot(any, { ...workspace, line, place: 'x' }), any);
  }
});

test('refuses another model pack and other path rules, and says which', () => {
  refuses(/another model pack, tiny .* \(0{12}\); here it is tiny .*\.$/, { packDigest: '0'.repeat(64) });
  refuses(/other path rules or diff limits/, { rulesDigest: '0'.repeat(64) });
  refuses(/it names another model pack/, { pack: { name: 'tiny', version: '9.9.9' } });
});

test('refuses a commit, a start, a position, steps and a parent that the history does not have', () => {
  refuses(/its commit ffffffffff is not part of this history/, { commit: 'f'.repeat(40) });
  refuses(/its history starts at another commit/, { startCommit: shas[1] as string });
  refuses(/claims to be 3 commits from the start, the history says 4/, { position: 3 });
  refuses(/claims 9 steps in 4 commits/, { steps: 9 });
  refuses(/names another parent/, { parentCommit: shas[0] as string });
});

test('a walk that was begun anew is believed from any commit of the history, as long as its position fits', () => {
  const begun = { startCommit: shas[3] as string, position: 1, steps: 1, anchored: true };
  const made = forged(fixture, begun);
  assert.is(admitSnapshot(made, { ...workspace, line, place: 'artifact 7' }), made);
  refuses(/starts at another commit/, { ...begun, startCommit: 'f'.repeat(40) });
  refuses(/claims to be 2 commits from the start, the history says 1/, { ...begun, position: 2 });
  refuses(/claims 2 steps in 1 commits/, { ...begun, steps: 2 });
});

test('a bounded history is believed where the same bound is wanted, from any start that fits its position', () => {
  const bounded = { startCommit: shas[1] as string, position: 3, steps: 2, maxHistory: 2 };
  const wanted = {
    ...workspace,
    lineage: { ...workspace.lineage, maxHistory: 2 },
    line,
    place: 'artifact 7',
  };
  const made = forged(fixture, bounded);
  assert.is(admitSnapshot(made, wanted), made);
  assert.is(admitSnapshot(snapshot, wanted), snapshot, 'the whole history is as good');
  refuses(/began at the newest 2 commits, here it is the whole history \(--max-history\)/, bounded);
  const refusesHere = (reason: RegExp, changes: Parameters<typeof forged>[1]) =>
    assert.throws(() => admitSnapshot(forged(fixture, { ...bounded, ...changes }), wanted), reason);
  refusesHere(/began at the newest 3 commits, here it is the newest 2/, { maxHistory: 3 });
  refusesHere(/claims to be 2 commits from the start, the history says 3/, { position: 2 });
  refusesHere(/starts at another commit/, { startCommit: 'f'.repeat(40) });
  refusesHere(/starts at another commit/, { startCommit: shas[0] as string, position: 4 });
  refusesHere(/remembers 1 commits, expected 2 or more/, {
    startCommit: shas[3] as string,
    position: 1,
    steps: 0,
  });
});

test('refuses shapes of another model', () => {
  const { adapter } = snapshot;
  const { q_proj: query, ...others } = adapter.pairs;
  assert.ok(query);
  refuses(/hidden state has 3 numbers, the model pack's has 24/, { hiddenState: Float32Array.of(1, 2, 3) });
  refuses(/rank 3 and alpha 600, expected 3 and 6/, { adapter: { ...adapter, alpha: 600 } });
  refuses(/its adapter changes .*, expected .*q_proj/, { adapter: { ...adapter, pairs: others } });
  const wide = { ...query, A: new Float32Array(adapter.rank * 7), inFeatures: 7 };
  refuses(/q_proj maps 7 to/, { adapter: { ...adapter, pairs: { ...others, q_proj: wide } } }, ModelError);
});

test('refuses numbers that are none', () => {
  const { adapter, hiddenState } = snapshot;
  const query = adapter.pairs.q_proj;
  assert.ok(query);
  const infinite = hiddenState.map((value, index) => (index === 2 ? Number.POSITIVE_INFINITY : value));
  refuses(/hidden_state has Infinity at position 2/, { hiddenState: infinite }, ModelError);
  const A = query.A.map((value, index) => (index === 5 ? Number.NaN : value));
  const pairs = { ...adapter.pairs, q_proj: { ...query, A } };
  refuses(/lora_A\.q_proj has NaN at position 5/, { adapter: { ...adapter, pairs } }, ModelError);
});

test.run();
