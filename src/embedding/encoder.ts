/**
 * An open encoder: token ids of one window → one vector.
 *
 * In: a model pack. Out: an Encoder: the base model of the pack (`kind: "base-model"`) or a model of its own
 * (`kind: "qwen3"`), whose last hidden states are averaged. Knows nothing about windows, files or caches.
 */
import { ModelError } from '../errors.ts';
import type { Device } from '../runtime/device.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { type Engine, engine, openSession } from '../runtime/session.ts';
import { openTokenizer } from '../runtime/tokenizer.ts';
import { readBaseModel, readOwnEncoder, type TransformerModel } from '../runtime/transformer-weights.ts';
import { buildEncoderGraph, type EncoderGraphOptions } from './encoder-graph.ts';
import { type WindowInputSettings, windowInput } from './window-input.ts';
import { embedWindows, type WindowVectors } from './window-vectors.ts';
import type { WindowRecipe } from './windows.ts';

/** What the embedding of texts needs of an encoder, wherever that one runs. */
export interface WindowEncoder {
  embeddingSize: number;
  /** What made the vectors: they are the same bytes on the same engine only. */
  engine: Engine;
  /** A vector for each window of a text. */
  embedWindows(text: string, recipe: WindowRecipe): Promise<WindowVectors>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface Encoder extends WindowEncoder {
  /** Token ids without special tokens. */
  tokenize(text: string): number[];
  /** What the model reads for a window of at most `windowTokens` tokens, by the recipe of the pack. */
  windowInput(window: readonly number[], windowTokens: number): number[];
  /** Vector of what the model reads: (embeddingSize). One window a run: batches would change the last bits. */
  embedWindow(ids: readonly number[]): Promise<Float32Array>;
}

/** Opens the encoder of a pack; weights in fp32 are mapped, not copied. Throws ModelError. */
export async function openEncoder(
  pack: ModelPack,
  { device = 'cpu' }: { device?: Device } = {},
): Promise<Encoder> {
  const { model, tokenizerFile, endToken, ...graphOptions } = describeEncoder(pack);
  const { embeddingSize } = pack.manifest.encoder;
  checkSize(model, embeddingSize);
  const tokenizer = openTokenizer(pack.path(tokenizerFile));
  const settings: WindowInputSettings = { tokenizer, endToken, retokenize: pack.manifest.recipe.retokenize };
  const session = await openSession(buildEncoderGraph(model, graphOptions), {
    weightsFolder: model.weightsFolder,
    device,
    prepack: model.precision !== 'fp32',
  });
  const encoder: Encoder = {
    embeddingSize,
    engine: engine(device),
    tokenize: (text) => tokenizer.encode(text),
    windowInput: (window, windowTokens) => windowInput(window, windowTokens, settings),
    async embedWindow(ids) {
      const data = BigInt64Array.from(ids, BigInt);
      const { embedding } = await session.run({ input_ids: { data, dims: [1, ids.length] } });
      return Float32Array.from(embedding?.data as Float32Array);
    },
    embedWindows: (text, recipe) => embedWindows(encoder, text, recipe),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
  return encoder;
}

interface Description extends EncoderGraphOptions {
  model: TransformerModel;
  tokenizerFile: string;
  endToken: number | null;
}

function describeEncoder(pack: ModelPack): Description {
  const { encoder, baseModel } = pack.manifest;
  if (encoder.kind === 'base-model') {
    const { tokenizer: tokenizerFile, contextTokens: maxPositions } = baseModel;
    const model = readBaseModel(pack, 'encoder');
    return { model, tokenizerFile, endToken: null, maxPositions, attention: 'bias' };
  }
  const { tokenizer: tokenizerFile, contextTokens: maxPositions, endToken } = encoder;
  const model = readOwnEncoder(pack, encoder);
  // The faster operator wants heads of a multiple of 16; those of published models are 64 and 128.
  const attention = model.config.headSize % 16 === 0 ? 'causal' : 'bias';
  return { model, tokenizerFile, endToken, maxPositions, attention };
}

function checkSize({ config }: TransformerModel, embeddingSize: number): void {
  if (config.hiddenSize === embeddingSize) return;
  throw new ModelError(
    `Cannot open the encoder: its config.json gives vectors of ${config.hiddenSize} numbers, ` +
      `encoder.embeddingSize of the manifest is ${embeddingSize}.\nInstall the model pack again.`,
  );
}
