/**
 * Which lines of a pull request can carry a review comment, and what stands on them.
 *
 * In: two commits of a local repository, or a pull request's number. Out: Anchors, the same ones either way: the
 * lines that GitHub shows on the RIGHT side of "Files changed", three context lines included. GitHub refuses a
 * whole review for one comment on any other line, so this is asked before anything is posted.
 */
import { parsePatch } from 'diff';
import { mergeBase } from '../git/ancestry.ts';
import { patchArguments } from '../git/diff-arguments.ts';
import { type Piece, Splitter } from '../git/fields.ts';
import type { Repository } from '../git/run.ts';
import type { GitHub } from './client.ts';
import { headLines } from './patch-lines.ts';

/** Path at head → line number, from 1 → the line's text without its ending. */
export type Anchors = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** GitHub's limits for a diff; what is over them it does not show. (docs.github.com, "Repository limits") */
export const DIFF_LIMITS = {
  files: 3000,
  fileLines: 20_000,
  fileBytes: 500 * 1024,
  lines: 20_000,
  bytes: 1024 * 1024,
} as const;

const CONTEXT_LINES = 3;
/** These make our own reading of history stable; GitHub shows line endings and leaves binary files out. */
const NOT_AT_GITHUB = new Set(['--text', '--ignore-cr-at-eol']);
const NEWLINE = 0x0a;
/** What is read of a line: one that is longer puts its file over the limit. */
const MAX_LINE_BYTES = DIFF_LIMITS.fileBytes + 1;

/**
 * From local git: the diff between the merge base and `head`. `paths` says which files are wanted; the others
 * are read all the same, because they decide what counts as renamed.
 */
export async function anchorsFromGit(
  repo: Repository,
  base: string,
  head: string,
  paths?: ReadonlySet<string>,
): Promise<Anchors> {
  const options = patchArguments(CONTEXT_LINES).filter((option) => !NOT_AT_GITHUB.has(option));
  const ends = [await mergeBase(repo, base, head), head];
  const reader = new PatchReader(paths);
  const splitter = new Splitter(NEWLINE, MAX_LINE_BYTES);
  for await (const chunk of repo.stream(['diff-tree', ...options, '--end-of-options', ...ends, '--'])) {
    for (const line of splitter.push(chunk)) reader.push(line);
    if (reader.isFull) break;
  }
  return reader.finish();
}

interface ListedFile {
  filename: string;
  /** Not there when the file is binary, only renamed, or its diff is too large. */
  patch?: string;
}

/** From GitHub, which lists at most 3,000 files. Stops reading pages when all of `paths` are found. */
export async function anchorsFromApi(
  github: GitHub,
  number: number,
  paths?: ReadonlySet<string>,
): Promise<Anchors> {
  const anchors = new Map<string, ReadonlyMap<number, string>>();
  const missing = new Set(paths);
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
  for await (const { filename, patch } of github.paginate<ListedFile>(route, { pull_number: number })) {
    if (paths !== undefined && !missing.delete(filename)) continue;
    const lines = headLines(patch?.split('\n') ?? []);
    if (lines.size > 0) anchors.set(filename, lines);
    if (paths !== undefined && missing.size === 0) break;
  }
  return anchors;
}

/** Reads `git diff-tree -p` line by line, up to GitHub's limits. */
class PatchReader {
  readonly #anchors = new Map<string, ReadonlyMap<number, string>>();
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #total = { files: 0, lines: 0, bytes: 0 };
  #file: FileHunks | null = null;

  constructor(wanted: ReadonlySet<string> | undefined) {
    this.#wanted = wanted;
  }

  get isFull(): boolean {
    const { files, lines, bytes } = this.#total;
    return files > DIFF_LIMITS.files || lines > DIFF_LIMITS.lines || bytes > DIFF_LIMITS.bytes;
  }

  push(line: Piece): void {
    if (line.bytes.toString('latin1', 0, 11) === 'diff --git ') {
      this.#closeFile();
      this.#file = new FileHunks();
      this.#total.files += 1;
    }
    if (!this.#file?.push(line)) return;
    this.#total.lines += 1;
    this.#total.bytes += line.bytes.length + 1;
  }

  finish(): Anchors {
    this.#closeFile();
    return this.#anchors;
  }

  /** The file in which a limit is reached is left out: GitHub cuts it somewhere. */
  #closeFile(): void {
    const path = this.isFull ? null : (this.#file?.path ?? null);
    if (path === null || this.#file === null || this.#file.isTooLarge) return;
    const lines = headLines(this.#file.hunks);
    const isWanted = this.#wanted === undefined || this.#wanted.has(path);
    if (isWanted && lines.size > 0) this.#anchors.set(path, lines);
  }
}

/** One file's part of the diff: a header that names it, then hunks. */
class FileHunks {
  readonly hunks: string[] = [];
  readonly #header: string[] = [];
  #bytes = 0;

  /** Whether the line belongs to the hunks: only those count for the limits. */
  push({ bytes }: Piece): boolean {
    const text = bytes.toString('utf8');
    if (this.hunks.length === 0 && !text.startsWith('@@ ')) {
      this.#header.push(text);
      return false;
    }
    this.#bytes += bytes.length + 1;
    if (!this.isTooLarge) this.hunks.push(text);
    return true;
  }

  get isTooLarge(): boolean {
    return this.hunks.length > DIFF_LIMITS.fileLines || this.#bytes > DIFF_LIMITS.fileBytes;
  }

  /** `null`: the file is gone, or only its name or mode changed. `diff` reads names that git quotes. */
  get path(): string | null {
    if (this.hunks.length === 0) return null;
    const [patch] = parsePatch(`${this.#header.join('\n')}\n`);
    const name = patch?.newFileName;
    return name === undefined || name === '/dev/null' ? null : name.slice(2);
  }
}
