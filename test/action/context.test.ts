/** Events and environments as GitHub gives them, and as it never should. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readContext } from '../../src/action/context.ts';
import { UsageError } from '../../src/errors.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('context');
const [BASE, HEAD, MERGE] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];
const repository = { id: 1, full_name: 'o/r', default_branch: 'main' };

function context(event: string, payload: object | string, env: NodeJS.ProcessEnv = {}) {
  const file = join(temporaryFolder(), 'event.json');
  writeFileSync(file, typeof payload === 'string' ? payload : JSON.stringify(payload));
  return readContext({
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: file,
    GITHUB_REPOSITORY: 'o/r',
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_SHA: MERGE,
    GITHUB_RUN_ID: '7',
    GITHUB_WORKSPACE: '/work',
    RUNNER_TEMP: '/temp',
    RUNNER_TOOL_CACHE: '/tools',
    ...env,
  });
}

const eventOf = (...args: Parameters<typeof context>) => context(...args).event;
const push = { repository, before: BASE, after: HEAD, deleted: false };
const pullRequest = (source: { id: number } | null) => ({
  repository,
  pull_request: {
    number: 7,
    base: { ref: 'main', sha: BASE, repo: { id: 1 } },
    head: { ref: '::error::', sha: HEAD, repo: source },
  },
});

function throws(run: () => unknown, message: RegExp): void {
  assert.throws(run, (error: Error) => error instanceof UsageError && message.test(error.message));
}

test('a push to the default branch', () => {
  assert.equal(eventOf('push', push), { kind: 'push', before: BASE, isDefaultBranch: true });
});

test('a push to another branch, and of a tag', () => {
  for (const ref of ['refs/heads/topic', 'refs/tags/main'])
    assert.equal(eventOf('push', push, { GITHUB_REF: ref }), {
      kind: 'push',
      before: BASE,
      isDefaultBranch: false,
    });
});

test('a new branch was nowhere before', () => {
  assert.equal(eventOf('push', { ...push, before: '0'.repeat(40) }), {
    kind: 'push',
    before: null,
    isDefaultBranch: true,
  });
});

test('a deleted branch leaves nothing to do', () => {
  assert.is(eventOf('push', { ...push, after: '0'.repeat(40), deleted: true }).kind, 'none');
});

test('a schedule has next to nothing in its payload, and runs on the default branch', () => {
  const { event, repositoryId, defaultBranch } = context('schedule', { schedule: '17 4 * * 1' });
  assert.equal(
    [event, repositoryId, defaultBranch],
    [{ kind: 'push', before: null, isDefaultBranch: true }, 1, 'main'],
  );
});

test('a start by hand is a push without a before', () => {
  const other = { GITHUB_REF: 'refs/heads/topic' };
  assert.equal(eventOf('workflow_dispatch', { repository }, other), {
    kind: 'push',
    before: null,
    isDefaultBranch: false,
  });
});

test('a pull request of the same repository, of a fork, of a fork that is gone', () => {
  const of = (source: { id: number } | null) => eventOf('pull_request', pullRequest(source));
  const own = { kind: 'pull-request', number: 7, base: BASE, head: HEAD, fork: false };
  assert.equal(of({ id: 1 }), own);
  assert.equal(of({ id: 2 }), { ...own, fork: true });
  assert.equal(of(null), { ...own, fork: true });
});

test('pull_request_target refuses forks and says what to use', () => {
  assert.is(eventOf('pull_request_target', pullRequest({ id: 1 })).kind, 'pull-request');
  throws(() => eventOf('pull_request_target', pullRequest({ id: 2 })), /workflow_run/);
});

test('a merge group', () => {
  const payload = { repository, merge_group: { base_sha: BASE, head_sha: HEAD, head_ref: 'refs/heads/x' } };
  assert.equal(eventOf('merge_group', payload), { kind: 'merge-group', base: BASE, head: HEAD });
});

test('another workflow is over', () => {
  const run = {
    id: 5,
    event: 'pull_request',
    head_sha: HEAD,
    repository: { id: 1 },
    head_repository: { id: 2 },
  };
  const parsed = (changes: object) =>
    eventOf('workflow_run', { repository, workflow_run: { ...run, ...changes } });
  assert.equal(parsed({}), {
    kind: 'workflow-run',
    runId: 5,
    startedBy: 'pull_request',
    run: { head_sha: HEAD, repository: { id: 1 }, head_repository: { id: 2 } },
  });
  assert.is(
    (parsed({ head_repository: null }) as { run: { head_repository: unknown } }).run.head_repository,
    null,
  );
});

test('another event is named, with the known ones', () => {
  throws(() => eventOf('issues', { repository }), /the event "issues".*\nExpected one of push, schedule/);
});

test('a field that is missing or no commit is named', () => {
  throws(() => eventOf('push', { repository, after: HEAD }), /"before" is missing, expected a commit/);
  throws(() => eventOf('push', { ...push, before: '--all' }), /"before" is "--all", expected a commit/);
  const { pull_request: pull } = pullRequest({ id: 1 });
  const broken = { repository, pull_request: { ...pull, number: '7; rm' } };
  throws(() => eventOf('pull_request', broken), /"pull_request\.number" is "7; rm", expected a number/);
});

test('a payload that is no JSON, and one that is not there', () => {
  throws(() => eventOf('push', '{'), /Cannot read the event's payload/);
  throws(() => eventOf('push', push, { GITHUB_EVENT_PATH: '' }), /GITHUB_EVENT_PATH is not set/);
});

test('a variable that the runner sets is missed by name', () => {
  throws(() => context('push', push, { RUNNER_TEMP: '' }), /RUNNER_TEMP is not set/);
  throws(() => context('push', push, { GITHUB_REPOSITORY: 'no-slash' }), /GITHUB_REPOSITORY is "no-slash"/);
  throws(() => context('push', push, { GITHUB_SHA: 'main' }), /GITHUB_SHA is "main"/);
});

test.run();
