/** An assertion of a commit → one line of the data set. Pure. */
import type { Assertion } from '../assertions/assertion.ts';
import type { Task } from '../report/schema.ts';

/** Characters before the value; 0 keeps the whole file above it. */
export const DEFAULT_MAX_PREFIX = 8192;

export interface TaskCommit {
  sha: string;
  committedAt: number;
}

/** What only a list of repositories gives. */
export type TaskOrigin = Pick<Task, 'repository' | 'split' | 'track' | 'position'>;

export function toTask(
  assertion: Assertion,
  { commit, maxPrefix, origin }: { commit: TaskCommit; maxPrefix: number; origin?: TaskOrigin },
): Task {
  const { path, line, column, language, family, test, prefix, target } = assertion;
  const { position, ...repository } = origin ?? {};
  return {
    schema: 'code2lora/task@1',
    ...repository,
    commit: commit.sha,
    committedAt: commit.committedAt,
    ...(position === undefined ? {} : { position }),
    ...{ path, line, column, language, family, test },
    prefix: maxPrefix === 0 ? prefix : prefix.slice(-maxPrefix),
    target,
  };
}
