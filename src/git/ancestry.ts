/**
 * Questions about the commit graph that need no commit's content.
 *
 * In: commits. Out: commits and counts, along first parents unless said otherwise.
 */
import { UsageError } from '../errors.ts';
import { type Commit, type CommitRange, firstParentCommits, rangeArguments } from './history.ts';
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

/**
 * Where the head of a branch left its base: the best common ancestor. Throws UsageError when the histories have
 * nothing in common.
 */
export async function mergeBase(repo: Repository, base: string, head: string): Promise<string> {
  const sha = (await repo.text(['merge-base', base, head]).catch(() => '')).trim();
  if (sha !== '') return sha;
  throw new UsageError(
    `${base.slice(0, 10)} and ${head.slice(0, 10)} have no common ancestor.\n` +
      'Name two commits of one history; in CI, check out with fetch-depth: 0.',
  );
}

/**
 * The commits that a branch adds to its base, oldest first, along first parents. A merge that only brings the
 * base up to date adds nothing of its own and is left out.
 */
export async function ownCommits(repo: Repository, base: string, head: string): Promise<Commit[]> {
  const added = new Set<string>();
  for await (const sha of shaLines(repo, rangeArguments({ after: base, until: head }))) added.add(sha);
  const catchUps = new Set<string>();
  const merges = ['--merges', '--parents', '--first-parent', ...rangeArguments({ after: base, until: head })];
  for await (const line of shaLines(repo, merges)) {
    const [merge = '', , ...others] = line.split(' ');
    if (others.every((parent) => !added.has(parent))) catchUps.add(merge);
  }
  const commits: Commit[] = [];
  for await (const commit of firstParentCommits(repo, { after: base, until: head })) {
    if (!catchUps.has(commit.sha)) commits.push(commit);
  }
  return commits;
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
