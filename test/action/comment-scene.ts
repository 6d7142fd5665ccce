/**
 * A pull request from a fork that was checked, and the workflow that comments on it.
 *
 * In: what stands in the artifact of the run, which a stranger may have written. Out: what the built Action makes of
 * it. The report that tests start from is one that the Action has made, once in a process.
 */
import { REPORT_ARTIFACT, REPORT_FILE } from '../../src/github/artifact-names.ts';
import type { ActionReport } from '../../src/report/schema.ts';
import { zipOf } from '../github/zip-files.ts';
import type { StepResult } from '../helpers/fake-runner.ts';
import type { Files } from '../helpers/git-repo.ts';
import { addArtifact, addRun } from '../helpers/github/actions.ts';
import type { FakePullRequest } from '../helpers/github/pull-request-state.ts';
import type { FakeRun } from '../helpers/github/server.ts';
import type { RunOptions } from '../helpers/workflow-runs.ts';
import { FORK } from './cart-workflow.ts';
import {
  emptyWorkflow,
  type ReviewWorkflow,
  review,
  scriptFile,
  TEST_FILE,
  testFile,
} from './review-workflow.ts';

/** Of the pull request: a new file, and one of `main` in which a value is added far below the others. */
export const LONG_FILE = 'tests/long.test.ts';
const BEFORE = [1, 2, 3, 4, 5, 6];
const CHANGES: Files = { [TEST_FILE]: testFile(1, 2), [LONG_FILE]: scriptFile(...BEFORE, 7) };

export interface CommentScene extends ReviewWorkflow {
  pull: FakePullRequest;
  /** What the run has found, a copy to be changed. */
  report: ActionReport;
  /** A run for the pull request, with this in its artifact; without an artifact when undefined. */
  ran(content: string | object | Buffer | undefined, run?: Partial<FakeRun>): Promise<FakeRun>;
  /** A run with this report, and the step that comments on it. */
  comment(content?: Parameters<CommentScene['ran']>[0], options?: RunOptions): Promise<StepResult>;
}

export async function commentScene(changes: Files = CHANGES): Promise<CommentScene> {
  const report = structuredClone(await madeReport());
  const workflow = await emptyWorkflow({ [LONG_FILE]: scriptFile(...BEFORE) });
  const pull = workflow.open(changes, { fork: FORK });
  const identity = { repository: workflow.repository, headSha: pull.head.sha, headRepository: FORK };
  const ran: CommentScene['ran'] = async (content, changes = {}) => {
    const run = addRun(workflow.server, {
      ...identity,
      event: 'pull_request',
      headBranch: 'topic',
      ...changes,
    });
    if (content === undefined) return run;
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    const data = Buffer.isBuffer(content) ? content : await zipOf({ [REPORT_FILE]: text });
    addArtifact(workflow.server, { run: run.id, name: REPORT_ARTIFACT, data });
    return run;
  };
  return Object.assign(workflow, {
    ...{ pull, report, ran },
    comment: async (content: Parameters<typeof ran>[0] = report, options: RunOptions = {}) =>
      (await workflow.finish(await ran(content), options)).step,
  });
}

let made: Promise<ActionReport> | undefined;

/** What the Action uploads for the pull request; its commits are the same each time. */
function madeReport(): Promise<ActionReport> {
  made ??= makeReport();
  return made;
}

async function makeReport(): Promise<ActionReport> {
  await using workflow = await emptyWorkflow({ [LONG_FILE]: scriptFile(...BEFORE) });
  const { step } = await review(workflow, workflow.open(CHANGES, { fork: FORK }));
  return step.report as ActionReport;
}

/** As many at a time as CI has cores. */
export async function inPairs<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const drain = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all([drain(), drain()]);
}
