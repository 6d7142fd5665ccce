/**
 * A decoder that reads a prompt and then goes on greedily, and says how long each took.
 *
 * In: a model, an adapter or none. Out: times, tokens, log-probabilities. With an adapter it is the product's own
 * decoder; without one it is a graph that has no inputs for it, fed in the same way.
 */
import type { LoraAdapter } from '../../src/lora/adapter.ts';
import { MASKED } from '../../src/runtime/attention.ts';
import { type Feeds, openSession } from '../../src/runtime/session.ts';
import type { TransformerModel } from '../../src/runtime/transformer-weights.ts';
import { type Decoder, openDecoder, plainReading, rowOf } from '../../src/scoring/decoder.ts';
import { buildDecoderGraph } from '../../src/scoring/decoder-graph.ts';
import {
  appendToCache,
  createCache,
  type KeyValueCache,
  pastFeeds,
} from '../../src/scoring/key-value-cache.ts';

export interface Reader extends AsyncDisposable {
  /** Reads a text from its beginning. `row`: log-probabilities after it, `token`: the most probable one. */
  prefill(ids: readonly number[]): Promise<{ ms: number; row: Float32Array; token: number }>;
  /** Goes on after the last text, one token after the other. */
  decode(count: number): Promise<{ ms: number; tokens: number[] }>;
}

const POSITIONS = 1024;

interface Opened extends AsyncDisposable {
  newCache(): KeyValueCache;
  /** Log-probabilities after the last token. */
  read(tokens: readonly number[], cache: KeyValueCache): Promise<Float32Array>;
}

/** Without an adapter the graph has no inputs for one. `packed`: as the product does after some tens of runs. */
export async function openReading(
  model: TransformerModel,
  { adapter, packed = false }: { adapter?: LoraAdapter; packed?: boolean } = {},
): Promise<Reader> {
  const decoder = adapter ? await openAdapted(model, { adapter, packed }) : await openPlain(model, packed);
  let [cache, token] = [decoder.newCache(), 0];
  const step = async (tokens: readonly number[]) => {
    const row = await decoder.read(tokens, cache);
    token = row.indexOf(row.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY));
    return row;
  };
  return {
    async prefill(ids) {
      cache = decoder.newCache();
      const begun = performance.now();
      const row = await step(ids);
      return { ms: performance.now() - begun, row, token };
    },
    async decode(count) {
      const tokens: number[] = [];
      const begun = performance.now();
      for (let done = 0; done < count; done += 1) {
        await step([token]);
        tokens.push(token);
      }
      return { ms: performance.now() - begun, tokens };
    },
    [Symbol.asyncDispose]: () => decoder[Symbol.asyncDispose](),
  };
}

async function openAdapted(
  model: TransformerModel,
  { adapter, packed }: { adapter: LoraAdapter; packed: boolean },
): Promise<Opened> {
  const packAfter = packed ? 0 : Number.POSITIVE_INFINITY;
  const decoder: Decoder = await openDecoder(model, POSITIONS, { packAfter });
  const inputs = decoder.adapterInputs(adapter);
  return {
    newCache: decoder.newCache,
    async read(tokens, cache) {
      const reading = plainReading(tokens, cache.tokens.length, [tokens.length - 1]);
      return rowOf(await decoder.read(reading, { cache, adapter: inputs }), 0);
    },
    [Symbol.asyncDispose]: () => decoder[Symbol.asyncDispose](),
  };
}

/** What decoder.ts does, with the graph that has no adapter inputs. */
async function openPlain(model: TransformerModel, prepack: boolean): Promise<Opened> {
  const graph = buildDecoderGraph(model, { maxPositions: POSITIONS, lora: false });
  const session = await openSession(graph, { weightsFolder: model.weightsFolder, prepack });
  return {
    newCache: () => createCache(model.config, POSITIONS),
    async read(tokens, cache) {
      const results = await session.run({ ...plainFeeds(tokens, cache.tokens.length), ...pastFeeds(cache) });
      appendToCache(cache, tokens, results);
      return results.log_probabilities?.data as Float32Array;
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

function plainFeeds(tokens: readonly number[], past: number): Feeds {
  const [count, seen] = [tokens.length, past + tokens.length];
  const bias = new Float32Array(count * seen).fill(MASKED);
  for (let row = 0; row < count; row += 1) bias.fill(0, row * seen, row * seen + past + row + 1);
  const positions = tokens.map((_, index) => past + index);
  return {
    input_ids: { data: BigInt64Array.from(tokens, BigInt), dims: [count] },
    position_ids: { data: BigInt64Array.from(positions, BigInt), dims: [1, count] },
    bias: { data: bias, dims: [count, seen] },
    selected: { data: BigInt64Array.of(BigInt(count - 1)), dims: [1] },
  };
}
