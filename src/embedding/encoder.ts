/**
 * An open encoder: token ids of one window → one vector.
 *
 * In: a model pack. Out: an Encoder. For `kind: "base-model"` the vector is the mean over the tokens of the
 * base model's last hidden state, after the final norm. Knows nothing about windows, files or caches.
 */

import type { ModelPack } from '../runtime/model-pack.ts';
import { openSession } from '../runtime/session.ts';
import { openTokenizer } from '../runtime/tokenizer.ts';
import { buildEncoderGraph } from './encoder-graph.ts';

export interface Encoder {
  embeddingSize: number;
  /** Token ids without special tokens. */
  tokenize(text: string): number[];
  /** Vector of one window: (embeddingSize). One window a run: batches would change the last bits. */
  embedWindow(ids: readonly number[]): Promise<Float32Array>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens the encoder of a pack; its weights are mapped, not copied. Throws ModelError. */
export async function openEncoder(pack: ModelPack): Promise<Encoder> {
  const tokenizer = openTokenizer(pack.path(pack.manifest.baseModel.tokenizer));
  const { model, weightsFolder } = buildEncoderGraph(pack);
  const session = await openSession(model, { weightsFolder });
  return {
    embeddingSize: pack.manifest.encoder.embeddingSize,
    tokenize: (text) => tokenizer.encode(text),
    async embedWindow(ids) {
      const data = BigInt64Array.from(ids, BigInt);
      const { embedding } = await session.run({ input_ids: { data, dims: [1, ids.length] } });
      return Float32Array.from(embedding?.data as Float32Array);
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
