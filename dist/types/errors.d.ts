/**
 * The error classes, split by who can fix the problem.
 *
 * Every message says what failed, what was found and what was expected, and what to do next.
 * Only `cli.ts` (and the worker) catch: they print the message and choose the exit code.
 */
/** The user can fix it: bad flag, bad config, wrong repository. Printed without a stack; exit code 2. */
export declare class UsageError extends Error {
    name: string;
}
/** A git command failed. Keeps what a bug report needs. Exit code 3. */
export declare class GitError extends Error {
    name: string;
    readonly args: readonly string[];
    constructor(args: readonly string[], reason: string, options?: ErrorOptions);
}
/** A model file is missing, damaged or of the wrong shape or type. Exit code 3. */
export declare class ModelError extends Error {
    name: string;
}
/** Stored state is damaged, of another format or not an ancestor of the commit asked for. Exit code 3. */
export declare class SnapshotError extends Error {
    name: string;
}
/** GitHub refused, failed or cannot do it: no permission, not found, rate limit, an old server. Exit code 3. */
export declare class GitHubError extends Error {
    name: string;
}
/** A bug of ours: printed with a stack and the address for a report. Exit code 70. */
export declare class InternalError extends Error {
    name: string;
}
