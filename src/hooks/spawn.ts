/**
 * Starts processes: git with the user's own settings, `ps`, `gh`, and the detached worker.
 *
 * git/run.ts pins settings and so cannot say where git really looks for hooks; this one can. Knows nothing
 * about locks or installations.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants, homedir, setPriority } from 'node:os';
import { GitError } from '../errors.ts';
import { cleanEnvironment } from './environment.ts';

export interface GitAnswer {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs git; any exit code is an answer. Throws GitError when git cannot be started. */
export function askGit(folder: string, args: readonly string[]): Promise<GitAnswer> {
  const options = { cwd: folder, env: { ...cleanEnvironment(process.env), LC_ALL: 'C' } };
  return new Promise((resolve, reject) => {
    execFile('git', args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, stdout, stderr });
      else reject(new GitError(args, error?.message ?? 'no exit code', { cause: error }));
    });
  });
}

/** Runs git and returns its output without the last line end. Throws GitError unless it exits with 0. */
export async function runGit(folder: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await askGit(folder, args);
  if (code !== 0) throw new GitError(args, `exit code ${code}: ${stderr.trim()}`);
  return stdout.replace(/\r?\n$/, '');
}

export interface DetachedOptions {
  folder: string;
  env: NodeJS.ProcessEnv;
  /** File that both output streams are appended to. */
  outputFile: string;
}

/**
 * Starts `node args` with low priority in a session of its own and does not wait. None of our stdio is
 * handed down: a program that waits for the hook's output to close (every GUI client) would wait for it.
 */
export function startDetached(args: readonly string[], { folder, env, outputFile }: DetachedOptions): void {
  lowerPriority();
  const output = openSync(outputFile, 'a', 0o600);
  const stdio = ['ignore', output, output] as const;
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env,
    stdio: [...stdio],
    detached: true,
    windowsHide: true,
  });
  child.once('error', () => {}); // A worker that cannot start is not the commit's problem; doctor shows it.
  child.unref();
  closeSync(output);
}

/** Below everything that the user waits for; children and later threads inherit it. */
export function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed in some sandboxes; then it runs as it is.
  }
}

/** When a process was started, as `ps` says it, where there is no /proc; `null` when it cannot tell. */
export function startTimeFromPs(pid: number): string | null {
  if (process.platform === 'win32') return null;
  const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : null;
}

/** The token that GitHub's own program, `gh`, keeps for a host; null without the program or a login. */
export function tokenOfGh(host: string): Promise<string | null> {
  // At home: Windows looks for programs in the current folder first, and that one may be somebody else's.
  const options = { cwd: homedir(), timeout: 10_000, windowsHide: true };
  return new Promise((resolve) => {
    execFile('gh', ['auth', 'token', '--hostname', host], options, (error, stdout) =>
      resolve(error === null && stdout.trim() !== '' ? stdout.trim() : null),
    );
  });
}
