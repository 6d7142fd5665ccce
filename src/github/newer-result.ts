/**
 * For a run that was overtaken: is what stands in the pull request newer than what it brings?
 *
 * In: the commit of the run, and the one that our comment speaks of. Out: the reason to keep quiet, or null. The
 * order of the pull request's commits decides, not the clock: runs are repeated and end in any order.
 */
import type { GitHub } from './client.ts';

export interface Overtaken {
  number: number;
  /** The commit of the run. */
  head: string;
  /** The commit that our comment speaks of; null without a comment. */
  shown: string | null;
}

/** Null: what the run brings is at least as new. */
export async function newerResult(
  github: GitHub,
  { number, head, shown }: Overtaken,
): Promise<string | null> {
  const commits: string[] = [];
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/commits'; // oldest first, 250 at most
  for await (const { sha } of github.paginate<{ sha: string }>(route, { pull_number: number }))
    commits.push(sha);
  const own = commits.indexOf(head);
  const name = head.slice(0, 10);
  // rewritten by a force push, or behind the 250 that GitHub lists
  if (own < 0) return `No comment on pull request #${number}: ${name} is not among its commits any more.`;
  // not in the list: it was rewritten, so what it says is older
  if (shown === null || commits.indexOf(shown) <= own) return null;
  return `No comment on pull request #${number}: it shows the result of ${shown.slice(0, 10)}, which is newer than ${name}.`;
}
