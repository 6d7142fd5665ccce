import { ModelError } from '../../src/errors.ts';
import {
  matrixShapes,
  moduleSizes,
  outputWeight,
  parseTransformerConfig,
  weightShapes,
} from '../../src/runtime/transformer-config.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/transformer-config');

/** As published with Qwen2.5-Coder-1.5B. */
const QWEN2 = {
  model_type: 'qwen2',
  hidden_act: 'silu',
  hidden_size: 1536,
  intermediate_size: 8960,
  max_window_layers: 28,
  num_attention_heads: 12,
  num_hidden_layers: 28,
  num_key_value_heads: 2,
  rms_norm_eps: 1e-6,
  rope_theta: 1_000_000,
  sliding_window: 131_072,
  tie_word_embeddings: true,
  use_sliding_window: false,
  vocab_size: 151_936,
};
/** As published with Qwen3-Embedding-0.6B. */
const QWEN3 = {
  ...QWEN2,
  model_type: 'qwen3',
  attention_bias: false,
  head_dim: 128,
  hidden_size: 1024,
  intermediate_size: 3072,
  num_attention_heads: 16,
  num_key_value_heads: 8,
  rope_scaling: null,
  sliding_window: null,
  vocab_size: 151_669,
};
const { num_key_value_heads: _, rope_theta: __, ...LLAMA } = { ...QWEN2, model_type: 'llama' };

const parse = (value: unknown) => parseTransformerConfig(value, 'config.json');
const refuses = (act: () => unknown, message: RegExp) =>
  assert.throws(act, (error: unknown) => error instanceof ModelError && message.test(error.message));
const parameters = (value: unknown, options = {}) =>
  [...new Map(weightShapes(parse(value), options)).values()].reduce(
    (sum, shape) => sum + shape.reduce((product, size) => product * size, 1),
    0,
  );

test('knows the published sizes', () => {
  assert.is(parameters(QWEN2), 1_543_714_304);
  assert.is(parameters(QWEN3), 595_776_512);
  assert.equal(moduleSizes(parse(QWEN3)).o_proj, { inFeatures: 2048, outFeatures: 1024 });
  assert.is(parse(QWEN2).headSize, 128);
});

test('reads the spellings of old and new config files', () => {
  assert.equal(parse(QWEN2).rotation, { theta: 1_000_000, scaling: 'none' });
  const { rope_theta, ...rest } = QWEN2;
  const recent = { rope_parameters: { rope_theta: 500, rope_type: 'default' }, head_dim: 16 };
  const config = parse({ ...rest, ...recent, tie_word_embeddings: undefined });
  assert.equal(config.rotation, { theta: 500, scaling: 'none' });
  assert.is(config.headSize, 16);
  assert.is(config.tiesEmbeddings, false);
});

test('the architectures differ in biases, norms of heads, and defaults', () => {
  const names = (value: unknown) =>
    [...new Map(weightShapes(parse(value))).keys()].filter((name) => /\.0\./.test(name));
  const biased = (value: unknown) =>
    names(value)
      .filter((name) => name.endsWith('bias'))
      .map((name) => name.split('.').at(-2));
  assert.equal(biased(QWEN2), ['q_proj', 'k_proj', 'v_proj']);
  assert.equal(biased(QWEN3), []);
  assert.equal(biased({ ...QWEN3, attention_bias: true }), ['q_proj', 'k_proj', 'v_proj', 'o_proj']);
  assert.equal(biased(LLAMA), []);
  assert.is(biased({ ...LLAMA, attention_bias: true, mlp_bias: true }).length, 7);
  assert.ok(names(QWEN3).includes('model.layers.0.self_attn.q_norm.weight'));
  assert.not.ok(names(LLAMA).some((name) => name.includes('q_norm')));
  const llama = parse(LLAMA);
  assert.is(llama.keyValueHeadCount, 12);
  assert.is(llama.rotation.theta, 10_000);
  assert.is(parse({ ...QWEN3, head_dim: undefined }).headSize, 128);
});

test('an output layer is the embedding table, a matrix of its own, or not there', () => {
  const tied = parse(QWEN2);
  const untied = parse({ ...QWEN2, tie_word_embeddings: false });
  assert.is(outputWeight(tied), 'model.embed_tokens.weight');
  assert.is(outputWeight(untied), 'lm_head.weight');
  assert.is([...matrixShapes(tied)].length, 1 + 28 * 7);
  assert.is([...matrixShapes(tied, { outputLayer: false })].length, 28 * 7);
  assert.ok(new Map(weightShapes(untied)).has('lm_head.weight'));
  assert.not.ok(new Map(weightShapes(untied, { outputLayer: false })).has('lm_head.weight'));
});

test('refuses another architecture by name, and says which are known', () => {
  refuses(
    () => parse({ ...QWEN2, model_type: 'gpt2' }),
    /model_type is "gpt2", expected "qwen2", "llama", "qwen3"/,
  );
  refuses(() => parse({}), /model_type is missing/);
  refuses(() => parse(null), /model_type is missing/);
  refuses(() => parseTransformerConfig(LLAMA, 'config.json', 'qwen2'), /is "llama", expected "qwen2"\./);
});

test('refuses settings that would change what the model computes', () => {
  const changed = (changes: object) => () => parse({ ...QWEN2, ...changes });
  refuses(changed({ hidden_size: undefined }), /hidden_size is missing/);
  refuses(
    changed({ hidden_act: 'gelu' }),
    /^config\.json: hidden_act is "gelu", expected "silu"\.\nUse a model of the Qwen2, Llama or Qwen3/,
  );
  refuses(changed({ rope_theta: undefined }), /rope_theta is missing/);
  refuses(
    changed({ rope_scaling: { type: 'longrope', factor: 4 } }),
    /rope_type is "longrope", known are "default", "linear", "dynamic", "llama3" and "yarn"/,
  );
  refuses(changed({ rope_scaling: { type: 'linear' } }), /factor is missing/);
  refuses(changed({ partial_rotary_factor: 0.5 }), /partial_rotary_factor is 0.5, expected 1/);
  refuses(changed({ use_sliding_window: true }), /use_sliding_window/);
  refuses(
    changed({ layer_types: ['full_attention', 'sliding_attention'] }),
    /layers of type sliding_attention/,
  );
  refuses(
    changed({ quantization_config: { quant_method: 'gptq' } }),
    /quantization_config, expected plain weights/,
  );
  refuses(changed({ num_key_value_heads: 5 }), /12 attention heads cannot share 5/);
  refuses(changed({ head_dim: 7 }), /head_dim is 7, expected an even number/);
  refuses(changed({ tie_word_embeddings: 'yes' }), /tie_word_embeddings is "yes", expected true or false/);
});

test.run();
