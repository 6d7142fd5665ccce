/**
 * A real git repository in a temporary folder: fixed author, dates and branch, so stable commit ids.
 *
 * Nothing of the machine's git configuration reaches it: the user and system files are switched off, for
 * the code under test in this process too. Every repository is removed when the process ends, or earlier
 * with `dispose()` or `using`.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Text, bytes, a symbolic link, an executable file, or null: delete the file. */
export type FileContent = string | Uint8Array | null | { link: string } | { executable: string };
export type Files = Record<string, FileContent>;

export interface GitRepoOptions {
  objectFormat?: 'sha1' | 'sha256';
  bare?: boolean;
}

export interface GitRepo {
  dir: string;
  /** Runs git in the repository; returns standard output without the last newline, throws when it fails. */
  git(...args: string[]): string;
  gitWithInput(input: string | Uint8Array, ...args: string[]): string;
  /** Writes the files, adds everything and commits (also when nothing changed). Returns the sha. */
  commit(message: string, files?: Files): string;
  /** Adds `count` commits on the checked-out branch in one `git fast-import`; returns their shas, oldest first. */
  bulk(count: number, make: (index: number) => { message?: string; files: Files }): string[];
  /** A new branch with a root of its own and a commit for each set of files; does not check it out. */
  branch(name: string, commits: Files[]): string[];
  /** Writes files into the work tree without committing them. */
  write(files: Files): void;
  /** The same repository in a folder of its own, without running git. */
  copy(): GitRepo;
  dispose(): void;
  [Symbol.dispose](): void;
}

const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'code2lora-test-')));
const emptyConfig = join(scratch, 'gitconfig');
const FIRST_COMMIT_AT = 1_700_000_000;
// no background work that races with the removal, no waiting for the disk
const QUIET = ['gc.auto=0', 'maintenance.auto=false', 'commit.gpgSign=false', 'core.fsync=none'];
const SETTINGS = QUIET.flatMap((setting) => ['-c', setting]);
let made = 0;

writeFileSync(emptyConfig, '');
process.env.GIT_CONFIG_GLOBAL = emptyConfig;
process.env.GIT_CONFIG_NOSYSTEM = '1';
process.on('exit', () => remove(scratch));

/** An empty folder that is removed when the process ends. */
export function temporaryFolder(): string {
  return mkdtempSync(join(scratch, `${made++}-`));
}

/** What `git init` made, once for each of its options: starting git takes longer than a copy. */
const emptyRepos = new Map<string, GitRepo>();

export function gitRepo({ objectFormat = 'sha1', bare = false }: GitRepoOptions = {}): GitRepo {
  const kind = `${objectFormat} ${bare}`;
  const empty = emptyRepos.get(kind) ?? initialize(objectFormat, bare);
  emptyRepos.set(kind, empty);
  return empty.copy();
}

function initialize(objectFormat: string, bare: boolean): GitRepo {
  const dir = temporaryFolder();
  const init = ['init', '--quiet', '--template=', '--initial-branch=main', `--object-format=${objectFormat}`];
  runGit(dir, [...init, ...(bare ? ['--bare'] : [])]);
  return repoAt(dir);
}

/** The same handle on a repository that exists already: a clone, a linked worktree. */
export function repoAt(dir: string, lastCommitAt = FIRST_COMMIT_AT): GitRepo {
  let clock = lastCommitAt;
  const now = () => {
    clock += 60;
    return String(clock);
  };
  const git = (...args: string[]) => runGit(dir, args, { date: String(clock) });
  const commit = (message: string, files: Files = {}) => {
    writeFiles(dir, files);
    git('add', '--all');
    const args = ['-c', 'core.abbrev=no', 'commit', '--allow-empty', '--allow-empty-message'];
    const answer = runGit(dir, [...args, '--message', message], { date: now() });
    return /^\[.* ([0-9a-f]{40,64})\]/.exec(answer)?.[1] ?? git('rev-parse', 'HEAD');
  };
  const load = (branch: string, from: string | undefined, commits: { message?: string; files: Files }[]) => {
    const marks = join(scratch, `marks-${made++}`);
    const stream = commits.flatMap((commit, index) =>
      fastImportCommit({
        ...commit,
        mark: index + 1,
        branch,
        date: now(),
        from: index === 0 ? from : undefined,
      }),
    );
    runGit(dir, ['fast-import', '--quiet', `--export-marks=${marks}`], { input: Buffer.concat(stream) });
    return readMarks(marks);
  };
  const bulk: GitRepo['bulk'] = (count, make) => {
    const branch = git('symbolic-ref', 'HEAD');
    const [isBare, head] = git('rev-parse', '--is-bare-repository', '--revs-only', 'HEAD').split('\n');
    const shas = load(
      branch,
      head,
      Array.from({ length: count }, (_, index) => make(index)),
    );
    if (isBare === 'false') git('reset', '--quiet', '--hard');
    return shas;
  };
  const dispose = () => remove(dir);
  return {
    dir,
    git,
    gitWithInput: (input, ...args) => runGit(dir, args, { input, date: String(clock) }),
    commit,
    bulk,
    branch: (name, commits) =>
      load(
        `refs/heads/${name}`,
        undefined,
        commits.map((files) => ({ files })),
      ),
    write: (files) => writeFiles(dir, files),
    copy: () => {
      const folder = temporaryFolder();
      cpSync(dir, folder, { recursive: true, verbatimSymlinks: true });
      return repoAt(folder, clock);
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
}

interface RunOptions {
  input?: string | Uint8Array;
  date?: string;
}

function runGit(
  dir: string,
  args: string[],
  { input, date = String(FIRST_COMMIT_AT) }: RunOptions = {},
): string {
  const result = spawnSync('git', [...SETTINGS, ...args], {
    cwd: dir,
    env: environment(date),
    maxBuffer: 1 << 28,
    ...(input === undefined ? {} : { input }),
  });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`git ${args.join(' ')}: exit ${result.status}\n${result.stderr}`);
  return result.stdout.toString().replace(/\n$/, '');
}

function environment(date: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.toUpperCase().startsWith('GIT_'));
  const [name, email] = ['A U Thor', 'author@example.com'];
  return {
    ...Object.fromEntries(kept),
    ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: emptyConfig, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    ...{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: `${date} +0000` },
    ...{ GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email, GIT_COMMITTER_DATE: `${date} +0000` },
  };
}

function writeFiles(dir: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(dir, path);
    if (content === null || isLink(content)) rmSync(file, { recursive: true, force: true });
    if (content === null) continue;
    mkdirSync(dirname(file), { recursive: true });
    if (isLink(content)) symlinkSync(content.link, file);
    else writeFileSync(file, isExecutable(content) ? content.executable : content);
    if (isExecutable(content)) chmodSync(file, 0o755);
  }
}

interface BulkCommit {
  message?: string;
  files: Files;
  mark: number;
  branch: string;
  date: string;
  from: string | undefined;
}

function fastImportCommit({ message = 'commit', files, mark, branch, date, from }: BulkCommit): Buffer[] {
  const who = `A U Thor <author@example.com> ${date} +0000`;
  const head = `commit ${branch}\nmark :${mark}\nauthor ${who}\ncommitter ${who}\n`;
  const changes = Object.entries(files).flatMap(([path, content]) => fastImportChange(path, content));
  return [Buffer.from(head), ...data(message), Buffer.from(from ? `from ${from}\n` : ''), ...changes];
}

/** `:1 <sha>`, in any order. */
function readMarks(file: string): string[] {
  const shas: string[] = [];
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const [mark = '', sha = ''] = line.split(' ');
    shas[Number(mark.slice(1)) - 1] = sha;
  }
  return shas;
}

function fastImportChange(path: string, content: FileContent): Buffer[] {
  const name = JSON.stringify(path);
  if (content === null) return [Buffer.from(`D ${name}\n`)];
  if (isLink(content)) return [Buffer.from(`M 120000 inline ${name}\n`), ...data(content.link)];
  if (isExecutable(content)) return [Buffer.from(`M 100755 inline ${name}\n`), ...data(content.executable)];
  return [Buffer.from(`M 100644 inline ${name}\n`), ...data(content)];
}

function data(content: string | Uint8Array): Buffer[] {
  const bytes = Buffer.from(content as string);
  return [Buffer.from(`data ${bytes.length}\n`), bytes, Buffer.from('\n')];
}

const isLink = (content: FileContent): content is { link: string } =>
  content !== null && typeof content === 'object' && 'link' in content;
const isExecutable = (content: FileContent): content is { executable: string } =>
  content !== null && typeof content === 'object' && 'executable' in content;

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}
