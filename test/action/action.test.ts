/**
 * The built Action as GitHub runs it: a process of its own, a runner's environment, a server that remembers.
 *
 * Real commits, the model that ships, the libraries out of a prepared tool cache; no address but loopback.
 */
import { ActionReportSchema } from '../../src/report/schema.ts';
import { assertValid } from '../commands/fixture.ts';
import type { StepResult } from '../helpers/fake-runner.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { tinyPack } from '../helpers/tiny-pack.ts';
import { checkout, type Run, startWorkflow, type Workflow } from '../helpers/workflow-runs.ts';

const test = suite('action');
/** For tests in which it does not matter what the model says. */
const tiny = { model: (await tinyPack()).dir };

const CART = 'class Cart:\n    def __init__(self):\n        self.items = []\n';
const TESTS = 'from cart import Cart\n\n\ndef test_items():\n    assert len(Cart().items) == 0\n';
const OPEN = 'from cart import Cart\n\n\ndef test_more():\n    assert len(Cart().items) == \n';

/** A repository with one production commit and one of tests after the first. */
async function cartWorkflow(): Promise<Workflow> {
  const workflow = await startWorkflow({ 'cart.py': CART });
  workflow.commit('total', { 'cart.py': `${CART}\n    def total(self):\n        return sum(self.items)\n` });
  workflow.commit('tests', { 'tests/test_cart.py': TESTS });
  return workflow;
}

/** Exit status 0 and no message, but for what is expected. */
function assertGreen({ status, annotations, otherCommands, stderr, stdout }: StepResult): void {
  assert.is(status, 0, stdout + stderr);
  assert.equal(
    annotations.filter(({ level }) => level === 'error'),
    [],
  );
  assert.equal(
    otherCommands.filter((name) => name !== 'debug'),
    [],
  );
  assert.is(stderr, '');
}

/** Exit status 1 and one message. */
function assertFailed({ status, annotations, stdout }: StepResult, message: RegExp): void {
  assert.is(status, 1, stdout);
  const errors = annotations.filter(({ level }) => level === 'error');
  assert.is(errors.length, 1, stdout);
  assert.match(errors[0]?.message ?? '', message);
}

const stateArtifacts = ({ server }: Workflow) =>
  [...server.artifacts.values()].filter(({ name, isFinal }) => name === 'code2lora-state' && isFinal);

test.slow('a push stores the adapter, and the next one goes on from there', async () => {
  await using workflow = await cartWorkflow();
  const first = await workflow.push({ inputs: tiny });
  assertGreen(first.step);
  const [stored] = stateArtifacts(workflow);
  assert.is(first.step.outputs['adapter-artifact'], String(stored?.id));
  assert.is(first.step.outputs['restored-from'], '');
  assert.match(first.step.stdout, /it is built from the history/);

  workflow.commit('more', { 'cart.py': `${CART}\n    def clear(self):\n        self.items = []\n` });
  const second = await workflow.push({ inputs: tiny });
  assertGreen(second.step);
  assert.is(second.step.outputs['restored-from'], String(stored?.id));
  assert.is(second.step.report?.adapter.advancedBy, 1);
  assert.is(second.step.report?.adapter.restoredCommit, first.run.headSha);
  assert.is(stateArtifacts(workflow).length, 2);
  assertWhole(second);
});

/** Outputs, report and summary of one run say the same. */
function assertWhole({ step }: Run): void {
  const { report, outputs, summary } = step;
  assert.ok(report);
  assertValid(report, ActionReportSchema);
  assert.is(outputs.assertions, String(report.check.summary.assertions));
  assert.is(outputs.snapshot, report.check.snapshot.id);
  assert.is(outputs.device, 'cpu');
  assert.match(summary, /^### code2lora/);
}

test.slow('a pull request gets a comment and a suggestion, and stores nothing', async () => {
  await using workflow = await cartWorkflow();
  await workflow.push();
  const before = stateArtifacts(workflow).length;
  const pull = workflow.open({ 'tests/test_more.py': OPEN });
  workflow.newRequests();
  const { step } = await workflow.check(pull, { inputs: { 'fail-on': 'surprising' } });
  assertGreen(step);
  assertWhole({ step } as Run);
  assert.is(pull.comments.length, 1);
  assert.is(
    step.outputs['comment-url'],
    `https://github.com/octo/cart/pull/7#issuecomment-${pull.comments[0]?.id}`,
  );
  assert.is(step.outputs.open, '1');
  assert.equal(step.report?.pullRequest, {
    number: 7,
    base: pull.base.sha,
    head: pull.head.sha,
    fork: false,
  });
  assert.is(stateArtifacts(workflow).length, before);
  assert.equal(
    step.annotations.map(({ level, file, line }) => [level, file, line]),
    [['notice', 'tests/test_more.py', '5']],
  );
  const requests = workflow.newRequests().filter((line) => /graphql|issues|pulls/.test(line));
  assert.ok(requests.length > 0 && requests.length <= 6, requests.join('\n'));
});

test.slow('of a fork: summary and annotations, no comment, green; the other workflow comments', async () => {
  await using workflow = await cartWorkflow();
  await workflow.push();
  const pull = workflow.open({ 'tests/test_more.py': OPEN }, { fork: 'stranger/cart' });
  const checked = await workflow.check(pull);
  assertGreen(checked.step);
  assert.is(pull.comments.length, 0);
  assert.match(checked.step.stdout, /No comment on pull request #7.*fork/);
  assert.match(checked.step.summary, /tests/);
  assert.is(checked.step.annotations.filter(({ level }) => level === 'notice').length, 1);

  const commented = await workflow.finish(checked.run);
  assertGreen(commented.step);
  assert.is(pull.comments.length, 1);
  assert.match(commented.step.outputs['comment-url'] ?? '', /issuecomment/);
});

test.slow('a fork does not bring its configuration', async () => {
  await using workflow = await cartWorkflow();
  const mute = { 'tests/test_more.py': OPEN, 'code2lora.config.json': '{"check": {"ignore": ["**"]}}' };
  const inputs = { ...tiny, comment: 'false' };
  const own = await workflow.check(workflow.open(mute), { inputs });
  const fork = await workflow.check(workflow.open(mute, { fork: 'stranger/cart', number: 8 }), { inputs });
  assert.equal([own.step.outputs.assertions, fork.step.outputs.assertions], ['0', '1']);
});

test.slow('findings fail the step after everything is told', async () => {
  await using workflow = await cartWorkflow();
  const pull = workflow.open({ 'tests/test_more.py': OPEN });
  const { step } = await workflow.check(pull, {
    inputs: { 'fail-on': 'open', sarif: 'out/a.sarif', junit: 'out/a.xml' },
  });
  assertFailed(step, /^1 assertion is surprising or open, and the input "fail-on" is "open"/);
  assert.is(pull.comments.length, 1);
  assert.is(step.outputs.findings, '1');
  assert.match(step.summary, /test_more/);
});

test.slow('a branch that is not the default one is checked, and stores nothing', async () => {
  await using workflow = await cartWorkflow();
  const { step } = await workflow.push({ ref: 'refs/heads/topic', inputs: tiny });
  assertGreen(step);
  assert.is(step.outputs['adapter-artifact'], '');
  assert.equal(stateArtifacts(workflow), []);
});

test.slow('a shallow clone is an error that says how to mend it', async () => {
  await using workflow = await cartWorkflow();
  const workspace = checkout(workflow.repo, 'HEAD', '--depth', '1', '--no-tags');
  assertFailed((await workflow.push({ workspace })).step, /fetch-depth: 0/);
});

test.slow('a wrong input is one message, and every output is there all the same', async () => {
  await using workflow = await startWorkflow({ 'cart.py': CART });
  const { step } = await workflow.push({ inputs: { 'fail-on': 'always' } });
  assertFailed(step, /^Input "fail-on" is "always"\.\nExpected one of never, surprising, open\.$/);
  assert.is(step.outputs.findings, '0');
  assert.is(step.outputs['adapter-artifact'], '');
  assert.equal(workflow.newRequests(), []);
});

test.slow('a machine that was never prepared and has no network says what to do', async () => {
  await using workflow = await startWorkflow({ 'cart.py': CART });
  const { step } = await workflow.push({ env: { RUNNER_TOOL_CACHE: temporaryFolder() } });
  assertFailed(
    step,
    /^Cannot download ONNX Runtime from http:\/\/127\.0\.0\.1:9\/.*\n.*prepare the runner once/,
  );
});

test.slow('text of a pull request never becomes a command', async () => {
  await using workflow = await cartWorkflow();
  const hostile = "test('::error::x\\r##[error]x', () => {\n  expect('\\n::add-mask::x').toBe();\n});\n";
  const pull = workflow.open({
    'test/::error file=x::y.test.ts': hostile,
    'test/##[group]y.test.ts': hostile,
  });
  const { step } = await workflow.check(pull, { inputs: { ...tiny, comment: 'false' } });
  assertGreen(step);
  assert.is(step.outputs.assertions, '2');
  assert.equal([step.secrets.includes('x'), step.groups.includes('y.test.ts')], [false, false]);
});

test.run();
