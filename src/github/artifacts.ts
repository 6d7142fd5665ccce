/**
 * Artifacts and workflow runs as GitHub's API describes them.
 *
 * In: names and ids. Out: plain data under our names, and the bytes of an artifact. Knows nothing about which
 * of them can be trusted (trust.ts) or what is inside (state-artifact.ts, report-artifact.ts).
 */
import { GitHubError } from '../errors.ts';
import type { GitHub } from './client.ts';

export interface ListedArtifact {
  id: number;
  name: string;
  sizeBytes: number;
  /** sha256 of the zip, hexadecimal; null when GitHub does not say. */
  digest: string | null;
  expired: boolean;
  createdAt: string;
  /** When it will be deleted; null: GitHub does not say. */
  expiresAt: string | null;
  /** The run that uploaded it; null when that is gone. */
  run: ArtifactRun | null;
}

/** What an artifact says about its run. */
export interface ArtifactRun {
  id: number;
  repositoryId: number;
  /** Of the repository that the commit comes from: another one for a fork. */
  headRepositoryId: number;
  headBranch: string;
  headSha: string;
}

export interface WorkflowRun extends ArtifactRun {
  event: string;
}

export interface RepositoryFacts {
  id: number;
  defaultBranch: string;
}

interface ApiArtifact {
  id: number;
  name: string;
  size_in_bytes: number;
  digest?: string | null;
  expired: boolean;
  created_at: string | null;
  expires_at?: string | null;
  workflow_run?: {
    id?: number;
    repository_id?: number;
    head_repository_id?: number;
    head_branch?: string | null;
    head_sha?: string;
  } | null;
}

interface ApiRun {
  id: number;
  event: string;
  head_branch: string | null;
  head_sha: string;
  repository: { id: number } | null;
  head_repository: { id: number } | null;
}

/** A repository that was deleted since has no id, and no repository has this one. */
const NO_ID = -1;

/** All artifacts of a name, newest first, of every run that the repository ever had; of one run with `runId`. */
export async function* listArtifacts(
  github: GitHub,
  name: string,
  { runId }: { runId?: number } = {},
): AsyncGenerator<ListedArtifact, void, undefined> {
  const route =
    runId === undefined
      ? 'GET /repos/{owner}/{repo}/actions/artifacts'
      : 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts';
  const parameters = runId === undefined ? { name } : { name, run_id: runId };
  for await (const artifact of github.paginate<ApiArtifact>(route, parameters)) {
    // Servers that do not know the parameter answer with all of them.
    if (artifact.name === name) yield toArtifact(artifact);
  }
}

export async function readRun(github: GitHub, id: number): Promise<WorkflowRun> {
  const { data } = await github.request<ApiRun>('GET /repos/{owner}/{repo}/actions/runs/{run_id}', {
    run_id: id,
  });
  return {
    id: data.id,
    event: data.event,
    repositoryId: data.repository?.id ?? NO_ID,
    headRepositoryId: data.head_repository?.id ?? NO_ID,
    headBranch: data.head_branch ?? '',
    headSha: data.head_sha,
  };
}

export async function readRepositoryFacts(github: GitHub): Promise<RepositoryFacts> {
  const { data } = await github.request<{ id: number; default_branch: string }>('GET /repos/{owner}/{repo}');
  return { id: data.id, defaultBranch: data.default_branch };
}

/**
 * The zip of an artifact. GitHub answers with an address of its blob store; the token is not sent there. Throws
 * GitHubError when it is gone, larger than `maxBytes`, or not what the digest says.
 */
export async function downloadArtifact(
  github: GitHub,
  { id, digest }: Pick<ListedArtifact, 'id' | 'digest'>,
  { maxBytes }: { maxBytes: number },
): Promise<Buffer> {
  const route = 'GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/zip';
  // Not followed by fetch, which would send the token along to a host of the same name. The body is not read.
  const request = { redirect: 'manual', parseSuccessResponseBody: false };
  const { headers, status } = await github.request(route, { artifact_id: id, request });
  if (headers.location === undefined) {
    throw new GitHubError(`Cannot download artifact ${id}: GitHub answered ${status} without an address.`);
  }
  const { data, sha256 } = await github.download(headers.location, { maxBytes });
  if (digest !== null && sha256 !== digest) {
    throw new GitHubError(
      `Artifact ${id} is not what was uploaded: its sha256 is ${sha256}, expected ${digest}.`,
    );
  }
  return data;
}

function toArtifact(artifact: ApiArtifact): ListedArtifact {
  const { workflow_run: run } = artifact;
  return {
    id: artifact.id,
    name: artifact.name,
    sizeBytes: artifact.size_in_bytes,
    digest: /^sha256:([0-9a-f]{64})$/.exec(artifact.digest ?? '')?.[1] ?? null,
    expired: artifact.expired,
    createdAt: artifact.created_at ?? '',
    expiresAt: artifact.expires_at ?? null,
    run: run
      ? {
          id: run.id ?? NO_ID,
          repositoryId: run.repository_id ?? NO_ID,
          headRepositoryId: run.head_repository_id ?? NO_ID,
          headBranch: run.head_branch ?? '',
          headSha: run.head_sha ?? '',
        }
      : null,
  };
}
