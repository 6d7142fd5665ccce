/**
 * Publishes a report in its pull request: one comment, a few suggestions.
 *
 * In: a report. Out: what was done, or in `reason` why nothing was. A refusal of GitHub is an outcome and never a
 * failure: the findings are in the job summary as well. Three requests the first time: read, comment, review.
 */
import { GitHubError, InternalError } from '../errors.ts';
import { renderComment, renderSettledComment } from '../report/pull-request-comment.ts';
import type { ActionReport } from '../report/schema.ts';
import type { GitHub } from './client.ts';
import { type Conversation, readConversation } from './conversation.ts';
import type { Anchors } from './diff-anchors.ts';
import { newerResult } from './newer-result.ts';
import { isForbidden, statusOf } from './problems.ts';
import { closeThreads, postSuggestions } from './review.ts';
import { planReview } from './review-plan.ts';
import {
  type CommentChange,
  findStickyComment,
  headLine,
  headOf,
  MAX_BODY_LENGTH,
  writeStickyComment,
} from './sticky-comment.ts';

export interface PublishOptions {
  /** Its `pullRequest` says where; from an untrusted source only what verifyPullRequest returned. */
  report: ActionReport;
  suggestions: boolean;
  /** So many are open at a time, at most. */
  maxSuggestions: number;
  /** The job has a token for writing, of forks too: then a refusal is a mistake in its workflow. */
  mayWrite?: boolean;
  /** Which lines of these files can carry a comment: anchorsFromGit or anchorsFromApi. Asked when needed. */
  anchors: (paths: ReadonlySet<string>) => Promise<Anchors>;
  log: (line: string) => void;
}

export interface PublishOutcome {
  /** A comment in the pull request says what this report says. */
  posted: boolean;
  comment: CommentChange['action'] | 'none';
  url: string | null;
  /** Posted now. */
  suggestions: number;
  /** Threads of ours closed now. */
  closed: number;
  /** Why GitHub or we declined; it was logged. */
  reason: string | null;
  /** The token may not do it, or there is nothing that it may see. */
  refused: boolean;
}

type PullRequest = NonNullable<ActionReport['pullRequest']>;

/**
 * Throws GitHubError only for what may be better next time or takes a person: an outage, a rate limit, a token
 * that is not valid.
 */
export async function publishComment(github: GitHub, options: PublishOptions): Promise<PublishOutcome> {
  const { pullRequest } = options.report;
  if (pullRequest === null) throw new InternalError('a report without a pull request cannot be published');
  try {
    return await publish(github, pullRequest, options);
  } catch (error) {
    const reason = refusalOf(error, { ...pullRequest, fork: pullRequest.fork && options.mayWrite !== true });
    if (reason === null) throw error;
    return { ...declined(reason, options), refused: true };
  }
}

async function publish(
  github: GitHub,
  pullRequest: PullRequest,
  options: PublishOptions,
): Promise<PublishOutcome> {
  const { number, head } = pullRequest;
  const conversation = await readConversation(github, number);
  const closed = closedReason(conversation, number);
  if (closed !== null) return declined(closed, options);
  const existing = await findStickyComment(github, number, conversation);
  const isCurrent = conversation.headSha === head;
  const newer = isCurrent
    ? null
    : await newerResult(github, { number, head, shown: existing && headOf(existing) });
  if (newer !== null) return declined(newer, options);
  const body = bodyOf(github, options.report, existing !== null);
  const { action, url } = await writeStickyComment(github, number, { existing, body, head });
  if (!isCurrent) {
    const now = conversation.headSha.slice(0, 10);
    options.log(
      `Pull request #${number} is at ${now} now: no suggestions for lines of ${head.slice(0, 10)}.`,
    );
  }
  const review = isCurrent ? await publishReview(github, conversation, options) : NO_REVIEW;
  return { posted: action !== 'silent', comment: action, url, ...review, reason: null, refused: false };
}

/** A comment is never deleted: people may have answered it. It says that nothing is left. */
function bodyOf({ serverUrl }: GitHub, report: ActionReport, hasSpoken: boolean): string | null {
  const limit = MAX_BODY_LENGTH - headLine(report.pullRequest?.head ?? '').length;
  return renderComment(report, { serverUrl, limit }) ?? (hasSpoken ? renderSettledComment(report) : null);
}

const NO_REVIEW = { suggestions: 0, closed: 0 };

/** Suggestions are an extra: when they fail, the comment stands all the same. */
async function publishReview(
  github: GitHub,
  { viewer, threads }: Conversation,
  { report, suggestions, maxSuggestions, anchors, log }: PublishOptions,
): Promise<{ suggestions: number; closed: number }> {
  const { number, head } = report.pullRequest as PullRequest;
  const max = suggestions ? maxSuggestions : 0;
  const plan = planReview({ threads, viewer, suggestions: report.suggestions, max });
  const done = { ...NO_REVIEW };
  try {
    done.closed = await closeThreads(github, plan.stale, log);
    done.suggestions = await postSuggestions(github, plan, { number, head, anchors, log });
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    log(`The suggestions are in the comment only. ${oneLine(error)}`);
  }
  return done;
}

function closedReason({ state, isLocked, isArchived }: Conversation, number: number): string | null {
  if (isArchived) return `No comment on pull request #${number}: the repository is archived.`;
  if (state !== 'OPEN') return `No comment on pull request #${number}: it is ${state.toLowerCase()}.`;
  if (isLocked) return `No comment on pull request #${number}: its conversation is locked.`;
  return null;
}

/** Why GitHub will say no to this token whenever it is asked; null when the error is of another kind. */
function refusalOf(error: unknown, { number, fork }: Pick<PullRequest, 'number' | 'fork'>): string | null {
  const status = statusOf(error);
  const isGone = status === 404 || status === 410;
  if (!isGone && (!isForbidden(error) || status === 401)) return null;
  const forFork = isGone || !fork ? '' : FOR_FORKS;
  return `No comment on pull request #${number}. ${oneLine(error as Error)}${forFork}`;
}

const FOR_FORKS =
  ' The own run of a pull request from a fork never has a token that may write: its findings are in the job summary, ' +
  'and "code2lora init --workflow" writes the workflow that comments on forks.';

function declined(reason: string, { log }: PublishOptions): PublishOutcome {
  log(reason);
  return { posted: false, comment: 'none', url: null, ...NO_REVIEW, reason, refused: false };
}

const oneLine = ({ message }: Error): string => message.replaceAll('\n', ' ');
