/**
 * Runs git: the only file that imports simple-git or starts a git process.
 *
 * In: arguments. Out: text, bytes, a stream of bytes, or a running process to talk to; a UsageError or
 * GitError when git fails. Knows nothing about what the output means.
 *
 * Short answers go through simple-git. It keeps the whole output of a command in memory and has no way to
 * write to a process that is running, so diffs and `cat-file --batch` use a plain process, same settings.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { type SimpleGit, simpleGit } from 'simple-git';
import { GitError, UsageError } from '../errors.ts';
import { ALLOWED_VARIABLES, gitEnvironment, PINNED_CONFIG } from './environment.ts';
import { checkVersion, gitMissing, gitProblem } from './problems.ts';

export interface Repository {
  /** The top of the work tree; the git folder when the repository is bare. */
  root: string;
  /** Of this work tree: a linked one has its own. */
  gitDir: string;
  /** Shared by all work trees. */
  commonDir: string;
  objectFormat: 'sha1' | 'sha256';
  isShallow: boolean;
  isBare: boolean;
  /** Objects may be missing here; git fetches them from the remote when they are read. */
  isPartial: boolean;
  /** `null`: no commit yet. */
  headSha: string | null;
  /** `null`: detached HEAD. */
  branch: string | null;
  /** Object id of the empty tree. */
  emptyTree: string;
  /** Whole standard output as text, for short answers. */
  text(args: readonly string[]): Promise<string>;
  bytes(args: readonly string[], options?: { input?: string | Uint8Array }): Promise<Buffer>;
  /** Standard output as it comes; git is stopped when the reader stops. */
  stream(args: readonly string[], options?: { input?: GitInput }): AsyncGenerator<Buffer, void, undefined>;
  /** A process to write to and read from; whoever starts it kills it. */
  start(args: readonly string[]): GitProcess;
}

export type GitInput = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

export interface GitProcess {
  stdin: Writable;
  stdout: Readable;
  /** Resolves when git ended well, rejects with what it said when not. */
  ended: Promise<void>;
  kill(): void;
}

const EMPTY_TREE = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
} as const;

/** Enough for every message of git, bounded because a broken repository can print one per object. */
const MAX_STDERR = 64 * 1024;

/**
 * Finds the repository that `dir` is in. Throws a UsageError when there is none, when git is missing or too
 * old, and when git refuses the folder's owner.
 */
export async function openRepository(dir: string): Promise<Repository> {
  const env = gitEnvironment(process.env);
  const folder = folderOf(dir);
  const git = openGit(folder, env);
  checkVersion(await git.text(['version']));
  const facts = await readFacts(git, folder);
  const [branch, isPartial] = await Promise.all([readBranch(git), readPartial(git)]);
  return { ...facts, branch, isPartial, ...openGit(facts.root, env) };
}

type Git = Pick<Repository, 'text' | 'bytes' | 'stream' | 'start'>;

function openGit(dir: string, env: NodeJS.ProcessEnv): Git {
  const simple = openSimpleGit(dir, env);
  const start = (args: readonly string[]) => startGit(dir, env, args);
  return {
    start,
    text: (args) => runText(simple, dir, args),
    stream: (args, options) => streamGit(start(args), options?.input),
    bytes: async (args, options) => {
      const chunks: Buffer[] = [];
      const input = options?.input === undefined ? [] : [options.input];
      for await (const chunk of streamGit(start(args), input)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}

function openSimpleGit(dir: string, env: NodeJS.ProcessEnv): SimpleGit {
  return simpleGit({
    baseDir: dir,
    config: PINNED_CONFIG,
    allowEnvironment: ALLOWED_VARIABLES,
    // these protect against untrusted arguments and variables; ours are fixed in environment.ts
    unsafe: {
      allowUnsafeConfigPaths: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeSshCommand: true,
      allowUnsafeAskPass: true,
    },
    // by default a failure without a message passes as success
    errors: (error, { exitCode, stdErr }) =>
      exitCode === 0 ? error : Buffer.from(`${exitCode}\n${Buffer.concat(stdErr)}`),
  }).env(env);
}

async function runText(simple: SimpleGit, dir: string, args: readonly string[]): Promise<string> {
  try {
    return await simple.raw([...args]);
  } catch (cause) {
    const [, code, stderr] = /^(-?\d+)\n([\s\S]*)$/.exec(cause instanceof Error ? cause.message : '') ?? [];
    if (stderr !== undefined && /spawn \S+ ENOENT/.test(stderr)) throw gitMissing(cause);
    if (code === undefined || stderr === undefined) throw cause;
    throw gitProblem({ dir, args, exitCode: Number(code), stderr, cause });
  }
}

function startGit(dir: string, env: NodeJS.ProcessEnv, args: readonly string[]): GitProcess {
  const settings = PINNED_CONFIG.flatMap((setting) => ['-c', setting]);
  const child = spawn('git', [...settings, ...args], {
    cwd: dir,
    env,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {}); // EPIPE: git ended before it read everything; `ended` tells why
  const ended = watch(child, dir, args);
  ended.catch(() => {}); // a reader that stopped early does not ask
  return { stdin: child.stdin, stdout: child.stdout, ended, kill: () => void child.kill() };
}

async function watch(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  dir: string,
  args: readonly string[],
): Promise<void> {
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR);
  });
  const exit = once(child, 'close').catch((cause: unknown) => {
    throw gitMissing(cause);
  });
  const [exitCode] = (await exit) as [number | null];
  if (exitCode !== 0) throw gitProblem({ dir, args, exitCode, stderr });
}

async function* streamGit(git: GitProcess, input: GitInput = []): AsyncGenerator<Buffer, void, undefined> {
  let inputError: unknown;
  const source = Readable.from(input).on('error', (error) => {
    inputError = error;
    git.kill();
  });
  source.pipe(git.stdin);
  try {
    for await (const chunk of git.stdout) yield chunk as Buffer;
    await git.ended;
  } catch (error) {
    throw inputError ?? error;
  } finally {
    source.destroy();
    git.kill();
  }
}

const OBJECT_ID = /^[0-9a-f]{40,64}$/;

type Facts = Omit<Repository, 'branch' | 'isPartial' | keyof Git>;

async function readFacts(git: Git, dir: string): Promise<Facts> {
  const questions = ['--is-bare-repository', '--is-inside-work-tree', '--is-shallow-repository'];
  const places = ['--show-object-format', '--path-format=absolute', '--git-dir', '--git-common-dir'];
  const answer = await git.text(['rev-parse', ...questions, ...places, '--show-cdup', '--revs-only', 'HEAD']);
  const [bare, inside, shallow, format, gitDir = '', commonDir = '', ...rest] = answer.split('\n');
  // A bare repository answers --show-cdup with no line at all, an unborn HEAD --revs-only likewise.
  const head = rest.find((line) => OBJECT_ID.test(line));
  const up = rest[0] === head ? '' : (rest[0] ?? '');
  if (bare === 'false' && inside === 'false') {
    throw new UsageError(
      `Cannot read ${dir}: it is inside the .git folder. Use the folder of the work tree.`,
    );
  }
  const objectFormat = format === 'sha256' ? 'sha256' : 'sha1';
  return {
    root: bare === 'true' ? realpathSync(gitDir) : resolve(dir, up),
    gitDir: realpathSync(gitDir),
    commonDir: realpathSync(commonDir),
    objectFormat,
    isShallow: shallow === 'true',
    isBare: bare === 'true',
    headSha: head ?? null,
    emptyTree: EMPTY_TREE[objectFormat],
  };
}

async function readBranch(git: Git): Promise<string | null> {
  try {
    return (await git.text(['symbolic-ref', 'HEAD'])).trim().replace(/^refs\/heads\//, '');
  } catch (error) {
    if (error instanceof GitError && error.message.includes('not a symbolic ref')) return null;
    throw error;
  }
}

async function readPartial(git: Git): Promise<boolean> {
  const settings = await git.text(['config', '--list', '--local', '-z']);
  return settings
    .split('\0')
    .some((setting) => /^(extensions\.partialclone|remote\..*\.promisor)\n/.test(setting));
}

function folderOf(dir: string): string {
  const path = resolve(dir);
  if (!existsSync(path) || !statSync(path).isDirectory()) {
    throw new UsageError(`Cannot read ${dir}: it is not a folder. Give the folder of a git repository.`);
  }
  return realpathSync(path);
}
