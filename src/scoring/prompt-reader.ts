/**
 * Reads prompts with one adapter, and remembers what it read.
 *
 * In: prompt tokens and what may follow them. Out: log-probabilities. Knows nothing about files or languages.
 * Prompts that begin alike (assertions of one file, in order) share the keys and values of their common start;
 * the results are the same as with a new reader, but for the last bits.
 */
import type { LoraAdapter } from '../lora/adapter.ts';
import type { Feeds } from '../runtime/session.ts';
import { type Decoder, plainReading, type Rows, rowOf } from './decoder.ts';
import { commonLength, type KeyValueCache, truncateCache } from './key-value-cache.ts';
import type { Hypothesis } from './search.ts';

/** Tokens read in one run: longer runs would hold up the event loop and need a large bias. */
const CHUNK_TOKENS = 512;

export class PromptReader {
  private readonly decoder: Decoder;
  private readonly adapter: Feeds;
  private readonly cache: KeyValueCache;
  /** Tokens of one text at the start of the cache; those after them belong to a search. */
  private plainLength = 0;
  private last: { prompt: readonly number[]; row: Float32Array } | undefined;

  constructor(decoder: Decoder, adapter: LoraAdapter | null) {
    this.decoder = decoder;
    this.adapter = decoder.adapterInputs(adapter);
    this.cache = decoder.newCache();
  }

  /** Reads a prompt and a target. Rows: after the prompt, then after each token of the target. */
  async read(prompt: readonly number[], target: readonly number[] = []): Promise<Float32Array[]> {
    if (target.length === 0 && this.last && isSame(this.last.prompt, prompt)) return [this.last.row];
    this.last = undefined;
    truncateCache(this.cache, this.plainLength);
    const start = Math.min(commonLength(this.cache.tokens, prompt), prompt.length - 1);
    truncateCache(this.cache, start);
    const tokens = [...prompt.slice(start), ...target];
    const firstRow = prompt.length - 1 - start;
    const rows: Float32Array[] = [];
    for (let from = 0; from < tokens.length; from += CHUNK_TOKENS) {
      const chunk = tokens.slice(from, from + CHUNK_TOKENS);
      rows.push(...(await this.readChunk(chunk, Math.max(0, firstRow - from))));
    }
    this.plainLength = this.cache.tokens.length;
    this.last = { prompt: [...prompt], row: (rows[0] as Float32Array).slice() };
    return rows;
  }

  /**
   * Reads the last token of each hypothesis after `prompt`, which must have been read last. `slots` remembers
   * where the tokens of earlier hypotheses lie.
   */
  async expand(
    prompt: readonly number[],
    hypotheses: readonly Hypothesis[],
    slots: Map<Hypothesis, readonly number[]>,
  ): Promise<Float32Array[]> {
    if (slots.size === 0) this.startSearch(prompt.length);
    const past = this.cache.tokens.length;
    const seenBy = hypotheses.map(({ parent }) => (parent && slots.get(parent)) ?? []);
    for (const [index, hypothesis] of hypotheses.entries()) {
      slots.set(hypothesis, [...(seenBy[index] as readonly number[]), past + index]);
    }
    return this.run({
      tokens: hypotheses.map(({ token }) => token),
      positions: seenBy.map((others) => prompt.length + others.length),
      sees: seenBy.map((others) => ({ below: prompt.length, others })),
      selected: hypotheses.map((_, index) => index),
    });
  }

  private startSearch(promptLength: number): void {
    truncateCache(this.cache, promptLength);
    this.plainLength = promptLength;
  }

  /** Rows from `firstRow` on; a chunk without any still has to select one, which is dropped. */
  private async readChunk(tokens: readonly number[], firstRow: number): Promise<Float32Array[]> {
    const wanted = tokens.map((_, index) => index).slice(firstRow);
    const reading = plainReading(tokens, this.cache.tokens.length, wanted.length > 0 ? wanted : [0]);
    return (await this.run(reading)).slice(0, wanted.length);
  }

  private async run(reading: Parameters<Decoder['read']>[0]): Promise<Float32Array[]> {
    const rows: Rows = await this.decoder.read(reading, { cache: this.cache, adapter: this.adapter });
    return Array.from({ length: rows.count }, (_, row) => rowOf(rows, row));
  }
}

const isSame = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && commonLength(a, b) === a.length;
