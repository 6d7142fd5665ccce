/**
 * The way to GitHub's API: the only file that imports Octokit.
 *
 * In: a token, a repository, the addresses. Out: a `GitHub` to ask things of; every failure is a GitHubError
 * (problems.ts). Knows nothing about what is asked.
 *
 * Octokit's own plugins retry and wait. They are put on in this order on purpose: throttling inside, retry
 * outside. The other way round, the retry plugin would repeat a rate-limited request after one second, before
 * the throttling plugin has read how long GitHub wants us to wait.
 */
import { getOctokit } from '@actions/github';
import { defaults } from '@actions/github/lib/utils';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { type Download, readCapped } from './download.ts';
import { createPacer } from './pacer.ts';
import { githubProblem } from './problems.ts';

export interface GitHub {
  owner: string;
  repo: string;
  /** Where people look at it, such as `https://github.com`. */
  serverUrl: string;
  /**
   * One request: `request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { pull_number: 7 })`. `owner` and
   * `repo` are filled in where the route names them. Throws GitHubError; `statusOf` (problems.ts) tells which.
   */
  request<T>(route: string, parameters?: object): Promise<Answer<T>>;
  /** The items of every page of a list, 100 at a time; pages are fetched as the reader gets there. */
  paginate<T>(route: string, parameters?: object): AsyncIterable<T>;
  graphql<T>(query: string, variables?: object): Promise<T>;
  /**
   * A GET without the token, for the addresses that GitHub hands out for its blob store; reads no further than
   * the limit. Throws GitHubError.
   */
  download(url: string, options: { maxBytes: number }): Promise<Download>;
  /** Requests sent so far, repeated ones counted again. */
  requests(): number;
}

export interface Answer<T> {
  data: T;
  headers: Record<string, string>;
  status: number;
}

export interface GitHubOptions {
  token: string;
  /** `owner/name`. */
  repository: string;
  apiUrl: string;
  /** Default: what belongs to `apiUrl`. */
  graphqlUrl?: string | undefined;
  serverUrl: string;
  /** Hears about waiting and repeating, one line each. */
  log: (line: string) => void;
  /** How long a second of waiting takes, in milliseconds; tests make it short. */
  secondMs?: number | undefined;
}

/** Limits are waited for up to this long; a longer one is an error that says when to come back. */
const MAX_WAIT_SECONDS = 60;
/** A limit that is still there after so many waits is not going away. */
const MAX_WAITS = 2;
const REQUEST_TIMEOUT_MS = 60_000;
/** A run writes once or twice; so many writes go out without a pause, the next ones a second apart. */
const FREE_WRITES = 8;

/** Opens the API. Sends nothing yet. */
export function openGitHub(options: GitHubOptions): GitHub {
  const [owner = '', repo = ''] = options.repository.split('/');
  const { serverUrl } = options;
  let sent = 0;
  const fetchCounted: typeof fetch = (url, init) => {
    sent += 1;
    return fetchWithTimeout(url, init);
  };
  const octokit = openOctokit(options, fetchCounted);
  const graphql = options.graphqlUrl
    ? octokit.graphql.defaults({ baseUrl: options.graphqlUrl.replace(/\/graphql$/, '') })
    : octokit.graphql;
  const fill = (route: string, parameters: object = {}) =>
    route.includes('{owner}') ? { owner, repo, ...parameters } : { ...parameters };
  const explain = (what: string) => (cause: unknown) => {
    throw githubProblem({ what: what.replace('{owner}', owner).replace('{repo}', repo), cause, ...options });
  };
  return {
    owner,
    repo,
    serverUrl,
    requests: () => sent,
    download: (url, { maxBytes }) =>
      readCapped(url, { maxBytes, send: fetchCounted, secondMs: options.secondMs ?? 1000 }).catch(
        explain(`GET ${new URL(url).host}`),
      ),
    request: <T>(route: string, parameters?: object) =>
      (octokit.request(route, fill(route, parameters)) as Promise<Answer<T>>).catch(explain(route)),
    graphql: <T>(query: string, variables: object = {}) =>
      graphql<T>(query, { ...variables }).catch(explain('POST /graphql')),
    async *paginate<T>(route: string, parameters?: object) {
      const pages = octokit.paginate.iterator(route, { per_page: 100, ...fill(route, parameters) });
      const next = pages[Symbol.asyncIterator]();
      for (;;) {
        const { done, value } = await next.next().catch(explain(route));
        if (done) return;
        yield* value.data as T[];
      }
    },
  };
}

function openOctokit({ token, apiUrl, log, secondMs = 1000 }: GitHubOptions, send: typeof fetch) {
  const waits =
    (kind: string) => (seconds: number, request: { request: object }, _: unknown, count: number) => {
      const wait = seconds <= MAX_WAIT_SECONDS && count < MAX_WAITS;
      if (wait) log(`GitHub's ${kind} is reached: waiting ${seconds} s.`);
      // Or the retry plugin would take up what was just given up.
      else Object.assign(request.request, { retries: 0 });
      return wait;
    };
  const options = {
    baseUrl: apiUrl,
    request: { fetch: send },
    log: { debug() {}, info() {}, warn: log, error() {} },
    retry: { retryAfterBaseValue: secondMs },
    throttle: {
      retryAfterBaseValue: secondMs,
      onRateLimit: waits('rate limit'),
      onSecondaryRateLimit: waits('secondary rate limit'),
      // By default writes are 1 s and notifications 3 s apart from the second one on, which is meant for
      // programs that write all day: GitHub allows 80 writes a minute, and one run of ours makes a handful.
      // (The plugin uses `key` and `schedule` of Bottleneck's groups, which is what a pacer has.)
      write: createPacer({ free: FREE_WRITES, intervalMs: secondMs }) as never,
      notifications: createPacer({ free: Number.POSITIVE_INFINITY, intervalMs: 0 }) as never,
    },
  };
  return getOctokit(token, options, throttling, retry);
}

/** @actions/github's goes through the proxy that the environment names; Node's own does not. */
const proxiedFetch = (defaults.request?.fetch ?? fetch) as typeof fetch;

const fetchWithTimeout: typeof fetch = (url, init = {}) =>
  proxiedFetch(url, { ...init, signal: init.signal ?? AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
