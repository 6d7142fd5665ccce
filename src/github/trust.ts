/**
 * Which artifacts may be believed. Pure.
 *
 * In: what GitHub says about an artifact and its run. Out: why it is refused, in a few words, or null. A fork
 * shares our id space, may name its branch `main` and its artifact like ours, and its pull requests run our
 * workflow; so none of these alone says anything. What the artifact itself says is checked by whoever reads it.
 */
import type { ListedArtifact, WorkflowRun } from './artifacts.ts';

export interface TrustRules {
  repositoryId: number;
  /** The only branch whose runs write state. */
  branch: string;
  maxBytes: number;
  /**
   * Place of a commit on the history that the content is wanted for; undefined when it is not on it. Left out where the
   * content does not depend on the history.
   */
  positionOf?(sha: string): number | undefined;
}

/**
 * Events that only somebody who may write can bring about. Each runs the branch's own commit: of a start by hand
 * with other inputs nothing is stored.
 */
const EVENTS = ['push', 'schedule', 'workflow_dispatch'];

/** Looks at the artifact alone: no request is needed. */
export function refuseArtifact(artifact: ListedArtifact, rules: TrustRules): string | null {
  const { run, digest, sizeBytes, expired } = artifact;
  if (expired) return 'it has expired';
  if (run === null) return 'GitHub does not say which run made it';
  if (run.repositoryId !== rules.repositoryId) return 'it was made in another repository';
  if (run.headRepositoryId !== rules.repositoryId) return 'it was made for a fork';
  if (run.headBranch !== rules.branch)
    return `it was made on ${name(run.headBranch)}, not on ${rules.branch}`;
  if (digest === null) return 'GitHub knows no digest of it';
  if (!(sizeBytes <= rules.maxBytes))
    return `it has ${sizeBytes} bytes, at most ${rules.maxBytes} are expected`;
  if (rules.positionOf && rules.positionOf(run.headSha) === undefined) {
    return `its commit ${name(run.headSha.slice(0, 10))} is not part of this history: newer, or rewritten since`;
  }
  return null;
}

/** Looks at the run that made it; what both say must agree. */
export function refuseRun(run: WorkflowRun, artifact: ListedArtifact): string | null {
  if (!EVENTS.includes(run.event)) return `it was made by the event ${name(run.event)}, not by a push`;
  const claimed = artifact.run;
  const agrees =
    claimed !== null &&
    run.id === claimed.id &&
    run.repositoryId === claimed.repositoryId &&
    run.headRepositoryId === claimed.headRepositoryId &&
    run.headBranch === claimed.headBranch &&
    run.headSha === claimed.headSha;
  return agrees ? null : `its run ${run.id} says something else about where it comes from`;
}

/** Chosen by whoever pushed: no line breaks, not long. */
const name = (text: string): string => `"${text.replace(/\p{C}+/gu, ' ').slice(0, 60)}"`;
