/**
 * Finds the newest state artifact that can be believed.
 *
 * In: GitHub, the local repository and the commit that the state is wanted for. Out: a snapshot that the history
 * could have made, or null. What any artifact has to pass is in trusted-artifacts.ts; here is what its content has to.
 */
import { GitHubError } from '../errors.ts';
import { requireFullHistory } from '../git/history.ts';
import type { Repository } from '../git/run.ts';
import type { Gain } from '../report/schema.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { admitSnapshot, type HistoryLine, readHistoryLine } from '../snapshots/admit.ts';
import type { WantedLineage } from '../snapshots/lineage.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import { refuseOrigin } from './artifact-origin.ts';
import { type ListedArtifact, type RepositoryFacts, readRepositoryFacts } from './artifacts.ts';
import type { GitHub } from './client.ts';
import { type Embeddings, embeddingsOf } from './embeddings-file.ts';
import { MAX_STATE_ZIP_BYTES, readState, type State } from './state-artifact.ts';
import { findTrusted } from './trusted-artifacts.ts';

export interface RestoreOptions {
  /** Of the artifact, such as `code2lora-state`. */
  name: string;
  /** The commit to continue to, a full sha: the state's own must be it or one of its first-parent ancestors. */
  target: string;
  workspace: RestoreWorkspace;
  /** What the event says about the repository; asked of the API when it is not given. */
  facts?: RepositoryFacts | undefined;
  /** Branch whose runs are believed; default: the default branch. */
  branch?: string | undefined;
  /** Hears why artifacts are refused, one line each. */
  log: (line: string) => void;
}

/** What a state has to fit. A `Workspace` of the commands is one. */
export interface RestoreWorkspace {
  repository: Repository;
  pack: ModelPack;
  lineage: WantedLineage;
}

/** Put it into the store with `store.put(snapshot, bytes)`. */
export interface RestoredState {
  snapshot: Snapshot;
  /** The bytes of state.safetensors. */
  bytes: Uint8Array;
  /** Of the checks before, oldest first. */
  gains: Gain[];
  /** By key: those that no artifact of embeddings holds yet. */
  embeddings: Embeddings;
  /** When the newest artifact of embeddings was stored, in ISO 8601; null: there was none. */
  embeddingsStoredAt: string | null;
  artifactId: string;
  runId: number;
  createdAt: string;
  /** When GitHub deletes it; null: it does not say. */
  expiresAt: string | null;
  sizeBytes: number;
}

const MAX_CANDIDATES = 50;
const MAX_LISTED = 3000;

/**
 * The same as `findState`, but where GitHub fails or refuses, that is one line in the log and null: a run in CI
 * goes on from the history. Throws UsageError for a shallow clone, which cannot.
 */
export async function restoreState(github: GitHub, options: RestoreOptions): Promise<RestoredState | null> {
  try {
    return await findState(github, options);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    options.log(`State cannot be restored. ${error.message.replaceAll('\n', ' ')}`);
    return null;
  }
}

/** The newest state artifact that passes every check; null when there is none. Throws GitHubError, UsageError. */
export async function findState(github: GitHub, options: RestoreOptions): Promise<RestoredState | null> {
  const { workspace, target, name, log } = options;
  const { owner, repo } = github;
  requireFullHistory(workspace.repository);
  const line = await readHistoryLine(workspace.repository, target);
  const facts = options.facts ?? (await readRepositoryFacts(github));
  const branch = options.branch ?? facts.defaultBranch;
  return findTrusted<RestoredState>(github, {
    ...{ name, log, title: 'State artifact', maxCandidates: MAX_CANDIDATES, maxListed: MAX_LISTED },
    rules: {
      repositoryId: facts.id,
      branch,
      maxBytes: MAX_STATE_ZIP_BYTES,
      positionOf: line.positionOf,
    },
    read: (zip, artifact) =>
      readAdmitted(zip, { artifact, line, workspace, expected: { owner, repo, branch } }),
  });
}

interface Candidate {
  artifact: ListedArtifact;
  line: HistoryLine;
  workspace: RestoreWorkspace;
  /** Where it has to come from. */
  expected: { owner: string; repo: string; branch: string };
}

/** The state, or why it is refused. Throws GitHubError, SnapshotError or ModelError for what is not as we write it. */
async function readAdmitted(zip: Buffer, candidate: Candidate): Promise<RestoredState | string> {
  const { artifact, workspace, line, expected } = candidate;
  const place = `artifact ${artifact.id}`;
  const state = await readState(zip, place);
  const reason = refuseOrigin(state.info, expected) ?? refuseCommit(state, candidate);
  if (reason !== null) return reason;
  admitSnapshot(state.snapshot, { ...workspace, line, place });
  return toRestored(artifact, state, embeddingsOf(workspace.pack, state.embeddings, place));
}

/** The run has reached it. */
function refuseCommit({ info }: State, { artifact, line }: Candidate): string | null {
  const [at, run] = [line.positionOf(info.commit), line.positionOf(artifact.run?.headSha ?? '')];
  if (at !== undefined && run !== undefined && at <= run) return null;
  return `it stands at ${info.commit.slice(0, 10)}, which is not part of the history of its run`;
}

const toRestored = (
  artifact: ListedArtifact,
  { snapshot, bytes, info }: State,
  embeddings: Embeddings,
): RestoredState => ({
  snapshot,
  bytes,
  gains: info.gains,
  embeddings,
  embeddingsStoredAt: info.embeddingsStoredAt ?? null,
  artifactId: String(artifact.id),
  runId: artifact.run?.id ?? 0,
  createdAt: artifact.createdAt,
  expiresAt: artifact.expiresAt,
  sizeBytes: artifact.sizeBytes,
});
