/**
 * Pull requests: the part of the REST and GraphQL API about their files, comments and review threads.
 *
 * A pull request lies over two commits of a real git repository; its diff is what git says. GitHub's rules are
 * enforced: what a token may do, which lines can carry a comment, how long a body can be, all or nothing.
 */
import { parsePatch } from 'diff';
import type { FakeFile } from './pull-request-files.ts';
import { answerGraphql } from './pull-request-graph.ts';
import {
  commentUrl,
  commitsOf,
  type FakeComment,
  type FakePullRequest,
  filesOf,
  MAX_BODY,
} from './pull-request-state.ts';
import {
  denied,
  type FakeGitHub,
  type FakeReply,
  type FakeRequest,
  loginOf,
  notFound,
  page,
  type Route,
  repositoryOf,
} from './server.ts';

const TOO_LONG = `Body is too long (maximum is ${MAX_BODY} characters)`;
const LOCKED = 'Unable to create comment because issue is locked.';

export const pullRequestRoutes: Route = (request, state) => {
  if (request.path === '/graphql') return answerGraphql(request, state);
  const found = repositoryOf(request, state);
  const [, kind, number, what = ''] = /^\/(pulls|issues)\/(\d+)(?:\/(\w+))?$/.exec(found?.rest ?? '') ?? [];
  if (!found || kind === undefined) return undefined;
  const pull = state.pulls.get(`${found.repository.fullName}#${number}`) as FakePullRequest | undefined;
  const answer = ANSWERS[`${request.method} ${kind}/${what}`];
  if (!answer) return undefined;
  const access = request.method === 'GET' ? 'read' : 'write';
  return (
    denied(request, state, { permission: 'pull-requests', access }) ??
    (pull ? (readOnly(pull, access) ?? answer(request, state, pull)) : notFound())
  );
};

type Answer = (request: FakeRequest, state: FakeGitHub, pull: FakePullRequest) => FakeReply;

const ANSWERS: Record<string, Answer> = {
  'GET pulls/': (_, state, pull) => ({ status: 200, json: pullJson(state, pull) }),
  'GET pulls/files': (request, state, pull) =>
    page(request, state, { items: filesOf(pull).slice(0, 3000).map(fileJson) }),
  'GET pulls/commits': (request, state, pull) =>
    page(request, state, {
      items: commitsOf(pull)
        .slice(0, 250)
        .map((sha) => ({ sha })),
    }),
  'GET issues/comments': (request, state, pull) =>
    page(request, state, { items: pull.comments.map((comment) => commentJson(pull, comment)) }),
  'POST issues/comments': (request, state, pull) => {
    const { body } = request.json() as { body?: string };
    if (!body?.trim()) return invalid('body cannot be blank');
    if (pull.locked) return { status: 403, json: { message: LOCKED } };
    if ([...body].length > MAX_BODY) return invalid(TOO_LONG);
    const comment = { id: state.nextId(), author: loginOf(request, state), body };
    pull.comments.push(comment);
    return { status: 201, json: commentJson(pull, comment) };
  },
  'POST pulls/reviews': postReview,
};

function readOnly({ isArchived }: FakePullRequest, access: string): FakeReply | undefined {
  if (!isArchived || access === 'read') return undefined;
  return { status: 403, json: { message: 'Repository was archived so is read-only.' } };
}

const invalid = (...errors: string[]): FakeReply => ({
  status: 422,
  json: { message: 'Unprocessable Entity', errors, documentation_url: 'https://docs.github.com/rest' },
});

interface ReviewBody {
  commit_id?: string;
  event?: string;
  body?: string;
  comments?: ReviewComment[];
}

interface ReviewComment {
  path: string;
  body: string;
  line?: number;
  side?: 'LEFT' | 'RIGHT';
  start_line?: number;
  start_side?: 'LEFT' | 'RIGHT';
}

/** One wrong comment refuses the whole review. */
function postReview(request: FakeRequest, state: FakeGitHub, pull: FakePullRequest): FakeReply {
  const {
    commit_id: commit = pull.head.sha,
    event = 'PENDING',
    body,
    comments = [],
  } = request.json() as ReviewBody;
  const author = loginOf(request, state);
  if (!['PENDING', 'COMMENT', 'APPROVE', 'REQUEST_CHANGES'].includes(event)) return invalid(`event ${event}`);
  if (pull.reviews.some((review) => review.author === author && review.event === 'PENDING')) {
    return invalid('User can only have one pending review per pull request');
  }
  if (!commitsOf(pull).includes(commit)) return invalid('commit_id is not part of the pull request');
  if (event === 'COMMENT' && !body && comments.length === 0) return invalid('body cannot be blank');
  const problems = comments.flatMap((comment) => problemOf(pull, comment));
  if (problems.length > 0) return invalid(...problems);
  const review = { id: state.nextId(), author, event, commit, comments: comments.length };
  pull.reviews.push(review);
  for (const { path, line = 0, body: text } of comments) {
    const first = { id: state.nextId(), author, body: text, hiddenAs: null };
    pull.threads.push({ id: state.nextId(), path, line, commit, resolvedBy: null, comments: [first] });
  }
  return { status: 200, json: { id: review.id, state: 'COMMENTED', commit_id: commit } };
}

function problemOf(pull: FakePullRequest, comment: ReviewComment): string[] {
  const { path, body, line, side = 'RIGHT', start_line: start } = comment;
  const file = filesOf(pull).find(({ filename }) => filename === path);
  if (!file) return ['Path could not be resolved'];
  if (file.patch === undefined)
    return ["pull_request_review_thread.diff_hunk can't be blank", 'path diff too large'];
  if (!body?.trim()) return ['body cannot be blank'];
  if ([...body].length > MAX_BODY) return [TOO_LONG];
  const hunks = hunksOf(file.patch, side);
  const hunk = hunks.find((lines) => lines.includes(line ?? Number.NaN));
  if (!hunk) return ['pull_request_review_thread.line must be part of the diff'];
  if (start === undefined) return [];
  if (start >= (line ?? 0)) return ['pull_request_review_thread.start_line must precede the end line.'];
  return hunk.includes(start)
    ? []
    : ['pull_request_review_thread.start_line must be part of the same hunk as the line.'];
}

/** The lines of each hunk on one side, read by a library that knows nothing of our own reader. */
function hunksOf(patch: string, side: 'LEFT' | 'RIGHT'): number[][] {
  const [file] = parsePatch(`--- a\n+++ b\n${patch}\n`);
  const [own, start] = side === 'RIGHT' ? (['+', 'newStart'] as const) : (['-', 'oldStart'] as const);
  return (file?.hunks ?? []).map((hunk) => {
    const lines = hunk.lines.filter((line) => line.startsWith(own) || line.startsWith(' '));
    return lines.map((_, index) => hunk[start] + index);
  });
}

function pullJson({ repositories }: FakeGitHub, pull: FakePullRequest) {
  const repositoryJson = (fullName: string) => {
    const repository = repositories.get(fullName);
    return repository ? { id: repository.id, full_name: fullName } : null;
  };
  const { number, state, merged, locked, base, head } = pull;
  return {
    number,
    state,
    merged,
    locked,
    base: { ref: base.ref, sha: base.sha, repo: repositoryJson(pull.repository) },
    head: { ref: head.ref, sha: head.sha, repo: repositoryJson(head.repository) },
  };
}

const commentJson = (pull: FakePullRequest, comment: FakeComment) => ({
  id: comment.id,
  node_id: `IC_${comment.id}`,
  html_url: commentUrl(pull, comment),
  body: comment.body,
  user: { login: comment.author, type: comment.author.endsWith('[bot]') ? 'Bot' : 'User' },
});

const fileJson = ({ filename, status, patch, previous }: FakeFile) => ({
  filename,
  status,
  ...(patch === undefined ? {} : { patch }),
  ...(previous === undefined ? {} : { previous_filename: previous }),
});
