/**
 * A stateful stand-in for GitHub on loopback: REST, GraphQL, the artifact service and the blob store.
 *
 * Real HTTP, no mocks: the code under test is given its URL. It keeps what is written to it, asks for a
 * token, checks permissions, cuts lists into pages, and can be told to fail. Other files of this folder bring
 * routes; a route answers or passes on. What no route answers is a 404, as on GitHub.
 *
 *   API        <url>/repos/…          Authorization: token <one of state.permissions>
 *   GraphQL    <url>/graphql            both also below <url>/api/v3 and <url>/api
 *   Artifacts  <url>/twirp/…, <url>/blob/…   (ACTIONS_RESULTS_URL = <url>)
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { actionsRoutes } from './actions.ts';
import { artifactServiceRoutes } from './artifact-service.ts';
import type {
  Access,
  FakeGitHub,
  FakeReply,
  FakeRepository,
  FakeRequest,
  Match,
  Permission,
  Route,
  Scopes,
} from './types.ts';

export type {
  Access,
  FakeArtifact,
  FakeGitHub,
  FakePull,
  FakeReply,
  FakeRepository,
  FakeRequest,
  FakeRun,
  LoggedRequest,
  Permission,
  Route,
  Scopes,
} from './types.ts';

/** A token with every permission that our workflows give. */
export const TOKEN = 'fake-token';
const ALL: Scopes = {
  actions: 'write',
  checks: 'write',
  contents: 'read',
  issues: 'write',
  metadata: 'read',
  'pull-requests': 'write',
};

/** Starts it on a free port. Routes given here come before the ones that are built in. */
export async function startFakeGitHub({
  routes = [],
}: {
  routes?: readonly Route[];
} = {}): Promise<FakeGitHub> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref(); // a test that fails before it has the server in hand must not hold the process
  const failures: { match: Match; replies: FakeReply[] }[] = [];
  let lastId = 1000;
  const state: FakeGitHub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repositories: new Map(),
    runs: new Map(),
    artifacts: new Map(),
    pulls: new Map(),
    permissions: new Map([[TOKEN, ALL]]),
    logins: new Map(),
    requests: [],
    nextId: () => ++lastId,
    failNext: (match, replies) => void failures.push({ match, replies: [replies].flat() }),
    [Symbol.asyncDispose]: () => close(server),
  };
  const answers: Route[] = [
    (request) => plannedFailure(failures, request),
    authorize,
    ...routes,
    artifactServiceRoutes,
    actionsRoutes,
  ];
  server.on('request', (message, response) => void serve(message, response, { state, answers }));
  return state;
}

/** 403 as GitHub answers it, when the token of the request lacks the permission; undefined when it has it. */
export function denied(
  request: FakeRequest,
  state: FakeGitHub,
  { permission, access }: { permission: Permission; access: Access },
): FakeReply | undefined {
  const has = state.permissions.get(request.token ?? '')?.[permission];
  if (has === 'write' || has === access) return undefined;
  return {
    status: 403,
    headers: { 'x-accepted-github-permissions': `${permission.replace('-', '_')}=${access}` },
    json: {
      message: 'Resource not accessible by integration',
      documentation_url: 'https://docs.github.com/rest',
    },
  };
}

export const loginOf = ({ token }: FakeRequest, { logins }: FakeGitHub): string =>
  logins.get(token ?? '') ?? 'github-actions[bot]';

export const notFound = (): FakeReply => ({ status: 404, json: { message: 'Not Found' } });

/** One page of a list, with the Link header; `key` wraps it as `{ total_count, <key>: [...] }`. */
export function page(
  request: FakeRequest,
  state: FakeGitHub,
  { items, key }: { items: readonly unknown[]; key?: string },
): FakeReply {
  const size = Math.min(100, Number(request.query.get('per_page') ?? 30));
  const number = Number(request.query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams(request.query);
    query.set('page', String(to));
    return `<${state.url}${request.path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev'), link(1, 'first')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
  ];
  const slice = items.slice((number - 1) * size, number * size);
  return {
    status: 200,
    json: key === undefined ? slice : { total_count: items.length, [key]: slice },
    ...(links.length > 0 ? { headers: { link: links.join(', ') } } : {}),
  };
}

/** The repository that a path `/repos/<owner>/<name>/…` names, and what comes after it. */
export function repositoryOf(
  { path }: FakeRequest,
  { repositories }: FakeGitHub,
): { repository: FakeRepository; rest: string } | undefined {
  const [, name = '', rest = ''] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(path) ?? [];
  const repository = repositories.get(name);
  return repository && { repository, rest };
}

function plannedFailure(
  failures: { match: Match; replies: FakeReply[] }[],
  request: FakeRequest,
): FakeReply | undefined {
  const line = `${request.method} ${request.path}`;
  const planned = failures.find(
    ({ match, replies }) =>
      replies.length > 0 &&
      (typeof match === 'string'
        ? line.startsWith(match)
        : match instanceof RegExp
          ? match.test(line)
          : match(request)),
  );
  return planned?.replies.shift();
}

/** The artifact service has tokens of its own, and the blob store goes by its signed addresses. */
function authorize({ path, token }: FakeRequest, { permissions }: FakeGitHub): FakeReply | undefined {
  if (/^\/(twirp|blob)\//.test(path)) return undefined;
  if (token !== null && permissions.has(token)) return undefined;
  const message = token === null ? 'Requires authentication' : 'Bad credentials';
  return { status: 401, json: { message, documentation_url: 'https://docs.github.com/rest' } };
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  { state, answers }: { state: FakeGitHub; answers: readonly Route[] },
): Promise<void> {
  const request = await readRequest(message);
  const { method, path, query, token, body } = request;
  const reply = await answer(request, state, answers);
  state.requests.push({ method, path, status: reply.status, query: String(query), token, body });
  if (reply.hangUp) {
    message.socket.destroy();
    return;
  }
  const json = reply.json === undefined ? undefined : JSON.stringify(reply.json);
  const type = json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(reply.status, { ...type, ...reply.headers });
  response.end(json ?? reply.body);
}

async function answer(
  request: FakeRequest,
  state: FakeGitHub,
  answers: readonly Route[],
): Promise<FakeReply> {
  try {
    for (const route of answers) {
      const reply = await route(request, state);
      if (reply) return reply;
    }
    return notFound();
  } catch (error) {
    // 400 is not repeated, and the text says whose fault it is
    return {
      status: 400,
      json: { message: `the fake server failed: ${error instanceof Error ? error.stack : error}` },
    };
  }
}

async function readRequest(message: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const url = new URL(message.url ?? '/', 'http://fake');
  const headers = message.headers as Record<string, string | undefined>;
  return {
    method: message.method ?? 'GET',
    // where GitHub Enterprise Server has its API
    path: url.pathname.replace(/^\/api\/(v3(?=\/)\/)?/, '/'),
    query: url.searchParams,
    headers,
    body,
    token: /^(?:token|bearer) (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? null,
    json: () => JSON.parse(body.toString('utf8')),
  };
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
