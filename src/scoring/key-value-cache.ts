/**
 * Keys and values of tokens that were read, so that no token is read twice.
 *
 * In: the outputs of a decoder run. Out: the `past_…` inputs of the next one. Knows nothing about what the tokens
 * mean. One buffer for each layer's keys and values; reading on appends, going back changes the length only.
 */
import type { Feeds, ResultTensor } from '../runtime/session.ts';
import type { TransformerConfig } from '../runtime/transformer-config.ts';

export interface KeyValueCache {
  /** The tokens in the cache, oldest first. */
  tokens: number[];
  /** By the name of the output that fills it, such as `key.0`; (capacity, heads, headSize). */
  buffers: Map<string, Float32Array>;
  heads: number;
  headSize: number;
}

/** `capacity`: tokens there is room for at first; the buffers grow when it is not enough. */
export function createCache(config: TransformerConfig, capacity: number): KeyValueCache {
  const { layerCount, keyValueHeadCount: heads, headSize } = config;
  const buffers = new Map<string, Float32Array>();
  for (let layer = 0; layer < layerCount; layer += 1) {
    for (const kind of ['key', 'value']) {
      buffers.set(`${kind}.${layer}`, new Float32Array(capacity * heads * headSize));
    }
  }
  return { tokens: [], buffers, heads, headSize };
}

/** Forgets all tokens from number `length` on. */
export function truncateCache(cache: KeyValueCache, length: number): void {
  cache.tokens.length = Math.min(cache.tokens.length, length);
}

/** Adds tokens with the keys and values a run gave for them. */
export function appendToCache(
  cache: KeyValueCache,
  tokens: readonly number[],
  results: Readonly<Record<string, ResultTensor>>,
): void {
  const used = cache.tokens.length * cache.heads * cache.headSize;
  for (const [name, buffer] of cache.buffers) {
    const added = results[name]?.data as Float32Array;
    const roomy = used + added.length <= buffer.length ? buffer : grown(buffer, used + added.length);
    roomy.set(added, used);
    cache.buffers.set(name, roomy);
  }
  cache.tokens.push(...tokens);
}

/** Views of the buffers, not copies: (past, keyValueHeads, headSize). */
export function pastFeeds({ tokens, buffers, heads, headSize }: KeyValueCache): Feeds {
  const dims = [tokens.length, heads, headSize];
  const size = tokens.length * heads * headSize;
  const feeds: Feeds = {};
  for (const [name, buffer] of buffers) {
    feeds[`past_${name}`] = { data: buffer.subarray(0, size), dims };
  }
  return feeds;
}

/** Number of tokens that two texts have in common at their start. */
export function commonLength(a: readonly number[], b: readonly number[]): number {
  const limit = Math.min(a.length, b.length);
  let length = 0;
  while (length < limit && a[length] === b[length]) length += 1;
  return length;
}

function grown(buffer: Float32Array, size: number): Float32Array {
  const larger = new Float32Array(Math.max(size, 2 * buffer.length));
  larger.set(buffer);
  return larger;
}
