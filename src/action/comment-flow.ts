/**
 * The flow that comments for a run that could not: `workflow_run`, with a token that can write.
 *
 * In: a Job and the run that is over. Out: the comment. The report is data that a stranger may have written: it is
 * validated, and number, commit and repository are compared with what GitHub says. No repository is opened.
 */
import { UsageError } from '../errors.ts';
import { REPORT_ARTIFACT } from '../github/artifact-names.ts';
import { anchorsFromApi } from '../github/diff-anchors.ts';
import { fetchReport } from '../github/report-artifact.ts';
import { verifyPullRequest } from '../github/verify-pull-request.ts';
import { readActionReport } from '../report/read-action-report.ts';
import type { ActionReport } from '../report/schema.ts';
import { comment } from './comment.ts';
import type { WorkflowRunEvent } from './event.ts';
import type { Job } from './job.ts';
import { group, log } from './runner.ts';

/** Throws GitHubError when the report is not valid or does not fit its run. */
export async function runWorkflowRun(job: Job, { runId, startedBy, run }: WorkflowRunEvent): Promise<void> {
  const { github, inputs } = job;
  if (startedBy !== 'pull_request') {
    return log(
      `Run ${runId} was started by "${startedBy}", not by a pull request: there is nothing to comment on.`,
    );
  }
  if (!inputs.comment) {
    throw new UsageError(
      'Input "comment" is false, and on workflow_run there is nothing else to do.\nRemove it.',
    );
  }
  await group('Comment', async () => {
    const text = await fetchReport(github, { runId, name: REPORT_ARTIFACT });
    if (text === undefined)
      return log(`Run ${runId} has uploaded no report: there is nothing to comment on.`);
    const report = await verified(job, readActionReport(text), run);
    const { number } = report.pullRequest as { number: number };
    await comment(job, report, (paths) => anchorsFromApi(github, number, paths));
  });
}

/** The report with what GitHub says in the place of what it claims. */
async function verified(
  { context, github }: Job,
  report: ActionReport,
  workflowRun: WorkflowRunEvent['run'],
): Promise<ActionReport> {
  const number = report.pullRequest?.number;
  const pullRequest = await verifyPullRequest(github, { number, workflowRun });
  return { ...report, repository: context.repository, pullRequest };
}
