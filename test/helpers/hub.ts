/**
 * A stand-in for the Hugging Face Hub on loopback, and for the server that it sends downloads on to: two real HTTP
 * servers, so two origins.
 *
 *   <url>/api/models/<repo>/revision/<rev>       card, commit; gated and private repositories ask for a token
 *   <url>/api/models/<repo>/tree/<commit>        files, two to a page, with a Link header
 *   <url>/<repo>/resolve/<rev>/<file>            302 to the CDN for large files, 307 within the Hub for small ones
 *   <cdnUrl>/blobs/<sha256>                      bytes, with Range and If-Range; refuses a request with a token
 *
 * It can be told to fail: with a status, by cutting or holding the connection after some bytes, with other bytes.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RepositoryFiles } from './released-models.ts';

export interface FakeRepository {
  commit: string;
  files: RepositoryFiles;
  license?: string | string[] | null;
  /** Who may read it; default: everybody. */
  access?: 'public' | 'private' | 'gated';
}

/** What happens instead of a good answer. */
export interface Trouble {
  status?: number;
  headers?: Record<string, string>;
  json?: unknown;
  /** Send so many bytes of the body, then cut the connection. */
  cutAfter?: number;
  /** Send so many bytes of the body, then nothing more. */
  stallAfter?: number;
  /** Other bytes than the right ones, with a length of their own. */
  body?: Buffer;
  /** Do not say how long the body is. */
  chunked?: boolean;
  /** Send the body piece by piece with a pause after each. */
  slowly?: { bytes: number; ms: number };
}

export interface HubRequestLog {
  origin: 'hub' | 'cdn';
  method: string;
  path: string;
  status: number;
  authorization: string | undefined;
  range: string | undefined;
  ifRange: string | undefined;
}

export interface FakeHub extends AsyncDisposable {
  url: string;
  cdnUrl: string;
  repositories: Map<string, FakeRepository>;
  /** Tokens that may read private and gated repositories. */
  tokens: Set<string>;
  requests: HubRequestLog[];
  /** The next answers to requests whose path contains the text, one each. */
  trouble(part: string, ...troubles: Trouble[]): void;
  /** Paths that were asked for, without the query. */
  paths(): string[];
}

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

const PAGE_SIZE = 2;

/** A commit id that depends on the content of a repository, as git's do. */
export function commitOf(files: RepositoryFiles): string {
  const hash = createHash('sha1');
  for (const [path, bytes] of Object.entries(files)) hash.update(path).update(bytes);
  return hash.digest('hex');
}

/** Starts both servers on free ports, with these repositories at `main`. */
export async function startFakeHub(
  repositories: Readonly<Record<string, Omit<FakeRepository, 'commit'>>> = {},
): Promise<FakeHub> {
  const troubles: { part: string; left: Trouble[] }[] = [];
  const [hub, cdn] = [createServer(), createServer()];
  const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const server of [hub, cdn]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const state: FakeHub = {
    url: addressOf(hub),
    cdnUrl: addressOf(cdn),
    repositories: new Map(
      Object.entries(repositories).map(([name, entry]) => [
        name,
        { ...entry, commit: commitOf(entry.files) },
      ]),
    ),
    tokens: new Set(['hf_reader']),
    requests: [],
    trouble: (part, ...left) => void troubles.push({ part, left }),
    paths: () => state.requests.map(({ path }) => path),
    async [Symbol.asyncDispose]() {
      for (const server of [hub, cdn]) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  };
  const answer = (origin: 'hub' | 'cdn', route: (request: IncomingMessage, url: URL) => Reply) => {
    return (request: IncomingMessage, response: ServerResponse) => {
      const url = new URL(request.url ?? '/', state.url);
      const trouble = troubles
        .find(({ part, left }) => left.length > 0 && url.pathname.includes(part))
        ?.left.shift();
      const reply =
        trouble?.status === undefined ? route(request, url) : troubleReply(trouble, trouble.status);
      const { authorization, range } = request.headers;
      const ifRange = request.headers['if-range'] as string | undefined;
      const log = { origin, method: request.method ?? '', path: url.pathname, status: reply.status };
      state.requests.push({ ...log, authorization, range, ifRange });
      void send(response, reply, trouble ?? {});
    };
  };
  hub.on(
    'request',
    answer('hub', (request, url) => hubRoute(state, request, url)),
  );
  cdn.on(
    'request',
    answer('cdn', (request, url) => cdnRoute(state, request, url)),
  );
  return state;
}

function troubleReply({ headers, json }: Trouble, status: number): Reply {
  const type = { 'content-type': 'application/json' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(json ?? { error: 'planned' }) };
}

function hubRoute(state: FakeHub, request: IncomingMessage, url: URL): Reply {
  const path = decodeURIComponent(url.pathname);
  const [, api, name = '', kind, rest = ''] =
    /^\/(api\/models\/)?([^/]+\/[^/]+)\/(revision|tree|resolve)\/(.+)$/.exec(path) ?? [];
  const [, stored] = /^\/resolve-cache\/([0-9a-f]{40})$/.exec(path) ?? [];
  if (stored !== undefined) return smallFile(state, stored);
  const repository = state.repositories.get(name);
  const refusal = refuse(state, request, repository);
  if (refusal !== undefined) return refusal;
  const found = repository as FakeRepository;
  const [revision = '', ...file] = rest.split('/');
  if (revision !== 'main' && revision !== found.commit) return failure(404, 'RevisionNotFound');
  if (api && kind === 'revision') return json(cardOf(name, found));
  if (api && kind === 'tree') return tree(state, { name, repository: found, url });
  return resolveFile(state, found, file.join('/'));
}

function refuse(
  state: FakeHub,
  request: IncomingMessage,
  repository: FakeRepository | undefined,
): Reply | undefined {
  const token = request.headers.authorization?.replace(/^Bearer /, '');
  const isKnown = token !== undefined && state.tokens.has(token);
  if (token !== undefined && !isKnown) return failure(401, '', 'Invalid credentials in Authorization header');
  // The Hub does not tell strangers whether a repository exists.
  if (repository === undefined) return failure(isKnown ? 404 : 401, 'RepoNotFound');
  if (repository.access === 'private' && !isKnown) return failure(401, 'RepoNotFound');
  if (repository.access === 'gated' && !isKnown) return failure(401, 'GatedRepo');
  return undefined;
}

const failure = (status: number, code: string, error = code): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...(code === '' ? {} : { 'x-error-code': code }) },
  body: JSON.stringify({ error }),
});

const json = (value: unknown, headers: Record<string, string> = {}): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

const cardOf = (name: string, { commit, license, access }: FakeRepository) => ({
  _id: '1',
  id: name,
  sha: commit,
  private: access === 'private',
  gated: access === 'gated' ? 'auto' : false,
  downloads: 1,
  likes: 1,
  lastModified: '2026-06-01T00:00:00.000Z',
  cardData: license === null || license === undefined ? {} : { license },
});

/** Large files, and all of their kind, are stored by their sha256. */
const isLarge = (path: string, bytes: Buffer): boolean =>
  /\.(safetensors|pt)$/.test(path) || bytes.length > 10_000_000;

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const blobOf = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

function tree(
  state: FakeHub,
  { name, repository, url }: { name: string; repository: FakeRepository; url: URL },
): Reply {
  const entries = Object.entries(repository.files).map(([path, bytes]) => ({
    type: 'file',
    path,
    size: bytes.length,
    oid: blobOf(bytes),
    ...(isLarge(path, bytes) ? { lfs: { oid: sha256Of(bytes), size: bytes.length, pointerSize: 135 } } : {}),
  }));
  const first = Number(url.searchParams.get('cursor') ?? 0);
  const next = first + PAGE_SIZE;
  const address = `${state.url}/api/models/${name}/tree/${repository.commit}?recursive=true&cursor=${next}`;
  const link = next < entries.length ? { link: `<${address}>; rel="next"` } : {};
  return json(entries.slice(first, next), link as Record<string, string>);
}

function resolveFile(state: FakeHub, { commit, files }: FakeRepository, path: string): Reply {
  const bytes = files[path];
  if (bytes === undefined) return failure(404, 'EntryNotFound');
  const large = isLarge(path, bytes);
  const tag = large ? sha256Of(bytes) : blobOf(bytes);
  return {
    status: large ? 302 : 307,
    headers: {
      location: large ? `${state.cdnUrl}/blobs/${tag}` : `/resolve-cache/${tag}`,
      'x-repo-commit': commit,
      'x-linked-etag': `"${tag}"`,
      'x-linked-size': String(bytes.length),
    },
  };
}

const contents = (state: FakeHub): Buffer[] =>
  [...state.repositories.values()].flatMap(({ files }) => Object.values(files));

function smallFile(state: FakeHub, blob: string): Reply {
  const body = contents(state).find((bytes) => blobOf(bytes) === blob);
  return body === undefined
    ? failure(404, 'EntryNotFound')
    : { status: 200, headers: { etag: `"${blob}"` }, body };
}

function cdnRoute(state: FakeHub, request: IncomingMessage, url: URL): Reply {
  if (request.headers.authorization !== undefined)
    return { status: 400, body: 'only one way to authenticate' };
  const [, digest] = /^\/blobs\/([0-9a-f]{64})$/.exec(url.pathname) ?? [];
  const body = contents(state).find((bytes) => sha256Of(bytes) === digest);
  if (body === undefined) return { status: 404, body: 'gone' };
  // As S3 and its like do: a tag of their own.
  const etag = `"${digest?.slice(0, 32)}"`;
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const ifRange = request.headers['if-range'];
  if (from === undefined || (ifRange !== undefined && ifRange !== etag))
    return { status: 200, headers: { etag, 'accept-ranges': 'bytes' }, body };
  const start = Number(from);
  if (start >= body.length) return { status: 416, headers: { 'content-range': `bytes */${body.length}` } };
  const range = `bytes ${start}-${body.length - 1}/${body.length}`;
  return { status: 206, headers: { etag, 'content-range': range }, body: body.subarray(start) };
}

async function send(
  response: ServerResponse,
  { status, headers, body }: Reply,
  trouble: Trouble,
): Promise<void> {
  const bytes = Buffer.from(trouble.body ?? body ?? '');
  const { cutAfter, stallAfter, slowly, chunked } = trouble;
  response.writeHead(status, { ...(chunked ? {} : { 'content-length': bytes.length }), ...headers });
  if (cutAfter !== undefined) {
    response.write(bytes.subarray(0, cutAfter), () => response.destroy());
  } else if (stallAfter !== undefined) {
    response.write(bytes.subarray(0, stallAfter));
  } else if (slowly !== undefined) {
    for (let at = 0; at < bytes.length && !response.destroyed; at += slowly.bytes) {
      response.write(bytes.subarray(at, at + slowly.bytes));
      await new Promise((resolve) => setTimeout(resolve, slowly.ms));
    }
    response.end();
  } else {
    response.end(bytes);
  }
}
