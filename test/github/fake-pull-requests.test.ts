/** The fake server is as strict as GitHub: or the tests beside this one would prove nothing. */
import { CONVERSATION_QUERY, RESOLVE_THREAD } from '../../src/github/conversation-queries.ts';
import { TOKEN } from '../helpers/github/server.ts';
import { assert, suite } from '../helpers/suite.ts';
import { type Scene, scene, TEST_FILE, testFile } from './publishing.ts';

const test = suite('fake pull requests');

async function post(it: Scene, path: string, body: object): Promise<{ status: number; text: string }> {
  const response = await fetch(`${it.server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `token ${TOKEN}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const review = (it: Scene, ...comments: object[]) =>
  post(it, '/repos/o/r/pulls/7/reviews', { event: 'COMMENT', comments });
const right = { path: TEST_FILE, side: 'RIGHT', body: 'b' };

test.slow('one comment on a line that is not in the diff refuses the whole review', async () => {
  await using it = await scene({ count: 2 });
  const { status, text } = await review(it, { ...right, line: 2 }, { ...right, line: 5 });
  assert.is(status, 422);
  assert.match(text, /pull_request_review_thread\.line must be part of the diff/);
  assert.equal([it.pull.threads.length, it.pull.reviews.length], [0, 0]);
  assert.is((await review(it, { ...right, line: 2 })).status, 200);
  assert.match(
    (await review(it, { ...right, path: 'shapes.py', line: 1 })).text,
    /Path could not be resolved/,
  );
});

test.slow('a range lies within one hunk', async () => {
  await using it = await scene({ count: 20 });
  const base = it.pull.head.sha;
  it.push({ [TEST_FILE]: testFile(20, (number) => (number === 1 || number === 18 ? 99 : number + 1)) });
  it.pull.base.sha = base;
  assert.match((await review(it, { ...right, start_line: 3, line: 38 })).text, /same hunk as the line/);
  assert.match((await review(it, { ...right, start_line: 5, line: 4 })).text, /must precede/);
  assert.is((await review(it, { ...right, start_line: 3, line: 4 })).status, 200);
});

test.slow('refuses long and empty bodies, a strange commit, a second pending review', async () => {
  await using it = await scene({ count: 1 });
  const long = 'ä'.repeat(65_537);
  const tooLong = /Body is too long \(maximum is 65536 characters\)/;
  assert.match((await review(it, { ...right, line: 2, body: long })).text, tooLong);
  assert.match((await post(it, '/repos/o/r/issues/7/comments', { body: long })).text, tooLong);
  assert.is((await post(it, '/repos/o/r/issues/7/comments', { body: ' ' })).status, 422);
  const elsewhere = { event: 'COMMENT', commit_id: it.pull.base.sha, comments: [{ ...right, line: 2 }] };
  assert.match((await post(it, '/repos/o/r/pulls/7/reviews', elsewhere)).text, /commit_id/);
  assert.is((await post(it, '/repos/o/r/pulls/7/reviews', { comments: [] })).status, 200);
  assert.match((await post(it, '/repos/o/r/pulls/7/reviews', { comments: [] })).text, /one pending review/);
});

const VARIABLES = { owner: 'o', repo: 'r', number: 7 };
const BAD_QUERIES = [
  [
    'an unknown field',
    CONVERSATION_QUERY.replace('headRefOid', 'headSha'),
    VARIABLES,
    /'headSha' doesn't exist on type 'PullRequest'/,
  ],
  [
    'a list without a size',
    CONVERSATION_QUERY.replace('(first: 100)', ''),
    VARIABLES,
    /must provide a `first` or `last`/,
  ],
  ['too large a page', CONVERSATION_QUERY.replace('100', '101'), VARIABLES, /exceeds the limit of 100/],
  ['a missing variable', CONVERSATION_QUERY, { owner: 'o', repo: 'r' }, /Variable \$number of type Int!/],
  ['a variable of another type', CONVERSATION_QUERY, { ...VARIABLES, number: '7' }, /Variable \$number/],
  [
    'an object without fields',
    CONVERSATION_QUERY.replace('viewer { login }', 'viewer'),
    VARIABLES,
    /must have selections/,
  ],
  ['what is no query', 'fragment F on Q { a }', {}, /Parse error/],
  [
    'a pull request that is not there',
    CONVERSATION_QUERY,
    { ...VARIABLES, number: 8 },
    /NOT_FOUND.*PullRequest/,
  ],
  ['what takes another permission', RESOLVE_THREAD, { id: 'PRRT_1' }, /FORBIDDEN/],
] as const;

test('answers a query for what it asks, and errors for what it may not', async () => {
  await using it = await scene({ count: 1 });
  for (const [what, query, variables, message] of BAD_QUERIES) {
    const { status, text } = await post(it, '/graphql', { query, variables });
    assert.is(status, 200);
    assert.ok(message.test(text), `${what}: ${text}`);
  }
  const { text } = await post(it, '/graphql', { query: 'query V { me: viewer { login } }' });
  assert.equal(JSON.parse(text), { data: { me: { login: 'github-actions[bot]' } } });
});

test.run();
