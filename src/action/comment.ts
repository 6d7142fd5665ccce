/**
 * The comment on a pull request, from the run that checked it or from the one that is allowed to write.
 *
 * In: a report. Out: the output `comment-url`, and lines in the log. That GitHub refuses a comment fails no run:
 * the findings are in the job summary as well.
 */
import type { Anchors } from '../github/diff-anchors.ts';
import { publishComment } from '../github/pull-request.ts';
import type { ActionReport } from '../report/schema.ts';
import type { Job } from './job.ts';
import { log, setOutputs, warn } from './runner.ts';

/** `anchors` says which lines of the diff can carry a comment. Throws GitHubError for an outage or a bad token. */
export async function comment(
  { github, inputs, context }: Job,
  report: ActionReport,
  anchors: (paths: ReadonlySet<string>) => Promise<Anchors>,
): Promise<void> {
  const lines: string[] = [];
  const { suggestions, maxSuggestions } = inputs;
  const mayWrite = context.event.kind === 'workflow-run';
  const outcome = await publishComment(github, {
    ...{ report, suggestions, maxSuggestions, mayWrite, anchors },
    log: (line) => void lines.push(line),
  });
  for (const line of lines) if (line !== outcome.reason) log(line);
  const isMistake = outcome.refused && (mayWrite || !report.pullRequest?.fork);
  if (outcome.reason !== null) return isMistake ? warn(outcome.reason) : log(outcome.reason);
  if (outcome.url !== null) setOutputs({ 'comment-url': outcome.url });
  log(
    `Comment: ${outcome.comment}, ${outcome.suggestions} suggestions posted, ${outcome.closed} threads closed; ` +
      `${github.requests()} requests to GitHub in all.`,
  );
}
