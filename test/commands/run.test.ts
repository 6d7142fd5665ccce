import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, run } from '../../src/commands/check.ts';
import { prune } from '../../src/commands/prune.ts';
import { status } from '../../src/commands/status.ts';
import { verify } from '../../src/commands/verify.ts';
import { SnapshotError, UsageError } from '../../src/errors.ts';
import { gitRepo } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { tinyPack, writeTinyPack } from '../helpers/tiny-pack.ts';
import { assertValid, cartRepo, schemas } from './fixture.ts';

const test = suite('commands/run');
const { dir: model } = await tinyPack();
const stateOf = (dir: string) => join(dir, '.git', 'code2lora');
const bytesOf = (dir: string, id: string) =>
  ['manifest.json', 'state.safetensors'].map((file) =>
    readFileSync(join(stateOf(dir), 'snapshots', id, file)).toString('hex'),
  );

test('from the history to checked assertions: a report that holds against its schema', async () => {
  const { repo, shas } = cartRepo();
  const report = await run({ repo: repo.dir, model });
  assertValid(report, schemas.CheckReportSchema);
  assert.is(report.snapshot.commit, shas.at(-1));
  assert.is(report.snapshot.steps, 3);
  const places = report.assertions.map(({ path, line, written }) => `${path}:${line} ${written}`);
  assert.equal(places.sort(), ['test/sum.test.ts:3 3', 'tests/test_cart.py:5 0', 'tests/test_cart.py:9 0']);
  for (const { nll, probability, candidates } of report.assertions) {
    assert.ok(nll !== null && nll > 0 && probability !== null && probability > 0 && probability < 1);
    assert.ok(candidates.length > 0);
    const order = candidates.map((candidate) => candidate.probability);
    assert.equal(
      order,
      [...order].sort((a, b) => b - a),
    );
  }
  const adapted = report.assertions.map(({ nll }) => nll);
  assert.not.equal(
    adapted,
    report.assertions.map(({ baseNll }) => baseNll),
  );
});

test.slow('the next run goes on from the last: one commit walked, its assertions checked', async () => {
  const { repo } = cartRepo();
  await run({ repo: repo.dir, model });
  const before = await status({ repo: repo.dir, model });
  assertValid(before, schemas.StatusReportSchema);
  assert.is(before.behind, 0);
  const sha = repo.commit('more', {
    'discount.py': 'def discount(price, percent):\n    return price\n',
    'tests/test_discount.py':
      'from discount import discount\n\n\ndef test_none():\n    assert discount(5, 0) == 5\n',
  });
  assert.is((await status({ repo: repo.dir, model })).behind, 1);
  const report = await run({ repo: repo.dir, model });
  assert.is(report.snapshot.commit, sha);
  assert.equal(
    report.assertions.map(({ path }) => path),
    ['tests/test_discount.py'],
  );
  assert.match(report.range.description, /since the last check \(1 commit\)/);
  const after = await status({ repo: repo.dir, model });
  assert.is(after.lastCheck?.commit, sha);
});

test.slow('a history walked at once and commit by commit gives the same bytes', async () => {
  const { repo, shas } = cartRepo();
  const whole = await run({ repo: repo.dir, model });
  const stored = bytesOf(repo.dir, whole.snapshot.id);
  rmSync(stateOf(repo.dir), { recursive: true });
  for (const sha of shas) {
    repo.git('checkout', '--quiet', sha);
    await run({ repo: repo.dir, model });
  }
  assert.equal(bytesOf(repo.dir, whole.snapshot.id), stored);
});

test.slow('a commit of tests only, and a mode change, step nothing', async () => {
  const { repo } = cartRepo();
  const before = await run({ repo: repo.dir, model });
  repo.commit('tests only', { 'tests/test_more.py': 'def test_x():\n    assert 1 + 1 == 2\n' });
  repo.git('update-index', '--chmod=+x', 'cart.py');
  repo.git('commit', '--quiet', '-m', 'mode');
  const after = await run({ repo: repo.dir, model });
  assert.is(after.snapshot.steps, before.snapshot.steps);
  assert.is(after.snapshot.stateDigest, before.snapshot.stateDigest);
  assert.is.not(after.snapshot.digest, before.snapshot.digest);
});

test.slow('what a test expects never reaches the adapter', async () => {
  const [a, b] = [cartRepo(), cartRepo()];
  a.repo.commit('expect', {
    'tests/test_secret.py': 'def test_x():\n    assert secret() == "alpha"\n',
    'x.py': 'x = 1\n',
  });
  b.repo.commit('expect', {
    'tests/test_secret.py': 'def test_x():\n    assert secret() == "omega"\n',
    'x.py': 'x = 1\n',
  });
  const [left, right] = [await run({ repo: a.repo.dir, model }), await run({ repo: b.repo.dir, model })];
  assert.is(left.snapshot.stateDigest, right.snapshot.stateDigest);
});

test.slow('after an amend, a reset and a switch of branch it restarts at the nearest ancestor', async () => {
  const { repo, shas } = cartRepo();
  await run({ repo: repo.dir, model });
  repo.write({ 'src/sum.ts': 'export const sum = (...n: number[]) => n.length;\n' });
  repo.git('commit', '--quiet', '--all', '--amend', '-m', 'amended');
  const amended = await run({ repo: repo.dir, model });
  assert.is(amended.snapshot.commit, repo.git('rev-parse', 'HEAD'));
  const rebuilt = await verify({ repo: repo.dir, model });
  assertValid(rebuilt, schemas.VerifyReportSchema);
  assert.ok(rebuilt.equal);
  repo.git('reset', '--quiet', '--hard', shas[1] as string);
  assert.is((await run({ repo: repo.dir, model })).snapshot.steps, 1);
  repo.git('checkout', '--quiet', '-b', 'side', shas[3] as string);
  assert.is((await run({ repo: repo.dir, model })).snapshot.commit, shas[3]);
});

test.slow('verify finds a snapshot that the history does not give', async () => {
  const { repo } = cartRepo();
  const { snapshot } = await run({ repo: repo.dir, model });
  const folder = join(stateOf(repo.dir), 'snapshots', snapshot.id);
  // The snapshot of another history under this one's name: whole in itself, and wrong.
  const other = cartRepo();
  other.repo.commit('other', { 'cart.py': 'changed = True\n' });
  const { createSnapshot } = await import('../../src/snapshots/snapshot.ts');
  const { openSnapshotStore } = await import('../../src/snapshots/store.ts');
  const stored = openSnapshotStore(stateOf(repo.dir)).get(snapshot.id);
  assert.ok(stored);
  const { manifest, hiddenState, adapter } = stored;
  const parentCommit = repo.git('rev-parse', 'HEAD~1');
  const forged = createSnapshot({
    ...manifest,
    parentCommit,
    hiddenState: hiddenState.map((x) => x + 0.5),
    adapter,
  });
  writeFileSync(join(folder, 'state.safetensors'), forged.state);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(forged.snapshot.manifest));
  const report = await verify({ repo: repo.dir, model });
  assert.not.ok(report.equal);
  assert.not.ok(report.withinTolerance);
  assert.ok(report.largestDifference >= 0.49);
  await prune({ repo: repo.dir, model, all: true });
  await run({ repo: repo.dir, model });
  assert.ok((await verify({ repo: repo.dir, model })).equal);
});

test.slow('a damaged snapshot is named with the way out', async () => {
  const { repo } = cartRepo();
  const { snapshot } = await run({ repo: repo.dir, model });
  writeFileSync(join(stateOf(repo.dir), 'snapshots', snapshot.id, 'state.safetensors'), 'short');
  await rejects(run({ repo: repo.dir, model }), SnapshotError, /prune --damaged/);
  assert.equal((await prune({ repo: repo.dir, model, damaged: true })).damaged, [snapshot.id]);
  assert.is((await run({ repo: repo.dir, model })).snapshot.digest, snapshot.digest);
});

test.slow('check takes a range, one commit, or everything', async () => {
  const { repo, shas } = cartRepo();
  const paths = async (options: object) =>
    (await check({ repo: repo.dir, model, ...options })).assertions.map(({ path }) => path);
  assert.equal(await paths({ range: `${shas[0]}..${shas[2]}` }), [
    'tests/test_cart.py',
    'tests/test_cart.py',
  ]);
  assert.equal(await paths({ range: shas[4] }), ['test/sum.test.ts']);
  assert.is((await paths({ all: true })).length, 3);
  assert.equal(await paths({ range: `${shas[3]}` }), []);
  await rejects(check({ repo: repo.dir, model, range: 'nowhere' }), UsageError, /nowhere/);
});

test.slow('says what is wrong with the repository or the pack', async () => {
  const empty = gitRepo();
  await rejects(run({ repo: empty.dir, model }), UsageError, /no commit yet/);
  await rejects(run({ repo: empty.dir, model: 'huge' }), UsageError, /No model pack is called "huge"/);
  const { repo } = cartRepo();
  const paper = writeTinyPack({
    change: (manifest) => Object.assign(manifest.recipe.history, { steps: 'kept-commits' }),
  });
  await rejects(run({ repo: repo.dir, model: paper.dir }), Error, /kept-commits/);
});

test.slow('snapshots of two packs, and of two rules, do not mix', async () => {
  const { repo } = cartRepo();
  const other = writeTinyPack({ change: (manifest) => Object.assign(manifest, { version: '9.9.9' }) });
  const a = await run({ repo: repo.dir, model });
  const b = await run({ repo: repo.dir, model: other.dir });
  assert.is.not(a.snapshot.id, b.snapshot.id);
  assert.is(a.snapshot.stateDigest, b.snapshot.stateDigest);
  repo.write({
    'code2lora.config.json': '{"check": {"candidates": 1}, "paths": {"exclude": ["...", "src/**"]}}',
  });
  const c = await run({ repo: repo.dir, model });
  assert.is.not(c.snapshot.id, a.snapshot.id);
  assert.is(c.snapshot.steps, a.snapshot.steps - 1);
});

test.slow('a history without any file of ours gives an adapter and no assertion', async () => {
  const repo = gitRepo();
  repo.commit('docs', { 'README.md': '# hello\n' });
  const report = await run({ repo: repo.dir, model });
  assert.is(report.snapshot.steps, 0);
  assert.equal(report.assertions, []);
  assert.is(report.snapshot.parent, null);
});

test.slow('writes under the common git directory only, and leaves nothing half-written', async () => {
  const { repo } = cartRepo();
  await run({ repo: repo.dir, model });
  assert.is(repo.git('status', '--porcelain'), '');
  const names = readdirSync(stateOf(repo.dir), { recursive: true }).map(String);
  assert.equal(
    names.filter((name) => name.includes('.tmp') || name.endsWith('.part')),
    [],
  );
  assert.ok(
    names.every(
      (name) =>
        statSync(join(stateOf(repo.dir), name)).isDirectory() || existsSync(join(stateOf(repo.dir), name)),
    ),
  );
});

test.slow('linked worktrees share the snapshots', async () => {
  const { repo, shas } = cartRepo();
  await run({ repo: repo.dir, model });
  const tree = join(repo.dir, '..', `${Date.now()}-tree`);
  repo.git('worktree', 'add', '--quiet', '--detach', tree, shas[4] as string);
  const report = await status({ repo: tree, model });
  assert.is(report.behind, 0);
  rmSync(tree, { recursive: true });
});

test.run();
