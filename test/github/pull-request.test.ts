/** Publishing over real HTTP: what is posted, what is left alone, what each refusal becomes. */
import { GitHubError } from '../../src/errors.ts';
import { anchorsFromApi } from '../../src/github/diff-anchors.ts';
import { verifyPullRequest } from '../../src/github/verify-pull-request.ts';
import { MAX_BODY } from '../helpers/github/pull-request-state.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { findingsIn, reportOn, scene, TEST_FILE, testFile } from './publishing.ts';

const test = suite('publish in a pull request');

const READ_ONLY = { contents: 'read', issues: 'read', metadata: 'read', 'pull-requests': 'read' } as const;
const COMMENT = 'POST /repos/o/r/issues/7/comments';
const REVIEW = 'POST /repos/o/r/pulls/7/reviews';

test.slow('posts one comment and one review in three requests', async () => {
  await using it = await scene({ count: 5 });
  const outcome = await it.publish();
  assert.equal(it.newRequests(), ['POST /graphql', COMMENT, REVIEW]);
  const { posted, comment, suggestions, reason } = outcome;
  assert.equal(
    { posted, comment, suggestions, reason },
    {
      posted: true,
      comment: 'created',
      suggestions: 3,
      reason: null,
    },
  );
  assert.match(outcome.url ?? '', /#issuecomment-\d+$/);
  assert.equal(
    it.pull.reviews.map(({ event, commit }) => [event, commit]),
    [['COMMENT', it.pull.head.sha]],
  );
  assert.equal(
    it.pull.threads.map(({ path, line }) => `${path}:${line}`),
    [2, 4, 6].map((line) => `${TEST_FILE}:${line}`),
  );
});

test.slow('a suggestion is the line as it would be', async () => {
  await using it = await scene({ count: 1 });
  await it.publish();
  const [, block] = /^```suggestion\n(.*)\n```$/m.exec(it.pull.threads[0]?.comments[0]?.body ?? '') ?? [];
  assert.is(block, '    assert area(0) == 0');
});

test.slow('writes nothing when a run is repeated', async () => {
  await using it = await scene();
  const first = await it.publish();
  const before = structuredClone([it.pull.comments, it.pull.threads]);
  it.newRequests();
  const second = await it.publish();
  assert.equal(it.newRequests(), ['POST /graphql']);
  assert.equal([second.comment, second.suggestions, second.posted], ['unchanged', 0, true]);
  assert.is(second.url, first.url);
  assert.equal([it.pull.comments, it.pull.threads], before);
});

test.slow('updates its comment in place when the findings change', async () => {
  await using it = await scene({ count: 2 });
  const first = await it.publish();
  it.push({ [TEST_FILE]: testFile(4) });
  const second = await it.publish();
  assert.equal([second.comment, second.url, it.pull.comments.length], ['updated', first.url, 1]);
  assert.match(it.pull.comments[0]?.body ?? '', new RegExp(it.pull.head.sha));
  assert.is(second.suggestions, 1, 'two of three were open already');
});

test('is silent when there is nothing to say', async () => {
  await using it = await scene();
  const outcome = await it.publish({ report: reportOn(it.pull, []) });
  assert.equal([outcome.comment, outcome.posted, outcome.reason], ['silent', false, null]);
  assert.equal(it.newRequests(), ['POST /graphql']);
});

test.slow('says so when nothing is left to say, and says it once', async () => {
  await using it = await scene();
  await it.publish();
  const outcome = await it.publish({ report: reportOn(it.pull, []) });
  assert.equal([outcome.comment, outcome.closed, it.pull.comments.length], ['updated', 3, 1]);
  assert.match(it.pull.comments[0]?.body ?? '', /nothing stands out/);
  assert.is((await it.publish({ report: reportOn(it.pull, []) })).comment, 'unchanged');
});

test('a fork has a token that may only read: one line, no failure', async () => {
  await using it = await scene({ from: 'stranger/r' });
  it.server.permissions.set('fork', READ_ONLY);
  const outcome = await it.publish({}, 'fork');
  assert.is(outcome.posted, false);
  assert.match(
    outcome.reason ?? '',
    /#7\. .*not accessible by integration.* from a fork never .*job summary/,
  );
  assert.equal(it.log, [outcome.reason]);
  assert.equal(it.newRequests(), ['POST /graphql', COMMENT]);
});

test('names the permission that a token of the repository lacks', async () => {
  await using it = await scene();
  it.server.permissions.set('weak', READ_ONLY);
  const { posted, reason } = await it.publish({}, 'weak');
  assert.is(posted, false);
  assert.match(reason ?? '', /Resource not accessible by integration.*"pull-requests: write"/);
});

const CLOSED = [
  ['closed', { state: 'closed' }],
  ['merged', { state: 'closed', merged: true }],
  ['locked', { locked: true }],
  ['archived', { isArchived: true }],
] as const;

for (const [word, change] of CLOSED) {
  test(`posts nothing in a pull request that is ${word}`, async () => {
    await using it = await scene();
    Object.assign(it.pull, change);
    const { posted, reason } = await it.publish();
    assert.equal([posted, it.newRequests()], [false, ['POST /graphql']]);
    assert.match(reason ?? '', new RegExp(`No comment on pull request #7: .*${word}`));
  });
}

test('a pull request that is not there is an outcome', async () => {
  await using it = await scene();
  it.server.pulls.clear();
  const { posted, reason } = await it.publish();
  assert.is(posted, false);
  assert.match(reason ?? '', /No comment on pull request #7\. .*Could not resolve to a PullRequest/);
});

test.slow('an outage and a wrong token are errors', async () => {
  await using it = await scene();
  await rejects(it.publish({}, 'unknown'), GitHubError, /token is not valid/);
  it.server.failNext('POST /graphql', Array(9).fill({ status: 502, json: { message: 'Bad gateway' } }));
  await rejects(it.publish(), GitHubError, /502/);
});

test.slow('waits for a secondary rate limit and then posts once', async () => {
  await using it = await scene();
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes.';
  it.server.failNext(REVIEW, { status: 403, headers: { 'retry-after': '1' }, json: { message } });
  const outcome = await it.publish();
  assert.equal([outcome.suggestions, it.pull.threads.length, it.pull.reviews.length], [3, 3, 1]);
  assert.match(it.log.join('\n'), /secondary rate limit/);
});

test.slow('the comment stands when the suggestions are refused', async () => {
  await using it = await scene();
  it.server.failNext(REVIEW, { status: 403, json: { message: 'Resource not accessible by integration' } });
  const outcome = await it.publish();
  assert.equal([outcome.posted, outcome.comment, outcome.suggestions], [true, 'created', 0]);
  assert.match(it.log.join('\n'), /The suggestions are in the comment only\. .*403/);
});

test.slow('brings no suggestions for old lines when the head has moved on', async () => {
  await using it = await scene();
  const report = reportOn(it.pull);
  it.push({ [TEST_FILE]: testFile(1) });
  const outcome = await it.publish({ report });
  assert.equal([outcome.comment, outcome.suggestions, it.pull.threads.length], ['created', 0, 0]);
  assert.match(it.log.join('\n'), new RegExp(`is at ${it.pull.head.sha.slice(0, 10)} now: no suggestions`));
});

test.slow('does not overwrite what a newer run has said', async () => {
  await using it = await scene();
  const old = reportOn(it.pull);
  it.push({ [TEST_FILE]: testFile(2) });
  await it.publish();
  const [said] = structuredClone(it.pull.comments);
  it.push({ [TEST_FILE]: testFile(1) });
  const { posted, reason } = await it.publish({ report: old });
  assert.is(posted, false);
  assert.match(reason ?? '', /which is newer than/);
  assert.equal(it.pull.comments, [said]);
  assert.is((await it.publish()).comment, 'updated');
});

test.slow('keeps quiet about a commit that a force push took away', async () => {
  await using it = await scene();
  const old = reportOn(it.pull);
  it.push({ [TEST_FILE]: testFile(2) }, it.pull.base.sha);
  const { reason } = await it.publish({ report: old });
  assert.match(reason ?? '', /is not among its commits any more/);
  assert.equal(it.pull.comments, []);
});

test.slow('replaces what was said about a commit that is gone', async () => {
  await using it = await scene();
  await it.publish();
  it.push({ [TEST_FILE]: testFile(2) }, it.pull.base.sha);
  assert.equal([(await it.publish()).comment, it.pull.comments.length], ['updated', 1]);
});

test.slow('the second of two runs finds the comment and the suggestions of the first', async () => {
  await using it = await scene();
  const [first, second] = [await it.publish(), await it.publish({ report: reportOn(it.pull) })];
  assert.equal([first.comment, second.comment], ['created', 'unchanged']);
  assert.equal([it.pull.comments.length, it.pull.threads.length], [1, 3]);
});

test.slow('two runs that nothing serialises do not multiply further', async () => {
  await using it = await scene();
  await Promise.all([it.publish(), it.publish()]);
  const [comments, threads] = [it.pull.comments.length, it.pull.threads.length];
  await it.publish();
  assert.equal([it.pull.comments.length, it.pull.threads.length], [comments, threads]);
});

test.slow('stays within the length that GitHub takes', async () => {
  await using it = await scene({ count: 1500 });
  const report = reportOn(it.pull);
  for (const assertion of report.check.assertions) assertion.test = `test_${'ä'.repeat(200)}`;
  const { posted } = await it.publish({ report });
  const { length } = it.pull.comments[0]?.body ?? '';
  assert.is(posted, true);
  assert.ok(length <= MAX_BODY && length > 1000, `${length}`);
});

test.slow('the workflow that comments for a fork needs five requests', async () => {
  await using it = await scene({ from: 'stranger/r' });
  const github = it.github();
  const [own] = [...it.server.repositories.values()];
  const run = { head_sha: it.pull.head.sha, repository: { id: own?.id ?? 0 }, head_repository: null };
  const pullRequest = await verifyPullRequest(github, { number: 7, workflowRun: run });
  const report = { ...reportOn(it.pull), pullRequest };
  const outcome = await it.publish({ report, anchors: (paths) => anchorsFromApi(github, 7, paths) });
  assert.equal([outcome.comment, outcome.suggestions], ['created', 3]);
  assert.equal(it.newRequests(), [
    'GET /repos/o/r/pulls/7',
    'POST /graphql',
    COMMENT,
    'GET /repos/o/r/pulls/7/files',
    REVIEW,
  ]);
});

test.slow('does not offer what a forged report puts on a line', async () => {
  await using it = await scene({ from: 'stranger/r' });
  const [first, second] = findingsIn(it.git, it.pull.head.sha);
  if (!first || !second) throw new Error('no findings');
  const forged = { ...first, lineText: first.lineText.replace('assert', 'assert not') };
  const report = reportOn(it.pull, [forged, second]);
  const outcome = await it.publish({ report, anchors: (paths) => anchorsFromApi(it.github(), 7, paths) });
  assert.is(outcome.suggestions, 1);
  assert.is(it.pull.threads[0]?.line, second.line);
});

test.run();
