/** What the built Action does for a pull request of the repository itself, from the first push to the last word. */
import { extractAssertions } from '../../src/assertions/extract.ts';
import { ActionReportSchema } from '../../src/report/schema.ts';
import { assertValid } from '../commands/fixture.ts';
import { fileAtHead, takeSuggestion } from '../helpers/github/suggestions.ts';
import { assert, suite } from '../helpers/suite.ts';
import type { Run } from '../helpers/workflow-runs.ts';
import { assertLiteralOnly } from './applied.ts';
import { assertFailed, assertGreen, withModel } from './cart-workflow.ts';
import {
  assertAccepted,
  CONFIG_FILE,
  checkedBy,
  configFile,
  ofPullRequest,
  openThreads,
  placesOf,
  type ReviewWorkflow,
  reportsOf,
  review,
  reviewWorkflow,
  storedBy,
  TEST_FILE,
  testFile,
  writesOf,
} from './review-workflow.ts';

const test = suite('pull request, end to end');

test.slow(
  'only what it adds or changes is checked, on the adapter of its base, and nothing is stored',
  async () => {
    await using it = await reviewWorkflow({ [TEST_FILE]: testFile(1, 2, 3) });
    const before = storedBy(it);
    const pull = it.open({
      [TEST_FILE]: testFile(1, 22, 3, 4),
      'cart.py': 'class Cart:\n    def total(self, n):\n        return n * 3\n',
    });
    it.requestsSince();
    const { step, run } = await review(it, pull);
    const requests = it.requestsSince();
    assert.equal(placesOf(checkedBy(step)), [`${TEST_FILE}:9`, `${TEST_FILE}:17`]);
    assert.equal(
      checkedBy(step).map(({ verdict }) => verdict),
      ['surprising', 'surprising'],
    );
    assert.is(step.outputs['restored-from'], String(before[0]?.[0]));
    assert.is(step.report?.check.snapshot.commit, pull.base.sha, 'the snapshot is the base branch’s');
    assert.is(step.report?.adapter.advancedBy, 2, 'one commit of main, one of its own');
    assert.equal(storedBy(it), before);
    assert.not.ok(requests.some(({ body }) => String(body).includes('"code2lora-state"')));
    assertUploaded(it, { step, run });
    assert.equal(
      [pull.comments.length, placesOf(pull.threads).sort()],
      [1, placesOf(checkedBy(step)).sort()],
    );
    assertAccepted(requests);
    assert.ok(ofPullRequest(requests).length <= 3, 'read, comment, review');
    for (const thread of pull.threads) await assertLiteralOnly(pull, thread);
  },
);

/** What the commenting workflow would read is what was found. */
function assertUploaded(it: ReviewWorkflow, { step, run }: Run): void {
  const [artifact] = reportsOf(it);
  assert.is(artifact?.run, run.id);
  assert.is(step.outputs['report-artifact'], String(artifact?.id));
  assert.ok(step.report);
  assertValid(step.report, ActionReportSchema);
}

test.slow('the comment follows the pull request until nothing is left to say', async () => {
  await using it = await reviewWorkflow();
  const pull = it.open({ [TEST_FILE]: testFile(1, 2) });
  await review(it, pull);
  const [said] = structuredClone(pull.comments);
  assert.match(said?.body ?? '', /2 surprising values/);

  it.requestsSince();
  const again = await review(it, pull);
  assert.equal(writesOf(it.requestsSince()), []);
  assert.match(again.step.stdout, /Comment: unchanged, 0 suggestions posted, 0 threads closed/);

  const [thread] = openThreads(pull);
  if (!thread) throw new Error('no suggestion');
  it.update(pull, { [TEST_FILE]: await assertLiteralOnly(pull, thread) });
  await review(it, pull);
  assert.equal([pull.comments.length, pull.comments[0]?.id], [1, said?.id]);
  assert.match(pull.comments[0]?.body ?? '', /1 surprising value\n/);
  assert.equal(thread.comments[0]?.hiddenAs, 'outdated', 'this token may not resolve');
  assert.is(openThreads(pull).length, 1);

  it.update(pull, { [TEST_FILE]: '# nothing\n' });
  const { step } = await review(it, pull);
  assert.match(pull.comments[0]?.body ?? '', /nothing stands out/);
  assert.equal([pull.comments.length, openThreads(pull).length], [1, 0]);
  assert.match(step.outputs['comment-url'] ?? '', new RegExp(`#issuecomment-${said?.id}$`));
});

test.slow('a pull request without a finding hears nothing', async () => {
  await using it = await reviewWorkflow();
  const pull = it.open({ 'cart.py': 'class Cart:\n    pass\n' });
  it.requestsSince();
  const { step } = await review(it, pull);
  assert.equal(writesOf(it.requestsSince()), []);
  assert.equal([pull.comments, step.outputs['comment-url']], [[], '']);
  assert.match(step.summary, /nothing to check/);
});

test.slow('a comment and the configuration mute', async () => {
  await using it = await reviewWorkflow({
    [CONFIG_FILE]: configFile({ ignore: ['tests/old/**'] }),
  });
  const mutedLine = testFile('1  # code2lora-ignore', 2);
  const pull = it.open({
    [TEST_FILE]: mutedLine,
    'tests/test_whole.py': `# code2lora-ignore-file\n${testFile(3)}`,
    'tests/old/test_old.py': testFile(4),
  });
  const { step } = await review(it, pull);
  assert.equal(placesOf(checkedBy(step)), [`${TEST_FILE}:9`]);
});

test.slow('suggestions can be switched off and limited', async () => {
  await using it = await reviewWorkflow();
  const pull = it.open({ [TEST_FILE]: testFile(1, 2, 3) });
  for (const [inputs, threads] of [
    [{ suggestions: 'false' }, 0],
    [{ 'max-suggestions': '0' }, 0],
    [{ 'max-suggestions': '2' }, 2],
  ] as const) {
    await review(it, pull, { inputs });
    assert.equal([pull.comments.length, pull.threads.length], [1, threads], JSON.stringify(inputs));
  }
});

test.slow('surprising values fail the step after the comment is there', async () => {
  await using it = await reviewWorkflow();
  const pull = it.open({ [TEST_FILE]: testFile(1) });
  const { step } = await it.check(pull, withModel({ inputs: { 'fail-on': 'surprising' } }));
  assertFailed(step, /^1 assertion is surprising, and the input "fail-on" is "surprising"/);
  assert.equal([pull.comments.length, pull.threads.length, reportsOf(it).length], [1, 1, 1]);
  assert.match(step.outputs['comment-url'] ?? '', /#issuecomment-\d+$/);
});

test.slow('the model that ships fills what is left open, and every suggestion applies', async () => {
  await using it = await reviewWorkflow();
  const pull = it.open({
    [TEST_FILE]: `${testFile('')}\n\ndef test_items():\n    assert len(Cart().items) == \n`,
    'tests/cart.test.ts': "test('is empty', () => {\n  expect(new Cart().items.length).toBe();\n});\n",
  });
  const { step } = await it.check(pull);
  assertGreen(step);
  assert.equal([step.report?.check.model.pack, step.outputs.open], ['nano', '3']);
  assert.ok(pull.threads.length > 0, step.stdout);
  for (const thread of pull.threads) {
    const { path, line } = thread;
    const after = takeSuggestion(fileAtHead(pull, path), thread);
    const { assertions } = await extractAssertions(path, after);
    const filled = assertions.filter(({ open }) => !open);
    assert.equal([filled.map((item) => item.line), filled[0]?.target === ''], [[line], false], after);
  }
});

test.run();
