/**
 * The models of a pack as its manifest names them: files, sizes, and in which precision each of them runs.
 *
 * In: values of unknown type. Out: the same with their types, or a ModelError that names the field. Knows
 * nothing about what the files contain.
 */
import { ModelError } from '../errors.ts';
import * as field from './manifest-fields.ts';

export interface BaseModelFiles {
  architecture: 'qwen2' | 'llama';
  config: string;
  weights: string[];
  tokenizer: string;
  /** Longest input, in tokens. */
  contextTokens: number;
  endToken: number;
  /** Put before a prompt that begins where its file begins, or null: nothing is. */
  startToken: number | null;
}

/** The base model without its output layer, or a model of its own. */
export type EncoderFiles =
  | { kind: 'base-model'; embeddingSize: number }
  | {
      kind: 'qwen3';
      config: string;
      weights: string[];
      tokenizer: string;
      embeddingSize: number;
      /** Appended to every window, or null: nothing is. */
      endToken: number | null;
      /** Longest input, in tokens, the end token among them. */
      contextTokens: number;
    };

/** As the files say, or block-quantised: 8 bits in blocks of 32 weights, 4 bits in blocks of 128. */
export const PRECISIONS = ['fp32', 'int8', 'int4'] as const;
export type Precision = (typeof PRECISIONS)[number];
export type ModelPart = 'baseModel' | 'encoder' | 'hypernetwork';

/** What the precisions cost against fp32; null where it was not measured. */
export interface PrecisionLoss {
  /** Of the base model: nats per token more than in fp32. */
  nll: number | null;
  /** Of the encoder: ‖difference‖ / ‖fp32‖ of an embedding, mean. */
  embeddingError: number | null;
  /** Of the hypernetwork: ‖difference‖ / ‖fp32‖ of an adapter, mean. */
  adapterError: number | null;
  measuredOn: string | null;
}

/** The linear layers an adapter can change, as Qwen2 and Llama spell them. */
export const MODULE_TYPES = [
  'down_proj',
  'gate_proj',
  'k_proj',
  'o_proj',
  'q_proj',
  'up_proj',
  'v_proj',
] as const;
export type ModuleType = (typeof MODULE_TYPES)[number];

export const anyText = field.text(/^.{1,1000}$/s, 'a text that is not empty');
/** Below the folder of the pack: no `..`, no absolute path, no drive letter. */
export const fileName = field.text(
  /^(?!.*(?:^|\/)\.\.?(?:\/|$))[\w.+-]+(?:\/[\w.+-]+)*$/,
  'the path of a file inside of the pack, with "/" between folders',
);
const weightsName: field.Check<string> = (value, at) => {
  if (/\.safetensors$/.test(fileName(value, at))) return value as string;
  throw new ModelError(
    `${at} is ${JSON.stringify(value)}, expected a safetensors file.\nList the shards of a model, not their index.`,
  );
};
export const size = field.integer(1, 2 ** 31 - 1);
const tokenId = field.integer(0, 2 ** 31 - 1);
/** A prompt and its target share it: of fewer, nothing is left for one of them. */
const contextTokens = field.integer(16, 2 ** 31 - 1);

export const checkBaseModel = field.object<BaseModelFiles>({
  architecture: field.oneOf('qwen2', 'llama'),
  config: fileName,
  weights: field.list(weightsName),
  tokenizer: fileName,
  contextTokens,
  endToken: tokenId,
  startToken: field.optional(field.nullable(tokenId), null),
});

export const checkEncoder = field.byKind<EncoderFiles>({
  'base-model': field.object({ kind: field.exactly('base-model'), embeddingSize: size }),
  qwen3: field.object({
    kind: field.exactly('qwen3'),
    config: fileName,
    weights: field.list(weightsName),
    tokenizer: fileName,
    embeddingSize: size,
    endToken: field.nullable(tokenId),
    contextTokens,
  }),
});

const precision = field.optional(field.oneOf(...PRECISIONS), 'fp32');
const checkParts = field.object<Record<ModelPart, Precision>>({
  baseModel: precision,
  encoder: precision,
  hypernetwork: precision,
});
/** A pack that does not say so runs in fp32. */
export const checkPrecision = field.optional(checkParts, checkParts({}, ''));

const measured = field.optional(field.nullable(field.finite), null);
const checkLoss = field.object<PrecisionLoss>({
  nll: measured,
  embeddingError: measured,
  adapterError: measured,
  measuredOn: field.optional(field.nullable(anyText), null),
});
export const checkPrecisionLoss = field.optional(checkLoss, checkLoss({}, ''));

/**
 * File of the pack with the quantised weights of one of its models; undefined for fp32. An encoder that is the
 * base model shares the base model's file.
 */
export function quantizedFile(
  { encoder, precision: parts }: { encoder: EncoderFiles; precision: Record<ModelPart, Precision> },
  part: ModelPart,
): string | undefined {
  const bits = { fp32: undefined, int8: 'q8', int4: 'q4' }[parts[part]];
  const owner = part === 'encoder' && encoder.kind === 'base-model' ? 'baseModel' : part;
  const name = { baseModel: 'base-model', encoder: 'encoder', hypernetwork: 'hypernetwork' }[owner];
  return bits && `${name}.${bits}.safetensors`;
}
