/**
 * Review threads: posts new suggestions in one review, closes those of ours that are done.
 *
 * In: a plan (review-plan.ts). Out: how many. A review is of the kind COMMENT: it never approves, never requests
 * changes. Threads of other people are not in the plan, so they cannot be touched.
 */
import type { GitHub } from './client.ts';
import type { Thread } from './conversation.ts';
import { HIDE_COMMENT, RESOLVE_THREAD } from './conversation-queries.ts';
import { type Anchors, anchorsFromApi } from './diff-anchors.ts';
import { isForbidden, statusOf } from './problems.ts';
import { chooseDrafts, type Draft, type ReviewPlan } from './review-plan.ts';

export interface ReviewOptions {
  number: number;
  head: string;
  /** Asked only when there is something to post. */
  anchors: (paths: ReadonlySet<string>) => Promise<Anchors>;
  log: (line: string) => void;
}

/**
 * Posts what the plan has room for; returns how many. GitHub takes all comments of a review or none: if it
 * draws the diff in another way than our git did, its own list of files decides, once.
 */
export async function postSuggestions(
  github: GitHub,
  plan: ReviewPlan,
  { number, head, anchors, log }: ReviewOptions,
): Promise<number> {
  if (plan.room === 0 || plan.candidates.length === 0) return 0;
  const paths = new Set(plan.candidates.map(({ suggestion }) => suggestion.path));
  const drafts = chooseDrafts(plan, await anchors(paths));
  const left = plan.candidates.length - drafts.length;
  if (left > 0 && drafts.length < plan.room) {
    log(`${left} suggestions are not on lines of the diff: they are in the comment only.`);
  }
  try {
    return await postReview(github, number, { drafts, head });
  } catch (error) {
    if (statusOf(error) !== 422) throw error;
    const agreed = chooseDrafts(plan, await anchorsFromApi(github, number, paths));
    if (agreed.length === drafts.length && agreed.every((draft) => drafts.includes(draft))) throw error;
    log("GitHub's diff has other lines than the local one: posting what both have.");
    return await postReview(github, number, { drafts: agreed, head });
  }
}

async function postReview(
  github: GitHub,
  number: number,
  { drafts, head }: { drafts: readonly Draft[]; head: string },
): Promise<number> {
  if (drafts.length === 0) return 0;
  const comments = drafts.map(({ suggestion: { path, line }, body }) => ({
    path,
    line,
    side: 'RIGHT',
    body,
  }));
  await github.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
    pull_number: number,
    commit_id: head,
    event: 'COMMENT',
    comments,
  });
  return drafts.length;
}

/**
 * Resolves the threads. That takes `contents: write`, which a job that comments should not have; without it the
 * comment is folded as outdated. When that is refused too, it is said once, and they stay as they are.
 */
export async function closeThreads(
  github: GitHub,
  threads: readonly Thread[],
  log: (line: string) => void,
): Promise<number> {
  const ways = [
    ({ id }: Thread) => github.graphql(RESOLVE_THREAD, { id }),
    ({ comment }: Thread) => github.graphql(HIDE_COMMENT, { id: comment.id }),
  ];
  let closed = 0;
  for (const thread of threads) {
    for (let [way] = ways; way !== undefined; [way] = ways) {
      const refusal = await way(thread).then(() => null, refusalOf);
      if (refusal === null) closed += 1;
      if (refusal !== 'forbidden') break;
      ways.shift();
    }
  }
  if (ways.length === 0) {
    const open = threads.length - closed;
    log(`${open} outdated suggestions stay open: the token may neither resolve nor hide them.`);
  }
  return closed;
}

/** Throws again what has nothing to do with this thread or this token. */
function refusalOf(error: unknown): 'forbidden' | 'gone' {
  if (isForbidden(error)) return 'forbidden';
  const status = statusOf(error);
  if (status === 404 || status === 422) return 'gone'; // deleted, or closed by somebody meanwhile
  throw error;
}
