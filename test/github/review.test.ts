/** Review threads: what is offered, what is offered again, and what is closed. */
import type { FakeThread } from '../helpers/github/pull-request-state.ts';
import { assert, suite } from '../helpers/suite.ts';
import { findingsIn, reportOn, type Scene, scene, TEST_FILE, testFile } from './publishing.ts';

const test = suite('review');

const BOT = 'github-actions[bot]';
const MAY_RESOLVE = { contents: 'write', metadata: 'read', 'pull-requests': 'write' } as const;

const stateOf = ({ line, resolvedBy, comments: [first] }: FakeThread) => ({
  line,
  resolvedBy,
  hiddenAs: first?.hiddenAs ?? null,
});
const states = ({ pull }: Scene) => pull.threads.map(stateOf);
const open = (line: number) => ({ line, resolvedBy: null, hiddenAs: null });

/** The first test moves to the end: its thread is outdated, the finding is the same. */
function moveFirstTest(it: Scene): void {
  it.push({ [TEST_FILE]: testFile([1, 2, 3, 0]) });
}
/** A report on the first test only. */
const onFirstTest = ({ git, pull }: Scene) =>
  reportOn(
    pull,
    findingsIn(git, pull.head.sha).filter(({ test: name }) => name === 'test_0'),
  );

test.slow('resolves an outdated suggestion and offers it on the line as it is now', async () => {
  await using it = await scene({ count: 4 });
  it.server.permissions.set('strong', MAY_RESOLVE);
  await it.publish({ report: onFirstTest(it) }, 'strong');
  moveFirstTest(it);
  const outcome = await it.publish({ report: onFirstTest(it) }, 'strong');
  assert.equal([outcome.closed, outcome.suggestions], [1, 1]);
  assert.equal(states(it), [{ line: 2, resolvedBy: BOT, hiddenAs: null }, open(8)]);
});

test.slow('a thread moves with its line: that is not outdated', async () => {
  await using it = await scene({ count: 2 });
  await it.publish();
  it.push({ [TEST_FILE]: `import shapes\n\n${testFile(2)}` });
  const outcome = await it.publish();
  assert.equal([outcome.closed, outcome.suggestions, it.pull.threads.length], [0, 0, 2]);
});

test.slow('folds it where the token may not resolve, and leaves it at that', async () => {
  await using it = await scene({ count: 1 });
  await it.publish();
  it.push({ [TEST_FILE]: '# nothing\n' });
  assert.is((await it.publish()).closed, 1);
  assert.equal(states(it), [{ line: 2, resolvedBy: null, hiddenAs: 'outdated' }]);
  it.newRequests();
  assert.is((await it.publish()).closed, 0);
  assert.equal(it.newRequests(), ['POST /graphql']);
});

test.slow('asks only once for what it may not do', async () => {
  await using it = await scene({ count: 3 });
  await it.publish();
  it.newRequests();
  const outcome = await it.publish({ report: reportOn(it.pull, []) });
  assert.is(outcome.closed, 3);
  const [read, update, resolve, ...hide] = it.server.requests.slice(-6).map(({ body }) => String(body));
  assert.match(read ?? '', /query Conversation/);
  assert.match(update ?? '', /UpdateComment/);
  assert.match(resolve ?? '', /ResolveThread/);
  assert.is(hide.filter((body) => body.includes('HideComment')).length, 3);
});

test.slow('says one line when it may neither resolve nor fold', async () => {
  await using it = await scene({ count: 2 });
  await it.publish();
  const errors = [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }];
  it.server.failNext((request) => String(request.body).includes('HideComment'), {
    status: 200,
    json: { data: { minimizeComment: null }, errors },
  });
  const outcome = await it.publish({ report: reportOn(it.pull, []) });
  assert.equal([outcome.posted, outcome.closed], [true, 0]);
  assert.equal(states(it), [open(2), open(4)]);
  assert.equal(it.log.filter((line) => /2 outdated suggestions stay open/.test(line)).length, 1);
});

test.slow('goes on when a thread was deleted meanwhile, and stops at an outage', async () => {
  await using it = await scene({ count: 3 });
  await it.publish();
  const errors = [{ type: 'NOT_FOUND', message: 'Could not resolve to a node' }];
  const gone = { status: 200, json: { data: { resolveReviewThread: null }, errors } };
  const isResolve = ({ body }: { body: Buffer }) => String(body).includes('ResolveThread');
  it.server.failNext(isResolve, gone);
  assert.is((await it.publish({ report: reportOn(it.pull, []) })).closed, 2);
  it.server.failNext(isResolve, Array(9).fill({ status: 502, json: { message: 'Bad gateway' } }));
  const outcome = await it.publish({ report: reportOn(it.pull, []) });
  assert.equal([outcome.posted, outcome.closed], [true, 0]);
  assert.match(it.log.join('\n'), /in the comment only\. .*502/);
});

test.slow('closes what is not found any more, and keeps what is', async () => {
  await using it = await scene({ count: 2 });
  await it.publish();
  const [first] = findingsIn(it.git, it.pull.head.sha);
  const outcome = await it.publish({ report: reportOn(it.pull, first ? [first] : []) });
  assert.equal([outcome.closed, outcome.suggestions], [1, 0]);
  assert.equal(states(it), [open(2), { line: 4, resolvedBy: null, hiddenAs: 'outdated' }]);
});

test.slow('leaves a thread alone in which somebody answered', async () => {
  await using it = await scene({ count: 4 });
  await it.publish({ report: onFirstTest(it) });
  it.pull.threads[0]?.comments.push({ id: 1, author: 'maria', body: 'Why 0?', hiddenAs: null });
  moveFirstTest(it);
  const outcome = await it.publish({ report: onFirstTest(it) });
  assert.equal([outcome.closed, outcome.suggestions], [0, 0]);
  assert.equal(states(it), [open(2)]);
});

test.slow('does not offer again what a person resolved or hid', async () => {
  await using it = await scene({ count: 4 });
  await it.publish({ maxSuggestions: 2 });
  const [first, second] = it.pull.threads;
  if (first) first.resolvedBy = 'maria';
  if (second?.comments[0]) second.comments[0].hiddenAs = 'off-topic';
  it.push({ [TEST_FILE]: testFile([2, 3, 0, 1]) });
  const both = findingsIn(it.git, it.pull.head.sha).filter(({ test: name }) => /[01]$/.test(name));
  const outcome = await it.publish({ report: reportOn(it.pull, both) });
  assert.equal([both.length, outcome.suggestions, outcome.closed], [2, 0, 0]);
});

test.slow('offers again what it had folded itself, once it is somewhere else', async () => {
  await using it = await scene({ count: 4 });
  await it.publish({ report: onFirstTest(it) });
  it.push({ [TEST_FILE]: testFile([1, 2, 3]) });
  assert.is((await it.publish({ report: onFirstTest(it) })).closed, 1);
  it.push({ [TEST_FILE]: testFile([1, 2, 3, 0]) });
  assert.is((await it.publish({ report: onFirstTest(it) })).suggestions, 1);
  assert.equal(states(it), [{ line: 2, resolvedBy: null, hiddenAs: 'outdated' }, open(8)]);
});

test.slow('never touches threads of others', async () => {
  await using it = await scene({ count: 1 });
  await it.publish();
  const body = it.pull.threads[0]?.comments[0]?.body ?? '';
  const base = { path: TEST_FILE, line: 2, commit: it.pull.head.sha, resolvedBy: null };
  const from = (id: number, author: string, text: string) => ({
    ...base,
    id,
    comments: [{ id: id + 1, author, body: text, hiddenAs: null }],
  });
  // a copy of our comment, a person called like the bot, another workflow's comment, a deleted account
  const others = [
    from(1, 'maria', body),
    from(3, 'github-actions', body),
    from(5, BOT, 'lint'),
    from(7, '', body),
  ];
  it.pull.threads = others;
  const before = structuredClone(others);
  it.push({ [TEST_FILE]: testFile(1, () => 9) });
  const outcome = await it.publish();
  assert.equal([outcome.closed, outcome.suggestions], [0, 1]);
  assert.equal(it.pull.threads.slice(0, 4), before);
});

test.slow('has no more open at a time than allowed, most confident first', async () => {
  await using it = await scene({ count: 5 });
  await it.publish({ maxSuggestions: 2 });
  assert.equal(states(it), [open(2), open(4)]);
  assert.is((await it.publish({ maxSuggestions: 2 })).suggestions, 0);
  const [first] = it.pull.threads;
  if (first) first.resolvedBy = 'maria';
  assert.is((await it.publish({ maxSuggestions: 2 })).suggestions, 1);
  assert.equal(states(it).slice(1), [open(4), open(6)]);
});

test.slow('offers nothing when suggestions are switched off, and still tidies up', async () => {
  await using it = await scene({ count: 2 });
  await it.publish();
  it.push({ [TEST_FILE]: testFile(2, () => 50) });
  const outcome = await it.publish({ suggestions: false });
  assert.equal([outcome.suggestions, outcome.closed, outcome.comment], [0, 2, 'updated']);
});

test.slow('leaves out what is not on a line of the diff', async () => {
  await using it = await scene({ count: 3 });
  const [first, second, third] = findingsIn(it.git, it.pull.head.sha);
  if (!first || !second || !third) throw new Error('no findings');
  const elsewhere = [{ ...first, path: 'shapes.py' }, { ...second, line: 99 }, third];
  const outcome = await it.publish({ report: reportOn(it.pull, elsewhere) });
  assert.is(outcome.suggestions, 1);
  assert.equal(states(it), [open(6)]);
  assert.match(it.log.join('\n'), /2 suggestions are not on lines of the diff/);
});

test.slow('offers one value for a line that has two', async () => {
  await using it = await scene({ count: 1 });
  const [finding] = findingsIn(it.git, it.pull.head.sha);
  if (!finding) throw new Error('no findings');
  const other = { ...finding, value: '12', probability: 0.99 };
  await it.publish({ report: reportOn(it.pull, [finding, other]) });
  assert.equal(states(it), [open(2)]);
  assert.match(it.pull.threads[0]?.comments[0]?.body ?? '', /assert area\(0\) == 12/);
});

test.slow("takes GitHub's word when it draws the diff in another way", async () => {
  await using it = await scene({ count: 2 });
  const [first, second] = findingsIn(it.git, it.pull.head.sha);
  if (!first || !second) throw new Error('no findings');
  const wrong = { ...first, path: 'shapes.py', line: 1 };
  const lines = new Map([
    ['shapes.py', new Map([[1, first.lineText]])],
    [TEST_FILE, new Map([[second.line, second.lineText]])],
  ]);
  const outcome = await it.publish({
    report: reportOn(it.pull, [wrong, second]),
    anchors: async () => lines,
  });
  assert.is(outcome.suggestions, 1);
  assert.equal(states(it), [open(second.line)]);
  const statuses = it.server.requests.map(({ method, path, status }) => `${method} ${path} ${status}`);
  assert.equal(statuses.slice(2), [
    'POST /repos/o/r/pulls/7/reviews 422',
    'GET /repos/o/r/pulls/7/files 200',
    'POST /repos/o/r/pulls/7/reviews 200',
  ]);
});

test.slow('gives up on suggestions when GitHub refuses what it lists itself', async () => {
  await using it = await scene({ count: 1 });
  const pending = { id: 1, author: BOT, event: 'PENDING', commit: it.pull.head.sha, comments: 0 };
  it.pull.reviews.push(pending);
  const outcome = await it.publish();
  assert.equal([outcome.posted, outcome.suggestions], [true, 0]);
  assert.match(it.log.join('\n'), /in the comment only\. .*one pending review/);
});

test.slow('finds its suggestions behind a hundred threads of others', async () => {
  await using it = await scene({ count: 1 });
  await it.publish();
  const [own] = it.pull.threads;
  const lint = Array.from({ length: 250 }, (_, id) => ({
    ...{ id, path: TEST_FILE, line: 1, commit: it.pull.head.sha, resolvedBy: null },
    comments: [{ id: id + 5000, author: BOT, body: 'lint', hiddenAs: null }],
  }));
  if (own) it.pull.threads = [...lint, own];
  it.newRequests();
  assert.is((await it.publish()).suggestions, 0);
  assert.equal(it.newRequests(), ['POST /graphql', 'POST /graphql', 'POST /graphql']);
});

test.run();
