/**
 * A complete model pack of a few hundred kilobytes, made on the fly: a real Qwen2 layout, a real byte-level
 * tokeniser, a real hypernetwork. Only the weights are invented (deterministic random numbers), so it runs
 * through the same code as the shipped pack and knows nothing.
 *
 * All sizes differ from each other: code that mixes two of them up does not run.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PackManifest } from '../../src/runtime/manifest.ts';
import { encodeSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';
import { random } from './random.ts';
import { tinyTokenizer } from './tiny-tokenizer.ts';

export const TINY = {
  hiddenSize: 32,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  intermediateSize: 72,
  contextTokens: 128,
  embeddingSize: 64,
  stateSize: 24,
  trunkSize: 20,
  rank: 3,
  alpha: 6,
} as const;

const KEY_VALUE_SIZE = (TINY.hiddenSize / TINY.heads) * TINY.keyValueHeads;

/** Module type → [inFeatures, outFeatures]. */
export const TINY_MODULES: Readonly<Record<string, readonly [number, number]>> = {
  down_proj: [TINY.intermediateSize, TINY.hiddenSize],
  gate_proj: [TINY.hiddenSize, TINY.intermediateSize],
  k_proj: [TINY.hiddenSize, KEY_VALUE_SIZE],
  o_proj: [TINY.hiddenSize, TINY.hiddenSize],
  q_proj: [TINY.hiddenSize, TINY.hiddenSize],
  up_proj: [TINY.hiddenSize, TINY.intermediateSize],
  v_proj: [TINY.hiddenSize, KEY_VALUE_SIZE],
};

export interface TinyPack {
  dir: string;
  dispose(): void;
}

let shared: TinyPack | undefined;
/** Removed when the process ends, when no session holds their files any more. */
const folders = new Set<string>();
const remove = (dir: string) => rmSync(dir, { recursive: true, force: true });

/** The pack of this process: made on the first call, removed by `dispose` or when the process ends. */
export async function tinyPack(): Promise<TinyPack> {
  shared ??= writeTinyPack();
  return shared;
}

export interface TinyPackOptions {
  /** Edits the manifest before it is written. */
  change?: (manifest: PackManifest) => void;
  /** Instead of the random one. */
  hypernetwork?: ReadonlyMap<string, Tensor>;
  /** More files, by name. */
  files?: Readonly<Record<string, Uint8Array>>;
}

/** A pack of one's own, to change or damage. */
export function writeTinyPack({
  change,
  hypernetwork = tinyHypernetwork(),
  files = {},
}: TinyPackOptions = {}): TinyPack {
  const dir = mkdtempSync(join(tmpdir(), 'code2lora-tiny-pack-'));
  const dispose = () => {
    remove(dir);
    if (shared?.dir === dir) shared = undefined;
  };
  if (folders.size === 0) process.once('exit', () => folders.forEach(remove));
  folders.add(dir);
  fixedContents ??= tinyContents();
  const contents = {
    ...fixedContents,
    ...{ 'code2lora.safetensors': encodeSafetensors(hypernetwork), ...files },
  };
  for (const [file, bytes] of Object.entries(contents)) writeFileSync(join(dir, file), bytes);
  const manifest = tinyManifest(contents);
  change?.(manifest);
  writeFileSync(join(dir, 'manifest.json'), json(manifest));
  return { dir, dispose };
}

/** What is the same in every pack. */
let fixedContents: Record<string, Uint8Array> | undefined;

function tinyContents(): Record<string, Uint8Array> {
  const tokenizer = tinyTokenizer();
  return {
    'config.json': json(tinyConfig(tokenizer.vocabularySize)),
    'model.safetensors': encodeSafetensors(tinyWeights(tokenizer.vocabularySize)),
    'tokenizer.json': json(tokenizer.file),
    'mean_adapter.safetensors': encodeSafetensors(tinyMeanAdapter()),
  };
}

export function tinyManifest(contents: Readonly<Record<string, Uint8Array>>): PackManifest {
  const windows = { windowTokens: 32, overlapTokens: 8, minTokens: 4, maxWindows: 4 };
  return {
    schema: 'code2lora/model-pack@1',
    name: 'tiny',
    version: '0.0.1',
    license: 'MIT',
    baseModel: {
      architecture: 'qwen2',
      config: 'config.json',
      weights: ['model.safetensors'],
      tokenizer: 'tokenizer.json',
      contextTokens: TINY.contextTokens,
      endToken: 0,
      startToken: null,
    },
    encoder: { kind: 'base-model', embeddingSize: TINY.hiddenSize },
    recipe: {
      repository: {
        ...windows,
        maxFiles: 50,
        emptyItem: 'skip',
        windowPooling: ['mean'],
        itemPooling: ['mean', 'max'],
        normalize: 'none',
        files: 'production',
      },
      diff: {
        ...windows,
        windowPooling: ['max', 'mean'],
        emptyItem: 'zero',
        normalize: 'none',
        files: 'production',
      },
      history: {
        steps: 'production-diff',
        newAssertions: 'own-text',
        base: 'first-parent',
        startCommit: 'skip',
        contextLines: 3,
      },
      retokenize: false,
      rounding: 'none',
      quotedPaths: 'read',
    },
    hypernetwork: {
      kind: 'evolving',
      weights: 'code2lora.safetensors',
      embeddingSize: TINY.embeddingSize,
      hiddenSize: TINY.stateSize,
      trunkSize: TINY.trunkSize,
      rank: TINY.rank,
      alpha: TINY.alpha,
      gateOrder: 'rzn',
      moduleTypes: ['down_proj', 'gate_proj', 'k_proj', 'o_proj', 'q_proj', 'up_proj', 'v_proj'],
    },
    meanAdapter: 'mean_adapter.safetensors',
    panel: [],
    adaptation: null,
    calibration: {
      surprisingMaxProbability: 0.02,
      surprisingMinCandidate: 0.6,
      falseAlarmRate: null,
      detectionRate: null,
      measuredOn: null,
      wrongValue: null,
    },
    precision: { baseModel: 'fp32', encoder: 'fp32', hypernetwork: 'fp32' },
    precisionLoss: { nll: null, embeddingError: null, adapterError: null, measuredOn: null },
    files: Object.fromEntries(
      Object.entries(contents).map(([file, bytes]) => [
        file,
        { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') },
      ]),
    ),
  };
}

function tinyConfig(vocabularySize: number) {
  return {
    architectures: ['Qwen2ForCausalLM'],
    model_type: 'qwen2',
    hidden_act: 'silu',
    hidden_size: TINY.hiddenSize,
    intermediate_size: TINY.intermediateSize,
    num_hidden_layers: TINY.layers,
    num_attention_heads: TINY.heads,
    num_key_value_heads: TINY.keyValueHeads,
    max_position_embeddings: TINY.contextTokens,
    rms_norm_eps: 1e-6,
    rope_theta: 10000,
    tie_word_embeddings: true,
    torch_dtype: 'float32',
    vocab_size: vocabularySize,
  };
}

/** Names and shapes as transformers saves a Qwen2 with tied embeddings. */
function tinyWeights(vocabularySize: number): Map<string, Tensor> {
  const { tensors, normal, ones } = tensorMap(1);
  normal('model.embed_tokens.weight', [vocabularySize, TINY.hiddenSize], 0.3);
  for (let layer = 0; layer < TINY.layers; layer += 1) {
    const prefix = `model.layers.${layer}`;
    for (const [type, [inFeatures, outFeatures]] of Object.entries(TINY_MODULES)) {
      const block = /^[qkvo]_/.test(type) ? 'self_attn' : 'mlp';
      normal(`${prefix}.${block}.${type}.weight`, [outFeatures, inFeatures], 1 / Math.sqrt(inFeatures));
      if (/^[qkv]_/.test(type)) normal(`${prefix}.${block}.${type}.bias`, [outFeatures], 0.1);
    }
    ones(`${prefix}.input_layernorm.weight`, [TINY.hiddenSize]);
    ones(`${prefix}.post_attention_layernorm.weight`, [TINY.hiddenSize]);
  }
  ones('model.norm.weight', [TINY.hiddenSize]);
  return tensors;
}

/** Names as in the released checkpoints, which hold two dictionaries: `gru_state` and `head_state`. */
export function tinyHypernetwork({ contextSize = TINY.stateSize as number } = {}): Map<string, Tensor> {
  const { embeddingSize, stateSize, trunkSize, rank } = TINY;
  const { tensors, normal, ones } = tensorMap(2);
  const linear = (name: string, outFeatures: number, inFeatures: number) => {
    normal(`${name}.weight`, [outFeatures, inFeatures], 1 / Math.sqrt(inFeatures));
    normal(`${name}.bias`, [outFeatures], 0.1);
  };
  const norm = (name: string) => {
    ones(`${name}.weight`, [stateSize]);
    normal(`${name}.bias`, [stateSize], 0.1);
  };
  linear('gru_state.repo_init_proj.0', stateSize, embeddingSize);
  norm('gru_state.repo_init_proj.2');
  linear('gru_state.diff_proj.0', stateSize, embeddingSize);
  norm('gru_state.diff_proj.1');
  for (const side of ['ih', 'hh']) {
    normal(`gru_state.gru.weight_${side}_l0`, [3 * stateSize, stateSize], 1 / Math.sqrt(stateSize));
    normal(`gru_state.gru.bias_${side}_l0`, [3 * stateSize], 0.1);
  }
  norm('gru_state.output_norm');
  linear('head_state.trunk.0', trunkSize, contextSize);
  linear('head_state.trunk.2', trunkSize, trunkSize);
  for (const [type, [inFeatures, outFeatures]] of Object.entries(TINY_MODULES)) {
    linear(`head_state.heads_A.${type}`, rank * inFeatures, trunkSize);
    linear(`head_state.heads_B.${type}`, outFeatures * rank, trunkSize);
    for (const side of ['A', 'B']) {
      tensors.set(`head_state.log_scale_${side}.${type}`, {
        dtype: 'F32',
        shape: [],
        data: Float32Array.of(-2),
      });
    }
  }
  return tensors;
}

function tinyMeanAdapter(): Map<string, Tensor> {
  const { tensors, normal } = tensorMap(3);
  for (const [type, [inFeatures, outFeatures]] of Object.entries(TINY_MODULES)) {
    normal(`lora_A.${type}`, [TINY.rank, inFeatures], 0.1);
    normal(`lora_B.${type}`, [outFeatures, TINY.rank], 0.1);
  }
  return tensors;
}

function tensorMap(seed: number) {
  const source = random(seed);
  const tensors = new Map<string, Tensor>();
  const add = (name: string, shape: number[], make: (count: number) => Float32Array) => {
    tensors.set(name, {
      dtype: 'F32',
      shape,
      data: make(shape.reduce((product, size) => product * size, 1)),
    });
  };
  return {
    tensors,
    normal: (name: string, shape: number[], deviation: number) =>
      add(name, shape, (count) => source.normal(count, deviation)),
    ones: (name: string, shape: number[]) => add(name, shape, (count) => new Float32Array(count).fill(1)),
  };
}

const json = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8');
