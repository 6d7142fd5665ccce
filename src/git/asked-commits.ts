/**
 * Asks a running `git diff-tree --stdin` about commits, each against its first parent.
 *
 * In: commits. Out: lines for git. Refuses the edge of a shallow clone, where a commit looks like a root and is none.
 */
import { type Commit, shallowBoundary, shallowError } from './history.ts';
import type { Repository } from './run.ts';

export type Commits = AsyncIterable<Commit> | Iterable<Commit>;

/** Writes `<sha> <parent>` lines, and remembers the commits in `asked`: the answers come in the same order. */
export async function* askFor(
  repo: Repository,
  commits: Commits,
  asked: Commit[] = [],
): AsyncGenerator<string, void, undefined> {
  const edge = new Set(shallowBoundary(repo));
  for await (const commit of commits) {
    if (edge.has(commit.sha)) throw shallowError(repo);
    asked.push(commit);
    yield commit.parentSha === null ? `${commit.sha}\n` : `${commit.sha} ${commit.parentSha}\n`;
  }
}
