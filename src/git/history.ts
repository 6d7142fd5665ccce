/**
 * First-parent history, oldest commit first.
 *
 * In: a repository and a range. Out: one Commit at a time, so that a long history never sits in memory.
 * Commits merged in from a side branch arrive as one merge. Knows nothing about diffs or models.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitError, InternalError, UsageError } from '../errors.ts';
import { readFields } from './fields.ts';
import type { Repository } from './run.ts';

export interface Commit {
  sha: string;
  /** First parent; `null` for a root commit. */
  parentSha: string | null;
  /** Committer date, unix seconds. */
  committedAt: number;
  subject: string;
}

export interface CommitRange {
  /** Exclusive; omit to start at the root commit. */
  after?: string | undefined;
  /** Inclusive. */
  until: string;
}

/** Fields of one commit in the output of `git log -z`. */
export const COMMIT_FORMAT = '%H%x00%P%x00%ct%x00%s';
export const COMMIT_FIELDS = 4;

/**
 * Walks the mainline. With `limit`, only the newest that many, still oldest first. Throws a UsageError when
 * the walk reaches the edge of a shallow clone, where a commit looks like a root and is none.
 */
export async function* firstParentCommits(
  repo: Repository,
  { after, until, limit }: CommitRange & { limit?: number | undefined },
): AsyncGenerator<Commit, void, undefined> {
  const edge = new Set(shallowBoundary(repo));
  const count = limit === undefined ? [] : [`--max-count=${limit}`];
  const args = [
    'log',
    '-z',
    '--first-parent',
    '--reverse',
    '--no-patch',
    `--format=${COMMIT_FORMAT}`,
    ...count,
  ];
  let fields: string[] = [];
  for await (const field of readFields(repo.stream([...args, ...rangeArguments({ after, until })]))) {
    if (fields.push(field) < COMMIT_FIELDS) continue;
    const commit = parseCommit(fields);
    fields = [];
    if (edge.has(commit.sha)) throw shallowError(repo);
    yield commit;
  }
}

export function parseCommit(fields: readonly string[]): Commit {
  const [sha = '', parents = '', committedAt = '', subject = ''] = fields;
  if (!/^[0-9a-f]{40,64}$/.test(sha))
    throw new InternalError(`git log answered ${JSON.stringify(sha)}, expected a sha`);
  return { sha, parentSha: parents.split(' ')[0] || null, committedAt: Number(committedAt), subject };
}

export function rangeArguments({ after, until }: CommitRange): string[] {
  return ['--end-of-options', until, ...(after === undefined ? [] : [`^${after}`]), '--'];
}

/**
 * Whether `ancestor` lies on the first-parent history of `sha` (or is it). Cost: the commits in between.
 */
export async function isAncestor(repo: Repository, ancestor: string, sha: string): Promise<boolean> {
  const [from, to] = await Promise.all([resolveCommit(repo, ancestor), resolveCommit(repo, sha)]);
  if (from === to) return true;
  const args = ['log', '-z', '--first-parent', '--reverse', '--no-patch', `--format=%P`];
  // the oldest commit that `from` cannot reach stands directly on `from`, or `from` is no ancestor
  for await (const parents of readFields(
    repo.stream([...args, ...rangeArguments({ after: from, until: to })]),
  )) {
    return parents.split(' ')[0] === from;
  }
  return false;
}

/** The full sha of a commit; a tag is followed. UsageError when there is no such commit here. */
export async function resolveCommit(repo: Repository, revision: string): Promise<string> {
  if (revision === '' || /^[-^]/.test(revision)) throw unknownCommit(repo, revision);
  if (repo.headSha === null && /^(HEAD|@)/.test(revision)) throw emptyError(repo);
  try {
    const args = ['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`];
    return lastLine(await repo.text(args));
  } catch (cause) {
    if (!(cause instanceof GitError)) throw cause;
    throw unknownCommit(repo, revision, cause);
  }
}

/** `A..B`, `A..`, `..B` (either side HEAD), or `B`: everything up to B. Resolves both ends. */
export async function parseRange(repo: Repository, range: string): Promise<CommitRange> {
  if (range.includes('...')) {
    throw new UsageError(`Cannot use the range "${range}": it has three dots. Write "A..B" or one commit.`);
  }
  const [left = '', right] = range.split('..');
  if (right === undefined) return { until: await resolveCommit(repo, left || 'HEAD') };
  const [after, until] = await Promise.all([
    resolveCommit(repo, left || 'HEAD'),
    resolveCommit(repo, right || 'HEAD'),
  ]);
  return { after, until };
}

/** Commits of a shallow clone whose parents are not here; empty for a full clone. */
export function shallowBoundary(repo: Repository): string[] {
  const file = join(repo.commonDir, 'shallow');
  if (!repo.isShallow || !existsSync(file)) return [];
  return readFileSync(file, 'utf8').split('\n').filter(Boolean);
}

/** Throws a UsageError when the clone is shallow. */
export function requireFullHistory(repo: Repository): void {
  if (repo.isShallow) throw shallowError(repo);
}

/** The commit HEAD is at. UsageError when there is none yet. */
export function requireHead(repo: Repository): string {
  if (repo.headSha === null) throw emptyError(repo);
  return repo.headSha;
}

function unknownCommit(repo: Repository, revision: string, cause?: unknown): UsageError {
  const hint = repo.isShallow ? ' The clone is shallow: run "git fetch --unshallow" for an older one.' : '';
  return new UsageError(
    `Cannot find the commit "${revision}" in ${repo.root}. Give a sha, branch or tag that is here.${hint}`,
    { cause },
  );
}

export function shallowError(repo: Repository): UsageError {
  return new UsageError(
    `Cannot walk the history of ${repo.root}: the clone is shallow, its oldest commit would look like the first.\n` +
      'Run "git fetch --unshallow", or set "fetch-depth: 0" on actions/checkout.',
  );
}

function emptyError(repo: Repository): UsageError {
  const branch = repo.branch === null ? '' : ` on branch "${repo.branch}"`;
  return new UsageError(
    `Cannot read the history of ${repo.root}: there is no commit yet${branch}. Commit something first.`,
  );
}

/** An ambiguous name makes git print more than the answer. */
function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
