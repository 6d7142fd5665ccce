/**
 * The part of the REST API about repositories, workflow runs and artifacts, and what fills it.
 *
 * Fields are those of GitHub's OpenAPI description, as far as somebody reads them.
 */
import { createHash } from 'node:crypto';
import {
  denied,
  type FakeArtifact,
  type FakeGitHub,
  type FakeReply,
  type FakeRepository,
  type FakeRequest,
  type FakeRun,
  notFound,
  page,
  type Route,
  repositoryOf,
} from './server.ts';

const DAY_MS = 24 * 3600_000;
/** Yesterday: an artifact is young unless a test says otherwise. */
const FIRST_ARTIFACT_AT = Date.now() - DAY_MS;

export function addRepository(
  state: FakeGitHub,
  fullName: string,
  changes: Partial<FakeRepository> = {},
): FakeRepository {
  const repository: FakeRepository = {
    id: state.nextId(),
    fullName,
    defaultBranch: 'main',
    isFork: false,
    isPrivate: false,
    contents: new Map(),
    ...changes,
  };
  state.repositories.set(fullName, repository);
  return repository;
}

/** A finished run of a push to `main` unless told otherwise. */
export function addRun(
  state: FakeGitHub,
  run: Pick<FakeRun, 'repository' | 'headSha'> & Partial<FakeRun>,
): FakeRun {
  const full: FakeRun = {
    id: state.nextId(),
    headRepository: run.repository,
    event: 'push',
    headBranch: 'main',
    status: 'completed',
    conclusion: 'success',
    ...run,
  };
  state.runs.set(full.id, full);
  return full;
}

/** An artifact as if its run had uploaded it; the next one is a minute newer. */
export function addArtifact(
  state: FakeGitHub,
  artifact: Pick<FakeArtifact, 'run' | 'name' | 'data'> & Partial<FakeArtifact>,
): FakeArtifact {
  const createdAt = FIRST_ARTIFACT_AT + state.artifacts.size * 60_000;
  const full: FakeArtifact = {
    id: state.nextId(),
    sizeInBytes: artifact.data.length,
    digest: `sha256:${createHash('sha256').update(artifact.data).digest('hex')}`,
    expired: false,
    createdAt: new Date(createdAt).toISOString(),
    expiresAt: new Date(createdAt + 90 * DAY_MS).toISOString(),
    isFinal: true,
    ...artifact,
  };
  state.artifacts.set(full.id, full);
  return full;
}

export const actionsRoutes: Route = (request, state) => {
  const place = repositoryOf(request, state);
  if (place === undefined || request.method !== 'GET') return undefined;
  const { repository, rest } = place;
  if (rest === '') return { status: 200, json: repositoryJson(repository) };
  if (rest.startsWith('/contents/')) return contents(request, state, { repository, path: rest.slice(10) });
  if (!rest.startsWith('/actions/')) return undefined;
  return (
    denied(request, state, { permission: 'actions', access: 'read' }) ??
    actions(request, state, { repository, rest: rest.slice('/actions'.length) })
  );
};

function actions(
  request: FakeRequest,
  state: FakeGitHub,
  { repository, rest }: { repository: FakeRepository; rest: string },
): FakeReply {
  const [, kind, idText, sub] = /^\/(runs|artifacts)(?:\/(\d+))?(?:\/(artifacts|zip))?$/.exec(rest) ?? [];
  const id = Number(idText);
  if (kind === 'artifacts' && idText === undefined) return listArtifacts(request, state, { repository });
  if (kind === 'artifacts') {
    const artifact = artifactsOf(state, repository).find((artifact) => artifact.id === id);
    if (!artifact) return notFound();
    return sub === 'zip'
      ? redirectToZip(state, artifact)
      : { status: 200, json: artifactJson(state, artifact) };
  }
  const run = state.runs.get(id);
  if (kind !== 'runs' || run?.repository !== repository.fullName) return notFound();
  if (sub === 'artifacts') return listArtifacts(request, state, { repository, run: id });
  return { status: 200, json: runJson(state, run) };
}

function listArtifacts(
  request: FakeRequest,
  state: FakeGitHub,
  { repository, run }: { repository: FakeRepository; run?: number },
): FakeReply {
  const name = request.query.get('name');
  const items = artifactsOf(state, repository)
    .filter(
      (artifact) => (name === null || artifact.name === name) && (run === undefined || artifact.run === run),
    )
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id - a.id)
    .map((artifact) => artifactJson(state, artifact));
  return page(request, state, { items, key: 'artifacts' });
}

/** An address for a minute, which any reader may use: no token is needed and none must come. */
function redirectToZip(state: FakeGitHub, { id, expired }: FakeArtifact): FakeReply {
  if (expired) return { status: 410, json: { message: 'Artifact has expired' } };
  return { status: 302, headers: { location: `${state.url}/blob/${id}?sig=signed-for-reading` } };
}

function contents(
  request: FakeRequest,
  state: FakeGitHub,
  { repository, path }: { repository: FakeRepository; path: string },
): FakeReply {
  const refused = denied(request, state, { permission: 'contents', access: 'read' });
  const text = repository.contents.get(decodeURIComponent(path));
  if (refused || text === undefined) return refused ?? notFound();
  if (request.headers.accept?.includes('raw')) return { status: 200, body: text };
  const content = Buffer.from(text).toString('base64');
  return { status: 200, json: { type: 'file', encoding: 'base64', path, size: text.length, content } };
}

const artifactsOf = (state: FakeGitHub, { fullName }: FakeRepository): FakeArtifact[] =>
  [...state.artifacts.values()].filter(
    ({ run, isFinal }) => isFinal && state.runs.get(run)?.repository === fullName,
  );

export function repositoryJson({ id, fullName, defaultBranch, isFork, isPrivate }: FakeRepository) {
  const [login = '', name = ''] = fullName.split('/');
  return {
    id,
    name,
    full_name: fullName,
    private: isPrivate,
    fork: isFork,
    default_branch: defaultBranch,
    owner: { login, type: 'User' },
  };
}

function runJson(state: FakeGitHub, run: FakeRun) {
  const json = (name: string) => {
    const repository = state.repositories.get(name);
    return repository ? repositoryJson(repository) : null;
  };
  return {
    id: run.id,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    head_branch: run.headBranch,
    head_sha: run.headSha,
    repository: json(run.repository),
    head_repository: json(run.headRepository),
    // GitHub leaves it empty for forks
    pull_requests: [],
  };
}

function artifactJson(state: FakeGitHub, artifact: FakeArtifact) {
  const run = state.runs.get(artifact.run) as FakeRun;
  const idOf = (name: string) => state.repositories.get(name)?.id ?? null;
  return {
    id: artifact.id,
    name: artifact.name,
    size_in_bytes: artifact.sizeInBytes,
    expired: artifact.expired,
    created_at: artifact.createdAt,
    updated_at: artifact.createdAt,
    expires_at: artifact.expiresAt,
    archive_download_url: `${state.url}/repos/${run.repository}/actions/artifacts/${artifact.id}/zip`,
    ...(artifact.digest === null ? {} : { digest: artifact.digest }),
    workflow_run: {
      id: run.id,
      repository_id: idOf(run.repository),
      head_repository_id: idOf(run.headRepository),
      head_branch: run.headBranch,
      head_sha: run.headSha,
      ...artifact.claims,
    },
  };
}
