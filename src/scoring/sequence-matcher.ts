/**
 * The similarity of Python's difflib: SequenceMatcher.ratio() with its defaults.
 *
 * In: two texts. Out: 2 · M / T, M characters in matching blocks of T characters in all. Knows nothing about code.
 * From 200 characters up, characters that make up more than a hundredth of the second text do not start a match
 * ("autojunk"): scores of long texts come out lower than those of an edit distance. Characters are code points.
 * Source: docs.python.org/3/library/difflib.html, Ratcliff & Metzener 1988.
 */

export function matchRatio(first: string, second: string): number {
  const a = [...first];
  const b = [...second];
  if (a.length + b.length === 0) return 1;
  return (2 * matchedCount(a, b)) / (a.length + b.length);
}

interface Block {
  a: number;
  b: number;
  size: number;
}
interface Range {
  aStart: number;
  aEnd: number;
  bStart: number;
  bEnd: number;
}

const AUTOJUNK_LENGTH = 200;

/** Sums the longest match and, recursively, those to its left and right. */
function matchedCount(a: readonly string[], b: readonly string[]): number {
  const positions = positionsByCharacter(b);
  const ranges: Range[] = [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }];
  let count = 0;
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const block = longestMatch(a, b, { range, positions });
    if (block.size === 0) continue;
    count += block.size;
    ranges.push({ ...range, aEnd: block.a, bEnd: block.b });
    ranges.push({ ...range, aStart: block.a + block.size, bStart: block.b + block.size });
  }
  return count;
}

/** Where each character occurs, without the characters that are too frequent to start a match. */
function positionsByCharacter(b: readonly string[]): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  for (const [index, character] of b.entries()) {
    const known = positions.get(character);
    if (known) known.push(index);
    else positions.set(character, [index]);
  }
  if (b.length < AUTOJUNK_LENGTH) return positions;
  const limit = Math.floor(b.length / 100) + 1;
  for (const [character, places] of positions) if (places.length > limit) positions.delete(character);
  return positions;
}

/** The earliest of the longest blocks; a block then grows over equal neighbours, frequent ones too. */
function longestMatch(
  a: readonly string[],
  b: readonly string[],
  { range, positions }: { range: Range; positions: ReadonlyMap<string, readonly number[]> },
): Block {
  let best: Block = { a: range.aStart, b: range.bStart, size: 0 };
  let lengthEndingAt = new Map<number, number>();
  for (let i = range.aStart; i < range.aEnd; i += 1) {
    const next = new Map<number, number>();
    for (const j of positions.get(a[i] as string) ?? []) {
      if (j < range.bStart || j >= range.bEnd) continue;
      const size = (lengthEndingAt.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    lengthEndingAt = next;
  }
  return grow(best, range, { a, b });
}

function grow(block: Block, range: Range, { a, b }: { a: readonly string[]; b: readonly string[] }): Block {
  let { a: i, b: j, size } = block;
  while (i > range.aStart && j > range.bStart && a[i - 1] === b[j - 1]) {
    i -= 1;
    j -= 1;
    size += 1;
  }
  while (i + size < range.aEnd && j + size < range.bEnd && a[i + size] === b[j + size]) size += 1;
  return { a: i, b: j, size };
}
