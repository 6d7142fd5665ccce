/**
 * The Action from start to end: outputs, inputs, context, then the flow of the event.
 *
 * Whatever goes wrong ends here, as one message. The process is ended by hand: connections that are kept open for
 * the next request would hold it for a while.
 */
import { runBranch, runPullRequest, runPush } from './check-flow.ts';
import { runWorkflowRun } from './comment-flow.ts';
import { readContext } from './context.ts';
import { readInputs } from './inputs.ts';
import { type Job, openJob } from './job.ts';
import { INITIAL_OUTPUTS } from './outputs.ts';
import { fail, hideSecret, log, setOutputs } from './runner.ts';

export async function main(): Promise<void> {
  const begun = performance.now();
  try {
    setOutputs(INITIAL_OUTPUTS);
    const inputs = readInputs();
    hideSecret(inputs.githubToken);
    await dispatch(openJob(readContext(process.env), inputs));
  } catch (error) {
    fail(error);
  }
  log(`Done in ${((performance.now() - begun) / 1000).toFixed(1)} s.`);
  await new Promise((resolve) => process.stdout.write('', resolve));
  process.exit();
}

function dispatch(job: Job): Promise<void> | void {
  const { event } = job.context;
  if (event.kind === 'push') return runPush(job, event);
  if (event.kind === 'pull-request') return runPullRequest(job, event);
  if (event.kind === 'merge-group') return runBranch(job, event);
  if (event.kind === 'workflow-run') return runWorkflowRun(job, event);
  log(event.reason);
}
