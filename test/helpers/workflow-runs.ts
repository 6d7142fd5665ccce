/**
 * A repository on the fake GitHub whose workflow uses the Action: pushes, pull requests and the runs they start.
 *
 * In: what a developer does (commit, open a pull request, push to it). Out: the results of the steps that GitHub
 * would run for it. Every step works in a fresh clone, as after actions/checkout with "fetch-depth: 0".
 */
import { dirname } from 'node:path';
import { runStep, type StepOptions, type StepResult } from './fake-runner.ts';
import { type Files, type GitRepo, gitRepo, repoAt, temporaryFolder } from './git-repo.ts';
import { addRepository, addRun } from './github/actions.ts';
import { artifactEnvironment } from './github/artifact-service.ts';
import { addPullRequest, type FakePullRequest } from './github/pull-request-state.ts';
import { pullRequestRoutes } from './github/pull-requests.ts';
import { type FakeGitHub, type FakeRun, type Scopes, startFakeGitHub, TOKEN } from './github/server.ts';

export type RunOptions = Partial<
  Pick<StepOptions, 'inputs' | 'env' | 'event' | 'token' | 'ref' | 'workspace' | 'deadlineMs'>
> & {
  /** Fields of the payload to change. */
  payload?: object;
};

export interface Run {
  run: FakeRun;
  step: StepResult;
}

/** What started a run. */
export interface Job {
  event: string;
  sha: string;
  /** Full name, such as `refs/heads/main`. */
  ref: string;
  payload?: object;
}

export interface Workflow extends AsyncDisposable {
  server: FakeGitHub;
  /** The repository as GitHub has it, `main` checked out. */
  repo: GitRepo;
  repository: string;
  /** Commits to `main`, without a run. */
  commit(message: string, files: Files): string;
  /** The run for `main` as it is now; `before` is where it was at the last one. */
  push(options?: RunOptions): Promise<Run>;
  /** A run of another event, or for another commit or ref. */
  start(job: Job, options?: RunOptions): Promise<Run>;
  /** Opens a pull request of one commit on top of `main`; from a fork when it has a name. */
  open(files: Files, options?: { fork?: string; number?: number }): FakePullRequest;
  /** One more commit on the pull request's branch. */
  update(pull: FakePullRequest, files: Files): string;
  /** The run for a pull request; a fork's token may only read. */
  check(pull: FakePullRequest, options?: RunOptions): Promise<Run>;
  /** The run that comments when another is over. */
  finish(run: FakeRun, options?: RunOptions): Promise<Run>;
  /** Requests since the last call, as `METHOD /path`. */
  newRequests(): string[];
}

const REPOSITORY = 'octo/cart';
const READ_ONLY_TOKEN = 'read-only-token';
const READ_ONLY: Scopes = { actions: 'read', contents: 'read', metadata: 'read', 'pull-requests': 'read' };

/** Starts the server and makes the repository; `files` are its first commit, or one on top of what `repo` has. */
export async function startWorkflow(
  files: Files,
  { repo = gitRepo() }: { repo?: GitRepo } = {},
): Promise<Workflow> {
  const server = await startFakeGitHub({ routes: [pullRequestRoutes] });
  server.permissions.set(READ_ONLY_TOKEN, READ_ONLY);
  const { id } = addRepository(server, REPOSITORY);
  repo.commit('start', files);
  const at = { server, repo, id };
  let pushed: string | null = null;
  let seen = 0;
  return {
    server,
    repo,
    repository: REPOSITORY,
    commit: (message, changes) => repo.commit(message, changes),
    async push(options = {}) {
      const sha = repo.git('rev-parse', 'main');
      const payload = { before: pushed ?? '0'.repeat(sha.length), after: sha, deleted: false };
      pushed = sha;
      return runJob(at, { event: 'push', sha, ref: 'refs/heads/main', payload, options });
    },
    start: (job, options = {}) => runJob(at, { payload: {}, ...job, options }),
    open: (changes, { fork = REPOSITORY, number = 7 } = {}) => openPull(at, changes, { fork, number }),
    update(pull, changes) {
      pull.head.sha = commitOn(repo, pull.head.sha, changes);
      return pull.head.sha;
    },
    check: (pull, options = {}) => checkPull(at, pull, options),
    finish: (run, options = {}) => finishRun(at, run, options),
    newRequests() {
      const requests = server.requests.slice(seen).map(({ method, path }) => `${method} ${path}`);
      seen = server.requests.length;
      return requests;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

interface Place {
  server: FakeGitHub;
  repo: GitRepo;
  id: number;
}

interface JobOptions {
  event: string;
  sha: string;
  ref: string;
  payload: object;
  options: RunOptions;
  /** What the API says about the run where it differs from the push of a branch. */
  run?: Partial<FakeRun>;
}

async function runJob({ server, repo, id }: Place, job: JobOptions): Promise<Run> {
  const { event = job.event, ref = job.ref, token = TOKEN, inputs = {}, env = {}, ...rest } = job.options;
  const run = addRun(server, {
    repository: REPOSITORY,
    headSha: job.sha,
    headBranch: ref.replace('refs/heads/', ''),
    event,
    ...job.run,
  });
  const repository = { id, full_name: REPOSITORY, default_branch: 'main' };
  const step = await runStep({
    workspace: rest.workspace ?? checkout(repo, job.sha),
    payload: { repository, ...job.payload, ...rest.payload },
    ...{ event, ref, sha: job.sha, repository: REPOSITORY, repositoryId: id },
    ...{ apiUrl: server.url, token, inputs },
    ...(rest.deadlineMs === undefined ? {} : { deadlineMs: rest.deadlineMs }),
    env: { GITHUB_RUN_ID: String(run.id), ...artifactEnvironment(server, run.id), ...env },
  });
  run.conclusion = step.status === 0 ? 'success' : 'failure';
  return { run, step };
}

/** As actions/checkout leaves it: a clone with all branches, at the commit. */
export function checkout(repo: GitRepo, sha: string, ...cloneOptions: string[]): string {
  const folder = temporaryFolder();
  repoAt(dirname(folder)).git('clone', '--quiet', ...cloneOptions, `file://${repo.dir}`, folder);
  const clone = repoAt(folder);
  clone.git('-c', 'protocol.allow=always', 'fetch', '--quiet', 'origin', '+refs/*:refs/remotes/github/*');
  clone.git('checkout', '--quiet', '--detach', sha);
  return folder;
}

function openPull(
  { server, repo }: Place,
  files: Files,
  { fork, number }: { fork: string; number: number },
): FakePullRequest {
  if (!server.repositories.has(fork)) addRepository(server, fork, { isFork: true });
  const base = repo.git('rev-parse', 'main');
  const head = commitOn(repo, base, files);
  repo.git('update-ref', `refs/pull/${number}/head`, head);
  return addPullRequest(server, { repository: REPOSITORY, git: repo, base, head, from: fork, number });
}

/** A commit on another one, made in a work tree of its own so that `main` stays checked out. */
function commitOn(repo: GitRepo, parent: string, files: Files): string {
  const folder = temporaryFolder();
  repo.git('worktree', 'add', '--quiet', '--detach', folder, parent);
  const sha = repoAt(folder).commit('change', files);
  repo.git('worktree', 'remove', '--force', folder);
  return sha;
}

/** What GitHub checks out for a pull request is a merge of both ends. */
function checkPull(place: Place, pull: FakePullRequest, options: RunOptions): Promise<Run> {
  const { server, repo, id } = place;
  const { number, base, head } = pull;
  const isFork = head.repository !== REPOSITORY;
  repo.git('update-ref', `refs/pull/${number}/head`, head.sha);
  const merge = repo.git('commit-tree', '-p', base.sha, '-p', head.sha, '-m', 'merge', `${head.sha}^{tree}`);
  repo.git('update-ref', `refs/pull/${number}/merge`, merge);
  const payload = {
    number,
    pull_request: {
      number,
      base: { ref: base.ref, sha: base.sha, repo: { id } },
      head: { ref: head.ref, sha: head.sha, repo: { id: server.repositories.get(head.repository)?.id } },
    },
  };
  return runJob(place, {
    ...{ event: 'pull_request', sha: merge, ref: `refs/pull/${number}/merge`, payload },
    options: { ...(isFork ? { token: READ_ONLY_TOKEN } : {}), ...options },
    run: { headSha: head.sha, headBranch: head.ref, headRepository: head.repository },
  });
}

function finishRun(place: Place, over: FakeRun, options: RunOptions): Promise<Run> {
  const { server, repo, id } = place;
  const source = server.repositories.get(over.headRepository);
  const payload = {
    action: 'completed',
    workflow_run: {
      id: over.id,
      event: over.event,
      conclusion: over.conclusion,
      head_sha: over.headSha,
      head_branch: over.headBranch,
      repository: { id },
      head_repository: source ? { id: source.id } : null,
    },
  };
  const sha = repo.git('rev-parse', 'main');
  // no checkout in this workflow
  const workspace = temporaryFolder();
  return runJob(place, {
    ...{ event: 'workflow_run', sha, ref: 'refs/heads/main', payload },
    options: { workspace, ...options },
  });
}
