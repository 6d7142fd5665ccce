/**
 * The adapter's state between runs, its embeddings with it: restored from artifacts before a check, uploaded after one.
 *
 * In: a Job and the commit that the state is for. Out: what was found, as lines for the report. Which artifact can
 * be believed is decided in github/; where none can, the state is rebuilt from the history, so nothing here fails
 * a run that could go on.
 */

import type { CheckOutcome, CommandOptions, PlaceOptions } from '../commands/options.ts';
import { openWorkspace, type Workspace } from '../commands/workspace.ts';
import { GitHubError, InternalError, UsageError } from '../errors.ts';
import { requireFullHistory, resolveCommit } from '../git/history.ts';
import { openRepository, type Repository } from '../git/run.ts';
import { embeddingsArtifact } from '../github/artifact-names.ts';
import { uploadProblem } from '../github/artifact-service.ts';
import { type RestoredState, restoreState } from '../github/restore.ts';
import { findEmbeddings } from '../github/restore-embeddings.ts';
import { type UploadPlace, uploadEmbeddings, uploadState } from '../github/upload.ts';
import type { CheckReport, Gain } from '../report/schema.ts';
import { stateLength } from '../report/state-words.ts';
import { openEmbeddings, type RunEmbeddings } from './embeddings.ts';
import { type Job, toolVersion } from './job.ts';
import { requireOwnPack } from './own-pack.ts';
import { log } from './runner.ts';

export interface PreparedState {
  workspace: Workspace;
  restored: RestoredState | null;
  embeddings: RunEmbeddings;
  /** Why artifacts were not used. */
  notices: string[];
}

/** The full sha of the commit that a run is about. Throws UsageError for no clone, a shallow one and a missing commit. */
export async function requireTarget({ repo }: CommandOptions, target: string): Promise<string> {
  const repository = await openRepository(repo ?? '.');
  requireClone(repository);
  requireFullHistory(repository);
  try {
    return await resolveCommit(repository, target);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new UsageError(
      `Commit ${target} is not in the checkout at ${repository.root}.\n` +
        'Give actions/checkout "fetch-depth: 0", so that all branches are there with their history.',
      { cause },
    );
  }
}

/**
 * A commit can hold a folder that git takes for a repository, and with it settings that name programs to start. It
 * can hold nothing that is called `.git`.
 */
function requireClone({ gitDir }: Repository): void {
  if (gitDir.split(/[\\/]/).includes('.git')) return;
  throw new UsageError(
    `${gitDir} is no clone that actions/checkout has made: its git folder is not called ".git".\n` +
      'Name a folder of the checkout with the input "path".',
  );
}

/** Puts the newest state that can be believed into the run's own store. */
export async function prepareState(
  job: Job,
  target: string,
  options: CommandOptions & PlaceOptions,
): Promise<PreparedState> {
  const { inputs, github } = job;
  const workspace = await openWorkspace(options);
  if (options.configCommit !== undefined) await requireOwnPack(workspace, options.configCommit);
  const notices: string[] = [];
  const restored = await restoreState(github, {
    name: inputs.stateArtifact,
    target,
    workspace,
    facts: factsOf(job),
    log(line) {
      log(line);
      notices.push(line);
    },
  });
  if (restored) workspace.store.put(restored.snapshot, restored.bytes);
  log(restored ? restoredLine(restored) : 'No stored adapter can be used: it is built from the history.');
  return { workspace, restored, embeddings: embeddingsOf(job, workspace, restored), notices };
}

const factsOf = ({ context: { repositoryId, defaultBranch } }: Job) => ({ id: repositoryId, defaultBranch });

/** Fetched when they are needed, of the same trust as the state, and stored beside it. */
function embeddingsOf(job: Job, { pack }: Workspace, restored: RestoredState | null): RunEmbeddings {
  const { github, inputs, context } = job;
  const { repository, defaultBranch: branch, sha: commit } = context;
  const name = embeddingsArtifact(inputs.stateArtifact);
  const origin = { repository, branch, commit, tool: toolVersion() };
  return openEmbeddings({
    ...{ isStatic: pack.manifest.hypernetwork.kind === 'static', restored, log },
    find: () => findEmbeddings(github, { name, pack, facts: factsOf(job), log }),
    upload: (embeddings) => uploadEmbeddings({ ...origin, embeddings }, placeOf(job, name)),
  });
}

const placeOf = ({ context, inputs }: Job, name: string): UploadPlace => ({
  ...{ name, retentionDays: inputs.retentionDays },
  ...{ serverUrl: context.serverUrl, temporaryFolder: context.temporaryFolder },
});

function restoredLine({ artifactId, runId, snapshot, sizeBytes }: RestoredState): string {
  const { commit, steps, parts, position } = snapshot.manifest;
  const length = stateLength({ steps, ...(parts ? { parts: [...parts], commits: position } : {}) });
  return (
    `Restored the adapter of ${commit.slice(0, 10)} (${length}) from artifact ${artifactId} of ` +
    `run ${runId}, ${Math.ceil(sizeBytes / 1024)} KB.`
  );
}

export interface StoredState {
  /** Id of the artifact; null where none was uploaded. */
  artifact: string | null;
  /** To be thrown when everything is reported: the next run has to start from an older state. */
  failure?: GitHubError;
}

/** Uploads the snapshot of a check, and before it embeddings where that is due. */
export async function storeState(
  job: Job,
  { workspace, restored, embeddings }: PreparedState,
  { snapshot, gains }: { snapshot: CheckOutcome['snapshot']; gains: readonly Gain[] },
): Promise<StoredState> {
  const { context, inputs } = job;
  const { serverUrl, repository, defaultBranch, runId } = context;
  if (restored?.runId === runId && restored.snapshot.manifest.digest === snapshot.digest) {
    log('An earlier attempt of this run has stored the adapter.');
    return { artifact: restored.artifactId };
  }
  const problem = uploadProblem(serverUrl);
  if (problem !== null) {
    log(problem);
    return { artifact: null };
  }
  const stored = workspace.store.get(snapshot.id);
  if (stored === undefined) throw new InternalError(`the snapshot ${snapshot.id} was not stored`);
  const origin = { repository, branch: defaultBranch, tool: toolVersion() };
  const content = { ...origin, snapshot: stored, gains, ...(await embeddings.store()) };
  try {
    const { id } = await uploadState(content, placeOf(job, inputs.stateArtifact));
    log(`Stored the adapter of ${snapshot.commit.slice(0, 10)} as artifact ${id}.`);
    return { artifact: id };
  } catch (error) {
    if (error instanceof GitHubError) return { artifact: null, failure: error };
    throw error;
  }
}

/** How much the adapter helped in a check; undefined when no assertion was scored. */
export function gainOf({ summary, range }: CheckReport): Gain | undefined {
  const { nll, baseNll, assertions } = summary;
  if (nll === null || baseNll === null) return undefined;
  return { commit: range.head, assertions, gain: baseNll - nll };
}

/** A commit that is checked again replaces its own gain. */
export function withGain(gains: readonly Gain[], gain: Gain | undefined): Gain[] {
  if (gain === undefined) return [...gains];
  return [...gains.filter(({ commit }) => commit !== gain.commit), gain];
}
