/**
 * The artifact service (twirp over HTTP, JSON) and the block-blob store that @actions/artifact talks to.
 *
 * A finished upload appears as an artifact of its run in the REST API (actions.ts). Which run that is stands
 * in the runtime token, as on GitHub.
 */
import { createHash } from 'node:crypto';
import { addArtifact } from './actions.ts';
import type { FakeArtifact, FakeGitHub, FakeReply, FakeRequest, Route } from './server.ts';

const SERVICE = /^\/twirp\/github\.actions\.results\.api\.v1\.ArtifactService\/(\w+)$/;

/** ACTIONS_RUNTIME_TOKEN of a job of the run: a JWT whose signature nobody checks. */
export function runtimeToken(run: number): string {
  const payload = { scp: `Actions.Results:run-${run}:job-1`, exp: 4_000_000_000 };
  return `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.x`;
}

/** The environment of a job step of the run, as far as the artifact client reads it. */
export function artifactEnvironment(state: FakeGitHub, run: number): Record<string, string> {
  return {
    ACTIONS_RUNTIME_TOKEN: runtimeToken(run),
    ACTIONS_RESULTS_URL: `${state.url}/`,
    GITHUB_SERVER_URL: 'https://github.com',
  };
}

export const artifactServiceRoutes: Route = (request, state) => {
  const method = SERVICE.exec(request.path)?.[1];
  if (method) return call(method, request, state);
  const blob = /^\/blob\/(\d+)$/.exec(request.path)?.[1];
  if (blob) return storeOrServe(request, state.artifacts.get(Number(blob)));
  return undefined;
};

interface Call {
  workflow_run_backend_id: string;
  workflow_job_run_backend_id: string;
  name: string;
  size?: string;
  hash?: string;
  expires_at?: string;
}

function call(method: string, request: FakeRequest, state: FakeGitHub): FakeReply {
  const asked = request.json() as Call;
  const run = runOfToken(request);
  if (run === undefined || asked.workflow_run_backend_id !== `run-${run}`) {
    return { status: 401, json: { code: 'unauthenticated', msg: 'the runtime token is not valid' } };
  }
  const found = [...state.artifacts.values()].find(({ name, run: of }) => name === asked.name && of === run);
  if (method === 'CreateArtifact') return create(state, asked, { run, taken: found !== undefined });
  if (found === undefined) return { status: 404, json: { code: 'not_found', msg: 'no such artifact' } };
  if (method === 'FinalizeArtifact') return finalize(found, asked);
  if (method === 'DeleteArtifact') state.artifacts.delete(found.id);
  else return { status: 404, json: { code: 'bad_route', msg: `no method ${method}` } };
  return { status: 200, json: { ok: true, artifact_id: String(found.id) } };
}

function create(state: FakeGitHub, asked: Call, { run, taken }: { run: number; taken: boolean }): FakeReply {
  if (taken) {
    const msg = 'an artifact with this name already exists on the workflow run';
    return { status: 409, json: { code: 'already_exists', msg } };
  }
  const empty = { data: Buffer.alloc(0), isFinal: false, digest: null };
  const expiry = asked.expires_at === undefined ? {} : { expiresAt: asked.expires_at };
  const { id } = addArtifact(state, { run, name: asked.name, ...empty, ...expiry });
  return {
    status: 200,
    json: { ok: true, signed_upload_url: `${state.url}/blob/${id}?sig=signed-for-writing` },
  };
}

/** Refuses what does not fit the bytes, so that a client that lies about them is found out. */
function finalize(artifact: FakeArtifact, { size, hash }: Call): FakeReply {
  const digest = `sha256:${createHash('sha256').update(artifact.data).digest('hex')}`;
  if (Number(size) !== artifact.data.length || (hash !== undefined && hash !== digest)) {
    return { status: 400, json: { code: 'invalid_argument', msg: 'size or hash does not fit the upload' } };
  }
  Object.assign(artifact, { isFinal: true, sizeInBytes: artifact.data.length, digest });
  return { status: 200, json: { ok: true, artifact_id: String(artifact.id) } };
}

const blocksByArtifact = new WeakMap<FakeArtifact, Map<string, Buffer>>();

/** Azure's block blobs: blocks in any order, then the list that puts them together. */
function storeOrServe({ method, query, body, token }: FakeRequest, artifact?: FakeArtifact): FakeReply {
  if (!query.has('sig')) return { status: 403, body: 'not signed' };
  if (token !== null) return { status: 400, body: 'a token must never come to the blob store' };
  if (artifact === undefined) return { status: 404, body: 'no such blob' };
  if (method === 'GET') {
    return { status: 200, body: artifact.data, headers: { 'content-type': 'application/zip' } };
  }
  const blocks = blocksByArtifact.get(artifact) ?? new Map<string, Buffer>();
  blocksByArtifact.set(artifact, blocks);
  if (query.get('comp') === 'block') blocks.set(query.get('blockid') ?? '', body);
  else {
    const ids = [...body.toString('utf8').matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]+)</g)];
    artifact.data = Buffer.concat(ids.map(([, id]) => blocks.get(id ?? '') ?? Buffer.alloc(0)));
  }
  return { status: 201, headers: { etag: '"1"' } };
}

function runOfToken({ token }: FakeRequest): number | undefined {
  const payload = token?.split('.')[1] ?? '';
  const scope = Buffer.from(payload, 'base64url').toString('utf8');
  const run = /Actions\.Results:run-(\d+):/.exec(scope)?.[1];
  return run === undefined ? undefined : Number(run);
}
