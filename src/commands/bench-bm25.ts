/**
 * Which of many texts is most like another one, by the words they have in common. Pure.
 *
 * BM25 with the usual constants (Robertson & Zaragoza 2009, section 3.2). Words are the parts of identifiers:
 * `readTotalPrice` and `read_total_price` have three of them, and count as a whole too.
 */
export interface Document {
  /** Word → how often it occurs. */
  counts: ReadonlyMap<string, number>;
  length: number;
}

/** How fast more of the same word stops to matter, and how much a long text is held back. */
const SATURATION = 1.5;
const LENGTH_SHARE = 0.75;

export function documentOf(text: string): Document {
  const counts = new Map<string, number>();
  let length = 0;
  for (const word of wordsOf(text)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    length += 1;
  }
  return { counts, length };
}

export function wordsOf(text: string): string[] {
  return [...text.matchAll(/[\p{L}\p{N}_$]+/gu)].flatMap(([name]) => {
    const parts = name
      .split(/[_$]+|(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u)
      .filter((part) => part.length > 1)
      .map((part) => part.toLowerCase());
    const whole = name.toLowerCase();
    return parts.length === 1 && parts[0] === whole ? parts : [whole, ...parts];
  });
}

/** Indices of the texts that have anything in common with the query, most alike first; of equal ones the first. */
export function rank(query: string, documents: readonly Document[]): number[] {
  const words = new Set(wordsOf(query));
  const mean = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length);
  const weights = weightsOf(words, documents);
  const scores = documents.map(({ counts, length }) => {
    const held = SATURATION * (1 - LENGTH_SHARE + (LENGTH_SHARE * length) / Math.max(1, mean));
    let score = 0;
    for (const word of words) {
      const count = counts.get(word) ?? 0;
      if (count > 0) score += (weights.get(word) as number) * ((count * (SATURATION + 1)) / (count + held));
    }
    return score;
  });
  const found = [...documents.keys()].filter((index) => (scores[index] as number) > 0);
  return found.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}

/** Rare words say more: ln(1 + (N − n + ½) / (n + ½)). */
function weightsOf(words: ReadonlySet<string>, documents: readonly Document[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const word of words) {
    const having = documents.filter(({ counts }) => counts.has(word)).length;
    weights.set(word, Math.log(1 + (documents.length - having + 0.5) / (having + 0.5)));
  }
  return weights;
}
