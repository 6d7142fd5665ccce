import { GitHubError } from '../../src/errors.ts';
import { openGitHub } from '../../src/github/client.ts';
import { isForbidden, statusOf } from '../../src/github/problems.ts';
import { addRepository } from '../helpers/github/actions.ts';
import {
  denied,
  type FakeGitHub,
  page,
  type Route,
  startFakeGitHub,
  TOKEN,
} from '../helpers/github/server.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('github/client');

/** 250 items in pages, a write, a query: what the client has to be able to do. */
const routes: Route[] = [
  (request, state) => {
    if (request.path === '/repos/o/r/items') {
      return page(request, state, { items: Array.from({ length: 250 }, (_, index) => index) });
    }
    if (request.path === '/repos/o/r/issues/1/comments') {
      return (
        denied(request, state, { permission: 'issues', access: 'write' }) ?? {
          status: 201,
          json: { said: (request.json() as { body: string }).body },
        }
      );
    }
    if (request.path === '/graphql') return graphql(request.json() as { variables: { who: string } });
    return undefined;
  },
];

const graphql = ({ variables: { who } }: { variables: { who: string } }) =>
  who === 'nobody'
    ? {
        status: 200,
        json: { data: null, errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible' }] },
      }
    : { status: 200, json: { data: { hello: who } } };

async function withGitHub(
  use: (github: ReturnType<typeof openGitHub>, state: FakeGitHub, lines: string[]) => Promise<void>,
  { token = TOKEN, serverUrl = 'https://github.com' } = {},
): Promise<void> {
  await using state = await startFakeGitHub({ routes });
  addRepository(state, 'o/r');
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  await use(
    openGitHub({ token, repository: 'o/r', apiUrl: state.url, serverUrl, log, secondMs: 1 }),
    state,
    lines,
  );
}

test('fills in the repository, sends the token, counts what it sends', () =>
  withGitHub(async (github, state) => {
    const { data, status } = await github.request<{ full_name: string }>('GET /repos/{owner}/{repo}');
    assert.equal([data.full_name, status], ['o/r', 200]);
    const { data: comment } = await github.request<{ said: string }>(
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { issue_number: 1, body: 'hello' },
    );
    assert.is(comment.said, 'hello');
    assert.is(github.requests(), 2);
    assert.ok(state.requests.every(({ token }) => token === TOKEN));
  }));

test.slow('walks all pages of a list, a hundred at a time, and no further than the reader', () =>
  withGitHub(async (github, state) => {
    const all: number[] = [];
    for await (const item of github.paginate<number>('GET /repos/{owner}/{repo}/items')) all.push(item);
    assert.equal([all.length, all.at(-1), state.requests.length], [250, 249, 3]);
    for await (const _ of github.paginate<number>('GET /repos/{owner}/{repo}/items')) break;
    assert.is(state.requests.length, 4);
  }),
);

test.slow('repeats what failed on the side of the server', () =>
  withGitHub(async (github, state) => {
    state.failNext('GET /repos/o/r', [{ status: 502 }, { status: 503, json: { message: 'busy' } }]);
    await github.request('GET /repos/{owner}/{repo}');
    assert.equal(
      state.requests.map(({ status }) => status),
      [502, 503, 200],
    );
    state.failNext('GET /repos/o/r', Array(9).fill({ status: 500, json: { message: 'broken' } }));
    await rejects(
      github.request('GET /repos/{owner}/{repo}'),
      GitHubError,
      /^Cannot GET \/repos\/o\/r: GitHub answered 500 \(broken\)\.\n.*githubstatus/,
    );
    assert.is(state.requests.length, 3 + 4);
  }),
);

test('waits for a limit that is short, and says so', () =>
  withGitHub(async (github, state, lines) => {
    const message = 'You have exceeded a secondary rate limit.';
    state.failNext('GET /repos/o/r', { status: 403, headers: { 'retry-after': '7' }, json: { message } });
    state.failNext('GET /repos/o/r', {
      status: 429,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.now() / 1000 + 5) },
      json: { message: 'API rate limit exceeded' },
    });
    await github.request('GET /repos/{owner}/{repo}');
    assert.is(state.requests.length, 3);
    assert.match(lines[0] ?? '', /secondary rate limit is reached: waiting 7 s/);
    assert.match(lines[1] ?? '', /rate limit is reached: waiting \d s/);
  }));

test('does not wait for a limit that is long, and says when to come back', () =>
  withGitHub(async (github, state) => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.now() / 1000 + 1800) };
    for (const status of [403, 429]) {
      state.failNext('GET', { status, headers, json: { message: 'API rate limit exceeded' } });
      const failure = github.request('GET /repos/{owner}/{repo}');
      await rejects(failure, GitHubError, /rate limit is used up; come back in (30|31) minutes, at .* UTC/);
      assert.is(isForbidden(await failure.catch((error: unknown) => error)), false);
    }
    assert.is(state.requests.length, 2);
  }));

test.slow('gives up on a limit that does not go away', () =>
  withGitHub(async (github, state) => {
    const message = 'You have exceeded a secondary rate limit.';
    state.failNext('GET', Array(9).fill({ status: 403, headers: { 'retry-after': '1' }, json: { message } }));
    await rejects(github.request('GET /repos/{owner}/{repo}'), GitHubError, /come back in 1 minute,/);
    assert.is(state.requests.length, 3);
  }),
);

test('names the permission that the token lacks, as GitHub names it or from the route', () =>
  withGitHub(async (github, state) => {
    state.permissions.set(TOKEN, { metadata: 'read' });
    const failure = github.request('POST /repos/{owner}/{repo}/issues/1/comments', { body: 'x' });
    await rejects(
      failure,
      GitHubError,
      /403 \(Resource not accessible by integration\)\.\n.*"issues: write"/,
    );
    assert.ok(isForbidden(await failure.catch((error: unknown) => error)));
    state.failNext('GET', { status: 403, json: { message: 'no' } });
    await rejects(
      github.request('GET /repos/{owner}/{repo}/actions/artifacts'),
      GitHubError,
      /"actions: read"/,
    );
  }));

test.slow('a 404, a 410 and a 422 say what to do, with the status to ask for', () =>
  withGitHub(async (github, state) => {
    const missing = github.request('GET /repos/{owner}/{repo}/pulls/9');
    await rejects(
      missing,
      GitHubError,
      /404 \(Not Found\)\.\n.*may not see it: that takes "pull-requests: read"/,
    );
    assert.is(statusOf(await missing.catch((error: unknown) => error)), 404);
    state.failNext('GET', { status: 410, json: { message: 'Artifact has expired' } });
    await rejects(github.request('GET /repos/{owner}/{repo}'), GitHubError, /410 .*\n.*expired or deleted/);
    const json = { message: 'Validation Failed', errors: ['line must be part of the diff'] };
    state.failNext('GET', { status: 422, json });
    await rejects(
      github.request('GET /repos/{owner}/{repo}'),
      GitHubError,
      /422 \(Validation Failed: "line must/,
    );
  }),
);

test('an old server of another company may just not have it', () =>
  withGitHub(
    (github) =>
      rejects(github.request('GET /new/thing'), GitHubError, /git\.corp\.example is too old to have it/),
    { serverUrl: 'https://git.corp.example' },
  ));

test('a wrong token is named as such, and is in no message', () =>
  withGitHub(
    async (github, state) => {
      await rejects(
        github.request('GET /repos/{owner}/{repo}'),
        GitHubError,
        /401 \(Bad credentials\)\.\n.*expired/,
      );
      state.failNext('GET', {
        status: 403,
        json: { message: 'the token wr0ng-secret\u0007\n::error::may not' },
      });
      const failure = github.request('GET /repos/{owner}/{repo}');
      await rejects(failure, GitHubError, /403 \(the token \*\*\* ::error::may not\)/);
    },
    { token: 'wr0ng-secret' },
  ));

test.slow('no answer at all is about the network', () =>
  withGitHub(async (github, state) => {
    state.failNext('GET', Array(9).fill({ status: 0, hangUp: true }));
    await rejects(
      github.request('GET /repos/{owner}/{repo}'),
      GitHubError,
      /no answer from 127.*\n.*HTTPS_PROXY/,
    );
  }),
);

test('asks GraphQL, and its errors are errors', () =>
  withGitHub(async (github) => {
    assert.equal(await github.graphql('query ($who: String) { hello }', { who: 'me' }), { hello: 'me' });
    const failure = github.graphql('query ($who: String) { hello }', { who: 'nobody' });
    await rejects(failure, GitHubError, /POST \/graphql: GitHub answered 403 .*Resource not accessible/);
    assert.ok(isForbidden(await failure.catch((error: unknown) => error)));
  }));

test.slow('a server of another company has both APIs in other places', async () => {
  await using state = await startFakeGitHub({ routes });
  addRepository(state, 'o/r');
  const options = {
    token: TOKEN,
    repository: 'o/r',
    apiUrl: `${state.url}/api/v3`,
    serverUrl: 'https://git.corp.example',
  };
  for (const graphqlUrl of [undefined, `${state.url}/api/graphql`]) {
    const github = openGitHub({ ...options, graphqlUrl, log: () => {} });
    await github.request('GET /repos/{owner}/{repo}');
    assert.equal(await github.graphql('query ($who: String) { hello }', { who: 'me' }), { hello: 'me' });
  }
});

test.slow('the writes of a run go out without a pause', async () => {
  await using state = await startFakeGitHub({ routes });
  addRepository(state, 'o/r');
  const options = { token: TOKEN, repository: 'o/r', apiUrl: state.url, serverUrl: 'https://github.com' };
  const github = openGitHub({ ...options, log: () => {} });
  const begun = Date.now();
  for (let index = 0; index < 6; index++) {
    await github.request('POST /repos/{owner}/{repo}/issues/1/comments', { body: String(index) });
  }
  assert.ok(Date.now() - begun < 2000, `${Date.now() - begun} ms`);
});

test.run();
