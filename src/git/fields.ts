/**
 * Cuts git's output at a byte: NUL-ended fields (`-z`) or lines.
 *
 * In: chunks as they come from the pipe. Out: the pieces, whole. Knows nothing about what they mean.
 */

const NUL = 0;

/** NUL-ended text fields, one by one; bytes that are not UTF-8 become U+FFFD. */
export async function* readFields(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void, undefined> {
  const splitter = new Splitter(NUL, Number.POSITIVE_INFINITY);
  for await (const chunk of chunks) {
    for (const piece of splitter.push(chunk)) yield piece.bytes.toString('utf8');
  }
}

export interface Piece {
  bytes: Buffer;
  /** Longer than the limit: `bytes` is its beginning. */
  isCut: boolean;
}

/** Cuts a stream of chunks after each `separator`; never holds more than `maxBytes` of one piece. */
export class Splitter {
  readonly #separator: number;
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #held = 0;
  #isCut = false;

  constructor(separator: number, maxBytes: number) {
    this.#separator = separator;
    this.#maxBytes = maxBytes;
  }

  /** The pieces that this chunk completes. */
  push(chunk: Buffer): Piece[] {
    const pieces: Piece[] = [];
    let start = 0;
    for (let end = chunk.indexOf(this.#separator); end >= 0; end = chunk.indexOf(this.#separator, start)) {
      this.#hold(chunk.subarray(start, end));
      pieces.push(this.#take());
      start = end + 1;
    }
    this.#hold(chunk.subarray(start));
    return pieces;
  }

  #hold(part: Buffer): void {
    const room = this.#maxBytes - this.#held;
    if (part.length > room) this.#isCut = true;
    if (part.length === 0 || room === 0) return;
    const kept = part.subarray(0, room);
    this.#parts.push(kept);
    this.#held += kept.length;
  }

  #take(): Piece {
    const [first = Buffer.alloc(0)] = this.#parts;
    const piece = { bytes: this.#parts.length > 1 ? Buffer.concat(this.#parts) : first, isCut: this.#isCut };
    this.#parts = [];
    this.#held = 0;
    this.#isCut = false;
    return piece;
  }
}
