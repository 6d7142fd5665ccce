/**
 * Every assertion event of the history, as a data set: one task per assertion that a commit added or changed.
 *
 * One `git log` and one `git cat-file` for the whole history; a file version is parsed once, though it is
 * the new side of one commit and the old side of the next.
 */

import type { Assertion } from '../assertions/assertion.ts';
import { newAssertions } from '../assertions/newness.ts';
import { resolveConfig } from '../config.ts';
import { BlobReader } from '../git/blobs.ts';
import type { Change } from '../git/diff.ts';
import { historyChanges } from '../git/diff.ts';
import { requireFullHistory, resolveCommit } from '../git/history.ts';
import { openRepository } from '../git/run.ts';
import type { Task } from '../report/schema.ts';
import type { MineOptions, MineSummary } from './options.ts';
import { extractBlob, isTestFile } from './selection.ts';
import { requireHead } from './workspace.ts';

const DEFAULT_MAX_PREFIX = 8192;

/** Hands every task to `emit`, oldest commit first. Waits when `emit` returns a promise. */
export async function mine(
  emit: (task: Task) => void | Promise<void>,
  options: MineOptions = {},
): Promise<MineSummary> {
  const repository = await openRepository(options.repo ?? '.');
  const until = requireHead(repository);
  const after = options.after === undefined ? undefined : await resolveCommit(repository, options.after);
  requireFullHistory(repository);
  const { paths: rules } = resolveConfig(repository.root, process.env);
  await using reader = new BlobReader(repository);
  const extract = memoizedExtract(reader);
  const maxPrefix = options.maxPrefix ?? DEFAULT_MAX_PREFIX;
  const summary: MineSummary = { commits: 0, tasks: 0, notices: [] };
  for await (const { commit, changes } of historyChanges(repository, { after, until })) {
    summary.commits += 1;
    for (const change of changes.filter(({ path }) => isTestFile(path, rules))) {
      const { fresh, notices } = await freshAssertions(extract, change);
      summary.notices.push(...notices.map((notice) => `${commit.sha.slice(0, 10)}: ${notice}`));
      for (const assertion of fresh.filter(({ open }) => !open)) {
        summary.tasks += 1;
        await emit(toTask(commit, assertion, maxPrefix));
      }
    }
    options.onProgress?.({ stage: 'mine', done: summary.commits, total: summary.commits });
  }
  return summary;
}

type Extract = (path: string, blob: string) => Promise<{ assertions: Assertion[]; notices: string[] }>;

async function freshAssertions(
  extract: Extract,
  change: Change,
): Promise<{ fresh: Assertion[]; notices: string[] }> {
  if (change.newBlob === null) return { fresh: [], notices: [] };
  const before = change.oldBlob ? await extract(change.previousPath ?? change.path, change.oldBlob) : null;
  const after = await extract(change.path, change.newBlob);
  return { fresh: newAssertions(before?.assertions ?? null, after.assertions), notices: after.notices };
}

/** The last version of each path is what the next change compares with: one entry a path is enough. */
function memoizedExtract(reader: BlobReader): Extract {
  const last = new Map<string, { blob: string; result: ReturnType<Extract> }>();
  return (path, blob) => {
    const known = last.get(path);
    if (known?.blob === blob) return known.result;
    const result = extractBlob(reader, path, blob);
    last.set(path, { blob, result });
    return result;
  };
}

function toTask(commit: { sha: string; committedAt: number }, assertion: Assertion, maxPrefix: number): Task {
  const { path, line, column, language, family, test, prefix, target } = assertion;
  return {
    schema: 'code2lora/task@1',
    commit: commit.sha,
    committedAt: commit.committedAt,
    ...{ path, line, column, language, family, test },
    prefix: maxPrefix === 0 ? prefix : prefix.slice(-maxPrefix),
    target,
  };
}
