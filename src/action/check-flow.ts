/**
 * The flows that check: a push, a pull request, two commits of any kind.
 *
 *   restore the state → check → store the state (default branch) → tell → comment (pull request)
 *
 * In: a Job and its event. Out: nothing; what was found is on GitHub. A pull request's commits are read in memory
 * only, and nothing of it is stored as state.
 */
import { checkPullRequest, checkPush } from '../commands/ci.ts';
import type { CheckOutcome, CommandOptions, PlaceOptions } from '../commands/options.ts';
import type { WorkspaceParts } from '../commands/workspace.ts';
import { anchorsFromGit } from '../github/diff-anchors.ts';
import type { ActionReport } from '../report/schema.ts';
import { loadPackagesFrom } from '../runtime/packages.ts';
import { comment } from './comment.ts';
import { deliver, logCheck, requireFewFindings, uploadForComment } from './deliver.ts';
import type { PullRequestEvent, PushEvent } from './event.ts';
import { commandOptions, installRuntime, type Job } from './job.ts';
import { group, log } from './runner.ts';
import {
  gainOf,
  type PreparedState,
  prepareState,
  requireTarget,
  type StoredState,
  storeState,
  withGain,
} from './state.ts';

/** Only the commit that the workflow runs for is stored, and only as the default branch's adapter. */
export async function runPush(job: Job, event: PushEvent): Promise<void> {
  const { context, inputs } = job;
  if (inputs.base !== undefined && !event.isDefaultBranch) {
    return runBranch(job, { base: inputs.base, head: context.sha });
  }
  const head = inputs.head ?? context.sha;
  const options = commandOptions(job);
  const state = await prepare(job, head, options);
  const base = inputs.base === undefined ? event.before : await requireTarget(options, inputs.base);
  const before = base ?? state.restored?.snapshot.manifest.commit ?? null;
  const outcome = await check(state, (parts) => checkPush({ ...options, head, before }, parts));
  const gains = withGain(gainsOf(state), gainOf(outcome.report));
  const isCanonical = event.isDefaultBranch && inputs.head === undefined;
  const stored = isCanonical
    ? await group('Store the adapter', () => storeState(job, state, { snapshot: outcome.snapshot, gains }))
    : NOT_STORED;
  await group('Report', () => deliver(job, reportOf(job, { state, outcome, gains, stored })));
  if (stored.failure) throw stored.failure;
  requireFewFindings(outcome.report, inputs);
}

/** The configuration is the base branch's when the pull request comes from a fork. */
export async function runPullRequest(job: Job, event: PullRequestEvent): Promise<void> {
  const { number, fork } = event;
  const { state, outcome } = await checkBranch(job, event, { configCommit: fork ? event.base : undefined });
  const { commit: base } = outcome.snapshot;
  const { head } = outcome.report.range;
  const report = reportOf(job, { state, outcome, pullRequest: { number, base, head, fork } });
  const { repository } = state.workspace;
  await group('Report', () => deliver(job, report));
  await group('Upload the report', () => uploadForComment(job, report));
  if (job.inputs.comment) {
    const anchors = (paths: ReadonlySet<string>) => anchorsFromGit(repository, base, head, paths);
    await group('Comment', () => comment(job, report, anchors));
  }
  requireFewFindings(outcome.report, job.inputs);
}

/** Two commits without a pull request to comment on: what a merge queue is about to merge, a branch with a base. */
export async function runBranch(job: Job, ends: { base: string; head: string }): Promise<void> {
  const { state, outcome } = await checkBranch(job, ends, {});
  await group('Report', () => deliver(job, reportOf(job, { state, outcome })));
  requireFewFindings(outcome.report, job.inputs);
}

const NOT_STORED: StoredState = { artifact: null };

async function checkBranch(
  job: Job,
  ends: { base: string; head: string },
  place: Pick<PlaceOptions, 'configCommit'>,
): Promise<{ state: PreparedState; outcome: CheckOutcome }> {
  const base = job.inputs.base ?? ends.base;
  const head = job.inputs.head ?? ends.head;
  const options = commandOptions(job, place);
  const state = await prepare(job, base, options);
  return {
    state,
    outcome: await check(state, (parts) => checkPullRequest({ ...options, base, head }, parts)),
  };
}

function prepare(job: Job, target: string, options: CommandOptions & PlaceOptions): Promise<PreparedState> {
  return group('Prepare', async () => {
    const commit = await requireTarget(options, target);
    loadPackagesFrom(await installRuntime(job.context));
    return prepareState(job, commit, options);
  });
}

const check = (
  { embeddings }: PreparedState,
  work: (parts: WorkspaceParts) => Promise<CheckOutcome>,
): Promise<CheckOutcome> =>
  group('Check', async () => {
    const outcome = await work(embeddings);
    logCheck(outcome.report);
    const embedded = embeddings.describe();
    if (embedded) log(embedded);
    return outcome;
  });

const gainsOf = ({ restored }: PreparedState) => restored?.gains ?? [];

interface ReportParts {
  state: PreparedState;
  outcome: CheckOutcome;
  gains?: ActionReport['gains'];
  stored?: StoredState;
  pullRequest?: ActionReport['pullRequest'];
}

function reportOf(
  { context }: Job,
  { state, outcome, gains = gainsOf(state), stored = NOT_STORED, pullRequest = null }: ReportParts,
): ActionReport {
  const { restored, notices } = state;
  return {
    schema: 'code2lora/action@1',
    event: context.eventName,
    repository: context.repository,
    pullRequest,
    check: outcome.report,
    suggestions: outcome.suggestions,
    gains,
    adapter: {
      restoredFrom: restored?.artifactId ?? null,
      restoredCommit: restored?.snapshot.manifest.commit ?? null,
      artifact: stored.artifact,
      advancedBy: outcome.advancedBy,
    },
    notices,
  };
}
