/** The one comment: found among any number of others, and only when it is really ours. */
import { MARKER } from '../../src/report/pull-request-comment.ts';
import { addComments, type FakeComment } from '../helpers/github/pull-request-state.ts';
import { assert, suite } from '../helpers/suite.ts';
import { scene } from './publishing.ts';

const test = suite('sticky comment');

const BOT = 'github-actions[bot]';
const chatter = (count: number): Omit<FakeComment, 'id'>[] =>
  Array.from({ length: count }, (_, index) => ({
    author: index % 2 ? 'maria' : BOT,
    body: `comment ${index}`,
  }));
const ours = { author: BOT, body: `${MARKER}\nold` };

test.slow('finds its comment in the middle of 3,000', async () => {
  await using it = await scene({ count: 1 });
  addComments(it.server, it.pull, [...chatter(1500), ours, ...chatter(1499)]);
  const outcome = await it.publish({ suggestions: false });
  assert.equal([outcome.comment, it.pull.comments.length], ['updated', 3000]);
  assert.match(it.pull.comments[1500]?.body ?? '', new RegExp(it.pull.head.sha));
  assert.is(it.newRequests().length, 1 + 16 + 1);
});

test.slow('needs one request to find it among the oldest or the newest', async () => {
  await using it = await scene({ count: 1 });
  addComments(it.server, it.pull, [...chatter(2990), ours, ...chatter(9)]);
  assert.is((await it.publish({ suggestions: false })).comment, 'updated');
  assert.equal(it.newRequests(), ['POST /graphql', 'POST /graphql']);
});

test.slow('looks at all 3,000 before it posts a new one', async () => {
  await using it = await scene({ count: 1 });
  addComments(it.server, it.pull, chatter(3000));
  assert.is((await it.publish({ suggestions: false })).comment, 'created');
  assert.is(it.newRequests().filter((line) => line.startsWith('GET ')).length, 30);
  it.newRequests();
  assert.is((await it.publish({ suggestions: false })).comment, 'unchanged');
  assert.is(it.pull.comments.length, 3001);
});

test.slow('leaves the comments of others alone, whatever they hold', async () => {
  await using it = await scene({ count: 1 });
  // a person who pasted ours, one whose name is that of the bot, another bot, a deleted account
  const others = ['maria', 'github-actions', 'dependabot[bot]', ''].map((author) => ({ ...ours, author }));
  addComments(it.server, it.pull, others);
  const before = structuredClone(it.pull.comments);
  assert.is((await it.publish({ suggestions: false })).comment, 'created');
  assert.equal(it.pull.comments.slice(0, 4), before);
  assert.is((await it.publish({ suggestions: false })).comment, 'unchanged');
});

test('a person with a token of their own updates their own comment', async () => {
  await using it = await scene({ count: 1 });
  it.server.permissions.set('personal', { 'pull-requests': 'write' });
  it.server.logins.set('personal', 'maria');
  addComments(it.server, it.pull, [ours, { ...ours, author: 'maria' }]);
  assert.is((await it.publish({ suggestions: false }, 'personal')).comment, 'updated');
  assert.equal(it.pull.comments[0]?.body, ours.body);
  assert.not.equal(it.pull.comments[1]?.body, ours.body);
});

test.slow('line endings from the browser are no change', async () => {
  await using it = await scene({ count: 1 });
  await it.publish();
  const [comment] = it.pull.comments;
  if (comment) comment.body = comment.body.replaceAll('\n', '\r\n');
  assert.is((await it.publish()).comment, 'unchanged');
});

test.slow('restores what somebody edited away', async () => {
  await using it = await scene({ count: 1 });
  await it.publish();
  const [comment] = it.pull.comments;
  const said = comment?.body ?? '';
  if (comment) comment.body = `${MARKER} edited`;
  assert.is((await it.publish()).comment, 'updated');
  assert.is(it.pull.comments[0]?.body, said);
});

test.run();
