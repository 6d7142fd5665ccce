/** A report names its pull request itself: what GitHub must confirm before anything is posted with our rights. */
import { GitHubError } from '../../src/errors.ts';
import { verifyPullRequest, type WorkflowRun } from '../../src/github/verify-pull-request.ts';
import { addRepository } from '../helpers/github/actions.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { type Scene, scene, TEST_FILE } from './publishing.ts';

const test = suite('verify a pull request');

/** A pull request from a fork, and the event of the run that checked it. */
async function forked(): Promise<{ it: Scene; run: WorkflowRun }> {
  const it = await scene({ from: 'stranger/r' });
  const fork = addRepository(it.server, 'stranger/r', { isFork: true });
  const own = it.server.repositories.get('o/r')?.id ?? 0;
  return {
    it,
    run: { head_sha: it.pull.head.sha, repository: { id: own }, head_repository: { id: fork.id } },
  };
}

test('returns the pull request as GitHub knows it', async () => {
  const { it, run } = await forked();
  await using _ = it;
  const { base, head } = it.pull;
  const expected = { number: 7, base: base.sha, head: head.sha, fork: true };
  assert.equal(await verifyPullRequest(it.github(), { number: '7', workflowRun: run }), expected);
  it.pull.head.repository = 'o/r';
  const inside = { ...run, head_repository: run.repository };
  assert.equal(await verifyPullRequest(it.github(), { number: 7, workflowRun: inside }), {
    ...expected,
    fork: false,
  });
});

test('takes nothing but digits for a number, and asks GitHub for nothing else', async () => {
  const { it, run } = await forked();
  await using _ = it;
  for (const number of [
    '7/../8',
    '7?a=b',
    '',
    '-7',
    '1e3',
    '0x7',
    '07',
    ' 7',
    '7\n::warning::x',
    null,
    {},
    [7, 8],
    7.5,
  ]) {
    await rejects(
      verifyPullRequest(it.github(), { number, workflowRun: run }),
      GitHubError,
      /^Cannot publish the report of this run: it names the pull request ".*", expected a number/,
    );
  }
  assert.equal(it.newRequests(), []);
});

test('refuses when the head is not the one that was checked', async () => {
  const { it, run } = await forked();
  await using _ = it;
  it.push({ [TEST_FILE]: '# changed after the run\n' });
  await rejects(
    verifyPullRequest(it.github(), { number: 7, workflowRun: run }),
    GitHubError,
    new RegExp(`#7 is at commit ${it.pull.head.sha.slice(0, 10)}, expected ${run.head_sha.slice(0, 10)}`),
  );
});

test('refuses a pull request into another repository, or from another one', async () => {
  const { it, run } = await forked();
  await using _ = it;
  const elsewhere = { ...run, repository: { id: 1 } };
  await rejects(
    verifyPullRequest(it.github(), { number: 7, workflowRun: elsewhere }),
    GitHubError,
    /goes into another/,
  );
  const other = { ...run, head_repository: { id: 2 } };
  await rejects(
    verifyPullRequest(it.github(), { number: 7, workflowRun: other }),
    GitHubError,
    /comes from repository/,
  );
});

test('a fork that was deleted meanwhile is judged by its head', async () => {
  const { it, run } = await forked();
  await using _ = it;
  it.server.repositories.delete('stranger/r');
  const { fork } = await verifyPullRequest(it.github(), { number: 7, workflowRun: run });
  assert.is(fork, true);
});

test('a number of no pull request is refused by GitHub', async () => {
  const { it, run } = await forked();
  await using _ = it;
  await rejects(verifyPullRequest(it.github(), { number: 8, workflowRun: run }), GitHubError, /404/);
});

test.run();
