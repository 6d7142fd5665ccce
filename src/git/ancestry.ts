/**
 * Questions about the commit graph that need no commit's content.
 *
 * In: commits. Out: commits and counts, along first parents unless said otherwise.
 */
import { type CommitRange, rangeArguments } from './history.ts';
import type { Repository } from './run.ts';

/** First-parent commits in a range; both ends must exist. */
export async function countCommits(repo: Repository, range: CommitRange): Promise<number> {
  return Number(await repo.text(['rev-list', '--first-parent', '--count', ...rangeArguments(range)]));
}

/** Where the first-parent history of a commit begins. */
export async function startCommitOf(repo: Repository, until: string): Promise<string> {
  return (
    await repo.text(['rev-list', '--first-parent', '--max-parents=0', ...rangeArguments({ until })])
  ).trim();
}

/** The commit `distance` first parents before `sha`; null when the history is shorter. */
export async function ancestorAt(repo: Repository, sha: string, distance: number): Promise<string | null> {
  const args = ['rev-list', '--first-parent', `--skip=${distance}`, '--max-count=1'];
  return (await repo.text([...args, ...rangeArguments({ until: sha })])).trim() || null;
}

/** `sha`, its first parent, and so on: newest first. */
export async function* firstParentShas(
  repo: Repository,
  sha: string,
): AsyncGenerator<string, void, undefined> {
  yield* shaLines(repo, ['--first-parent', ...rangeArguments({ until: sha })]);
}

/** Which of the commits some branch, tag or HEAD still leads to, along any parent. */
export async function reachableOf(repo: Repository, commits: readonly string[]): Promise<Set<string>> {
  const missing = new Set(commits);
  const head = repo.headSha === null ? [] : [repo.headSha];
  if (missing.size > 0) {
    for await (const sha of shaLines(repo, ['--all', ...head, '--'])) {
      if (missing.delete(sha) && missing.size === 0) break;
    }
  }
  return new Set(commits.filter((sha) => !missing.has(sha)));
}

async function* shaLines(repo: Repository, args: readonly string[]): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const chunk of repo.stream(['rev-list', ...args])) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
