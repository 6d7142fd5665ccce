/**
 * Token ids → overlapping windows, and window vectors → one vector.
 *
 * In: numbers. Out: numbers. Pure; what the numbers come from is decided by the recipe of the model pack
 * (Code2LoRA, arXiv 2606.06492, section 3.1 and appendix D; the released recipe differs from the text).
 */

export type Pooling = 'mean' | 'max';

export interface WindowRecipe {
  /** Longest window, in tokens. */
  windowTokens: number;
  /** Tokens that a window shares with the one before it. */
  overlapTokens: number;
  /** A window with fewer tokens than this is dropped. */
  minTokens: number;
  /** At most this many windows of one text, the first ones; `truncated` says when there were more. */
  maxWindows: number;
}

export interface Windows {
  windows: number[][];
  truncated: boolean;
}

/** Slides a window over the ids; stops once a window reaches the end. */
export function splitWindows(ids: readonly number[], recipe: WindowRecipe): Windows {
  const step = recipe.windowTokens - recipe.overlapTokens;
  const windows: number[][] = [];
  for (let start = 0; start < ids.length; start += step) {
    const window = ids.slice(start, start + recipe.windowTokens);
    if (window.length < recipe.minTokens) break;
    if (windows.length === recipe.maxWindows) return { windows, truncated: true };
    windows.push(window);
    if (start + recipe.windowTokens >= ids.length) break;
  }
  return { windows, truncated: false };
}

/** Pools vectors (count, size) with each way in turn and joins the results: (ways · size). */
export function poolVectors(vectors: readonly Float32Array[], ways: readonly Pooling[]): Float32Array {
  const size = vectors[0]?.length ?? 0;
  const pooled = new Float32Array(size * ways.length);
  ways.forEach((way, index) => {
    pooled.set(way === 'mean' ? meanOf(vectors, size) : maxOf(vectors, size), index * size);
  });
  return pooled;
}

/** x / (‖x‖₂ + 1e-12), as the released recipe normalises the repository embedding. */
export function normalizeL2(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const norm = Math.sqrt(squares) + 1e-12;
  return vector.map((value) => value / norm);
}

/** Sums in double precision, in the order given: the same vectors give the same bits. */
function meanOf(vectors: readonly Float32Array[], size: number): Float32Array {
  const sums = new Float64Array(size);
  for (const vector of vectors) {
    for (let i = 0; i < size; i += 1) sums[i] = (sums[i] as number) + (vector[i] as number);
  }
  return Float32Array.from(sums, (sum) => sum / vectors.length);
}

function maxOf(vectors: readonly Float32Array[], size: number): Float32Array {
  const best = new Float32Array(size).fill(Number.NEGATIVE_INFINITY);
  for (const vector of vectors) {
    for (let i = 0; i < size; i += 1) best[i] = Math.max(best[i] as number, vector[i] as number);
  }
  return best;
}
