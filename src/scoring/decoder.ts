/**
 * An open decoder: tokens → log-probabilities of the token after each of them.
 *
 * In: tokens, what each of them sees, an adapter. Out: log-probabilities of selected rows. Knows nothing about
 * text. Tokens need not be one text: a search feeds several continuations of the same text in one run, and the
 * bias keeps them apart (as in the attention over a tree of tokens of SpecInfer, Miao et al. 2023, section 4).
 */
import { InternalError } from '../errors.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { adapterFeeds } from '../lora/feeds.ts';
import { MASKED } from '../runtime/attention.ts';
import type { Feeds } from '../runtime/session.ts';
import { moduleSizes } from '../runtime/transformer-config.ts';
import type { TransformerModel } from '../runtime/transformer-weights.ts';
import { type DecoderSessionOptions, openDecoderSession } from './decoder-session.ts';
import { appendToCache, createCache, type KeyValueCache, pastFeeds } from './key-value-cache.ts';

/** Log-probabilities, one row for each selected token: row r is at r · vocabularySize. */
export interface Rows {
  values: Float32Array; // (rows, vocabularySize)
  count: number;
  vocabularySize: number;
}

export interface Reading {
  tokens: readonly number[];
  positions: readonly number[];
  /** Cache slots a token sees besides itself; (tokens). */
  sees: readonly SlotSet[];
  /** Indices into `tokens`, at least one. */
  selected: readonly number[];
}
/** All slots below `below`, and these others. */
export interface SlotSet {
  below: number;
  others: readonly number[];
}

export interface Decoder {
  readonly maxPositions: number;
  newCache(): KeyValueCache;
  /** The adapter as inputs; null for the base model. Throws ModelError when it does not fit. */
  adapterInputs(adapter: LoraAdapter | null): Feeds;
  /** Reads tokens after those in the cache, and adds them to it. */
  read(reading: Reading, context: { cache: KeyValueCache; adapter: Feeds }): Promise<Rows>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Default: the CPU, weights that are never packed, and pairs that all layers share. */
export type OpenDecoderOptions = Partial<
  Pick<DecoderSessionOptions, 'device' | 'packAfter' | 'layerAdapters'>
>;

export async function openDecoder(
  model: TransformerModel,
  maxPositions: number,
  { device = 'cpu', packAfter = Number.POSITIVE_INFINITY, layerAdapters = false }: OpenDecoderOptions = {},
): Promise<Decoder> {
  const { config } = model;
  const session = await openDecoderSession(model, { maxPositions, device, packAfter, layerAdapters });
  const sizes = moduleSizes(config);
  const layerCount = layerAdapters ? config.layerCount : null;
  return {
    maxPositions,
    newCache: () => createCache(config, maxPositions),
    adapterInputs: (adapter) => adapterFeeds(adapter, sizes, { layerCount }),
    async read(reading, { cache, adapter }) {
      checkReading(reading, maxPositions);
      const feeds = { ...readingFeeds(reading, cache), ...pastFeeds(cache), ...adapter };
      const results = await (await session.next()).run(feeds);
      appendToCache(cache, reading.tokens, results);
      const values = results.log_probabilities?.data as Float32Array;
      return { values, count: reading.selected.length, vocabularySize: config.vocabularySize };
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

/** Plain reading on: each token sees everything before it. */
export function plainReading(tokens: readonly number[], past: number, selected: readonly number[]): Reading {
  return {
    tokens,
    positions: tokens.map((_, index) => past + index),
    sees: tokens.map((_, index) => ({ below: past + index, others: [] })),
    selected,
  };
}

/** One row as a view. */
export function rowOf({ values, vocabularySize }: Rows, row: number): Float32Array {
  return values.subarray(row * vocabularySize, (row + 1) * vocabularySize);
}

function readingFeeds(
  { tokens, positions, sees, selected }: Reading,
  { tokens: past }: KeyValueCache,
): Feeds {
  const seen = past.length + tokens.length;
  const bias = new Float32Array(tokens.length * seen).fill(MASKED);
  for (const [row, { below, others }] of sees.entries()) {
    const start = row * seen;
    bias.fill(0, start, start + below);
    for (const slot of others) bias[start + slot] = 0;
    bias[start + past.length + row] = 0;
  }
  const integers = (values: readonly number[]) => BigInt64Array.from(values, BigInt);
  return {
    input_ids: { data: integers(tokens), dims: [tokens.length] },
    position_ids: { data: integers(positions), dims: [1, tokens.length] },
    bias: { data: bias, dims: [tokens.length, seen] },
    selected: { data: integers(selected), dims: [selected.length] },
  };
}

/** The kernels do not check positions against their tables, and fail on zero rows. */
function checkReading({ positions, selected }: Reading, maxPositions: number): void {
  const furthest = Math.max(...positions);
  if (selected.length > 0 && furthest < maxPositions) return;
  throw new InternalError(
    `A reading selects ${selected.length} rows and reaches position ${furthest}, ` +
      `expected at least one row and positions below ${maxPositions}.`,
  );
}
