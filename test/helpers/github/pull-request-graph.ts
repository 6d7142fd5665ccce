/**
 * Pull requests through GraphQL: the objects that a query can reach, and the mutations.
 *
 * Names and types are those of GitHub's public schema. Three traps of the real one are here too: a bot's login
 * has no `[bot]` as an author, a mutation that is refused answers 200, resolving takes `contents: write`.
 */
import { connection, execute, FieldError, type Fields, parseOperation, type Variables } from './graphql.ts';
import { lineAt } from './pull-request-files.ts';
import {
  commentUrl,
  type FakeComment,
  type FakePullRequest,
  type FakeThread,
  filesOf,
  MAX_BODY,
} from './pull-request-state.ts';
import {
  denied,
  type FakeGitHub,
  type FakeReply,
  type FakeRequest,
  loginOf,
  type Permission,
} from './server.ts';

export function answerGraphql(request: FakeRequest, state: FakeGitHub): FakeReply {
  const { query, variables = {} } = request.json() as { query: string; variables?: Variables };
  try {
    const operation = parseOperation(query);
    const root = operation.kind === 'query' ? queries(request, state) : mutations(request, state);
    return { status: 200, json: execute(operation, variables, root) };
  } catch (error) {
    return { status: 200, json: { errors: [{ message: (error as Error).message }] } };
  }
}

/** Throws as GitHub refuses: with an error in the answer, not a status. */
function require(request: FakeRequest, state: FakeGitHub, permission: Permission, access: 'read' | 'write') {
  if (denied(request, state, { permission, access })) {
    throw new FieldError('FORBIDDEN', 'Resource not accessible by integration');
  }
}

function queries(request: FakeRequest, state: FakeGitHub): Fields {
  return {
    __typename: 'Query',
    viewer: { __typename: 'User', login: loginOf(request, state) },
    repository: ({ owner, name }: Variables) => {
      const fullName = `${owner}/${name}`;
      if (!state.repositories.has(fullName)) {
        throw new FieldError('NOT_FOUND', `Could not resolve to a Repository with the name '${fullName}'.`);
      }
      const pulls = [...state.pulls.values()].filter(({ repository }) => repository === fullName);
      return {
        __typename: 'Repository',
        isArchived: pulls.some(({ isArchived }) => isArchived),
        pullRequest: ({ number }: Variables) => {
          require(request, state, 'pull-requests', 'read');
          const pull = state.pulls.get(`${fullName}#${number}`) as FakePullRequest | undefined;
          if (pull) return pullFields(pull);
          throw new FieldError(
            'NOT_FOUND',
            `Could not resolve to a PullRequest with the number of ${number}.`,
          );
        },
      };
    },
  };
}

function pullFields(pull: FakePullRequest): Fields {
  const comments = pull.comments.map((comment) => commentFields(pull, comment));
  const threads = pull.threads
    .filter((thread) => thread.comments.length > 0)
    .map((thread) => threadFields(pull, thread));
  return {
    __typename: 'PullRequest',
    state: pull.merged ? 'MERGED' : pull.state.toUpperCase(),
    locked: pull.locked,
    headRefOid: pull.head.sha,
    isCrossRepository: pull.head.repository !== pull.repository,
    comments: connection('comments', comments),
    reviewThreads: connection('reviewThreads', threads),
  };
}

const commentFields = (pull: FakePullRequest, comment: FakeComment): Fields => ({
  __typename: 'IssueComment',
  id: `IC_${comment.id}`,
  url: commentUrl(pull, comment),
  body: comment.body,
  author: actorFields(comment.author),
});

function threadFields(pull: FakePullRequest, thread: FakeThread): Fields {
  const { id, path, line, commit, resolvedBy } = thread;
  const now = lineAt(pull.git, { path, line, from: commit, to: pull.head.sha });
  const file = filesOf(pull).find(({ filename }) => filename === now?.path);
  const comments = thread.comments.map((comment) => ({
    __typename: 'PullRequestReviewComment',
    id: `PRRC_${comment.id}`,
    body: comment.body,
    isMinimized: comment.hiddenAs !== null,
    minimizedReason: comment.hiddenAs,
    author: actorFields(comment.author),
  }));
  return {
    __typename: 'PullRequestReviewThread',
    id: `PRRT_${id}`,
    path,
    line: now?.line ?? null,
    isResolved: resolvedBy !== null,
    isOutdated: now === null || file === undefined,
    resolvedBy: resolvedBy === null ? null : { __typename: 'User', login: resolvedBy },
    comments: connection('comments', comments),
  };
}

function actorFields(login: string): Fields | null {
  if (login === '') return null; // a deleted account
  return login.endsWith('[bot]')
    ? { __typename: 'Bot', login: login.slice(0, -'[bot]'.length) }
    : { __typename: 'User', login };
}

function mutations(request: FakeRequest, state: FakeGitHub): Fields {
  const pulls = [...state.pulls.values()] as FakePullRequest[];
  const viewer = loginOf(request, state);
  const find = <T extends { id: number }>(prefix: string, id: unknown, items: readonly T[]): T => {
    const item = items.find((candidate) => `${prefix}${candidate.id}` === id);
    if (item) return item;
    throw new FieldError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  };
  return {
    __typename: 'Mutation',
    updateIssueComment: ({ input }: { input: { id: string; body: string } }) => {
      require(request, state, 'pull-requests', 'write');
      const comment = find(
        'IC_',
        input.id,
        pulls.flatMap(({ comments }) => comments),
      );
      const pull = pulls.find(({ comments }) => comments.includes(comment)) as FakePullRequest;
      if (comment.author !== viewer)
        throw new FieldError('FORBIDDEN', `${viewer} cannot update this comment`);
      if ([...input.body].length > MAX_BODY) {
        throw new FieldError('UNPROCESSABLE', `Body is too long (maximum is ${MAX_BODY} characters)`);
      }
      comment.body = input.body;
      return { __typename: 'UpdateIssueCommentPayload', issueComment: commentFields(pull, comment) };
    },
    resolveReviewThread: ({ input }: { input: { threadId: string } }) => {
      require(request, state, 'pull-requests', 'write');
      require(request, state, 'contents', 'write');
      const thread = find(
        'PRRT_',
        input.threadId,
        pulls.flatMap(({ threads }) => threads),
      );
      const pull = pulls.find(({ threads }) => threads.includes(thread)) as FakePullRequest;
      thread.resolvedBy = viewer;
      return { __typename: 'ResolveReviewThreadPayload', thread: threadFields(pull, thread) };
    },
    minimizeComment: ({ input }: { input: { subjectId: string; classifier: string } }) => {
      require(request, state, 'pull-requests', 'write');
      if (!['OUTDATED', 'RESOLVED', 'DUPLICATE', 'OFF_TOPIC', 'SPAM', 'ABUSE'].includes(input.classifier)) {
        throw new Error(`Argument 'classifier' has an invalid value (${input.classifier})`);
      }
      const all = pulls.flatMap(({ threads }) => threads.flatMap(({ comments }) => comments));
      const comment = find('PRRC_', input.subjectId, all);
      comment.hiddenAs = input.classifier.toLowerCase().replace('_', '-');
      return {
        __typename: 'MinimizeCommentPayload',
        minimizedComment: { __typename: 'PullRequestReviewComment', isMinimized: true },
      };
    },
  };
}
