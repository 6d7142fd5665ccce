/**
 * The two checks that continuous integration makes: of a push, and of a pull request.
 *
 * In: the commits that the event names. Out: a CheckOutcome. A push moves the stored adapter on; a pull request
 * never does: its commits are read on top of the base branch's snapshot, in memory.
 */
import type { Assertion } from '../assertions/assertion.ts';
import { UsageError } from '../errors.ts';
import { mergeBase, ownCommits } from '../git/ancestry.ts';
import { requireFullHistory, resolveCommit } from '../git/history.ts';
import type { AssertionReport, Suggestion } from '../report/schema.ts';
import { makeSuggestion } from '../report/suggestion.ts';
import type { AssertionScore } from '../scoring/score.ts';
import { advanceInMemory, forRange } from './advance.ts';
import { checkSelection, isPartOf, update } from './check.ts';
import type { CheckOutcome, PullRequestOptions, PushOptions } from './options.ts';
import { type Selection, selectRange, selectRecent } from './selection.ts';
import { createTimer } from './timer.ts';

import { openWorkspace, snapshotInfo, type Workspace, type WorkspaceParts } from './workspace.ts';

/** Brings the stored adapter up to `head` and checks the assertions that came since `before`. */
export async function checkPush(options: PushOptions, parts: WorkspaceParts = {}): Promise<CheckOutcome> {
  const timer = createTimer();
  await using workspace = await openWorkspace(options, parts);
  const head = await requireCommit(workspace, options.head);
  const updated = await timer.time('update', () => update(workspace, head, options));
  const selection = await timer.time('select', () => selectPushed(workspace, options.before, head));
  const judging = await timer.time('advance', () => forRange(workspace, updated, selection));
  const checked = await checkSelection(workspace, { selection, updated: judging, timer, ...options });
  return {
    report: checked.report,
    suggestions: await suggestionsOf(workspace, head, checked.scores, checked.report.assertions),
    snapshot: snapshotInfo(updated.snapshot.manifest),
    advancedBy: updated.commits,
  };
}

/**
 * Checks the assertions that a branch adds or changes, with the base branch's adapter moved on over the branch's
 * own commits. Throws UsageError when a commit is missing from the clone or the histories do not meet.
 */
export async function checkPullRequest(
  options: PullRequestOptions,
  parts: WorkspaceParts = {},
): Promise<CheckOutcome> {
  const timer = createTimer();
  await using workspace = await openWorkspace(options, parts);
  const { repository, config } = workspace;
  requireFullHistory(repository);
  const base = await requireCommit(workspace, options.base);
  const head = await requireCommit(workspace, options.head);
  const canonical = await timer.time('update', () => update(workspace, base, options));
  const commits = await ownCommits(repository, base, head);
  const advanced = await timer.time('advance', async () => {
    await using cache = workspace.openCache();
    return await advanceInMemory(workspace, { from: canonical.snapshot, commits, cache });
  });
  const fork = await mergeBase(repository, base, head);
  const selection = await timer.time('select', async (): Promise<Selection> => {
    const found = await selectRange(repository, { base: fork, head, rules: config.paths });
    return { base: fork, head, description: 'of the pull request', ...found };
  });
  const notices = [...canonical.notices, ...advanced.notices];
  // What is read on top of a base that does harm is not trusted either.
  const inUse = canonical.inUse === canonical.snapshot ? advanced.snapshot : canonical.inUse;
  const updated = { inUse, notices };
  const checked = await checkSelection(workspace, { selection, updated, timer, ...options });
  const snapshot = snapshotInfo(canonical.snapshot.manifest);
  return {
    report: { ...checked.report, snapshot },
    suggestions: await suggestionsOf(workspace, head, checked.scores, checked.report.assertions),
    snapshot,
    advancedBy: canonical.commits + advanced.commits,
  };
}

/** A sha that is here; a clone in CI often lacks what the event names. */
async function requireCommit({ repository }: Workspace, sha: string): Promise<string> {
  try {
    return await resolveCommit(repository, sha);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new UsageError(
      `Commit ${sha} is not in this clone (${repository.root}).\nCheck out with fetch-depth: 0, so that the history is complete.`,
      { cause },
    );
  }
}

/** A new branch or a rewritten one has no commit that it was pushed on. */
async function selectPushed(
  { repository, config }: Workspace,
  before: string | null,
  head: string,
): Promise<Selection> {
  const known = before !== null && !/^0+$/.test(before) && before !== head;
  if (!known || !(await isPartOf(repository, before, head))) {
    return selectRecent(repository, { head, rules: config.paths });
  }
  const found = await selectRange(repository, { base: before, head, rules: config.paths });
  return { base: before, head, description: 'of the push', ...found };
}

/** Values that can be put in place with one click, most confident first. */
async function suggestionsOf(
  { repository }: Workspace,
  head: string,
  scores: readonly AssertionScore[],
  reports: readonly AssertionReport[],
): Promise<Suggestion[]> {
  const textByPath = new Map<string, string>();
  const textOf = async ({ path }: Assertion) => {
    const text =
      textByPath.get(path) ?? (await repository.bytes(['cat-file', 'blob', `${head}:${path}`])).toString();
    textByPath.set(path, text);
    return text;
  };
  const suggestions: Suggestion[] = [];
  for (const [index, { assertion }] of scores.entries()) {
    const report = reports[index] as AssertionReport;
    if (report.verdict !== 'surprising' && report.verdict !== 'open') continue;
    const suggestion = await makeSuggestion(assertion, report, await textOf(assertion));
    if (suggestion) suggestions.push(suggestion);
  }
  return suggestions.sort((a, b) => b.probability - a.probability);
}
