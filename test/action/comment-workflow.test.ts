/**
 * The workflow that comments for runs that could not, end to end: what a run has uploaded is posted when it is what
 * GitHub says it is, and is never obeyed.
 */
import { addComments } from '../helpers/github/pull-request-state.ts';
import { assert, suite } from '../helpers/suite.ts';
import { assertFailed, assertGreen, FORK, HURRIED, messagesOf } from './cart-workflow.ts';
import { type CommentScene, commentScene, inPairs, LONG_FILE } from './comment-scene.ts';
import { assertAccepted, openThreads, placesOf, TEST_FILE, testFile, writesOf } from './review-workflow.ts';

const test = suite('comment workflow, end to end');

const bodyOf = ({ pull }: CommentScene): string => pull.comments[0]?.body ?? '';

test.slow('a run of a fork gets its comment and suggestions, once', async () => {
  await using it = await commentScene();
  it.requestsSince();
  const step = await it.comment();
  assertGreen(step);
  const requests = it.requestsSince();
  assertAccepted(requests);
  assert.equal(
    requests.map(({ method, path }) => `${method} ${path.replace(/\d{4}/, 'N')}`),
    [
      'GET /repos/octo/cart/actions/runs/N/artifacts',
      'GET /repos/octo/cart/actions/artifacts/N/zip',
      'GET /blob/N',
      'GET /repos/octo/cart/pulls/7',
      'POST /graphql',
      'POST /repos/octo/cart/issues/7/comments',
      'GET /repos/octo/cart/pulls/7/files',
      'POST /repos/octo/cart/pulls/7/reviews',
    ],
  );
  assert.match(bodyOf(it), /### code2lora: 3 surprising values/);
  assert.equal(placesOf(it.pull.threads).sort(), [`${LONG_FILE}:26`, `${TEST_FILE}:5`, `${TEST_FILE}:9`]);
  assert.match(step.outputs['comment-url'] ?? '', /#issuecomment-\d+$/);

  const before = structuredClone([it.pull.comments, it.pull.threads]);
  it.requestsSince();
  assertGreen(await it.comment());
  assert.equal(writesOf(it.requestsSince()), []);
  assert.equal([it.pull.comments, it.pull.threads], before);
});

test.slow('a run for another commit, repository or fork comments on nothing', async () => {
  await using it = await commentScene();
  it.open({ [TEST_FILE]: testFile(3) }, { fork: 'eve/cart', number: 8 });
  it.requestsSince();
  const cases: [RegExp, Parameters<CommentScene['ran']>[1], object][] = [
    [/#7 is at commit/, { headSha: it.head }, {}],
    [/#7 comes from repository/, { headRepository: 'eve/cart' }, {}],
    [/#7 goes into another repository/, {}, { repository: { id: 1 } }],
  ];
  for (const [message, changes, claims] of cases) {
    const run = await it.ran(it.report, changes);
    const source = it.server.repositories.get(run.headRepository)?.id;
    const payload = {
      workflow_run: {
        ...{ id: run.id, event: run.event, head_sha: run.headSha, head_repository: { id: source } },
        ...{ repository: { id: it.server.repositories.get(it.repository)?.id }, ...claims },
      },
    };
    assertFailed((await it.finish(run, { payload })).step, message);
  }
  assert.equal(writesOf(it.requestsSince()), []);
});

test.slow('nothing uploaded, and no pull request: one line each, green', async () => {
  await using it = await commentScene();
  const none = await it.finish(await it.ran(undefined));
  assertGreen(none.step);
  assert.match(none.step.stdout, /has uploaded no report: there is nothing to comment on/);
  it.requestsSince();
  const push = await it.finish(await it.ran(it.report, { event: 'push', headRepository: it.repository }));
  assertGreen(push.step);
  assert.match(push.step.stdout, /was started by "push", not by a pull request/);
  assert.equal(it.requestsSince(), []);
  assert.equal(it.pull.comments, []);
});

test.slow('its comment is found among 3,000', async () => {
  await using it = await commentScene();
  assertGreen(await it.comment());
  const [own] = it.pull.comments.splice(0);
  const chatter = Array.from({ length: 1500 }, (_, at) => ({ author: 'maria', body: `comment ${at}` }));
  addComments(it.server, it.pull, chatter);
  if (own) it.pull.comments.push(own);
  addComments(it.server, it.pull, chatter);
  it.requestsSince();
  assertGreen(await it.comment());
  const requests = it.requestsSince();
  assert.equal(writesOf(requests), []);
  assert.is(it.pull.comments.length, 3001);
  assert.ok(requests.filter(({ path }) => path.endsWith('/comments')).length <= 16, 'a hundred at a time');
});

test.slow('a diff of 300 files is asked for in pages', async () => {
  const paths = Array.from({ length: 300 }, (_, at) => `tests/test_${String(at).padStart(3, '0')}.py`);
  await using it = await commentScene(Object.fromEntries(paths.map((path) => [path, testFile(1)])));
  const good = it.report.suggestions.find(({ path, line }) => path === TEST_FILE && line === 5);
  if (!good) throw new Error('no suggestion');
  const suggestions = [paths[0], paths[150], paths[299]].map((path = '') => ({ ...good, path }));
  it.requestsSince();
  assertGreen(await it.comment({ ...it.report, suggestions }));
  const requests = it.requestsSince();
  assertAccepted(requests);
  assert.is(requests.filter(({ path }) => path.endsWith('/files')).length, 3);
  assert.equal(placesOf(it.pull.threads), placesOf(suggestions));
});

test.slow('two at once leave what a third one finds in order', async () => {
  await using it = await commentScene();
  for (const step of await Promise.all([it.comment(), it.comment()])) assertGreen(step);
  const before = structuredClone([it.pull.comments, it.pull.threads]);
  assertGreen(await it.comment());
  assert.equal([it.pull.comments, it.pull.threads], before);
});

test.slow('closed, merged, locked or archived: one line, green, nothing posted', async () => {
  await using it = await commentScene();
  it.requestsSince();
  await inPairs(
    [
      [8, 'closed', { state: 'closed' }],
      [9, 'merged', { state: 'closed', merged: true }],
      [10, 'locked', { locked: true }],
    ] as const,
    async ([number, word, change]) => {
      const pull = it.open({ [TEST_FILE]: testFile(1) }, { fork: FORK, number });
      Object.assign(pull, change);
      const report = { ...it.report, pullRequest: { ...it.report.pullRequest, number } };
      const { step } = await it.finish(await it.ran(report, { headSha: pull.head.sha }));
      assertGreen(step);
      assert.match(step.stdout, new RegExp(`No comment on pull request #${number}: .*${word}`));
    },
  );
  it.pull.isArchived = true;
  assert.match((await it.comment()).stdout, /No comment on pull request #7: the repository is archived/);
  assert.equal(writesOf(it.requestsSince()), []);
});

test.slow('a token that may not comment is named, and what it lacks', async () => {
  await using it = await commentScene();
  const step = await it.comment(it.report, { token: 'read-only-token' });
  assertGreen(step);
  const warnings = messagesOf(step, 'warning');
  assert.is(warnings.length, 1, step.stdout);
  assert.match(warnings[0] ?? '', /#7\..*"pull-requests: write"/);
  assert.not.match(warnings[0] ?? '', /own run of a pull request/);
});

test.slow('what GitHub could not take for a moment is posted once', async () => {
  await using it = await commentScene();
  const limit = { message: 'You have exceeded a secondary rate limit.' };
  it.server.failNext('POST /repos/octo/cart/issues', { status: 502, json: { message: 'Bad gateway' } });
  it.server.failNext('POST /repos/octo/cart/pulls', {
    status: 403,
    headers: { 'retry-after': '1' },
    json: limit,
  });
  assertGreen(await it.comment(it.report, { env: HURRIED }));
  assert.equal([it.pull.comments.length, openThreads(it.pull).length, it.pull.reviews.length], [1, 3, 1]);
});

test.run();
