/**
 * Pull requests of strangers, checked by the built Action: a token that may only read, a configuration that is not
 * theirs, and nothing of what they bring is ever run.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, repoAt, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { writeTinyPack } from '../helpers/tiny-pack.ts';
import { checkout } from '../helpers/workflow-runs.ts';
import { assertFailed, FORK, model, stateArtifacts, withModel } from './cart-workflow.ts';
import {
  CONFIG_FILE,
  checkedBy,
  configFile,
  placesOf,
  review,
  reviewWorkflow,
  TEST_FILE,
  testFile,
  writesOf,
} from './review-workflow.ts';
import { codeTraps, embeddedRepository, gitTraps } from './traps.ts';

const test = suite('pull request of a fork, end to end');

test.slow('is told everything but in a comment: green, one line that says why', async () => {
  await using it = await reviewWorkflow();
  const before = stateArtifacts(it).length;
  const pull = it.open({ [TEST_FILE]: testFile(1, 2) }, { fork: FORK });
  it.requestsSince();
  const { step } = await review(it, pull);
  const tried = writesOf(it.requestsSince()).map(({ method, path, status }) => `${method} ${path} ${status}`);
  assert.equal(tried, [`POST /repos/${it.repository}/issues/7/comments 403`]);
  assert.equal([pull.comments, pull.threads, stateArtifacts(it).length], [[], [], before]);
  assert.match(step.summary, /### code2lora: 2 surprising values/);
  assert.equal(step.annotations.map(({ level, file, line }) => `${level} ${file}:${line}`).sort(), [
    `warning ${TEST_FILE}:5`,
    `warning ${TEST_FILE}:9`,
  ]);
  const reasons = step.log.filter((line) => /No comment/.test(line));
  assert.equal(reasons.length, 1, step.stdout);
  assert.match(reasons[0] ?? '', /#7\. .*not accessible by integration.*"code2lora init --workflow"/);
  assert.is(step.report?.pullRequest?.fork, true);
});

/** What a stranger would like to be believed, all of it at once. */
const OWN_RULES: Files = {
  [CONFIG_FILE]: JSON.stringify({ check: { ignore: ['**'] }, paths: { test: [], production: ['**'] } }),
  'package.json': '{"code2lora": {"check": {"ignore": ["**"]}}}',
  'ci/code2lora.json': '{"check": {"ignore": ["**"]}}',
};

test.slow('the configuration is that of the base branch, wherever it stands', async () => {
  const base = configFile({ ignore: ['tests/old/**'] });
  const files = { [TEST_FILE]: testFile(1), 'tests/old/test_old.py': testFile(2) };
  for (const [place, inputs] of [
    [{ [CONFIG_FILE]: base }, {}],
    [{ [CONFIG_FILE]: null, 'package.json': `{"code2lora": ${base}}` }, {}],
    [{ 'ci/code2lora.json': base }, { config: 'ci/code2lora.json' }],
  ] as [Files, Record<string, string>][]) {
    await using it = await reviewWorkflow(place);
    const pull = it.open({ ...files, ...OWN_RULES }, { fork: FORK });
    const { step } = await review(it, pull, { inputs: { ...inputs, comment: 'false' } });
    assert.equal(placesOf(checkedBy(step)), [`${TEST_FILE}:5`], JSON.stringify(place));
  }
});

const packIn = (folder: string): Files =>
  Object.fromEntries(readdirSync(folder).map((name) => [`pack/${name}`, readFileSync(join(folder, name))]));

/** The same numbers, but for the last ones. */
function otherWeights(file: Uint8Array): Buffer {
  const weights = Buffer.from(file);
  weights.writeFloatLE(-1, weights.length - 4);
  return weights;
}

/** Another pack in another folder, and a link to it in the place of the folder. */
function behindLink(pack: Files): Files {
  const moved = Object.entries(pack).map(([path, content]) => [path.replace('pack/', 'evil/'), content]);
  return { pack: { link: 'evil' }, ...Object.fromEntries(moved) };
}

test.slow('a model pack of the repository is that of the base branch', async () => {
  const config = JSON.stringify({ model: './pack', ...JSON.parse(configFile()) });
  await using it = await reviewWorkflow({ [CONFIG_FILE]: config, ...packIn(model) });
  const other = writeTinyPack({ change: (manifest) => Object.assign(manifest, { version: '6.6.6' }) });
  const weights = otherWeights(readFileSync(join(model, 'code2lora.safetensors')));
  const swaps: [Files, RegExp | null][] = [
    [{}, null],
    [packIn(other.dir), /^The model pack pack is not the one of the base branch/],
    [{ 'pack/code2lora.safetensors': weights }, /code2lora\.safetensors.*its sha256 is/],
    [behindLink(packIn(other.dir)), /^The model pack evil is not the one/],
  ];
  for (const [index, [swap, message]] of swaps.entries()) {
    const files = { [TEST_FILE]: testFile(1), ...swap };
    const pull = it.open(files, { fork: FORK, number: 7 + index });
    const { step } = await it.check(pull, { inputs: { comment: 'false' } });
    if (message) assertFailed(step, message);
    else assert.is(step.outputs.surprising, '1', step.stdout);
  }
});

test.slow('nothing that it brings is run, not even by git', async () => {
  await using it = await reviewWorkflow();
  const sprung = temporaryFolder();
  const pull = it.open({ ...codeTraps(sprung), ...gitTraps(sprung) }, { fork: FORK });
  const workspace = checkout(it.repo, pull.head.sha);
  const clone = repoAt(workspace);
  // a project's own way to share settings, and the worst case: all of them are the stranger's now
  clone.git('config', 'include.path', '../.gitconfig');
  clone.git('diff', pull.base.sha, pull.head.sha);
  assert.ok(existsSync(join(sprung, 'command')), 'a git that is not careful does run them');
  for (const name of readdirSync(sprung)) rmSync(join(sprung, name));
  const { step } = await review(it, pull, { workspace });
  assert.equal(placesOf(checkedBy(step)).sort(), ['tests/run.test.ts:3', `${TEST_FILE}:5`]);
  assert.equal(readdirSync(sprung), []);
});

test.slow('a folder of it that looks like a repository is not taken for one', async () => {
  await using it = await reviewWorkflow({ 'sub/cart.py': 'CARTS = 0\n' });
  for (const [index, core] of ['bare = true', 'bare = false\n\tworktree = ..'].entries()) {
    const sprung = temporaryFolder();
    const files = { [TEST_FILE]: testFile(1), ...embeddedRepository(sprung, core) };
    const pull = it.open(files, { fork: FORK, number: 7 + index });
    const workspace = checkout(it.repo, pull.head.sha);
    const { step } = await it.check(pull, withModel({ inputs: { path: 'sub' }, workspace }));
    assertFailed(step, /sub is no clone.*\n.*input "path"/);
    assert.equal(readdirSync(sprung), []);
    assert.throws(() => repoAt(join(workspace, 'sub')).git('cat-file', '-t', pull.base.sha));
    assert.equal(readdirSync(sprung), ['uploadpack'], 'a git that is not careful does run it');
  }
});

test.run();
