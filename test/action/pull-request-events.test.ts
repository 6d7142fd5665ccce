/**
 * What can happen to a pull request besides a push: its base moves on, it is closed, other events,
 * a large diff, names and values that were chosen to do harm.
 */
import { outsideCode } from '../helpers/github/outside-code.ts';
import { assert, suite } from '../helpers/suite.ts';
import { checkout } from '../helpers/workflow-runs.ts';
import { assertLiteralOnly } from './applied.ts';
import { assertFailed, assertGreen, push, withModel } from './cart-workflow.ts';
import { assertHarmless, HOSTILE } from './harmless.ts';
import {
  assertAccepted,
  checkedBy,
  ofPullRequest,
  placesOf,
  reportsOf,
  review,
  reviewWorkflow,
  storedBy,
  TEST_FILE,
  testFile,
} from './review-workflow.ts';

const test = suite('events of a pull request, end to end');

test.slow('main has moved on: the merge that GitHub makes and the head give the same', async () => {
  await using it = await reviewWorkflow({ [TEST_FILE]: testFile(1, 2) });
  const pull = it.open({ [TEST_FILE]: testFile(1, 2, 3) });
  it.commit('meanwhile', { 'tests/test_other.py': testFile(7), 'sum.py': 'def sum_of(a):\n    return a\n' });
  pull.base.sha = it.repo.git('rev-parse', 'main');
  const tree = it.repo.git('merge-tree', '--write-tree', pull.base.sha, pull.head.sha);
  const parents = ['-p', pull.base.sha, '-p', pull.head.sha];
  const merge = it.repo.git('commit-tree', ...parents, '-m', 'merge', tree);
  it.repo.git('update-ref', 'refs/heads/merged', merge);
  const reports = [];
  for (const sha of [merge, pull.head.sha]) {
    const { step } = await review(it, pull, { workspace: checkout(it.repo, sha) });
    assert.equal(placesOf(checkedBy(step)), [`${TEST_FILE}:13`], 'nothing of what main has got meanwhile');
    assert.is(step.report?.check.snapshot.commit, pull.base.sha);
    reports.push([checkedBy(step), step.report?.suggestions, step.report?.adapter]);
  }
  assert.equal(reports[0], reports[1]);
});

test.slow('a push during the run: the comment stands, old lines get no suggestion', async () => {
  await using it = await reviewWorkflow();
  const pull = it.open({ [TEST_FILE]: testFile(1) });
  const running = it.check(pull, withModel());
  const old = pull.head.sha;
  it.update(pull, { [TEST_FILE]: testFile(2, 3) });
  const { step } = await running;
  assertGreen(step);
  assert.match(pull.comments[0]?.body ?? '', new RegExp(`/blob/${old}/`));
  assert.equal(pull.threads, []);
  assert.match(step.stdout, new RegExp(`is at ${pull.head.sha.slice(0, 10)} now: no suggestions`));
});

test.slow('closed meanwhile: everything but the comment', async () => {
  await using it = await reviewWorkflow();
  const pull = it.open({ [TEST_FILE]: testFile(1) });
  pull.state = 'closed';
  const { step } = await review(it, pull);
  assert.equal([pull.comments, pull.threads, step.outputs.findings], [[], [], '1']);
  assert.match(step.stdout, /No comment on pull request #7: it is closed/);
});

test.slow('a merge queue is checked without a comment and without state', async () => {
  await using it = await reviewWorkflow();
  const pull = it.open({ [TEST_FILE]: testFile(1) });
  const before = [storedBy(it), reportsOf(it)];
  const ref = 'refs/heads/gh-readonly-queue/main/pr-7-abc';
  it.repo.git('update-ref', ref, pull.head.sha);
  const payload = { merge_group: { base_sha: pull.base.sha, head_sha: pull.head.sha, head_ref: ref } };
  const { step } = await it.start({ event: 'merge_group', sha: pull.head.sha, ref, payload }, withModel());
  assertGreen(step);
  assert.equal([step.outputs.surprising, step.report?.pullRequest], ['1', null]);
  assert.equal([storedBy(it), reportsOf(it)], before);
  assert.equal([pull.comments, pull.threads], [[], []]);
});

test.slow('pull_request_target is for branches of the repository only', async () => {
  await using it = await reviewWorkflow();
  const event = 'pull_request_target';
  const own = it.open({ [TEST_FILE]: testFile(1) });
  const fork = it.open({ [TEST_FILE]: testFile(1) }, { fork: 'mallory/cart', number: 8 });
  it.requestsSince();
  assertFailed(
    (await it.check(fork, withModel({ event, token: 'fake-token' }))).step,
    /from a fork is not checked on "pull_request_target"/,
  );
  assert.equal([it.requestsSince(), fork.comments], [[], []]);
  await review(it, own, { event });
  assert.is(own.comments.length, 1);
});

test.slow('after three pushes a chart shows the gain of each, in comment and summary', async () => {
  await using it = await reviewWorkflow();
  for (const value of [1, 2]) {
    it.commit('test', { [`tests/test_${value}.py`]: testFile(value) });
    assertGreen((await push(it)).step);
  }
  const pull = it.open({ [TEST_FILE]: testFile(1) });
  const { step } = await review(it, pull);
  const gains = step.report?.gains ?? [];
  const labels = gains.map(({ commit }) => `"${commit.slice(0, 7)}"`);
  assert.equal(
    [gains.length, gains.at(-1)?.commit],
    [3, it.repo.git('rev-parse', 'main')],
    'the first push was of another workflow on the same commits',
  );
  for (const text of [pull.comments[0]?.body ?? '', step.summary]) {
    const [, chart = ''] = /```mermaid\n(xychart-beta\n[\s\S]*?)\n```/.exec(text) ?? [];
    assert.ok(chart.includes(`x-axis [${labels.join(', ')}]`), text);
    const values = /line \[(.*)\]/.exec(chart)?.[1]?.split(', ').map(Number) ?? [];
    for (const [index, { gain }] of gains.entries())
      assert.ok(Math.abs((values[index] ?? 99) - gain) < 1e-3, chart);
  }
});

test.slow('a diff of 300 files', async () => {
  await using it = await reviewWorkflow();
  const names = Array.from({ length: 300 }, (_, at) => String(at).padStart(3, '0'));
  const files = Object.fromEntries(names.map((name) => [`lib/m${name}.py`, `VALUE = ${name.length}\n`]));
  const pull = it.open({ ...files, 'tests/test_first.py': testFile(1), [TEST_FILE]: testFile(2) });
  it.requestsSince();
  const { step } = await review(it, pull);
  const requests = ofPullRequest(it.requestsSince());
  assertAccepted(requests);
  assert.equal([requests.length, pull.threads.length], [3, 2], 'the diff comes from git');
  assert.equal(placesOf(checkedBy(step)), ['tests/test_first.py:5', `${TEST_FILE}:5`]);
});

/** Names that git takes, each with a test that says the same. */
const NAMES = [
  'tests/test_@octocat <!-- code2lora:comment v1 -->`|.py',
  'tests/test_a\n::add-mask::octo.py',
  'tests/::error file=x::y.test.ts',
  'tests/##[group]![x](https:evil)</details>.test.ts',
];

test.slow('names, titles and values of a pull request are shown and never obeyed', async () => {
  await using it = await reviewWorkflow();
  const python = testFile(...HOSTILE.map((text) => JSON.stringify(text)));
  const script = HOSTILE.map(
    (text) =>
      `test(${JSON.stringify(text)}, () => {\n  expect(${JSON.stringify(text)}).toBe('@octo');\n});\n`,
  ).join('');
  const pull = it.open(
    Object.fromEntries(NAMES.map((name) => [name, name.endsWith('py') ? python : script])),
  );
  it.requestsSince();
  const { step } = await review(it, pull, { inputs: { 'max-suggestions': '50' } });
  assertAccepted(it.requestsSince());
  assert.equal(new Set(checkedBy(step).map(({ path }) => path)), new Set(NAMES));
  assert.equal(
    step.secrets.filter((secret) => !secret.startsWith('signed-')),
    ['fake-token'],
  );
  assert.ok(step.annotations.every(({ file = '' }) => NAMES.includes(file)));
  const bodies = pull.threads.map(({ comments: [first] }) => first?.body ?? '');
  assert.ok(pull.comments.length === 1 && bodies.length > 0);
  for (const body of [pull.comments[0]?.body ?? '', ...bodies]) assertHarmless(body);
  assert.not.match(outsideCode(step.summary), /@oct|<!--|<img|!\[/);
  for (const thread of pull.threads) await assertLiteralOnly(pull, thread);
});

test.run();
