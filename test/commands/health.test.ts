import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describePromotion } from '../../src/commands/adapter-health.ts';
import { run } from '../../src/commands/check.ts';
import { checkPullRequest, checkPush } from '../../src/commands/ci.ts';
import { health } from '../../src/commands/health.ts';
import { isPromotionNotice } from '../../src/commands/health-promotion.ts';
import { selectAll } from '../../src/commands/selection.ts';
import { status } from '../../src/commands/status.ts';
import { verify } from '../../src/commands/verify.ts';
import { ModelError, UsageError } from '../../src/errors.ts';
import { DEFAULT_PATH_RULES } from '../../src/git/paths.ts';
import { openRepository } from '../../src/git/run.ts';
import { renderHealth } from '../../src/report/health.ts';
import { HealthReportSchema } from '../../src/report/health-schema.ts';
import { type GitRepo, gitRepo } from '../helpers/git-repo.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { writeTinyPack } from '../helpers/tiny-pack.ts';
import { assertValid } from './fixture.ts';
import { fittedAdapter, leaningPack, nothing, opposite, strangers } from './leaning-pack.ts';

const test = suite('commands/health');

/** Three assertions, in a file of its own. */
function addTests(repo: GitRepo, name: string): string {
  const body = [0, 1, 2].map((i) => `def test_${name}_${i}():\n    assert total(${i}, 1) == 'forty'\n`);
  return repo.commit(`tests ${name}`, { [`tests/test_${name}.py`]: body.join('\n\n') });
}

/** A root with code, perhaps a commit that changes it, and commits of tests only. */
function testedRepo({ changesCode = false, commits = 5 } = {}): GitRepo {
  const repo = gitRepo();
  repo.commit('start', {
    'code2lora.config.json': '{"check": {"candidates": 1}}',
    'lib.py': 'def total(a, b):\n    return a\n',
  });
  if (changesCode) repo.commit('change', { 'lib.py': 'def total(a, b):\n    return a + b\n' });
  for (const name of ['a', 'b', 'c', 'd', 'e'].slice(0, commits)) addTests(repo, name);
  return repo;
}

const repository = await openRepository(testedRepo().dir);
const everything = await selectAll(repository, {
  head: repository.headSha as string,
  rules: DEFAULT_PATH_RULES,
});
const fitted = await fittedAdapter(everything.assertions);
/** Helps while the state is fresh, does harm after a step of the GRU. */
const { dir: model } = leaningPack({ fresh: fitted, mean: nothing(fitted), panel: strangers(fitted, 3) });

const promotions = (repo: GitRepo) => {
  const file = join(repo.dir, '.git', 'code2lora', 'promotions.json');
  return Object.values(JSON.parse(readFileSync(file, 'utf8')).byId as Record<string, { promoted: boolean }>);
};
const headOf = (repo: GitRepo) => repo.git('rev-parse', 'HEAD');

test.slow('an adapter that knows the values of its repository is specific, by every number', async () => {
  const repo = testedRepo();
  const report = await health({ repo: repo.dir, model });
  assertValid(report, HealthReportSchema);
  const { sample, gains, nll, rank, likeness, state, use } = report;
  assert.is(report.verdict, 'repository-specific');
  assert.equal([sample.assertions, sample.commits, sample.newest], [15, 5, headOf(repo)]);
  assert.ok((gains.overMean?.low ?? 0) > 1 && (gains.overPanel?.low ?? 0) > 1, JSON.stringify(gains));
  assert.equal([rank?.mean, rank?.random, rank?.of, rank?.beaten], [1, 2.5, 4, 3]);
  assert.is(nll.base, nll.mean); // the mean adapter of this pack does nothing
  assert.equal(gains.overPrevious, { mean: 0, low: 0, high: 0 });
  assert.ok((likeness.participationRatio ?? 0) > 3.5, `${likeness.participationRatio}`);
  assert.equal([state.freshDistance, state.drifted, use.promoted], [0, null, true]);
  assert.match(
    renderHealth(report),
    /repository-specific\n.*nothing to do(.|\n)*over the mean adapter.*better/,
  );
});

test.slow('one that does what the mean adapter does is generic', async () => {
  const same = leaningPack({ fresh: fitted, mean: fitted, panel: strangers(fitted, 3) });
  const report = await health({ repo: testedRepo().dir, model: same.dir });
  assert.is(report.verdict, 'generic');
  assert.ok((report.likeness.meanCosine ?? 0) > 0.9999, `${report.likeness.meanCosine}`);
  assert.ok((report.gains.overBase?.low ?? 0) > 1); // it helps, as that of any repository would
  assert.match(report.advice, /as those of a general model/);
});

test.slow('a drifted state is found, does not reach a check, and is repaired by a fresh start', async () => {
  const repo = testedRepo({ changesCode: true });
  const before = await health({ repo: repo.dir, model });
  assertValid(before, HealthReportSchema);
  assert.is(before.verdict, 'harmful');
  assert.is(before.state.drifted, true);
  assert.ok((before.gains.overFresh?.high ?? 0) < -1, JSON.stringify(before.gains));
  assert.ok((before.state.freshDistance ?? 0) > 1.9 && (before.state.freshCosine ?? 1) < -0.9);
  assert.match(before.advice, /drifted.*--re-anchor/);
  assert.match(renderHealth(before), /harmful(.|\n)*DRIFTED/);

  const anchored = await health({ repo: repo.dir, model, reAnchor: true });
  assert.equal([anchored.reAnchored?.commit, anchored.reAnchored?.steps], [headOf(repo), 0]);
  assert.match(renderHealth(anchored), /anchored {2}the next walk starts at/);
  for (const name of ['f', 'g', 'h', 'i']) addTests(repo, name);
  const after = await health({ repo: repo.dir, model });
  assert.equal([after.verdict, after.use.promoted], ['repository-specific', true]);
  assert.equal([after.sample.commits, after.state.freshDistance], [5, 0]);
  const verified = await verify({ repo: repo.dir, model });
  assert.equal([verified.equal, verified.snapshot.commit], [true, headOf(repo)]);
});

test.slow('a harmful adapter is not promoted: the last good one checks, and the walk goes on', async () => {
  const repo = testedRepo({ changesCode: true, commits: 1 });
  const good = await run({ repo: repo.dir, model }); // nothing earlier to judge it by
  assert.equal(good.notices, []);
  addTests(repo, 'x');
  addTests(repo, 'y');
  const report = await run({ repo: repo.dir, model });
  assert.is(report.snapshot.commit, good.snapshot.commit);
  assert.match(
    report.notices.join(),
    /not used \(.*earlier assertions.*that of [0-9a-f]{10}; see "code2lora health"/,
  );
  assert.equal(
    promotions(repo)
      .map(({ promoted }) => promoted)
      .sort(),
    [false, true],
  );
  const { use, snapshot } = await status({ repo: repo.dir, model });
  assert.equal([snapshot?.commit, use?.promoted, use?.using], [headOf(repo), false, good.snapshot.commit]);
  const [finding] = describePromotion(
    { stateFolder: join(repo.dir, '.git', 'code2lora') },
    snapshot ?? { id: '', commit: '' },
  );
  assert.match(finding?.what ?? '', /is not used: on 6 earlier assertions it needs/);
  // what is stored is what the history gives, judged or not
  const verified = await verify({ repo: repo.dir, model });
  assert.equal([verified.equal, verified.snapshot.commit], [true, headOf(repo)]);
});

test.slow(
  'in CI the state that is kept is the newest, and a pull request is checked with what its base uses',
  async () => {
    const repo = testedRepo({ changesCode: true, commits: 1 });
    const [before, first] = [repo.git('rev-parse', 'HEAD~1'), headOf(repo)];
    const good = await checkPush({ repo: repo.dir, model, head: first, before });
    assert.is(good.snapshot.commit, first);
    addTests(repo, 'x');
    const head = addTests(repo, 'y');
    const pushed = await checkPush({ repo: repo.dir, model, head, before: first });
    assert.equal([pushed.snapshot.commit, pushed.report.snapshot.commit], [head, first]);
    repo.git('switch', '--quiet', '--create', 'side');
    const side = addTests(repo, 'z');
    const { report, snapshot } = await checkPullRequest({ repo: repo.dir, model, base: head, head: side });
    assert.equal([snapshot.commit, report.assertions.length], [head, 3]);
    assert.match(report.notices.join(), /the newest adapter is not used/);
    assert.ok(report.notices.some(isPromotionNotice));
  },
);

test.slow('where no earlier adapter is good either, the mean one checks', async () => {
  const harmful = leaningPack({ fresh: opposite(fitted), stepped: opposite(fitted), mean: fitted });
  const repo = testedRepo();
  const report = await run({ repo: repo.dir, model: harmful.dir });
  assert.match(report.notices.join(), /Checks use one that knows no repository/);
  assert.ok((report.summary.nll ?? 9) < (report.summary.baseNll ?? 0), 'the mean adapter is better here');
  const health1 = await health({ repo: repo.dir, model: harmful.dir });
  assert.equal([health1.verdict, health1.use.using], ['harmful', null]);
  assert.is(health1.state.drifted, null); // a fresh start would be no better, and there is none
  addTests(repo, 'later');
  const later = await run({ repo: repo.dir, model: harmful.dir });
  assert.match(later.notices.join(), /"code2lora health" found at [0-9a-f]{10} that it does harm/);
});

test.slow(
  'says so when there is too little to judge by, and when there is nothing to compare with',
  async () => {
    const few = await health({ repo: testedRepo({ commits: 3 }).dir, model });
    assert.is(few.verdict, 'not-enough-assertions');
    assert.match(few.advice, /10 assertions from 3 commits/);
    assert.equal([few.sample.assertions, few.nll.own !== null], [9, true]);
    const none = await health({ repo: testedRepo({ commits: 0 }).dir, model });
    assertValid(none, HealthReportSchema);
    assert.equal([none.verdict, none.sample.newest, none.nll.own], ['not-enough-assertions', null, null]);
    assert.match(renderHealth(none), /checked {3}0 assertions of 0 commits/);
    const alone = leaningPack({ fresh: fitted, mean: null });
    const report = await health({ repo: testedRepo().dir, model: alone.dir });
    assert.equal([report.verdict, report.rank, report.nll.mean], ['not-comparable', null, null]);
  },
);

test.slow('a sample has the newest assertions, from several commits', async () => {
  const repo = testedRepo();
  const lines = Array.from(
    { length: 60 },
    (_, i) => `def test_m${i}():\n    assert total(${i}, 1) == 'forty'\n`,
  );
  repo.commit('many at once', { 'tests/test_many.py': lines.join('\n\n') });
  const report = await health({ repo: repo.dir, model, assertions: 12 });
  assert.equal([report.sample.asked, report.sample.assertions, report.sample.commits], [12, 12, 4]);
  assert.is(report.sample.newest, headOf(repo));
});

test.slow('a panel that cannot be read is named, with the file and the repository', async () => {
  const [stranger] = strangers(fitted, 1);
  const pack = leaningPack({ fresh: fitted, mean: null, panel: [stranger as typeof fitted] });
  const file = join(pack.dir, 'panel-0.safetensors');
  const bytes = readFileSync(file);
  writeFileSync(file, Buffer.alloc(bytes.length));
  const repo = testedRepo({ commits: 0 });
  await rejects(
    health({ repo: repo.dir, model: pack.dir }),
    ModelError,
    /panel-0\.safetensors, the adapter of other\/0 in the panel of the model pack "tiny"/,
  );
  assert.not.ok(existsSync(join(repo.dir, '.git', 'code2lora')));
});

test.slow('a static model keeps no state that could be anchored anew', async () => {
  const pack = writeTinyPack({
    change({ hypernetwork }) {
      Object.assign(hypernetwork, { kind: 'static', hiddenSize: hypernetwork.embeddingSize });
    },
  });
  const repo = testedRepo();
  await rejects(
    health({ repo: repo.dir, model: pack.dir, reAnchor: true }),
    UsageError,
    /no state that could drift/,
  );
  assert.not.ok(readdirSync(join(repo.dir, '.git')).includes('code2lora'));
});

test.run();
