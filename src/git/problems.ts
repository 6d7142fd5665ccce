/**
 * Turns what git said when it failed into the error that the user can act on.
 *
 * In: the arguments, the exit code and standard error. Out: a UsageError for the causes we know, else a
 * GitError with git's own words. Starts no process.
 */
import { GitError, UsageError } from '../errors.ts';

/** First release with `rev-parse --path-format` and `--diff-merges=first-parent` (March 2021). */
export const MINIMUM_GIT = [2, 31] as const;

export interface Failure {
  dir: string;
  args: readonly string[];
  exitCode: number | null;
  stderr: string;
  cause?: unknown;
}

const KNOWN: [RegExp, (failure: Failure) => string][] = [
  [
    /not a git repository/i,
    ({ dir }) =>
      `Cannot read ${dir}: it is not inside a git repository. Run "git init" or choose another folder.`,
  ],
  [
    /dubious ownership/i,
    ({ dir }) =>
      `Cannot read ${dir}: the repository belongs to another user, and git refuses it. ` +
      `If you trust it, run "git config --global --add safe.directory ${dir}".`,
  ],
  [
    /promisor remote|could not fetch [0-9a-f]{40}/i,
    ({ dir, stderr }) =>
      `Cannot read all of ${dir}: an object is missing here, and git could not fetch it from the remote of this ` +
      `partial clone (${lastLine(stderr)}). Check the network and the remote, or run "git fetch --refetch --no-filter".`,
  ],
];

export function gitProblem(failure: Failure): Error {
  const options = failure.cause === undefined ? undefined : { cause: failure.cause };
  const known = KNOWN.find(([pattern]) => pattern.test(failure.stderr));
  if (known) return new UsageError(known[1](failure), options);
  const exit = failure.exitCode === null ? 'ended by a signal' : `exit code ${failure.exitCode}`;
  return new GitError(failure.args, `${exit}: ${failure.stderr.trim() || 'no message'}`, options);
}

export function gitMissing(cause: unknown): UsageError {
  return new UsageError(
    `Cannot run git: it was not found in PATH. Install git ${MINIMUM_GIT.join('.')} or newer.`,
    { cause },
  );
}

/** `git version 2.39.5 (Apple Git-154)`; throws a UsageError when git is older than MINIMUM_GIT. */
export function checkVersion(answer: string): void {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(answer) ?? [];
  const [wantedMajor, wantedMinor] = MINIMUM_GIT;
  if (Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor)) return;
  throw new UsageError(
    `Cannot use this git: found "${answer.trim()}", need ${MINIMUM_GIT.join('.')} or newer. Update git.`,
  );
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
