/**
 * Fetches the newest state that CI has uploaded into the local store, so that a fresh clone need not walk the
 * whole history.
 *
 *   remote `origin` → repository, host    GITHUB_TOKEN, GH_TOKEN or `gh` → token
 *   newest trusted artifact on the history of HEAD → store, under the state lock
 *   embeddings that it brings along, and of a static model all that CI has kept → cache
 */
import { GitError, GitHubError, UsageError } from '../errors.ts';
import { countCommits } from '../git/ancestry.ts';
import type { Repository } from '../git/run.ts';
import { apiUrlOf, isRepositoryName, parseRemote, type RepositoryAddress } from '../github/address.ts';
import { embeddingsArtifact, STATE_ARTIFACT } from '../github/artifact-names.ts';
import { readRepositoryFacts } from '../github/artifacts.ts';
import { openGitHub } from '../github/client.ts';
import type { Embeddings } from '../github/embeddings-file.ts';
import { findState, type RestoredState } from '../github/restore.ts';
import { findEmbeddings } from '../github/restore-embeddings.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import type { SnapshotManifest } from '../snapshots/snapshot.ts';
import { findToken } from './github-token.ts';
import type { PullOptions, PullResult } from './options.ts';
import { withStateLock } from './state-lock.ts';
import { openWorkspace, requireHead, snapshotInfo, type Workspace } from './workspace.ts';

/** Throws UsageError without a remote or a token, GitHubError when no artifact can be used. */
export async function pull(options: PullOptions = {}): Promise<PullResult> {
  const workspace = await openWorkspace(options);
  const head = requireHead(workspace.repository);
  const address = await findAddress(workspace.repository, options);
  const local = await nearest(workspace, head);
  if (local?.commit === head) return resultOf(workspace, { head, address, refused: [], snapshot: local });
  const refused: string[] = [];
  const found = await fetchState(workspace, {
    head,
    address,
    options,
    log: (line) => void refused.push(line),
  });
  if (found === null) throw nothingFound(address, options, refused);
  return withStateLock(workspace, options, async () => {
    const now = await nearest(workspace, head);
    const { manifest } = found.snapshot;
    if (now && (await distanceTo(workspace, head, now)) <= (await distanceTo(workspace, head, manifest)))
      return resultOf(workspace, { head, address, refused, snapshot: now });
    workspace.store.put(found.snapshot, found.bytes);
    await putEmbeddings(workspace, found.embeddings);
    return resultOf(workspace, { head, address, refused, snapshot: manifest, found });
  });
}

async function putEmbeddings(workspace: Workspace, embeddings: Embeddings): Promise<void> {
  await using cache = workspace.openCache();
  for (const [key, vector] of embeddings) cache.put(key, vector);
}

const nearest = ({ repository, store, lineage }: Workspace, until: string) =>
  nearestSnapshot(repository, store, { until, ...lineage });

/** First-parent commits to `head`: positions count from starts that may differ. */
const distanceTo = ({ repository }: Workspace, head: string, { commit }: SnapshotManifest) =>
  countCommits(repository, { after: commit, until: head });

interface Asked {
  head: string;
  address: RepositoryAddress;
  options: PullOptions;
  log: (line: string) => void;
}

async function fetchState(
  workspace: Workspace,
  { head, address, options, log }: Asked,
): Promise<RestoredState | null> {
  const { host, repository } = address;
  const { pack } = workspace;
  const { artifact: name = STATE_ARTIFACT, branch } = options;
  const github = openGitHub({
    token: await findToken(host, process.env),
    repository,
    apiUrl: process.env.GITHUB_API_URL ?? apiUrlOf(host),
    serverUrl: process.env.GITHUB_SERVER_URL ?? `https://${host}`,
    log() {}, // about waiting for a limit, a minute at most
  });
  const facts = await readRepositoryFacts(github);
  const found = await findState(github, { name, target: head, workspace, facts, branch, log });
  const isStatic = pack.manifest.hypernetwork.kind === 'static';
  if (!isStatic || !found?.embeddingsStoredAt) return found;
  // Of a static model the next commit embeds the whole tree.
  const search = { name: embeddingsArtifact(name), pack, facts, branch, log };
  const stored = await findEmbeddings(github, search).catch((error: unknown) => {
    if (!(error instanceof GitHubError)) throw error;
    log(`Embeddings cannot be fetched. ${error.message.replaceAll('\n', ' ')}`);
  });
  return { ...found, embeddings: new Map([...(stored?.embeddings ?? []), ...found.embeddings]) };
}

/** What the user named, or the remote `origin`. */
async function findAddress(
  repository: Repository,
  { repository: named }: PullOptions,
): Promise<RepositoryAddress> {
  const remote = parseRemote(await readOrigin(repository));
  if (named !== undefined && !isRepositoryName(named)) {
    throw new UsageError(`"${named}" is not a repository.\nExpected owner/name.`);
  }
  const host = remote?.host ?? 'github.com';
  if (named !== undefined) return { host, repository: named };
  if (remote !== null) return remote;
  throw new UsageError(
    'Cannot tell which GitHub repository this is: there is no remote "origin" with the address of one.\n' +
      'Name it: code2lora pull --repository owner/name.',
  );
}

/** Empty without such a remote. `get-url` applies the user's `url.<base>.insteadOf`. */
async function readOrigin(repository: Repository): Promise<string> {
  try {
    return await repository.text(['remote', 'get-url', 'origin']);
  } catch (error) {
    if (error instanceof GitError) return '';
    throw error;
  }
}

interface Outcome {
  head: string;
  address: RepositoryAddress;
  refused: string[];
  snapshot: SnapshotManifest;
  /** Missing: what was there already is as new. */
  found?: RestoredState;
}

async function resultOf(
  { repository }: Workspace,
  { head, address, refused, snapshot, found }: Outcome,
): Promise<PullResult> {
  return {
    schema: 'code2lora/pull@1',
    repository: address.repository,
    artifact: found
      ? { id: found.artifactId, run: found.runId, createdAt: found.createdAt, sizeBytes: found.sizeBytes }
      : null,
    snapshot: snapshotInfo(snapshot),
    behind: await countCommits(repository, { after: snapshot.commit, until: head }),
    refused,
  };
}

/** At most this many reasons are shown: the newest artifacts say the most. */
const MAX_REASONS = 5;

function nothingFound(
  { repository }: RepositoryAddress,
  { artifact = STATE_ARTIFACT }: PullOptions,
  refused: readonly string[],
): GitHubError {
  const reasons = refused.slice(0, MAX_REASONS).map((line) => `  ${line}`);
  const found =
    refused.length === 0
      ? `${repository} has no artifact "${artifact}".`
      : `no artifact "${artifact}" of ${repository} can be used here.\n${reasons.join('\n')}`;
  return new GitHubError(
    `Cannot pull: ${found}\n` +
      'Does the workflow run on the default branch, and is this clone up to date? For a fork, name the original: ' +
      '--repository owner/name.\nWithout it, "code2lora run" builds the adapter from the history.',
  );
}
