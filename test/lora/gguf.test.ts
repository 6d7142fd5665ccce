import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError, UsageError } from '../../src/errors.ts';
import type { LoraAdapter } from '../../src/lora/adapter.ts';
import { writeGguf } from '../../src/lora/gguf.ts';
import { readBaseConfig } from '../../src/lora/peft.ts';
import { peftTensors } from '../../src/lora/peft-content.ts';
import { widenFloat16 } from '../../src/runtime/half-precision.ts';
import { readGguf } from '../helpers/gguf-reader.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('lora/gguf');
const root = mkdtempSync(join(tmpdir(), 'code2lora-gguf-'));
test.after(() => rmSync(root, { recursive: true }));

const HEAD = 6;
const HEADS = 2;
const HIDDEN = HEAD * HEADS;
const INTERMEDIATE = 20;
const RANK = 3;
const LAYERS = 2;

/** One head of keys for two of queries. */
const config = (architecture: 'qwen2' | 'llama' | 'qwen3') => {
  const path = join(root, `${architecture}.json`);
  const fields = {
    model_type: architecture,
    hidden_act: 'silu',
    hidden_size: HIDDEN,
    intermediate_size: INTERMEDIATE,
    num_hidden_layers: LAYERS,
    num_attention_heads: HEADS,
    num_key_value_heads: 1,
    head_dim: HEAD,
    vocab_size: 10,
    rms_norm_eps: 1e-6,
    rope_theta: 10000,
    tie_word_embeddings: true,
  };
  writeFileSync(path, JSON.stringify(fields));
  return path;
};

const SIZES = {
  q_proj: [HIDDEN, HIDDEN],
  k_proj: [HIDDEN, HEAD],
  v_proj: [HIDDEN, HEAD],
  o_proj: [HIDDEN, HIDDEN],
  gate_proj: [HIDDEN, INTERMEDIATE],
  up_proj: [HIDDEN, INTERMEDIATE],
  down_proj: [INTERMEDIATE, HIDDEN],
} as const;
const adapter: LoraAdapter = {
  rank: RANK,
  alpha: 6,
  pairs: Object.fromEntries(
    Object.entries(SIZES).map(([type, [inFeatures, outFeatures]], seed) => {
      const [A, B] = [random(seed).normal(RANK * inFeatures), random(seed + 50).normal(outFeatures * RANK)];
      return [type, { A, B, inFeatures, outFeatures }];
    }),
  ),
};

/** llama.cpp's name of each module, from its gguf-py/gguf/tensor_mapping.py. */
const NAMES: Record<keyof typeof SIZES, string> = {
  q_proj: 'attn_q',
  k_proj: 'attn_k',
  v_proj: 'attn_v',
  o_proj: 'attn_output',
  gate_proj: 'ffn_gate',
  up_proj: 'ffn_up',
  down_proj: 'ffn_down',
};

function write(architecture: 'qwen2' | 'llama', precision: 'fp32' | 'fp16' = 'fp32') {
  const file = join(root, `${architecture}.gguf`);
  const provenance = { snapshot: 'abc', commit: 'def' };
  writeGguf(adapter, {
    file,
    precision,
    baseConfigPath: config(architecture),
    baseModelName: 'some/model',
    provenance,
  });
  return readGguf(file);
}

test('says what llama.cpp checks before it loads an adapter', () => {
  const { version, notes, types } = write('qwen2');
  assert.is(version, 3);
  assert.equal(notes, {
    'general.architecture': 'qwen2',
    'general.type': 'adapter',
    'adapter.type': 'lora',
    'adapter.lora.alpha': 6,
    'general.file_type': 0,
    'general.quantization_version': 2,
    'general.base_model.count': 1,
    'general.base_model.0.name': 'some/model',
    'code2lora.schema': 'code2lora/gguf-adapter@1',
    'code2lora.snapshot': 'abc',
    'code2lora.commit': 'def',
  });
  assert.is(types['adapter.lora.alpha'], 6);
  assert.is(write('llama').notes['general.architecture'], 'llama');
});

test('holds the pairs of PEFT for every layer under its own names, aligned, and as they are for Qwen2', () => {
  const { tensors } = write('qwen2');
  const peft = peftTensors(adapter, readBaseConfig(config('qwen2')));
  assert.is(tensors.size, peft.size);
  for (let layer = 0; layer < LAYERS; layer += 1) {
    for (const [type, name] of Object.entries(NAMES)) {
      const block = /^[qkvo]_/.test(type) ? 'self_attn' : 'mlp';
      for (const side of ['A', 'B']) {
        const found = tensors.get(`blk.${layer}.${name}.weight.lora_${side.toLowerCase()}`);
        const expected = peft.get(
          `base_model.model.model.layers.${layer}.${block}.${type}.lora_${side}.weight`,
        );
        assert.equal(found?.dimensions, expected?.shape.toReversed(), name);
        assert.equal(found?.data, expected?.data, name);
        assert.is((found?.offset ?? 1) % 32, 0);
      }
    }
  }
});

test('for Llama it reorders the rows of B of queries and keys as the converter of llama.cpp does the weights', () => {
  const { tensors } = write('llama');
  for (const [type, name] of Object.entries(NAMES)) {
    const { A, B } = adapter.pairs[type] as LoraAdapter['pairs'][string];
    assert.equal(tensors.get(`blk.1.${name}.weight.lora_a`)?.data, A, type);
    const expected = type === 'q_proj' || type === 'k_proj' ? permuted(B) : B;
    assert.equal(tensors.get(`blk.1.${name}.weight.lora_b`)?.data, expected, type);
  }
});

/** `B.reshape(heads, 2, head / 2, rank).swapaxes(1, 2)`, index by index. */
function permuted(B: Float32Array): Float32Array {
  const heads = B.length / RANK / HEAD;
  const order: number[] = [];
  for (let head = 0; head < heads; head += 1)
    for (let i = 0; i < HEAD / 2; i += 1)
      for (let half = 0; half < 2; half += 1) order.push(head * HEAD + half * (HEAD / 2) + i);
  return Float32Array.from(order.flatMap((row) => [...B.subarray(row * RANK, (row + 1) * RANK)]));
}

test('in fp16 the numbers are those of fp32, rounded', () => {
  const { tensors, notes } = write('qwen2', 'fp16');
  assert.is(notes['general.file_type'], 1);
  const found = tensors.get('blk.0.ffn_down.weight.lora_b');
  assert.is(found?.type, 'F16');
  const { B } = adapter.pairs.down_proj as LoraAdapter['pairs'][string];
  const read = widenFloat16(found?.data as Uint16Array);
  assert.ok(B.every((value, i) => Math.abs(value - (read[i] as number)) <= Math.abs(value) / 2048));
});

test('the same adapter gives the same bytes; another file in its place is left alone', () => {
  write('qwen2');
  const first = readFileSync(join(root, 'qwen2.gguf'));
  write('qwen2');
  assert.equal(readFileSync(join(root, 'qwen2.gguf')), first);
  writeFileSync(join(root, 'qwen2.gguf'), 'GGUF of somebody else');
  assert.throws(
    () => write('qwen2'),
    (error: unknown) => error instanceof UsageError && /no earlier export/.test(error.message),
  );
});

test('refuses a base model of another size or kind', () => {
  const refuses = (baseConfigPath: string, changed: LoraAdapter, message: RegExp) =>
    assert.throws(
      () =>
        writeGguf(changed, {
          file: join(root, 'x.gguf'),
          precision: 'fp32',
          baseConfigPath,
          baseModelName: 'x',
          provenance: {},
        }),
      (error: unknown) => error instanceof ModelError && message.test(error.message),
    );
  const { q_proj } = adapter.pairs;
  const other = { ...adapter, pairs: { k_proj: q_proj as LoraAdapter['pairs'][string] } };
  refuses(config('llama'), other, /k_proj maps 12 to 12 features, that of the base model maps 12 to 6/);
  refuses(config('qwen3'), adapter, /for a Qwen3 model/);
});

test.run();
