/**
 * One commit → the text of the diff of its production files against its first parent.
 *
 * In: commits. Out: a CommitDiff for each, in order, from one `git diff-tree --stdin` for all of them, so the cost
 * of a commit depends on neither the length of the history nor the size of the repository. Tests never get in: git
 * itself leaves them out before it looks for renames, and each path is looked at once more here.
 */
import { InternalError } from '../errors.ts';
import { askFor, type Commits } from './asked-commits.ts';
import { patchArguments } from './diff-arguments.ts';
import { type Piece, Splitter } from './fields.ts';
import { FilePatch, MAX_READ_BYTES } from './file-patch.ts';
import type { Commit } from './history.ts';
import { classifyPath, DEFAULT_PATH_RULES, type PathRules, productionPathspecs } from './paths.ts';
import type { Repository } from './run.ts';

export { type Change, type CommitChanges, historyChanges, readChanges } from './changes.ts';

export interface CommitDiff {
  commit: Commit;
  /** `''`: no production change. */
  text: string;
  /** Files in the text, by their new name (the old one of a deleted file). */
  paths: string[];
  /** A limit was reached; `notices` says where. */
  truncated: boolean;
  notices: string[];
}

export interface DiffOptions {
  rules?: PathRules;
  contextLines?: number;
  /** Of one commit's text. Files that do not fit are left out. */
  maxBytes?: number;
  /** Of one file's text; the rest is cut off. */
  maxFileBytes?: number;
}

export const DEFAULT_CONTEXT_LINES = 3;
export const DEFAULT_MAX_BYTES = 1024 * 1024;
export const DEFAULT_MAX_FILE_BYTES = 256 * 1024;

const NEWLINE = 0x0a;
const COMMIT_LINE = Buffer.from('commit ');
const FILE_LINE = Buffer.from('diff --git ');

/** Throws a UsageError for the commit at the edge of a shallow clone: its diff would be the whole repository. */
export async function* readProductionDiffs(
  repo: Repository,
  commits: Commits,
  options: DiffOptions = {},
): AsyncGenerator<CommitDiff, void, undefined> {
  const { rules = DEFAULT_PATH_RULES, contextLines = DEFAULT_CONTEXT_LINES } = options;
  const asked: Commit[] = [];
  const input = askFor(repo, commits, asked);
  const command = [
    'diff-tree',
    '--stdin',
    '--root',
    '--always',
    '--format=commit %H',
    ...patchArguments(contextLines),
  ];
  const splitter = new Splitter(NEWLINE, MAX_READ_BYTES);
  let writer: DiffWriter | null = null;
  for await (const chunk of repo.stream([...command, '--', ...productionPathspecs(rules)], { input })) {
    for (const line of splitter.push(chunk)) {
      if (!isCommitLine(line)) {
        writer?.push(line);
        continue;
      }
      if (writer) yield writer.finish();
      writer = new DiffWriter(nextAsked(asked, line), rules, options);
    }
  }
  if (writer) yield writer.finish();
}

/** The same text between two commits that need not be neighbours; `null` as base: everything is added. */
export async function readProductionDiff(
  repo: Repository,
  { base, commit }: { base: string | null; commit: Commit },
  options: DiffOptions = {},
): Promise<CommitDiff> {
  const { rules = DEFAULT_PATH_RULES, contextLines = DEFAULT_CONTEXT_LINES } = options;
  const command = ['diff-tree', ...patchArguments(contextLines), '--end-of-options'];
  const ends = [base ?? repo.emptyTree, commit.sha];
  const splitter = new Splitter(NEWLINE, MAX_READ_BYTES);
  const writer = new DiffWriter(commit, rules, options);
  for await (const chunk of repo.stream([...command, ...ends, '--', ...productionPathspecs(rules)])) {
    for (const line of splitter.push(chunk)) writer.push(line);
  }
  return writer.finish();
}

function nextAsked(asked: Commit[], line: Piece): Commit {
  const commit = asked.shift();
  const sha = line.bytes.toString('latin1', COMMIT_LINE.length);
  if (commit?.sha === sha) return commit;
  throw new InternalError(`git answered for commit ${sha}, expected ${commit?.sha ?? 'no more commits'}`);
}

/** Content starts with a space, `+`, `-` or `\`, and no header line of a file starts like this. */
const isCommitLine = ({ bytes }: Piece): boolean => startsWith(bytes, COMMIT_LINE);
const isFileLine = ({ bytes }: Piece): boolean => startsWith(bytes, FILE_LINE);

function startsWith(bytes: Buffer, word: Buffer): boolean {
  return bytes[0] === word[0] && bytes.subarray(0, word.length).equals(word);
}

/** Collects the files of one commit up to the limit. */
class DiffWriter {
  readonly #diff: CommitDiff;
  readonly #rules: PathRules;
  readonly #maxBytes: number;
  readonly #maxFileBytes: number;
  readonly #texts: string[] = [];
  #bytes = 0;
  #leftOut = 0;
  #file: FilePatch | null = null;

  constructor(commit: Commit, rules: PathRules, { maxBytes, maxFileBytes }: DiffOptions) {
    this.#diff = { commit, text: '', paths: [], truncated: false, notices: [] };
    this.#rules = rules;
    this.#maxBytes = maxBytes ?? DEFAULT_MAX_BYTES;
    this.#maxFileBytes = Math.min(maxFileBytes ?? DEFAULT_MAX_FILE_BYTES, this.#maxBytes);
  }

  push(line: Piece): void {
    if (!isFileLine(line)) {
      this.#file?.push(line);
      return;
    }
    this.#closeFile();
    const isProduction = (path: string) => classifyPath(path, this.#rules) === 'production';
    this.#file = new FilePatch(line, this.#maxFileBytes, isProduction);
  }

  finish(): CommitDiff {
    this.#closeFile();
    this.#diff.text = this.#texts.join('');
    if (this.#leftOut > 0) {
      this.#diff.truncated = true;
      this.#diff.notices.push(
        `${this.#leftOut} more files: left out, the diff has more than ${this.#maxBytes} bytes`,
      );
    }
    return this.#diff;
  }

  #closeFile(): void {
    const patch = this.#file?.finish() ?? null;
    if (patch && this.#bytes + Buffer.byteLength(patch.text) > this.#maxBytes) this.#leftOut += 1;
    else if (patch) {
      this.#bytes += Buffer.byteLength(patch.text);
      this.#texts.push(patch.text);
      this.#diff.paths.push(patch.path);
    }
    this.#diff.notices.push(...(this.#file?.notices ?? []));
    this.#diff.truncated ||= this.#file?.isTruncated ?? false;
    this.#file = null;
  }
}
