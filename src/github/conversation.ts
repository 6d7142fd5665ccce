/**
 * What stands in a pull request now: its state, its comments, its review threads.
 *
 * In: a pull request's number. Out: plain data, authors named as `viewer` is, so that the two can be compared.
 * One request, and one more for each further hundred threads. Knows nothing about what we post.
 */
import type { GitHub } from './client.ts';
import {
  type AuthorNode,
  CONVERSATION_QUERY,
  type CommentNode,
  type ConversationAnswer,
  THREADS_QUERY,
  type ThreadNode,
  type ThreadPage,
  type ThreadsAnswer,
} from './conversation-queries.ts';

export interface Conversation {
  /** Whose token we have: `github-actions[bot]`, a person, an app. */
  viewer: string;
  state: 'OPEN' | 'CLOSED' | 'MERGED';
  isLocked: boolean;
  isArchived: boolean;
  isFromFork: boolean;
  headSha: string;
  /** The oldest and the newest ones. */
  comments: Comment[];
  /** There are more comments in between. */
  hasMoreComments: boolean;
  /** All of them. */
  threads: Thread[];
}

export interface Comment {
  /** Node id. */
  id: string;
  url: string;
  body: string;
  /** `null`: the account was deleted. */
  author: string | null;
}

/** A review thread, with the comment that started it. */
export interface Thread {
  id: string;
  isResolved: boolean;
  resolvedBy: string | null;
  /** The line it stands on has changed since. */
  isOutdated: boolean;
  hasReplies: boolean;
  comment: {
    id: string;
    body: string;
    author: string | null;
    isHidden: boolean;
    hiddenAs: string | null;
  };
}

/** Throws GitHubError with status 404 when the pull request is not there. */
export async function readConversation(github: GitHub, number: number): Promise<Conversation> {
  const { owner, repo } = github;
  const variables = { owner, repo, number };
  const { viewer, repository } = await github.graphql<ConversationAnswer>(CONVERSATION_QUERY, variables);
  const pull = repository.pullRequest;
  const threads: Thread[] = [];
  for await (const nodes of threadPages(github, number, pull.reviewThreads)) {
    threads.push(...nodes.filter(isThere).flatMap(threadOf));
  }
  return {
    viewer: viewer.login,
    state: pull.state,
    isLocked: pull.locked,
    isArchived: repository.isArchived,
    isFromFork: pull.isCrossRepository,
    headSha: pull.headRefOid,
    comments: [...pull.comments.nodes, ...pull.newest.nodes].filter(isThere).map(commentOf),
    hasMoreComments: pull.comments.pageInfo.hasNextPage,
    threads,
  };
}

async function* threadPages(
  github: GitHub,
  number: number,
  first: ThreadPage,
): AsyncGenerator<ThreadPage['nodes'], void, undefined> {
  const { owner, repo } = github;
  yield first.nodes;
  for (let { pageInfo } = first; pageInfo.hasNextPage; ) {
    const variables = { owner, repo, number, after: pageInfo.endCursor };
    const { repository } = await github.graphql<ThreadsAnswer>(THREADS_QUERY, variables);
    const page = repository.pullRequest.reviewThreads;
    yield page.nodes;
    pageInfo = page.pageInfo;
  }
}

const isThere = <T>(node: T | null): node is T => node !== null;

const commentOf = ({ id, url, body, author }: CommentNode): Comment => ({
  id,
  url,
  body,
  author: loginOf(author),
});

function threadOf({ comments, resolvedBy, ...thread }: ThreadNode): Thread[] {
  const [first] = comments.nodes;
  if (!first) return []; // its comments were deleted
  const { id, body, isMinimized, minimizedReason } = first;
  const comment = {
    id,
    body,
    author: loginOf(first.author),
    isHidden: isMinimized,
    hiddenAs: minimizedReason,
  };
  return [{ ...thread, resolvedBy: resolvedBy?.login ?? null, hasReplies: comments.totalCount > 1, comment }];
}

/** A person may be called as a bot is, but for the suffix, which no person can have. */
function loginOf(author: AuthorNode): string | null {
  if (author === null) return null;
  const isBot = author.__typename === 'Bot' && !author.login.endsWith('[bot]');
  return isBot ? `${author.login}[bot]` : author.login;
}
