import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkPullRequest, checkPush } from '../../src/commands/ci.ts';
import { UsageError } from '../../src/errors.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';
import { assertValid, cartRepo, schemas } from './fixture.ts';

const test = suite('commands/ci');
const { dir: model } = await tinyPack();
const snapshotsIn = (folder: string) => {
  const root = join(folder, 'snapshots');
  return existsSync(root) ? readdirSync(root) : [];
};
const DISCOUNT_TEST = 'from discount import discount\n\n\ndef test_none():\n    assert discount(5, 0) == 5\n';

/** main: the cart. feature: production code, main merged in, a test; main has moved on meanwhile. */
function pullRequest() {
  const { repo, shas } = cartRepo();
  repo.git('switch', '--quiet', '--create', 'feature');
  const first = repo.commit('production', { 'tax.py': 'def tax(price):\n    return price // 5\n' });
  repo.git('switch', '--quiet', 'main');
  const moved = repo.commit('main moves', { 'cart.py': 'class Cart:\n    pass\n' });
  repo.git('switch', '--quiet', 'feature');
  repo.git('merge', '--quiet', '--no-edit', 'main');
  const last = repo.commit('tests', { 'tests/test_discount.py': DISCOUNT_TEST });
  repo.git('switch', '--quiet', 'main');
  const base = repo.commit('main moves again', { 'more.py': 'more = 1\n' });
  return { repo, start: shas, first, moved, last, base };
}

test.slow(
  'a push moves the state on and checks what was pushed, apart from the state of the clone',
  async () => {
    const { repo, shas } = cartRepo();
    const stateFolder = temporaryFolder();
    const options = { repo: repo.dir, model, stateFolder, inMemory: true };
    const outcome = await checkPush({ ...options, before: shas[3] ?? null, head: shas[4] ?? '' });
    assertValid(outcome.report, schemas.CheckReportSchema);
    assert.is(outcome.snapshot.commit, shas[4]);
    assert.equal(
      outcome.report.assertions.map(({ path }) => path),
      ['test/sum.test.ts'],
    );
    assert.is(outcome.report.range.base, shas[3]);
    assert.ok(snapshotsIn(stateFolder).includes(outcome.snapshot.id));
    assert.not(existsSync(join(repo.dir, '.git', 'code2lora')));
    assert.not(existsSync(join(stateFolder, 'cache')));
  },
);

test.slow('after a force push, or on a new branch, the most recent commits are checked', async () => {
  const { repo, shas } = cartRepo();
  const options = { repo: repo.dir, model, stateFolder: temporaryFolder(), inMemory: true };
  for (const before of ['0'.repeat(40), 'f'.repeat(40), null]) {
    const { report } = await checkPush({ ...options, before, head: shas.at(-1) ?? '' });
    assert.is(report.assertions.length, 3);
  }
});

test.slow(
  'a pull request is read on top of its base in memory, and only its own assertions are checked',
  async () => {
    const { repo, last, base, moved } = pullRequest();
    const stateFolder = temporaryFolder();
    const options = { repo: repo.dir, model, stateFolder, inMemory: true };
    const outcome = await checkPullRequest({ ...options, base, head: last });
    assertValid(outcome.report, schemas.CheckReportSchema);
    assert.is(outcome.snapshot.commit, base);
    assert.is(outcome.report.range.base, moved);
    assert.equal(
      outcome.report.assertions.map(({ path, written }) => `${path} ${written}`),
      ['tests/test_discount.py 5'],
    );
    assert.equal(snapshotsIn(stateFolder), [outcome.snapshot.id]);
    const onBase = await checkPush({ ...options, before: moved, head: base });
    assert.is(onBase.advancedBy, 0);
    assert.is(onBase.snapshot.digest, outcome.snapshot.digest);
  },
);

test.slow(
  'the production code of the pull request reaches the adapter, the merge of the base does not',
  async () => {
    const { repo, first, last, base } = pullRequest();
    const options = { repo: repo.dir, model, stateFolder: temporaryFolder(), inMemory: true };
    const nllOf = async (head: string, from = base) =>
      (await checkPullRequest({ ...options, base: from, head })).report.assertions.map(({ nll }) => nll);
    const whole = await nllOf(last);
    // the same assertions on a branch without the production commit
    repo.git('switch', '--quiet', '--detach', base);
    const testsOnly = repo.commit('tests only', { 'tests/test_discount.py': DISCOUNT_TEST });
    const without = await nllOf(testsOnly);
    assert.not.equal(whole, without);
    // … and on one with it, but without the merge
    repo.git('cherry-pick', first);
    assert.equal(await nllOf(repo.git('rev-parse', 'HEAD')), whole);
  },
);

test.slow('the configuration of a commit is read through git, whatever lies in the work tree', async () => {
  const { repo, last, base } = pullRequest();
  repo.write({ 'code2lora.config.json': '{"check": {"ignore": ["**"]}}' });
  const options = { repo: repo.dir, model, stateFolder: temporaryFolder(), inMemory: true };
  const own = await checkPullRequest({ ...options, base, head: last });
  assert.is(own.report.assertions.length, 0);
  const ofBase = await checkPullRequest({ ...options, base, head: last, configCommit: base });
  assert.is(ofBase.report.assertions.length, 1);
  const named = { ...options, base, head: last, configCommit: base, configFile: 'ci.json' };
  await rejects(checkPullRequest(named), UsageError, /no configuration at .*:ci\.json/);
});

test.slow('a commit that is not in the clone is named, with what to do', async () => {
  const { repo, base } = pullRequest();
  const options = { repo: repo.dir, model, stateFolder: temporaryFolder(), inMemory: true };
  const missing = 'a'.repeat(40);
  await rejects(checkPullRequest({ ...options, base, head: missing }), UsageError, /fetch-depth: 0/);
  const [stranger = ''] = repo.branch('stranger', [{ 'x.py': 'x = 1\n' }]);
  await rejects(checkPullRequest({ ...options, base, head: stranger }), UsageError, /no common ancestor/);
});

test.run();
