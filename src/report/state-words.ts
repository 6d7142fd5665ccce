/**
 * What an adapter was made of, in words. Pure.
 *
 * In: how a report names a snapshot. Out: a few words. One that does not say its parts has the GRU alone.
 */
import type { SnapshotInfo } from './schema.ts';
import { count } from './visible.ts';

type State = Pick<SnapshotInfo, 'steps' | 'parts' | 'commits'>;

/** `331 steps`, or without the GRU the commits that were walked: `446 commits`. */
export const stateLength = ({ steps, parts, commits = 0 }: State): string =>
  parts && !parts.includes('gru') ? count(commits, 'commit') : count(steps, 'step');

/** `after 331 steps of the GRU`, `after 446 commits, with memory and refinement`, `the mean one`. */
export function describeState(state: State): string {
  const { parts = ['gru'] } = state;
  if (parts.length === 0) return 'is the mean one of the model pack';
  const length = `after ${stateLength(state)}${parts.includes('gru') ? ' of the GRU' : ''}`;
  const learned = parts.filter((part) => part !== 'gru');
  return learned.length === 0 ? length : `${length}, with ${learned.join(' and ')}`;
}
