/** Whole walks by the recipes of the released models: what the snapshots hold, and that they go on exactly. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/commands/check.ts';
import { checkPullRequest } from '../../src/commands/ci.ts';
import { embeddedFiles } from '../../src/commands/production-files.ts';
import { prune } from '../../src/commands/prune.ts';
import { status } from '../../src/commands/status.ts';
import { verify } from '../../src/commands/verify.ts';
import { openWorkspace } from '../../src/commands/workspace.ts';
import { memoryCache } from '../../src/embedding/cache.ts';
import { createEmbedder } from '../../src/embedding/embedder.ts';
import { openEncoder } from '../../src/embedding/encoder.ts';
import { SnapshotError } from '../../src/errors.ts';
import { openUpdater } from '../../src/gru/rollout.ts';
import { admitSnapshot, readHistoryLine } from '../../src/snapshots/admit.ts';
import { createSnapshot, type Snapshot, type SnapshotContent } from '../../src/snapshots/snapshot.ts';
import { type GitRepo, gitRepo } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { evolvingPack, staticPack } from '../helpers/tiny-recipes.ts';
import { assertValid, schemas } from './fixture.ts';
import { keptHistory } from './kept-history.ts';

const test = suite('commands/recipes');
const PACKS = { evolving: evolvingPack().dir, static: staticPack().dir };
const { repo, shas, texts } = keptHistory();
const { dir } = repo;

const stateOf = (at: string) => join(at, '.git', 'code2lora');
const clearState = () => rmSync(stateOf(dir), { recursive: true, force: true });
const bytesOf = (id: string) =>
  ['manifest.json', 'state.safetensors'].map((file) =>
    readFileSync(join(stateOf(dir), 'snapshots', id, file)).toString('hex'),
  );

async function stored(model: string, id: string, at = dir): Promise<Snapshot> {
  await using workspace = await openWorkspace({ repo: at, model });
  return workspace.store.get(id) as Snapshot;
}

/** Checks out each commit in turn and runs there. */
async function runAt(model: string, commits: readonly string[]) {
  const reports = [];
  for (const sha of commits) {
    repo.git('checkout', '--quiet', '--detach', sha);
    reports.push(await run({ repo: dir, model }));
  }
  repo.git('checkout', '--quiet', 'main');
  return reports;
}

test.slow('the state is that of the first kept commit, stepped with the diff of each one', async () => {
  clearState();
  const { snapshot } = await run({ repo: dir, model: PACKS.evolving });
  const { manifest, hiddenState } = await stored(PACKS.evolving, snapshot.id);
  assert.equal([manifest.steps, manifest.position], [5, 9]);
  assert.is(manifest.previousStep, shas['tests only']);
  assert.is(manifest.startCommit, shas.production);
  await using workspace = await openWorkspace({ repo: dir, model: PACKS.evolving });
  await using encoder = await openEncoder(workspace.pack);
  await using updater = await openUpdater(workspace.pack);
  const embedder = createEmbedder(workspace.pack, encoder, memoryCache());
  await using files = await embeddedFiles(workspace, shas['first test']);
  assert.equal(
    files.list.map(({ path }) => path),
    ['cart.py', 'latest/news.py', 'tests/test_cart.py'],
  );
  let state = await updater.initialState(await embedder.embedRepository(files.list));
  for (const text of Object.values(texts)) state = await updater.step(state, await embedder.embedDiff(text));
  assert.equal(hiddenState, state);
});

for (const [name, model] of Object.entries(PACKS)) {
  test.slow(`${name}: a history walked at once and commit by commit gives the same bytes`, async () => {
    clearState();
    const whole = await run({ repo: dir, model });
    const atOnce = bytesOf(whole.snapshot.id);
    clearState();
    const reports = await runAt(model, Object.values(shas));
    assert.equal(bytesOf(whole.snapshot.id), atOnce);
    const steps = reports.map(({ snapshot }) => snapshot.steps);
    assert.equal(steps, name === 'static' ? steps.map(() => 0) : [0, 1, 1, 1, 1, 2, 3, 4, 5, 5]);
    const verified = await verify({ repo: dir, model });
    assertValid(verified, schemas.VerifyReportSchema);
    assert.ok(verified.equal);
    const now = await status({ repo: dir, model });
    assertValid(now, schemas.StatusReportSchema);
    assert.equal([now.behind, now.snapshot?.commit], [0, shas['production again']]);
    const pruned = await prune({ repo: dir, model, dryRun: true });
    assert.equal([pruned.damaged, pruned.removed], [[], []]);
  });
}

test.slow('without a new assertion so far, the state is that of the repository as it stands', async () => {
  const other = gitRepo();
  other.commit('one', { 'a.py': 'def a(items):\n    return sum(items)\n' });
  const [first] = [await run({ repo: other.dir, model: PACKS.evolving })];
  other.commit('two', { 'b.py': 'def b(items):\n    return max(items)\n' });
  const second = await run({ repo: other.dir, model: PACKS.evolving });
  assert.equal([first?.snapshot.steps, second.snapshot.steps], [0, 0]);
  assert.is.not(second.snapshot.stateDigest, first?.snapshot.stateDigest);
  assert.is((await stored(PACKS.evolving, second.snapshot.id, other.dir)).manifest.previousStep, undefined);
  assert.ok((await verify({ repo: other.dir, model: PACKS.evolving })).equal);
});

test.slow('the first commit of a history can be a step', async () => {
  const other = gitRepo();
  other.commit('root', { 'a.py': 'a = 1\n', 'tests/test_a.py': 'assert a == 1\n' });
  const { snapshot } = await run({ repo: other.dir, model: PACKS.evolving });
  assert.is(snapshot.steps, 1);
  assert.ok((await verify({ repo: other.dir, model: PACKS.evolving })).equal);
});

test.slow('a static adapter follows the newest commit alone, tests too', async () => {
  clearState();
  const [test, comment, merged] = await runAt(PACKS.static, [
    shas['renamed test'],
    shas['comment below'],
    shas.merge,
  ]);
  assert.is.not(comment?.snapshot.stateDigest, test?.snapshot.stateDigest);
  const { hiddenState, manifest } = await stored(PACKS.static, merged?.snapshot.id as string);
  assert.is(manifest.previousStep, undefined);
  const length = Math.hypot(...hiddenState);
  assert.ok(Math.abs(length - 1) < 1e-3, `length ${length}`);
  assert.is(readdirSync(join(stateOf(dir), 'snapshots')).length, 3);
});

test.slow(
  'after an amend and a force push it goes on from the nearest ancestor, to the same bytes',
  async () => {
    const model = PACKS.evolving;
    const { repo: own, shas: commits } = keptHistory();
    await run({ repo: own.dir, model });
    own.git('reset', '--quiet', '--hard', commits['tests only']);
    own.write({ 'tests/test_items.py': 'def test_items():\n    assert items() == [2]\n' });
    own.git('commit', '--quiet', '--all', '--amend', '-m', 'amended');
    const amended = await run({ repo: own.dir, model });
    const { manifest } = await stored(model, amended.snapshot.id, own.dir);
    assert.equal([manifest.steps, manifest.previousStep], [5, own.git('rev-parse', 'HEAD')]);
    assert.ok((await verify({ repo: own.dir, model })).equal);
    // the kept commit that diffs were taken against is gone
    own.git('reset', '--quiet', '--hard', commits['comment below']);
    own.commit('another way', { 'cart.py': 'class Cart: ...\n', 'tests/test_total.py': 'assert 1 == 1\n' });
    const forced = await run({ repo: own.dir, model });
    assert.is(forced.snapshot.steps, 2);
    assert.ok((await verify({ repo: own.dir, model })).equal);
  },
);

test.slow(
  'a pull request forked before the newest step does not undo what came to the base since',
  async () => {
    const model = PACKS.evolving;
    const { repo: own, shas: commits } = keptHistory();
    const change: [string, Parameters<GitRepo['commit']>[1]] = [
      'own',
      {
        'fee.py': 'FEE = 3\n',
        'tests/test_fee.py': 'from fee import FEE\n\n\ndef test_fee():\n    assert FEE == 3\n',
      },
    ];
    const nllOf = async (base: string) => {
      own.git('switch', '--quiet', '--detach', base);
      const head = own.commit(...change);
      const outcome = await checkPullRequest({
        repo: own.dir,
        model,
        base: commits.moved,
        head,
        inMemory: true,
      });
      assert.is(outcome.report.assertions.length, 1);
      return outcome.report.assertions.map(({ nll }) => nll);
    };
    const onTip = await nllOf(commits.moved);
    assert.equal(await nllOf(commits['renamed test']), onTip);
  },
);

test.slow('a snapshot from outside has to name a step of its own history', async () => {
  clearState();
  const { snapshot } = await run({ repo: dir, model: PACKS.evolving });
  const { manifest, ...rest } = await stored(PACKS.evolving, snapshot.id);
  await using workspace = await openWorkspace({ repo: dir, model: PACKS.evolving });
  const line = await readHistoryLine(workspace.repository, shas['production again']);
  const admit = (changes: Partial<SnapshotContent>) => {
    const content = { ...manifest, ...rest, parentCommit: shas['tests only'], ...changes };
    return admitSnapshot(createSnapshot(content).snapshot, { ...workspace, line, place: 'x' });
  };
  assert.is(admit({}).manifest.digest, manifest.digest);
  const refused: [Partial<SnapshotContent>, RegExp][] = [
    [{ previousStep: 'f'.repeat(40) }, /its newest step is not part of its history/],
    [{ previousStep: null }, /does not say its newest step/],
    [{ steps: 0 }, /does not say its newest step as the recipe asks/],
    [{ steps: 11 }, /claims 11 steps in 9 commits/],
  ];
  for (const [changes, reason] of refused) {
    assert.throws(
      () => admit(changes),
      (error: Error) => error instanceof SnapshotError && reason.test(error.message),
    );
  }
  assert.is(admit({ steps: 10 }).manifest.steps, 10, 'the start commit may be a step');
});

test.run();
