/**
 * Which suggestions are still to be posted, and which threads of ours have had their day. Pure.
 *
 * In: the suggestions of a run and the review threads that are there. Out: a plan. A finding is offered once: when
 * a person resolved or hid our thread, that was the answer, and it is not offered again.
 *
 * A thread in which somebody answered is left alone, even when its line is gone: there is a conversation in it
 * now, and closing that would hide a question or an explanation that a person wrote.
 */
import { fingerprintIn, fingerprintOf, renderSuggestionComment } from '../report/pull-request-comment.ts';
import type { Suggestion } from '../report/schema.ts';
import { isFaithful } from '../report/suggestion.ts';
import type { Thread } from './conversation.ts';
import type { Anchors } from './diff-anchors.ts';
import { MAX_BODY_LENGTH } from './sticky-comment.ts';

export interface ReviewPlan {
  /** Not posted yet, most confident first, one for each line. */
  candidates: Draft[];
  /** How many of them may be posted: the limit less what is open already. */
  room: number;
  /** Open threads of ours, without an answer, that are outdated or whose finding is gone. */
  stale: Thread[];
}

export interface Draft {
  suggestion: Suggestion;
  fingerprint: string;
  body: string;
}

export function planReview({
  threads,
  viewer,
  suggestions,
  max,
}: {
  threads: readonly Thread[];
  viewer: string;
  suggestions: readonly Suggestion[];
  max: number;
}): ReviewPlan {
  const drafts = [...suggestions].sort((a, b) => b.probability - a.probability).map(draftOf);
  const found = new Set(drafts.map(({ fingerprint }) => fingerprint));
  const ours = threads
    .map((thread) => ({ thread, fingerprint: fingerprintIn(thread.comment.body) }))
    .filter(({ thread, fingerprint }) => thread.comment.author === viewer && fingerprint !== null);
  const open = ours.filter(({ thread }) => !thread.isResolved && !thread.comment.isHidden);
  const stale = open.filter(
    ({ thread, fingerprint }) => !thread.hasReplies && (thread.isOutdated || !found.has(fingerprint ?? '')),
  );
  const answered = new Set(
    ours.filter(({ thread }) => isAnswered(thread, viewer)).map(({ fingerprint }) => fingerprint),
  );
  return {
    candidates: onePerLine(drafts.filter(({ fingerprint }) => !answered.has(fingerprint))),
    room: Math.max(0, max - (open.length - stale.length)),
    stale: stale.map(({ thread }) => thread),
  };
}

/** Those that can be posted: their line is part of the diff and reads as it did when the value was found. */
export function chooseDrafts({ candidates, room }: ReviewPlan, anchors: Anchors): Draft[] {
  return candidates
    .filter(({ suggestion, body }) => {
      const text = anchors.get(suggestion.path)?.get(suggestion.line);
      return text !== undefined && isFaithful(suggestion, text) && body.length <= MAX_BODY_LENGTH;
    })
    .slice(0, room);
}

/** Whether the thread stands for its finding still: it is in place, or a person has dealt with it. */
function isAnswered({ isOutdated, hasReplies, isResolved, resolvedBy, comment }: Thread, viewer: string) {
  const isDismissed = isResolved && !isSameAccount(resolvedBy, viewer);
  const isHiddenByOthers = comment.isHidden && comment.hiddenAs?.toLowerCase() !== 'outdated';
  return !isOutdated || hasReplies || isDismissed || isHiddenByOthers;
}

/** GraphQL is not of one mind about the suffix of bots. */
const isSameAccount = (login: string | null, viewer: string): boolean =>
  login?.replace(/\[bot\]$/, '') === viewer.replace(/\[bot\]$/, '');

const draftOf = (suggestion: Suggestion): Draft => ({
  suggestion,
  fingerprint: fingerprintOf(suggestion),
  body: renderSuggestionComment(suggestion),
});

/** Two suggestions for one line each replace all of it: taking both would lose one. */
function onePerLine(drafts: readonly Draft[]): Draft[] {
  const byLine = new Map<string, Draft>();
  for (const draft of drafts) {
    const { path, line } = draft.suggestion;
    const place = `${line} ${path}`;
    if (!byLine.has(place)) byLine.set(place, draft);
  }
  return [...byLine.values()];
}
