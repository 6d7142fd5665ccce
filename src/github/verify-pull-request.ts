/**
 * For the workflow that comments with rights that the pull request's own run did not have: is the pull request
 * that a report names really the one whose run made it?
 *
 * In: a number from the report, which its author may have written, and the run from GitHub's event, which nobody
 * can. Out: the pull request as GitHub knows it. `workflow_run.pull_requests` would say it, but is empty for forks.
 */
import { GitHubError } from '../errors.ts';
import type { ActionReport } from '../report/schema.ts';
import type { GitHub } from './client.ts';

/** The part of a `workflow_run` event that is looked at, with GitHub's names. */
export interface WorkflowRun {
  head_sha: string;
  repository: { id: number };
  /** `null`: the fork was deleted. */
  head_repository: { id: number } | null;
}

interface PullAnswer {
  base: { sha: string; repo: { id: number } };
  head: { sha: string; repo: { id: number } | null };
}

/** Throws GitHubError when number, head or repository do not fit the run. */
export async function verifyPullRequest(
  github: GitHub,
  { number, workflowRun }: { number: unknown; workflowRun: WorkflowRun },
): Promise<NonNullable<ActionReport['pullRequest']>> {
  const text = String(number);
  if (!/^[1-9]\d{0,9}$/.test(text)) throw refused(`it names the pull request ${quoted(text)}`, 'a number');
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
  const { base, head } = (await github.request<PullAnswer>(route, { pull_number: Number(text) })).data;
  const { repository, head_repository: source, head_sha: sha } = workflowRun;
  if (base.repo.id !== repository.id) {
    throw refused(`pull request #${text} goes into another repository`, `repository ${repository.id}`);
  }
  if (head.sha !== sha) {
    throw refused(
      `pull request #${text} is at commit ${head.sha.slice(0, 10)}`,
      `${sha.slice(0, 10)}, as the run`,
    );
  }
  if (source && head.repo && source.id !== head.repo.id) {
    throw refused(`pull request #${text} comes from repository ${head.repo.id}`, `${source.id}, as the run`);
  }
  return { number: Number(text), base: base.sha, head: head.sha, fork: head.repo?.id !== base.repo.id };
}

function refused(found: string, expected: string): GitHubError {
  return new GitHubError(
    `Cannot publish the report of this run: ${found}, expected ${expected}.\n` +
      'Nothing was posted. If new commits were pushed meanwhile, the run for them will comment.',
  );
}

/** Untrusted text in a log line: short, and without control characters. */
const quoted = (text: string): string => JSON.stringify(text.slice(0, 40));
