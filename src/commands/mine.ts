/**
 * Every assertion event of one repository's history, as a data set: one task per assertion that a commit added or
 * changed. Of many repositories: mine-all.ts.
 */
import { resolveConfig } from '../config.ts';
import { requireFullHistory, resolveCommit } from '../git/history.ts';
import { openRepository } from '../git/run.ts';
import type { Task } from '../report/schema.ts';
import { historyAssertions } from './mine-history.ts';
import { DEFAULT_MAX_PREFIX, toTask } from './mine-task.ts';
import type { MineOptions, MineSummary } from './options.ts';
import { requireHead } from './workspace.ts';

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
  const { maxPrefix = DEFAULT_MAX_PREFIX } = options;
  const summary: MineSummary = { commits: 0, tasks: 0, notices: [] };
  for await (const { commit, files } of historyAssertions(repository, { range: { after, until }, rules })) {
    summary.commits += 1;
    for await (const { assertions, notices } of files) {
      summary.notices.push(...notices.map((notice) => `${commit.sha.slice(0, 10)}: ${notice}`));
      for (const assertion of assertions) {
        summary.tasks += 1;
        await emit(toTask(assertion, { commit, maxPrefix }));
      }
    }
    options.onProgress?.({ stage: 'mine', done: summary.commits, total: summary.commits });
  }
  return summary;
}
