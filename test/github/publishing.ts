/** A pull request with findings, ready to be published to a fake GitHub: for the tests of this folder. */

import { openRepository } from '../../src/git/run.ts';
import { type GitHub, openGitHub } from '../../src/github/client.ts';
import { anchorsFromGit } from '../../src/github/diff-anchors.ts';
import { type PublishOptions, type PublishOutcome, publishComment } from '../../src/github/pull-request.ts';
import type { ActionReport, AssertionReport, Suggestion } from '../../src/report/schema.ts';
import { type GitRepo, gitRepo } from '../helpers/git-repo.ts';
import { addRepository } from '../helpers/github/actions.ts';
import { addPullRequest, type FakePullRequest } from '../helpers/github/pull-request-state.ts';
import { pullRequestRoutes } from '../helpers/github/pull-requests.ts';
import { type FakeGitHub, startFakeGitHub, TOKEN } from '../helpers/github/server.ts';

export const TEST_FILE = 'tests/test_shapes.py';

/** Tests of two lines each, in this order; every value is wrong by one. */
export const testFile = (
  numbers: number | readonly number[],
  value = (number: number) => number + 1,
): string =>
  (typeof numbers === 'number' ? [...Array(numbers).keys()] : numbers)
    .map((number) => `def test_${number}():\n    assert area(${number}) == ${value(number)}\n`)
    .join('');

/** What the adapter finds in a file of `testFile`: each value should be one less. */
export function findingsIn(git: GitRepo, sha: string, path = TEST_FILE): Suggestion[] {
  return git
    .git('show', `${sha}:${path}`)
    .split('\n')
    .flatMap((lineText, index) => {
      const [, test = '', written] = /^ {4}assert area\((\d+)\) == (\d+)$/.exec(lineText) ?? [];
      if (written === undefined) return [];
      const column = lineText.length - written.length + 1;
      return {
        path,
        line: index + 1,
        column,
        endColumn: lineText.length + 1,
        lineText,
        value: test,
        probability: 0.9 - Number(test) / 1000,
        runnerUp: { text: '7', probability: 0.05 },
        written,
        verdict: 'surprising',
        test: `test_${test}`,
      } as const;
    });
}

const MODEL = { pack: 'nano', version: '1', device: 'cpu', precision: 'float32', engine: 'test' };

/** The report of a run on the pull request as it stands. */
export function reportOn(
  pull: FakePullRequest,
  suggestions = findingsIn(pull.git, pull.head.sha),
): ActionReport {
  const [base, head] = [pull.base.sha, pull.head.sha];
  const assertions = suggestions.map(assertionOf);
  const nothing = {
    expected: 0,
    plausible: 0,
    exactMatch: null,
    editSimilarity: null,
    nll: null,
    baseNll: null,
  };
  const counts = { assertions: assertions.length, surprising: assertions.length, open: 0 };
  const snapshot = { id: 'i', commit: base, parent: null, digest: 'd', stateDigest: 's', steps: 3 };
  return {
    schema: 'code2lora/action@1',
    event: 'pull_request',
    repository: pull.repository,
    pullRequest: { number: pull.number, base, head, fork: pull.head.repository !== pull.repository },
    check: {
      schema: 'code2lora/check@1',
      repository: { root: '/r', head, branch: null },
      range: { base, head, description: 'of the pull request' },
      model: MODEL,
      snapshot,
      assertions,
      summary: { ...counts, ...nothing },
      notices: [],
      timings: {},
    },
    suggestions,
    gains: [],
    adapter: { restoredFrom: null, restoredCommit: null, artifact: null, advancedBy: 1 },
    notices: [],
  };
}

function assertionOf(suggestion: Suggestion): AssertionReport {
  const { path, line, column, endColumn, test, written, verdict, value, probability } = suggestion;
  return {
    ...{ path, line, column, endLine: line, endColumn, test, written, verdict },
    ...{ family: 'python/assert', language: 'python' },
    ...{ probability: 0.01, baseProbability: 0.01, nll: 4, baseNll: 4 },
    candidates: [{ text: value, probability }],
  };
}

export interface Scene extends AsyncDisposable {
  git: GitRepo;
  server: FakeGitHub;
  pull: FakePullRequest;
  /** Everything that was logged. */
  log: string[];
  github(token?: string): GitHub;
  /** A run on the pull request as it stands; its anchors come from local git. */
  publish(changes?: Partial<PublishOptions>, token?: string): Promise<PublishOutcome>;
  /** `METHOD path` of the requests since the last call. */
  newRequests(): string[];
  /** Commits to the pull request's branch and moves its head there; onto another commit: a force push. */
  push(files: Record<string, string>, onto?: string): string;
}

/** One repository for all scenes of a file: making one takes longer than a test. */
const git = gitRepo({ bare: true });
const opened = openRepository(git.dir);
const branches = new Map<number, { base: string; head: string }>();
let pushes = 0;

/** A base commit, and a branch that adds `count` tests. */
function branchOf(count: number): { base: string; head: string } {
  const files = { 'shapes.py': 'def area(n):\n    return n\n' };
  const commits = [files, { ...files, [TEST_FILE]: testFile(count) }];
  const [base = '', head = ''] = branches.has(count) ? [] : git.branch(`count-${count}`, commits);
  const branch = branches.get(count) ?? { base, head };
  branches.set(count, branch);
  return branch;
}

function commitOnto(parent: string, files: Record<string, string>): string {
  const branch = `refs/heads/push-${pushes++}`;
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const changes = Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`);
  const head = `commit ${branch}\ncommitter A U Thor <a@example.com> ${1_700_000_000 + pushes} +0000\n`;
  git.gitWithInput(`${head}${data('more')}from ${parent}\n${changes.join('')}`, 'fast-import', '--quiet');
  return git.git('rev-parse', branch);
}

/** A pull request that adds `count` assertions, and a server that knows it. */
export async function scene({ count = 3, from }: { count?: number; from?: string } = {}): Promise<Scene> {
  const repository = await opened;
  const server = await startFakeGitHub({ routes: [pullRequestRoutes] });
  addRepository(server, 'o/r');
  const pull = addPullRequest(server, {
    repository: 'o/r',
    git,
    ...branchOf(count),
    ...(from ? { from } : {}),
  });
  const log: string[] = [];
  const say = (line: string) => void log.push(line);
  const addresses = { apiUrl: server.url, serverUrl: 'https://github.com' };
  const github = (token = TOKEN) =>
    openGitHub({ token, repository: 'o/r', ...addresses, log: say, secondMs: 1 });
  let seen = 0;
  return {
    ...{ git, server, pull, log, github },
    publish: (changes = {}, token = TOKEN) =>
      publishComment(github(token), {
        report: changes.report ?? reportOn(pull),
        suggestions: true,
        maxSuggestions: 3,
        anchors: (paths) => anchorsFromGit(repository, pull.base.sha, pull.head.sha, paths),
        log: say,
        ...changes,
      }),
    newRequests: () => {
      const fresh = server.requests.slice(seen);
      seen = server.requests.length;
      return fresh.map(({ method, path }) => `${method} ${path}`);
    },
    push: (files, onto = pull.head.sha) => {
      pull.head.sha = commitOnto(onto, files);
      return pull.head.sha;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
