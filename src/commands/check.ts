/**
 * The story of one commit, second half: from the adapter to checked assertions.
 *
 * Assertions of a range (or all) → scored with the adapted and the base model → report. With our own recipe the
 * adapter has read production code only, so an expected value can never have reached it.
 */

import picomatch from 'picomatch';
import type { Assertion } from '../assertions/assertion.ts';
import { UsageError } from '../errors.ts';
import { ancestorAt, countCommits } from '../git/ancestry.ts';
import { isAncestor, parseRange } from '../git/history.ts';
import type { Repository } from '../git/run.ts';
import type { CheckReport } from '../report/schema.ts';
import { asksRivals } from '../report/value-evidence.ts';
import { reportAssertion, summarize, type VerdictThresholds } from '../report/verdict.ts';
import { type AssertionScore, scoreAssertions } from '../scoring/score.ts';
import { planRetention } from '../snapshots/retention.ts';
import type { Snapshot } from '../snapshots/snapshot.ts';
import { forRange } from './advance.ts';
import { type PromotedUpdate, promoteUpdate } from './health-promotion.ts';
import { readLastCheck, writeLastCheck } from './last-check.ts';
import type { CheckOptions, CommandOptions } from './options.ts';
import { type Selection, selectAll, selectRange, selectRecent } from './selection.ts';
import { withStateLock } from './state-lock.ts';
import { createTimer, type Timer } from './timer.ts';
import { updateAdapter } from './update.ts';
import { modelInfo, openWorkspace, requireHead, snapshotInfo, type Workspace } from './workspace.ts';

/** Updates the adapter to HEAD and checks the assertions that changed since the last check. */
export async function run(options: CommandOptions = {}): Promise<CheckReport> {
  const timer = createTimer();
  await using workspace = await openWorkspace(options);
  const head = requireHead(workspace.repository);
  const updated = await timer.time('update', () => update(workspace, head, options));
  const selection = await timer.time('select', () => selectSinceLastCheck(workspace, head));
  const judging = await timer.time('advance', () => forRange(workspace, updated, selection));
  const { report } = await checkSelection(workspace, { selection, updated: judging, timer, ...options });
  writeLastCheck(workspace.stateFolder, report);
  return report;
}

/** Checks the assertions of a range of commits, or all of them, with the adapter of the range's end. */
export async function check(options: CheckOptions = {}): Promise<CheckReport> {
  const timer = createTimer();
  await using workspace = await openWorkspace(options);
  const { repository, config } = workspace;
  const { base, head } = await endsOf(repository, options.range);
  const updated = await timer.time('update', () => update(workspace, head, options));
  const selection = await timer.time('select', async (): Promise<Selection> => {
    if (options.all) return selectAll(repository, { head, rules: config.paths });
    if (options.range === undefined) return selectSinceLastCheck(workspace, head);
    const found = await selectRange(repository, { base, head, rules: config.paths });
    return { base, head, description: `of ${options.range}`, ...found };
  });
  const judging = await timer.time('advance', () => forRange(workspace, updated, selection));
  return (await checkSelection(workspace, { selection, updated: judging, timer, ...options })).report;
}

/** Brings the adapter up to a commit and finds the one to use, one process at a time. */
export async function update(
  workspace: Workspace,
  until: string,
  options: CommandOptions,
): Promise<PromotedUpdate> {
  return withStateLock(workspace, options, async () => {
    await using cache = workspace.openCache();
    const walked = await updateAdapter(workspace, { until, cache, onProgress: options.onProgress });
    const updated = await promoteUpdate(workspace, walked);
    const keepIds = [updated.snapshot, updated.inUse].map(({ manifest }) => manifest.id);
    if (updated.commits > 0) dropOldSnapshots(workspace, keepIds);
    return updated;
  });
}

/** The retention rule without its costly question: `prune` asks which branches are gone. */
function dropOldSnapshots({ store, config }: Workspace, keepIds: readonly string[]): void {
  const { keepNewest } = config.snapshots;
  const { snapshots } = store.list();
  const { drop } = planRetention(snapshots, { keepNewest, keepIds, isReachable: () => true });
  for (const { manifest } of drop) store.remove(manifest.id);
}

/** The thresholds of the configuration, or the pack's calibration. */
export function thresholdsOf({ config, pack }: Workspace): VerdictThresholds {
  const { calibration } = pack.manifest;
  const { surprisingMaxProbability: most, surprisingMinCandidate: least } = config.check;
  return {
    surprisingMaxProbability: most ?? calibration.surprisingMaxProbability,
    surprisingMinCandidate: least ?? calibration.surprisingMinCandidate,
    wrongValue: calibration.wrongValue,
    areLimitsSet: most !== null || least !== null,
  };
}

/** Scores assertions with the adapter of a snapshot. */
export async function scoreWith(
  workspace: Workspace,
  snapshot: Snapshot,
  assertions: readonly Assertion[],
  options: CommandOptions,
): Promise<AssertionScore[]> {
  if (assertions.length === 0) return [];
  const { languageModel } = await workspace.models();
  return await scoreAssertions(languageModel, assertions, {
    adapter: snapshot.adapter,
    count: workspace.config.check.candidates,
    rivals: asksRivals(workspace.pack.manifest.calibration),
    onProgress: (done, total) => options.onProgress?.({ stage: 'check', done, total }),
  });
}

type CheckedUpdate = Pick<PromotedUpdate, 'inUse' | 'notices'>;

/** Scores a selection with the adapter of an update; the scores are in the order of the report's assertions. */
export async function checkSelection(
  workspace: Workspace,
  input: CommandOptions & { selection: Selection; updated: CheckedUpdate; timer: Timer },
): Promise<{ report: CheckReport; scores: AssertionScore[] }> {
  const { selection, updated, timer } = input;
  const { inUse: snapshot } = updated;
  const { chosen, notices } = limit(workspace, selection);
  const scores = await timer.time('check', () => scoreWith(workspace, snapshot, chosen, input));
  const thresholds = thresholdsOf(workspace);
  const assertions = scores.map((score) => reportAssertion(score, thresholds));
  const { root, branch } = workspace.repository;
  const report: CheckReport = {
    schema: 'code2lora/check@1',
    repository: { root, head: requireHead(workspace.repository), branch },
    range: { base: selection.base, head: selection.head, description: selection.description },
    model: modelInfo(workspace.pack, (await workspace.device()).device),
    snapshot: snapshotInfo(snapshot.manifest),
    ...(thresholds.wrongValue ? { wrongPrior: thresholds.wrongValue.prior } : {}),
    assertions,
    summary: summarize(scores, assertions),
    notices: [...new Set([...workspace.notices, ...updated.notices, ...selection.notices, ...notices])],
    timings: timer.timings(),
  };
  return { report, scores };
}

/** `A..B`; one commit means that commit against its first parent; nothing means HEAD. */
async function endsOf(
  repository: Repository,
  range: string | undefined,
): Promise<{ base: string | null; head: string }> {
  if (range === undefined) return { base: null, head: requireHead(repository) };
  const { after, until } = await parseRange(repository, range);
  return { base: after ?? (await ancestorAt(repository, until, 1)), head: until };
}

/** False also when the commit is gone altogether, as after a force push and a clean-up. */
export async function isPartOf(repository: Repository, commit: string, head: string): Promise<boolean> {
  try {
    return await isAncestor(repository, commit, head);
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/** Since the last check if that commit is still part of the history, else the most recent ones. */
async function selectSinceLastCheck(workspace: Workspace, head: string): Promise<Selection> {
  const { repository, config, stateFolder } = workspace;
  const last = readLastCheck(stateFolder)?.commit;
  if (last === undefined || last === head || !(await isPartOf(repository, last, head))) {
    return selectRecent(repository, { head, rules: config.paths });
  }
  const commits = await countCommits(repository, { after: last, until: head });
  const found = await selectRange(repository, { base: last, head, rules: config.paths });
  return {
    base: last,
    head,
    description: `since the last check (${commits} commit${commits === 1 ? '' : 's'})`,
    ...found,
  };
}

function limit({ config }: Workspace, { assertions }: Selection): { chosen: Assertion[]; notices: string[] } {
  const isIgnored = picomatch([...config.check.ignore], { dot: true });
  const unmuted = assertions.filter(({ ignored }) => !ignored);
  const wanted = unmuted.filter(({ path }) => config.check.ignore.length === 0 || !isIgnored(path));
  const { maxAssertions } = config.check;
  const left = wanted.length - maxAssertions;
  const muted = assertions.length - wanted.length;
  const notices = [
    ...(muted > 0 ? [`${muted} of ${assertions.length} assertions are muted`] : []),
    ...(left > 0
      ? [`${left} of ${wanted.length} assertions were left out (check.maxAssertions is ${maxAssertions})`]
      : []),
  ];
  return { chosen: wanted.slice(0, maxAssertions), notices };
}
