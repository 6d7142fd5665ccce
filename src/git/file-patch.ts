/**
 * The patch of one file, from git's lines to the compact text (its form is frozen, see docs/history.md):
 *
 *   --- a/src/old.py
 *   +++ b/src/new.py
 *   @@ -1,3 +1,4 @@
 *    context, -removed and +added lines
 *
 * Out go mode, index and similarity lines, the function name behind `@@`, `\ No newline at end of file` and the
 * carriage return of a line. Holds no more than `maxBytes`.
 */
import { parsePatch } from 'diff';
import type { Piece } from './fields.ts';

/** A longer line is minified code or data: its beginning says as much as all of it. */
const MAX_LINE_BYTES = 2000;
/** What is read of a line at all. The longest that matters names two paths, quoted, of PATH_MAX bytes each. */
export const MAX_READ_BYTES = 64 * 1024;

const [BACKSLASH, AT, CARRIAGE_RETURN] = [0x5c, 0x40, 0x0d];
const LFS_LINE = /^[ +-]version https:\/\/git-lfs\.github\.com\/spec\/v1$/;
const LINK_MODE = /^(index|(new|old|deleted file|new file) mode) .*\b120000$/;

export interface PatchNames {
  /** `null`: the file was not there. */
  old: string | null;
  /** `null`: the file is not there any more. */
  new: string | null;
}

export class FilePatch {
  readonly notices: string[] = [];
  isTruncated = false;
  readonly #maxBytes: number;
  readonly #isWanted: (path: string) => boolean;
  readonly #header: string[];
  readonly #body: string[] = [];
  #names: PatchNames | null = null;
  #bytes = 0;
  #state: 'header' | 'hunks' | 'full' | 'left out' = 'header';

  constructor(firstLine: Piece, maxBytes: number, isWanted: (path: string) => boolean) {
    this.#header = [firstLine.bytes.toString()];
    this.#maxBytes = maxBytes;
    this.#isWanted = isWanted;
  }

  push(line: Piece): void {
    if (this.#state === 'full' || this.#state === 'left out') return;
    if (line.bytes[0] === AT) this.#pushRange(line);
    else if (this.#state === 'header') this.#header.push(line.bytes.toString());
    else if (line.bytes[0] !== BACKSLASH) this.#pushContent(line);
  }

  /** `null`: nothing of this file belongs in the text. */
  finish(): { path: string; text: string } | null {
    this.#endHeader();
    const names = this.#names;
    const isModeOnly = this.#body.length === 0 && names?.old === names?.new;
    if (names === null || this.#state === 'left out' || isModeOnly) return null;
    const heads = [`--- ${shown('a/', names.old)}`, `+++ ${shown('b/', names.new)}`];
    return { path: names.new ?? names.old ?? '', text: `${[...heads, ...this.#body].join('\n')}\n` };
  }

  get #shownPath(): string {
    return shown('', this.#names?.new ?? this.#names?.old ?? '');
  }

  #pushRange(line: Piece): void {
    this.#endHeader();
    // the function name behind the range depends on the attributes in the work tree
    const range = /^@@ [^@]+ @@/.exec(line.bytes.toString('latin1'))?.[0];
    if (range !== undefined && this.#state === 'hunks') this.#add(range);
  }

  #pushContent(line: Piece): void {
    const text = contentOf(line);
    if (line.bytes.includes(0)) this.#leaveOut('binary');
    else if (this.#body.length < 3 && LFS_LINE.test(text)) this.#leaveOut('a Git LFS pointer');
    else this.#add(text);
    if (isTooLong(line) && this.#state === 'hunks') this.#cut(`lines cut after ${MAX_LINE_BYTES} bytes`);
  }

  #add(line: string): void {
    this.#bytes += Buffer.byteLength(line) + 1;
    if (this.#bytes <= this.#maxBytes) {
      this.#body.push(line);
      return;
    }
    this.#state = 'full';
    this.#cut(`cut after ${this.#maxBytes} bytes`);
  }

  #endHeader(): void {
    if (this.#names !== null) return;
    this.#names = parseNames(this.#header);
    const paths = [this.#names.old, this.#names.new].filter((path) => path !== null);
    const isOurs = paths.every(this.#isWanted) && !this.#header.some((line) => LINK_MODE.test(line));
    this.#state = isOurs ? 'hunks' : 'left out';
  }

  #cut(what: string): void {
    const notice = `${this.#shownPath}: ${what}`;
    this.isTruncated = true;
    if (!this.notices.includes(notice)) this.notices.push(notice);
  }

  #leaveOut(what: string): void {
    this.#state = 'left out';
    this.isTruncated = false;
    this.notices.splice(0, Number.POSITIVE_INFINITY, `${this.#shownPath}: left out, ${what}`);
  }
}

/** Paths with a quote, backslash or control character come quoted; `diff` reads that and names with spaces. */
export function parseNames(header: readonly string[]): PatchNames {
  const [patch] = parsePatch(`${header.join('\n')}\n`);
  return {
    old: patch?.isCreate ? null : withoutPrefix(patch?.oldFileName),
    new: patch?.isDelete ? null : withoutPrefix(patch?.newFileName),
  };
}

function withoutPrefix(name: string | undefined): string | null {
  return name === undefined || name === '/dev/null' ? null : name.slice(2);
}

/** A path that would break the line is written as a JSON string. */
function shown(prefix: string, path: string | null): string {
  if (path === null) return '/dev/null';
  const name = prefix + path;
  return JSON.stringify(name) === `"${name}"` ? name : JSON.stringify(name);
}

const isTooLong = ({ bytes }: Piece): boolean => bytes.length > MAX_LINE_BYTES;

/** UTF-8, or U+FFFD for what is not. */
function contentOf(line: Piece): string {
  if (isTooLong(line)) {
    const start = line.bytes.subarray(0, MAX_LINE_BYTES).toString('utf8');
    return start.replace(/\uFFFD+$/, ''); // half a character at the cut
  }
  const { bytes } = line;
  return bytes.toString('utf8', 0, bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length);
}
