/**
 * The patch of one file, line by line as git prints it, with what depends on the machine replaced.
 *
 * In: git's lines, one character for each byte. Out: the text in the same form. Binary content becomes git's own
 * sentence about it: `--text` is given to git because attributes may call any file binary.
 */
import { isBinary } from './blobs.ts';
import { parseNames } from './file-patch.ts';

type ReadBlob = (id: string) => Promise<Buffer | null>;

/** What git's own diff shows in a small repository, and never less. */
const ID_DIGITS = 7;
const INDEX_LINE = /^index ([0-9a-f]+)\.\.([0-9a-f]+)/;
/** First line and number of lines of the old file. */
const RANGE = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@/;

export class PlainPatch {
  readonly #isPicked: (path: string) => boolean;
  readonly #header: string[] = [];
  readonly #body: string[] = [];
  #path: string | null = null;
  #isWanted = false;
  #hasNul = false;

  constructor(isPicked: (path: string) => boolean) {
    this.#isPicked = isPicked;
  }

  /** Takes a line; returns how many bytes of text it makes. */
  push(line: string): number {
    if (this.#path === null && !line.startsWith('@@')) {
      this.#header.push(line);
      return 0;
    }
    if (!this.isWanted) return 0;
    this.#hasNul ||= line.includes('\0');
    this.#body.push(line);
    return line.length + 1;
  }

  /** Known once the first hunk has begun or the patch is complete. */
  get isWanted(): boolean {
    if (this.#path === null) {
      const names = parseNames(this.#header.map(decode));
      this.#path = names.new ?? names.old ?? '';
      this.#isWanted = this.#isPicked(this.#path);
    }
    return this.#isWanted;
  }

  /** Of a patch that is complete. */
  headerBytes(): number {
    return this.isWanted ? joined(this.#header).length : 0;
  }

  get path(): string {
    return this.#path ?? '';
  }

  dropLastLine(): void {
    this.#body.pop();
  }

  async text(readBlob: ReadBlob): Promise<string> {
    const header = this.#header.map((line) => line.replace(INDEX_LINE, shortIds));
    const [oldId, newId] = this.#blobIds();
    const old = this.#body.length > 0 && oldId !== null ? await readBlob(oldId) : null;
    if (await this.#isBinaryFile(old, () => newId && readBlob(newId))) return joined(binaryPatch(header));
    return joined([...header, ...withFunctionNames(this.#body, old?.toString('latin1') ?? '')]);
  }

  /** Null: there is none on that side. */
  #blobIds(): [string | null, string | null] {
    const match = this.#header.map((line) => INDEX_LINE.exec(line)).find((found) => found !== null);
    const idOf = (text: string | undefined) => (text === undefined || /^0+$/.test(text) ? null : text);
    return [idOf(match?.[1]), idOf(match?.[2])];
  }

  async #isBinaryFile(
    old: Buffer | null,
    readNew: () => Promise<Buffer | null> | null | '',
  ): Promise<boolean> {
    if (old !== null && isBinary(old)) return true;
    const content = this.#hasNul ? await readNew() : null;
    return content !== null && content !== '' && isBinary(content);
  }
}

const decode = (line: string): string => Buffer.from(line, 'latin1').toString('utf8');
const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
const shortIds = (_: string, from: string, to: string): string =>
  `index ${from.slice(0, ID_DIGITS)}..${to.slice(0, ID_DIGITS)}`;

/** As git prints it: without the two lines that name the files. */
function binaryPatch(header: readonly string[]): string[] {
  const [from = '', to = ''] = header.slice(-2).map((line) => line.slice(4).replace(/\t$/, ''));
  return [...header.slice(0, -2), `Binary files ${from} and ${to} differ`];
}

/** Each hunk names the nearest line above it that begins with a letter, `_` or `$`, in the old file. */
function withFunctionNames(body: readonly string[], oldText: string): string[] {
  const lines = oldText.split('\n');
  let name = '';
  let searched = -1;
  return body.map((line) => {
    const range = RANGE.exec(line);
    if (range === null) return line;
    const above = Number(range[1]) - (range[2] === '0' ? 1 : 2);
    name = nearestName(lines, above, searched) ?? name;
    searched = above;
    return name === '' ? range[0] : `${range[0]} ${name}`;
  });
}

/** xdiff's rule for files without a driver: 80 bytes of the line with its end, then no white space behind. */
function nearestName(lines: readonly string[], from: number, above: number): string | null {
  for (let index = from; index > above; index -= 1) {
    const line = lines[index] ?? '';
    if (/^[A-Za-z_$]/.test(line)) return line.slice(0, 80).replace(/[ \t\r\n]+$/, '');
  }
  return null;
}
