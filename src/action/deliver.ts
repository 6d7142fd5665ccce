/**
 * Tells people: log, files, job summary, annotations, artifact, outputs.
 *
 * In: a Job and its report. Out: everything that GitHub shows of a run, except the comment.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitHubError, UsageError } from '../errors.ts';
import { REPORT_ARTIFACT, REPORT_FILE } from '../github/artifact-names.ts';
import { uploadProblem } from '../github/artifact-service.ts';
import { uploadReport } from '../github/upload.ts';
import { annotationsOf } from '../report/annotations.ts';
import { fitActionReport, serializeReport } from '../report/fit-action-report.ts';
import { renderJobSummary } from '../report/job-summary.ts';
import { toJunit } from '../report/junit.ts';
import { toSarif } from '../report/sarif.ts';
import type { ActionReport, CheckReport } from '../report/schema.ts';
import { stateLength } from '../report/state-words.ts';
import type { Inputs } from './inputs.ts';
import type { Job } from './job.ts';
import { outputsOf } from './outputs.ts';
import { writeInside } from './report-file.ts';
import { annotate, log, setOutputs, warn, writeSummary } from './runner.ts';

/** What came out, with what, and how long it took: three lines. */
export function logCheck({ range, summary, snapshot, model, timings }: CheckReport): void {
  const { assertions, expected, plausible, surprising, open } = summary;
  log(
    `Checked ${assertions} ${assertions === 1 ? 'assertion' : 'assertions'} ${range.description}: ${expected} expected, ` +
      `${plausible} plausible, ${surprising} surprising, ${open} open.`,
  );
  log(
    `Adapter of ${snapshot.commit.slice(0, 10)} after ${stateLength(snapshot)}; ${model.pack} ${model.version} on ` +
      `${model.device}, ${model.precision}, ${model.engine}.`,
  );
  const times = Object.entries(timings).map(([part, ms]) => `${part} ${(ms / 1000).toFixed(1)} s`);
  log(`${times.join(', ')}.`);
}

/** Writes the report and shows it. Throws UsageError for a path outside of the workspace. */
export async function deliver({ context, inputs, folder }: Job, report: ActionReport): Promise<void> {
  const { workspace, serverUrl } = context;
  const file = join(folder, REPORT_FILE);
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  setOutputs({ ...outputsOf(report), report: file });
  if (inputs.annotations) annotate(annotationsOf(report));
  if (inputs.summary) await writeSummary(renderJobSummary(report, { serverUrl }));
  if (inputs.sarif) writeInside(workspace, inputs.sarif, `${JSON.stringify(toSarif(report), null, 2)}\n`);
  if (inputs.junit) writeInside(workspace, inputs.junit, toJunit(report, inputs));
}

/** Uploads report.json for the workflow that comments, no larger than that one reads. A refusal is a warning: the report itself is complete. */
export async function uploadForComment({ context, inputs }: Job, report: ActionReport): Promise<void> {
  const { serverUrl, temporaryFolder } = context;
  const problem = uploadProblem(serverUrl);
  if (problem !== null) return log(problem);
  try {
    const place = { name: REPORT_ARTIFACT, serverUrl, temporaryFolder, retentionDays: inputs.retentionDays };
    const { id } = await uploadReport(serializeReport(fitActionReport(report)), place);
    setOutputs({ 'report-artifact': id });
    log(`Uploaded the report as artifact ${id}.`);
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    warn(`The comment from a workflow of its own will be missing. ${error.message}`);
  }
}

/** Throws UsageError when the report has findings that the workflow wants to fail on. */
export function requireFewFindings({ summary }: CheckReport, { failOn }: Pick<Inputs, 'failOn'>): void {
  const { surprising, open } = summary;
  const count = { never: 0, surprising, open: surprising + open }[failOn];
  if (count === 0) return;
  const what = failOn === 'open' ? 'surprising or open' : 'surprising';
  throw new UsageError(
    `${count} ${count === 1 ? 'assertion is' : 'assertions are'} ${what}, and the input "fail-on" is "${failOn}".\n` +
      'The job summary lists them; a comment "code2lora-ignore" on the line mutes one.',
  );
}
