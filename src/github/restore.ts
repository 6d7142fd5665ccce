/**
 * Finds the newest state artifact that can be believed.
 *
 * In: GitHub, the local repository and the commit that the state is wanted for. Out: a snapshot that the history
 * could have made, or null. The candidates come newest first; each one that is refused gives one line in the
 * log, and the next is looked at. Cheap questions first: what the artifact says, then its run, then its content.
 */
import { GitHubError, ModelError, SnapshotError } from '../errors.ts';
import { requireFullHistory } from '../git/history.ts';
import type { Repository } from '../git/run.ts';
import type { Gain } from '../report/schema.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { admitSnapshot, type HistoryLine, readHistoryLine } from '../snapshots/admit.ts';
import type { WantedLineage } from '../snapshots/lineage.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import {
  downloadArtifact,
  type ListedArtifact,
  listArtifacts,
  type RepositoryFacts,
  readRepositoryFacts,
  readRun,
} from './artifacts.ts';
import type { GitHub } from './client.ts';
import { statusOf } from './problems.ts';
import { MAX_STATE_ZIP_BYTES, readState, type State } from './state-artifact.ts';
import { refuseArtifact, refuseRun, type TrustRules } from './trust.ts';

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
  artifactId: string;
  runId: number;
  createdAt: string;
  sizeBytes: number;
}

/** Runs and contents of so many are looked at; more than a few refused in a row means that none will fit. */
const MAX_CANDIDATES = 50;
/** Artifacts that are listed at all: thirty requests. */
const MAX_LISTED = 3000;
/** Lines about refusals, so that a thousand expired artifacts do not fill the log. */
const MAX_REFUSALS_LOGGED = 20;

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
  const { workspace, target, name } = options;
  requireFullHistory(workspace.repository);
  const line = await readHistoryLine(workspace.repository, target);
  const facts = options.facts ?? (await readRepositoryFacts(github));
  const branch = options.branch ?? facts.defaultBranch;
  const rules = {
    repositoryId: facts.id,
    branch,
    maxBytes: MAX_STATE_ZIP_BYTES,
    positionOf: line.positionOf,
  };
  const refuse = createRefusals(options.log);
  try {
    let listed = 0;
    let candidates = 0;
    for await (const artifact of listArtifacts(github, name)) {
      listed += 1;
      if (listed > MAX_LISTED || candidates >= MAX_CANDIDATES) break;
      const reason = refuseArtifact(artifact, rules);
      if (reason === null) candidates += 1;
      const found = reason ?? (await tryArtifact(github, { artifact, rules, line, workspace }));
      if (typeof found !== 'string') return found;
      refuse(artifact, found);
    }
    return null;
  } finally {
    refuse.finish();
  }
}

interface Candidate {
  artifact: ListedArtifact;
  rules: TrustRules;
  line: HistoryLine;
  workspace: RestoreWorkspace;
}

/** The state, or why it is refused. Throws only for what concerns all candidates: no permission, a limit, no network. */
async function tryArtifact(github: GitHub, candidate: Candidate): Promise<RestoredState | string> {
  const { artifact } = candidate;
  try {
    const run = await readRun(github, artifact.run?.id ?? 0);
    const reason = refuseRun(run, artifact);
    if (reason !== null) return reason;
    const zip = await downloadArtifact(github, artifact, { maxBytes: candidate.rules.maxBytes });
    const state = await readState(zip, `artifact ${artifact.id}`);
    const claim = refuseInfo(state, github, candidate);
    if (claim !== null) return claim;
    const { workspace, line } = candidate;
    admitSnapshot(state.snapshot, { ...workspace, line, place: `artifact ${artifact.id}` });
    return toRestored(artifact, state);
  } catch (error) {
    if (isAboutThisOne(error)) return ((error as Error).message.split('\n')[0] ?? '').replace(/\.$/, '');
    throw error;
  }
}

/** What artifact.json says must be what GitHub says about the run. */
function refuseInfo(
  { info }: State,
  { owner, repo }: GitHub,
  { artifact, rules, line }: Candidate,
): string | null {
  if (info.repository.toLowerCase() !== `${owner}/${repo}`.toLowerCase()) {
    return `it says that it belongs to ${info.repository}`;
  }
  if (info.branch !== rules.branch) return 'it says that it belongs to another branch';
  const [at, run] = [line.positionOf(info.commit), line.positionOf(artifact.run?.headSha ?? '')];
  if (at === undefined || run === undefined || at > run) {
    return `it stands at ${info.commit.slice(0, 10)}, which is not part of the history of its run`;
  }
  return null;
}

/** Gone, not what was uploaded, or not what we write: the next one may be good. */
function isAboutThisOne(error: unknown): boolean {
  if (error instanceof SnapshotError || error instanceof ModelError) return true;
  if (!(error instanceof GitHubError)) return false;
  const status = statusOf(error);
  return status === 404 || status === 410 || (status === undefined && !isNetwork(error));
}

/** Our own refusals have no cause from Octokit. */
const isNetwork = (error: GitHubError): boolean => error.message.includes('no answer from');

const toRestored = (artifact: ListedArtifact, { snapshot, bytes, info }: State): RestoredState => ({
  snapshot,
  bytes,
  gains: info.gains,
  artifactId: String(artifact.id),
  runId: artifact.run?.id ?? 0,
  createdAt: artifact.createdAt,
  sizeBytes: artifact.sizeBytes,
});

function createRefusals(log: (line: string) => void) {
  let count = 0;
  const refuse = (artifact: ListedArtifact, reason: string) => {
    count += 1;
    if (count <= MAX_REFUSALS_LOGGED) log(`State artifact ${artifact.id} is not used: ${reason}.`);
  };
  const finish = () => {
    if (count > MAX_REFUSALS_LOGGED) log(`${count - MAX_REFUSALS_LOGGED} more state artifacts are not used.`);
  };
  return Object.assign(refuse, { finish });
}
