/**
 * The sizes of a model of the family that Llama began: Qwen2, Llama, Qwen3.
 *
 * In: a parsed config.json. Out: a TransformerConfig, and the names and shapes that follow from it. Knows nothing
 * about files or graphs. A setting that would change what the model computes and that we do not build (sliding
 * windows, another activation, packed weights) is refused by name, not ignored.
 */
import { ModelError } from '../errors.ts';
import { MODULE_TYPES, type ModuleType } from './manifest.ts';
import * as field from './manifest-fields.ts';
import { parseRotation, type Rotation } from './rotary-embedding.ts';

export interface TransformerConfig {
  architecture: Architecture;
  layerCount: number;
  hiddenSize: number;
  intermediateSize: number;
  headCount: number;
  keyValueHeadCount: number;
  headSize: number;
  vocabularySize: number;
  normEpsilon: number;
  rotation: Rotation;
  /** Linear layers that add a bias. */
  biased: ReadonlySet<ModuleType>;
  /** Each head's queries and keys are normalised before they are rotated. */
  normalizesHeads: boolean;
  /** The output layer is the embedding table. */
  tiesEmbeddings: boolean;
}

export type Architecture = 'qwen2' | 'llama' | 'qwen3';
type Fields = Readonly<Record<string, unknown>>;

/** All that the architectures differ in; defaults are those of the configuration classes of transformers. */
interface Traits {
  defaultTheta?: number;
  defaultHeadSize?: number;
  normalizesHeads: boolean;
  biased(fields: Fields, place: string): readonly ModuleType[];
}

const ARCHITECTURES: Readonly<Record<Architecture, Traits>> = {
  qwen2: { normalizesHeads: false, biased: () => ['q_proj', 'k_proj', 'v_proj'] },
  llama: {
    defaultTheta: 10_000,
    normalizesHeads: false,
    biased: (fields, place) => [
      ...(flag(fields, 'attention_bias', place) ? ATTENTION_TYPES : []),
      ...(flag(fields, 'mlp_bias', place) ? MLP_TYPES : []),
    ],
  },
  qwen3: {
    defaultHeadSize: 128,
    normalizesHeads: true,
    biased: (fields, place) => (flag(fields, 'attention_bias', place) ? ATTENTION_TYPES : []),
  },
};

const ATTENTION_TYPES: readonly ModuleType[] = ['q_proj', 'k_proj', 'v_proj', 'o_proj'];
const MLP_TYPES: readonly ModuleType[] = ['gate_proj', 'up_proj', 'down_proj'];

/**
 * Parses config.json; `place` names it in messages. Throws ModelError, also when the model is of another
 * architecture than `expected`.
 */
export function parseTransformerConfig(
  value: unknown,
  place: string,
  expected?: Architecture,
): TransformerConfig {
  const architecture = checkArchitecture(value, place, expected);
  return field.advising((fields, at) => parseFields(fields, at, architecture), ADVICE)(value, place);
}

function parseFields(value: unknown, place: string, architecture: Architecture): TransformerConfig {
  const { defaultTheta, defaultHeadSize, normalizesHeads, biased } = ARCHITECTURES[architecture];
  const sizes = checkSizes(value, `${place}:`);
  const fields = value as Fields;
  checkUnsupported(fields, place);
  const headSize = fields.head_dim ?? defaultHeadSize ?? sizes.hidden_size / sizes.num_attention_heads;
  const config = {
    architecture,
    layerCount: sizes.num_hidden_layers,
    hiddenSize: sizes.hidden_size,
    intermediateSize: sizes.intermediate_size,
    headCount: sizes.num_attention_heads,
    keyValueHeadCount: sizes.num_key_value_heads ?? sizes.num_attention_heads,
    headSize: size(headSize, `${place}: head_dim`),
    vocabularySize: sizes.vocab_size,
    normEpsilon: sizes.rms_norm_eps,
    rotation: parseRotation(fields, { place, defaultTheta }),
    biased: new Set(biased(fields, place)),
    normalizesHeads,
    tiesEmbeddings: flag(fields, 'tie_word_embeddings', place),
  };
  checkHeads(config, place);
  return config;
}

/** Name of a linear layer that an adapter can change, without `.weight` or `.bias`. */
export function moduleName(layer: number, type: ModuleType): string {
  return `model.layers.${layer}.${MLP_TYPES.includes(type) ? 'mlp' : 'self_attn'}.${type}`;
}

export interface ModuleSize {
  inFeatures: number;
  outFeatures: number;
}

/** Widths of the linear layers, the same in every layer of the model. */
export function moduleSizes(config: TransformerConfig): Record<ModuleType, ModuleSize> {
  const { hiddenSize: hidden, intermediateSize: intermediate, headSize } = config;
  const queries = config.headCount * headSize;
  const keys = config.keyValueHeadCount * headSize;
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

/** Every tensor of the architecture with its shape; `outputLayer: false` for a model that only encodes. */
export function* weightShapes(
  config: TransformerConfig,
  { outputLayer = true }: { outputLayer?: boolean } = {},
): Generator<[name: string, shape: number[]]> {
  const { hiddenSize, headSize, vocabularySize, layerCount } = config;
  yield ['model.embed_tokens.weight', [vocabularySize, hiddenSize]];
  yield ['model.norm.weight', [hiddenSize]];
  yield* matrixShapes(config, { outputLayer }); // the output layer may be the embedding table once more
  const sizes = moduleSizes(config);
  for (let layer = 0; layer < layerCount; layer += 1) {
    yield [`model.layers.${layer}.input_layernorm.weight`, [hiddenSize]];
    yield [`model.layers.${layer}.post_attention_layernorm.weight`, [hiddenSize]];
    if (config.normalizesHeads) {
      yield [`model.layers.${layer}.self_attn.q_norm.weight`, [headSize]];
      yield [`model.layers.${layer}.self_attn.k_norm.weight`, [headSize]];
    }
    for (const type of config.biased) yield [`${moduleName(layer, type)}.bias`, [sizes[type].outFeatures]];
  }
}

/** The matrices that may be quantised: the linear layers, and the output layer. */
export function* matrixShapes(
  config: TransformerConfig,
  { outputLayer = true }: { outputLayer?: boolean } = {},
): Generator<[name: string, shape: [rows: number, columns: number]]> {
  if (outputLayer) yield [outputWeight(config), [config.vocabularySize, config.hiddenSize]];
  const sizes = moduleSizes(config);
  for (let layer = 0; layer < config.layerCount; layer += 1) {
    for (const type of MODULE_TYPES) {
      yield [`${moduleName(layer, type)}.weight`, [sizes[type].outFeatures, sizes[type].inFeatures]];
    }
  }
}

/** The matrix of the output layer. */
export const outputWeight = ({ tiesEmbeddings }: TransformerConfig): string =>
  tiesEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight';

const size = field.integer(1, 10_000_000);
const checkSizes = field.object({
  hidden_act: field.oneOf('silu'),
  num_hidden_layers: field.integer(1, 1000),
  hidden_size: size,
  intermediate_size: size,
  num_attention_heads: size,
  num_key_value_heads: field.optional(field.nullable(size), null),
  vocab_size: size,
  rms_norm_eps: field.positive,
});

function flag(fields: Fields, key: string, place: string): boolean {
  return field.boolean(fields[key] ?? false, `${place}: ${key}`);
}

function checkArchitecture(value: unknown, place: string, expected: Architecture | undefined): Architecture {
  const found = (value as { model_type?: unknown } | null)?.model_type;
  const known = expected ? [expected] : (Object.keys(ARCHITECTURES) as Architecture[]);
  const architecture = known.find((name) => name === found);
  if (architecture) return architecture;
  const names = known.map((name) => `"${name}"`).join(', ');
  throw unsupported(place, `its model_type is ${JSON.stringify(found) ?? 'missing'}, expected ${names}`);
}

function checkUnsupported(fields: Fields, place: string): void {
  if (fields.use_sliding_window) throw unsupported(place, 'it has use_sliding_window, expected none');
  if (fields.quantization_config)
    throw unsupported(place, 'it has a quantization_config, expected plain weights');
  const layerTypes = Array.isArray(fields.layer_types) ? fields.layer_types : [];
  const other = layerTypes.find((type) => type !== 'full_attention');
  if (other !== undefined)
    throw unsupported(place, `it has layers of type ${other}, expected full_attention`);
}

function checkHeads(
  {
    headCount,
    keyValueHeadCount,
    headSize,
  }: Pick<TransformerConfig, 'headCount' | 'keyValueHeadCount' | 'headSize'>,
  place: string,
): void {
  if (headSize % 2 === 1) throw unsupported(place, `its head_dim is ${headSize}, expected an even number`);
  if (headCount % keyValueHeadCount === 0) return;
  throw unsupported(
    place,
    `${headCount} attention heads cannot share ${keyValueHeadCount} key and value heads`,
  );
}

const ADVICE = 'Use a model of the Qwen2, Llama or Qwen3 architecture without this setting.';

function unsupported(place: string, found: string): ModelError {
  return new ModelError(`Cannot use ${place}: ${found}.\n${ADVICE}`);
}
