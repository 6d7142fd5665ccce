/**
 * What is asked of GitHub's GraphQL API, and the shape of its answers. Text and types only.
 *
 * One query brings what would take five REST requests. Node ids are used throughout: `databaseId` is an Int of
 * 32 bits, and comments have outgrown it. Tokens need `pull-requests: write`, except that resolving a thread
 * takes `contents: write` too (github.com/orgs/community/discussions/44650).
 */

const COMMENT = 'id url body author { __typename login }';
const PAGE_INFO = 'pageInfo { hasNextPage endCursor }';
const THREADS = `
  ${PAGE_INFO}
  nodes {
    id isResolved isOutdated
    resolvedBy { login }
    comments(first: 1) {
      totalCount
      nodes { id body isMinimized minimizedReason author { __typename login } }
    }
  }`;

/** The oldest hundred comments and the newest fifty: a comment of ours is nearly always among them. */
export const CONVERSATION_QUERY = `
query Conversation($owner: String!, $repo: String!, $number: Int!) {
  viewer { login }
  repository(owner: $owner, name: $repo) {
    isArchived
    pullRequest(number: $number) {
      state locked headRefOid isCrossRepository
      comments(first: 100) { ${PAGE_INFO} nodes { ${COMMENT} } }
      newest: comments(last: 50) { nodes { ${COMMENT} } }
      reviewThreads(first: 100) {${THREADS}
      }
    }
  }
}`;

export const THREADS_QUERY = `
query Threads($owner: String!, $repo: String!, $number: Int!, $after: String!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {${THREADS}
      }
    }
  }
}`;

export const UPDATE_COMMENT = `
mutation UpdateComment($id: ID!, $body: String!) {
  updateIssueComment(input: { id: $id, body: $body }) { issueComment { url } }
}`;

export const RESOLVE_THREAD = `
mutation ResolveThread($id: ID!) {
  resolveReviewThread(input: { threadId: $id }) { thread { isResolved } }
}`;

/** Folds a comment and says "outdated" above it. */
export const HIDE_COMMENT = `
mutation HideComment($id: ID!) {
  minimizeComment(input: { subjectId: $id, classifier: OUTDATED }) { minimizedComment { isMinimized } }
}`;

/** `null`: the account was deleted. A bot's login comes without the `[bot]` that it has everywhere else. */
export type AuthorNode = { __typename: string; login: string } | null;

export interface CommentNode {
  id: string;
  url: string;
  body: string;
  author: AuthorNode;
}

export interface ThreadNode {
  id: string;
  isResolved: boolean;
  isOutdated: boolean;
  resolvedBy: { login: string } | null;
  comments: {
    totalCount: number;
    nodes: (ThreadCommentNode | null)[];
  };
}

interface ThreadCommentNode {
  id: string;
  body: string;
  isMinimized: boolean;
  minimizedReason: string | null;
  author: AuthorNode;
}

interface PageInfo {
  hasNextPage: boolean;
  endCursor: string | null;
}

export interface ThreadPage {
  pageInfo: PageInfo;
  /** `null`: deleted while we asked. */
  nodes: (ThreadNode | null)[];
}

export interface ConversationAnswer {
  viewer: { login: string };
  repository: {
    isArchived: boolean;
    pullRequest: {
      state: 'OPEN' | 'CLOSED' | 'MERGED';
      locked: boolean;
      headRefOid: string;
      isCrossRepository: boolean;
      comments: { pageInfo: PageInfo; nodes: (CommentNode | null)[] };
      newest: { nodes: (CommentNode | null)[] };
      reviewThreads: ThreadPage;
    };
  };
}

export interface ThreadsAnswer {
  repository: { pullRequest: { reviewThreads: ThreadPage } };
}
