/**
 * What happened, in our words: the events that the Action knows.
 *
 * In: the event's name and payload. Out: an ActionEvent that holds all that a run needs of it, or a UsageError.
 * Everything of a pull request that its author chose (branch names, titles) is left out.
 */
import { UsageError } from '../errors.ts';
import type { WorkflowRun } from '../github/verify-pull-request.ts';
import { field, isThere, name, number, type Payload, sha } from './payload.ts';

export type ActionEvent = PushEvent | PullRequestEvent | MergeGroupEvent | WorkflowRunEvent | NoEvent;

/** A push, a schedule or a start by hand: a branch is at a commit. */
export interface PushEvent {
  kind: 'push';
  /** What the branch was at before; null for a new branch, and where no push happened. */
  before: string | null;
  /** The default branch's adapter is the one that is stored. */
  isDefaultBranch: boolean;
}

export interface PullRequestEvent {
  kind: 'pull-request';
  number: number;
  base: string;
  head: string;
  /** The head is in another repository. */
  fork: boolean;
}

/** What a merge queue is about to put on the base branch. */
export interface MergeGroupEvent {
  kind: 'merge-group';
  base: string;
  head: string;
}

/** Another workflow is over; ours may write, that one perhaps could not. */
export interface WorkflowRunEvent {
  kind: 'workflow-run';
  runId: number;
  /** What started that workflow. */
  startedBy: string;
  run: WorkflowRun;
}

export interface NoEvent {
  kind: 'none';
  /** Why there is nothing to do. */
  reason: string;
}

export interface EventSource {
  eventName: string;
  /** GITHUB_REF. */
  ref: string;
  defaultBranch: string;
  payload: Payload;
}

/** Throws UsageError for other events and for payloads that lack a field. */
export function parseEvent(source: EventSource): ActionEvent {
  const parse = EVENTS[source.eventName];
  if (parse) return parse(source);
  throw new UsageError(
    `The Action does not know what to do on the event "${source.eventName}".\n` +
      `Expected one of ${Object.keys(EVENTS).join(', ')}; see "on:" in the workflow.`,
  );
}

const isDefault = ({ ref, defaultBranch }: EventSource): boolean => ref === `refs/heads/${defaultBranch}`;

const branchAt = (source: EventSource): ActionEvent => ({
  kind: 'push',
  before: null,
  isDefaultBranch: isDefault(source),
});

const EVENTS: Readonly<Record<string, (source: EventSource) => ActionEvent>> = {
  push(source) {
    const { payload } = source;
    if (field(payload, 'deleted').value === true) {
      return { kind: 'none', reason: 'The push deleted a branch or a tag: there is nothing to check.' };
    }
    const before = sha(field(payload, 'before'));
    return { kind: 'push', before: /^0+$/.test(before) ? null : before, isDefaultBranch: isDefault(source) };
  },
  schedule: branchAt,
  workflow_dispatch: branchAt,
  pull_request: ({ payload }) => pullRequest(payload),
  pull_request_target({ payload }) {
    const event = pullRequest(payload);
    if (!event.fork) return event;
    throw new UsageError(
      'A pull request from a fork is not checked on "pull_request_target", whose token can write and whose secrets are ' +
        'those of the base repository.\nUse "pull_request" for the check and "workflow_run" for the comment: ' +
        '"code2lora init --workflow" writes both.',
    );
  },
  merge_group: ({ payload }) => ({
    kind: 'merge-group',
    base: sha(field(payload, 'merge_group.base_sha')),
    head: sha(field(payload, 'merge_group.head_sha')),
  }),
  workflow_run({ payload }) {
    const run = field(payload, 'workflow_run');
    const source = field(run, 'head_repository');
    return {
      kind: 'workflow-run',
      runId: number(field(run, 'id')),
      startedBy: name(field(run, 'event')),
      run: {
        head_sha: sha(field(run, 'head_sha')),
        repository: { id: number(field(run, 'repository.id')) },
        head_repository: isThere(source) ? { id: number(field(source, 'id')) } : null,
      },
    };
  },
};

function pullRequest(payload: Payload): PullRequestEvent {
  const pull = field(payload, 'pull_request');
  const source = field(pull, 'head.repo'); // null when the fork was deleted
  const base = number(field(pull, 'base.repo.id'));
  return {
    kind: 'pull-request',
    number: number(field(pull, 'number')),
    base: sha(field(pull, 'base.sha')),
    head: sha(field(pull, 'head.sha')),
    fork: !isThere(source) || number(field(source, 'id')) !== base,
  };
}
