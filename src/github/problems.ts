/**
 * Turns what Octokit throws into the error that the user can act on.
 *
 * In: what was asked and what came. Out: a GitHubError of one or two lines: what failed, what GitHub said,
 * what to do next. Sends nothing; no token and no header ever gets into a message.
 */
import { GitHubError } from '../errors.ts';

export interface Failure {
  /** Method and path, such as `GET /repos/o/r/actions/artifacts`. */
  what: string;
  cause: unknown;
  apiUrl: string;
  serverUrl: string;
  token: string;
}

/** What Octokit's RequestError and GraphqlResponseError have in common, as far as it is there. */
interface Reason {
  status?: number;
  message?: string;
  response?: { headers?: Record<string, string | number | undefined>; data?: unknown };
  headers?: Record<string, string | number | undefined>;
  errors?: { type?: string; message?: string }[];
  cause?: unknown;
}

/** The HTTP status behind a GitHubError; undefined when no answer came or it is another error. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof GitHubError)) return undefined;
  return statusOfReason(error.cause as Reason);
}

/** Whether GitHub refused because the token may not do it: not because of a limit, not because it is no token. */
export function isForbidden(error: unknown): boolean {
  return statusOf(error) === 403 && !isLimit((error as Error).cause as Reason);
}

export function githubProblem(failure: Failure): GitHubError {
  const { what, cause, token } = failure;
  if (cause instanceof GitHubError) return cause;
  const reason = cause as Reason;
  const status = statusOfReason(reason);
  const [found, next] =
    status === undefined
      ? [`no answer from ${new URL(failure.apiUrl).host} (${wordsOf(reason)})`, OFFLINE]
      : [`GitHub answered ${status} (${wordsOf(reason)})`, nextStep(status, reason, failure)];
  const message = `Cannot ${what}: ${found}.\n${next}`;
  return new GitHubError(token === '' ? message : message.replaceAll(token, '***'), { cause });
}

const OFFLINE = 'Check the network and the proxy settings (HTTPS_PROXY, NO_PROXY), then run it again.';

function nextStep(status: number, reason: Reason, { what, serverUrl }: Failure): string {
  if (isLimit(reason)) return `The rate limit is used up; ${comeBack(reason)}.`;
  const permission = permissionFor(what, reason);
  if (status === 401) return 'The token is not valid: it is wrong, expired or revoked. Use another one.';
  if (status === 403) {
    return `The token may not do this: give the job "${permission}" under "permissions", or use a token that has it.`;
  }
  if (status === 404) {
    const old = isGitHubCom(serverUrl) ? '' : `, or ${new URL(serverUrl).host} is too old to have it`;
    return `It does not exist${old}, or the token may not see it: that takes "${permission}".`;
  }
  if (status === 410) return 'It is gone: expired or deleted.';
  if (status >= 500)
    return 'That is on their side: see https://www.githubstatus.com, and run it again later.';
  return 'GitHub did not accept the request; if it looks right, please report it with these lines.';
}

/** GitHub names the permission in a header; the table is for servers that do not. */
function permissionFor(what: string, reason: Reason): string {
  const named = headersOf(reason)['x-accepted-github-permissions'];
  if (typeof named === 'string' && /^[\w=,; -]{1,100}$/.test(named)) {
    return (named.split(/[;,]/)[0] ?? '').trim().replaceAll('_', '-').replace('=', ': ');
  }
  const access = what.startsWith('GET ') ? 'read' : 'write';
  if (/\/actions\//.test(what)) return `actions: ${access}`;
  if (/\/(issues|pulls|graphql)/.test(what)) return `pull-requests: ${access}`;
  return `contents: ${access}`;
}

function isLimit(reason: Reason): boolean {
  const status = statusOfReason(reason);
  const headers = headersOf(reason);
  if (reason.errors?.some(({ type }) => type === 'RATE_LIMITED')) return true;
  if (status === 429 || (status === 403 && /\brate limit\b/i.test(wordsOf(reason)))) return true;
  return status === 403 && (headers['x-ratelimit-remaining'] === '0' || 'retry-after' in headers);
}

function comeBack(reason: Reason): string {
  const headers = headersOf(reason);
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000;
  const at = Number.isFinite(seconds) ? Date.now() + seconds * 1000 : reset;
  if (!Number.isFinite(at)) return 'come back in a few minutes';
  const minutes = Math.max(1, Math.ceil((at - Date.now()) / 60_000));
  return `come back in ${minutes} minute${minutes === 1 ? '' : 's'}, at ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Octokit gives network errors the status 500 and no response. */
function statusOfReason(reason: Reason | undefined): number | undefined {
  if (reason?.errors !== undefined) return statusOfGraphql(reason.errors);
  return reason?.response === undefined ? undefined : reason.status;
}

const GRAPHQL_STATUS: Record<string, number> = {
  FORBIDDEN: 403,
  INSUFFICIENT_SCOPES: 403,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
};

/** GraphQL answers 200 and says in the body what is wrong. */
const statusOfGraphql = (errors: NonNullable<Reason['errors']>): number =>
  errors.map(({ type }) => GRAPHQL_STATUS[type ?? '']).find((status) => status !== undefined) ?? 422;

const headersOf = (reason: Reason) => reason.response?.headers ?? reason.headers ?? {};

/** GitHub's own words in one line: without control characters, not too long. */
function wordsOf(reason: Reason): string {
  const data = reason.response?.data as { message?: unknown; errors?: unknown } | undefined;
  const errors = Array.isArray(data?.errors)
    ? `: ${data.errors.map((item) => JSON.stringify(item)).join(', ')}`
    : '';
  const said = typeof data?.message === 'string' ? `${data.message}${errors}` : reason.message;
  return (said ?? 'no reason given')
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, 300);
}

/** github.com and the hosted ghe.com: always the newest version. */
export function isGitHubCom(serverUrl: string): boolean {
  const { hostname } = new URL(serverUrl);
  return hostname === 'github.com' || hostname.endsWith('.ghe.com') || hostname.endsWith('.localhost');
}
