/**
 * Files at a commit: their list, and their contents through one `git cat-file --batch`.
 *
 * In: a commit, or the id of a blob. Out: entries, bytes. Knows nothing about languages or tests.
 */
import { GitError } from '../errors.ts';
import { readFields } from './fields.ts';
import type { GitProcess, Repository } from './run.ts';

export interface TreeEntry {
  path: string;
  blob: string;
  sizeBytes: number;
  /** `100644`, `100755`, or `120000` for a symbolic link. */
  mode: string;
}

export const DEFAULT_MAX_BLOB_BYTES = 4 * 1024 * 1024;
/** As git looks for a NUL byte: buffer_is_binary in xdiff-interface.c. */
const BINARY_PROBE_BYTES = 8000;
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\n';

/** Every file and symbolic link at a commit, in git's order (by bytes); submodules are left out. */
export async function listTree(repo: Repository, sha: string): Promise<TreeEntry[]> {
  if (repo.isPartial) await fetchTree(repo, sha);
  const entries: TreeEntry[] = [];
  for await (const field of readFields(repo.stream(['ls-tree', '-r', '-z', '-l', '--full-tree', sha]))) {
    const match = /^(\d+) blob ([0-9a-f]+) +(\d+)\t([\s\S]+)$/.exec(field);
    if (!match) continue;
    const [, mode = '', blob = '', size = '', path = ''] = match;
    entries.push({ path, blob, sizeBytes: Number(size), mode });
  }
  return entries;
}

/** In a partial clone, git asks the remote for each file on its own, except for a diff: there it asks once. */
async function fetchTree(repo: Repository, sha: string): Promise<void> {
  await repo.bytes(['diff-tree', '-r', '--shortstat', '--no-renames', repo.emptyTree, sha]);
}

export function isBinary(content: Buffer): boolean {
  return content.subarray(0, BINARY_PROBE_BYTES).includes(0);
}

export function isLfsPointer(content: Buffer): boolean {
  return content.length < 1024 && content.toString('latin1').startsWith(LFS_POINTER);
}

interface Request {
  resolve(content: Buffer | null): void;
  reject(error: unknown): void;
}

/**
 * Reads blobs, any number at a time, in one git process that ends with the reader:
 * `await using blobs = new BlobReader(repo)`.
 */
export class BlobReader {
  readonly #git: GitProcess;
  readonly #maxBytes: number;
  readonly #waiting: Request[] = [];
  #closed: unknown;

  constructor(repo: Repository, { maxBytes = DEFAULT_MAX_BLOB_BYTES }: { maxBytes?: number } = {}) {
    this.#maxBytes = maxBytes;
    this.#git = repo.start(['cat-file', '--batch']);
    void this.#answer();
  }

  /**
   * The bytes of a blob; `null` when it has more than `maxBytes`. Throws a GitError when it is not there: the
   * repository is damaged, or the id is not one of its blobs.
   */
  read(blob: string): Promise<Buffer | null> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (!/^[0-9a-f]{40,64}$/.test(blob)) return Promise.reject(notThere(blob, 'not an object id'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#git.stdin.write(`${blob}\n`);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= new GitError(['cat-file'], 'the blob reader is closed');
    this.#git.stdin.end();
    this.#git.kill();
    await this.#git.ended.catch(() => {});
  }

  async #answer(): Promise<void> {
    const input = new ByteReader(this.#git.stdout);
    try {
      for (let header = await input.line(); header !== null; header = await input.line()) {
        await this.#answerOne(header, input);
      }
      await this.#git.ended;
      throw new GitError(['cat-file'], 'it ended before every blob was read');
    } catch (error) {
      this.#closed ??= error;
      for (const request of this.#waiting.splice(0)) request.reject(this.#closed);
    }
  }

  /** `<id> blob <size>\n<bytes>\n`, or `<id> missing\n`. */
  async #answerOne(header: string, input: ByteReader): Promise<void> {
    const [id = '', type = '', size = ''] = header.split(' ');
    const bytes = Number(size);
    const content =
      size === '' ? null : await input.bytes(bytes, { keep: type === 'blob' && bytes <= this.#maxBytes });
    if (size !== '') await input.bytes(1, { keep: false });
    const request = this.#waiting.shift();
    if (type === 'blob') request?.resolve(content);
    else request?.reject(notThere(id, size === '' ? 'not in the repository' : `a ${type}, not a blob`));
  }
}

function notThere(blob: string, found: string): GitError {
  return new GitError(['cat-file'], `blob ${blob} is ${found}; run "git fsck" if it should be there`);
}

/** Takes lines and counted bytes off a stream. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Without its newline; `null` at the end. */
  async line(): Promise<string | null> {
    for (let end = this.#buffer.indexOf(10); ; end = this.#buffer.indexOf(10)) {
      if (end >= 0) return this.#cut(end + 1).toString('latin1', 0, end);
      const chunk = await this.#next();
      if (chunk === null) return null;
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
    }
  }

  /** `null` when not kept: then they never pile up. */
  async bytes(count: number, { keep }: { keep: boolean }): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    for (let left = count; left > 0; ) {
      if (this.#buffer.length === 0) this.#buffer = (await this.#next()) ?? tooShort();
      const part = this.#cut(Math.min(left, this.#buffer.length));
      left -= part.length;
      if (keep) parts.push(part);
    }
    return keep ? Buffer.concat(parts) : null;
  }

  #cut(count: number): Buffer {
    const part = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return part;
  }

  async #next(): Promise<Buffer | null> {
    const { value, done } = await this.#chunks.next();
    return done ? null : value;
  }
}

function tooShort(): never {
  throw new GitError(['cat-file'], 'its output ended in the middle of a blob');
}
