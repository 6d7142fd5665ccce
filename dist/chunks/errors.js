// src/errors.ts
/**
* The error classes, split by who can fix the problem.
*
* Every message says what failed, what was found and what was expected, and what to do next.
* Only `cli.ts` (and the worker) catch: they print the message and choose the exit code.
*/
/** The user can fix it: bad flag, bad config, wrong repository. Printed without a stack; exit code 2. */
var UsageError = class extends Error {
	name = "UsageError";
};
/** A git command failed. Keeps what a bug report needs. Exit code 3. */
var GitError = class extends Error {
	name = "GitError";
	args;
	constructor(args, reason, options) {
		super(`git ${args[0]} failed: ${reason}`, options);
		this.args = args;
	}
};
/** A model file is missing, damaged or of the wrong shape or type. Exit code 3. */
var ModelError = class extends Error {
	name = "ModelError";
};
/** Stored state is damaged, of another format or not an ancestor of the commit asked for. Exit code 3. */
var SnapshotError = class extends Error {
	name = "SnapshotError";
};
/** GitHub refused, failed or cannot do it: no permission, not found, rate limit, an old server. Exit code 3. */
var GitHubError = class extends Error {
	name = "GitHubError";
};
/** A bug of ours: printed with a stack and the address for a report. Exit code 70. */
var InternalError = class extends Error {
	name = "InternalError";
};
export { SnapshotError as a, ModelError as i, GitHubError as n, UsageError as o, InternalError as r, GitError as t };
