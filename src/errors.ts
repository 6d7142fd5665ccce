/**
 * The error classes, split by who can fix the problem.
 *
 * Every message says what failed, what was found and what was expected, and what to do next.
 * Only `cli.ts` (and the worker) catch: they print the message and choose the exit code.
 */

/** The user can fix it: bad flag, bad config, wrong repository. Printed without a stack; exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A git command failed. Keeps what a bug report needs. Exit code 3. */
export class GitError extends Error {
  override name = 'GitError';
  readonly args: readonly string[];

  constructor(args: readonly string[], reason: string, options?: ErrorOptions) {
    super(`git ${args[0]} failed: ${reason}`, options);
    this.args = args;
  }
}

/** A model file is missing, damaged or of the wrong shape or type. Exit code 3. */
export class ModelError extends Error {
  override name = 'ModelError';
}

/** Stored state is damaged, of another format or not an ancestor of the commit asked for. Exit code 3. */
export class SnapshotError extends Error {
  override name = 'SnapshotError';
}

/** GitHub refused, failed or cannot do it: no permission, not found, rate limit, an old server. Exit code 3. */
export class GitHubError extends Error {
  override name = 'GitHubError';
}

/** A bug of ours: printed with a stack and the address for a report. Exit code 70. */
export class InternalError extends Error {
  override name = 'InternalError';
}
