/**
 * The sizes of a base model of the Qwen2 architecture.
 *
 * In: a parsed config.json. Out: a Qwen2Config, and the names and shapes that follow from it. Knows nothing
 * about files or graphs. A setting that would change what the model computes and that we do not build (rotary
 * scaling, sliding windows, another activation) is refused, not ignored.
 */
import { ModelError } from '../errors.ts';
import { MODULE_TYPES, type ModuleType } from './manifest.ts';
import * as field from './manifest-fields.ts';

export interface Qwen2Config {
  layerCount: number;
  hiddenSize: number;
  intermediateSize: number;
  headCount: number;
  keyValueHeadCount: number;
  headSize: number;
  vocabularySize: number;
  normEpsilon: number;
  ropeTheta: number;
  /** The output layer is the embedding table. */
  tiesEmbeddings: boolean;
}

/**
 * Parses config.json; `place` names it in messages. Transformers writes `rope_parameters` since version 5,
 * `rope_theta` before. Throws ModelError.
 */
export function parseQwen2Config(value: unknown, place: string): Qwen2Config {
  const sizes = checkSizes(value, place);
  const fields = value as Record<string, unknown>;
  const rope = (fields.rope_parameters ?? fields) as Record<string, unknown>;
  checkRotation(fields, { rope, place });
  const config = {
    layerCount: sizes.num_hidden_layers,
    hiddenSize: sizes.hidden_size,
    intermediateSize: sizes.intermediate_size,
    headCount: sizes.num_attention_heads,
    keyValueHeadCount: sizes.num_key_value_heads,
    headSize: size(fields.head_dim ?? sizes.hidden_size / sizes.num_attention_heads, `${place}: head_dim`),
    vocabularySize: sizes.vocab_size,
    normEpsilon: sizes.rms_norm_eps,
    ropeTheta: field.positive(rope.rope_theta, `${place}: rope_theta`),
    tiesEmbeddings: field.boolean(fields.tie_word_embeddings ?? false, `${place}: tie_word_embeddings`),
  };
  checkHeads(config, place);
  return config;
}

/** Name of a linear layer that an adapter can change, without `.weight` or `.bias`. */
export function moduleName(layer: number, type: ModuleType): string {
  const part = ['gate_proj', 'up_proj', 'down_proj'].includes(type) ? 'mlp' : 'self_attn';
  return `model.layers.${layer}.${part}.${type}`;
}

/** Qwen2 has a bias on queries, keys and values, and nowhere else. */
export const hasBias = (type: ModuleType): boolean => ['q_proj', 'k_proj', 'v_proj'].includes(type);

export interface ModuleSize {
  inFeatures: number;
  outFeatures: number;
}

/** Widths of the linear layers, the same in every layer of the model. */
export function moduleSizes(config: Qwen2Config): Record<ModuleType, ModuleSize> {
  const {
    hiddenSize: hidden,
    intermediateSize: intermediate,
    headCount,
    keyValueHeadCount,
    headSize,
  } = config;
  const queries = headCount * headSize;
  const keys = keyValueHeadCount * headSize;
  return {
    q_proj: { inFeatures: hidden, outFeatures: queries },
    k_proj: { inFeatures: hidden, outFeatures: keys },
    v_proj: { inFeatures: hidden, outFeatures: keys },
    o_proj: { inFeatures: queries, outFeatures: hidden },
    gate_proj: { inFeatures: hidden, outFeatures: intermediate },
    up_proj: { inFeatures: hidden, outFeatures: intermediate },
    down_proj: { inFeatures: intermediate, outFeatures: hidden },
  };
}

/** Every tensor of the architecture with its shape. */
export function* weightShapes(config: Qwen2Config): Generator<[name: string, shape: number[]]> {
  const { hiddenSize, vocabularySize, layerCount } = config;
  yield ['model.embed_tokens.weight', [vocabularySize, hiddenSize]];
  yield ['model.norm.weight', [hiddenSize]];
  if (!config.tiesEmbeddings) yield ['lm_head.weight', [vocabularySize, hiddenSize]];
  const sizes = moduleSizes(config);
  for (let layer = 0; layer < layerCount; layer += 1) {
    yield [`model.layers.${layer}.input_layernorm.weight`, [hiddenSize]];
    yield [`model.layers.${layer}.post_attention_layernorm.weight`, [hiddenSize]];
    for (const type of MODULE_TYPES) {
      yield [`${moduleName(layer, type)}.weight`, [sizes[type].outFeatures, sizes[type].inFeatures]];
      if (hasBias(type)) yield [`${moduleName(layer, type)}.bias`, [sizes[type].outFeatures]];
    }
  }
}

const size = field.integer(1, 10_000_000);
const checkSizes = field.object({
  model_type: field.oneOf('qwen2'),
  hidden_act: field.oneOf('silu'),
  num_hidden_layers: field.integer(1, 1000),
  hidden_size: size,
  intermediate_size: size,
  num_attention_heads: size,
  num_key_value_heads: size,
  vocab_size: size,
  rms_norm_eps: field.positive,
});

function checkRotation(
  fields: Record<string, unknown>,
  { rope, place }: { rope: Record<string, unknown>; place: string },
): void {
  if (fields.rope_scaling) throw unsupported(place, 'it has rope_scaling, expected none');
  if (fields.use_sliding_window) throw unsupported(place, 'it has use_sliding_window, expected none');
  if ((rope.rope_type ?? 'default') === 'default') return;
  throw unsupported(place, `its rope_type is ${rope.rope_type}, expected default`);
}

function checkHeads({ headCount, keyValueHeadCount, headSize }: Qwen2Config, place: string): void {
  if (headSize % 2 === 1) throw unsupported(place, `its head_dim is ${headSize}, expected an even number`);
  if (headCount % keyValueHeadCount === 0) return;
  throw unsupported(
    place,
    `${headCount} attention heads cannot share ${keyValueHeadCount} key and value heads`,
  );
}

function unsupported(place: string, found: string): ModelError {
  return new ModelError(`Cannot use ${place}: ${found}.\nUse a Qwen2 model without this setting.`);
}
