/**
 * Models of the exact published shapes with invented weights, in the published file layout: bfloat16, one block of
 * random numbers over and over, so that a gigabyte is written in about a second. The length of the block is prime, so
 * no two rows of a matrix are equal.
 */
import { statfsSync, writeFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import type { LoraAdapter } from '../../src/lora/adapter.ts';
import { MODULE_TYPES } from '../../src/runtime/manifest.ts';
import { writeTensorFile } from '../../src/runtime/tensor-writer.ts';
import {
  moduleSizes,
  parseTransformerConfig,
  type TransformerConfig,
  weightShapes,
} from '../../src/runtime/transformer-config.ts';
import { random } from './random.ts';

const SHARED = {
  hidden_act: 'silu',
  rms_norm_eps: 1e-6,
  rope_theta: 1_000_000,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
};

export const QWEN25_CODER_05B = {
  ...SHARED,
  architectures: ['Qwen2ForCausalLM'],
  model_type: 'qwen2',
  hidden_size: 896,
  intermediate_size: 4864,
  num_attention_heads: 14,
  num_hidden_layers: 24,
  num_key_value_heads: 2,
  vocab_size: 151_936,
};

export const QWEN25_CODER_15B = {
  ...QWEN25_CODER_05B,
  hidden_size: 1536,
  intermediate_size: 8960,
  num_attention_heads: 12,
  num_hidden_layers: 28,
};

export const QWEN3_EMBEDDING_06B = {
  ...SHARED,
  architectures: ['Qwen3ForCausalLM'],
  model_type: 'qwen3',
  attention_bias: false,
  head_dim: 128,
  hidden_size: 1024,
  intermediate_size: 3072,
  num_attention_heads: 16,
  num_hidden_layers: 28,
  num_key_value_heads: 8,
  vocab_size: 151_669,
};

const DISK_GB = 8;
const MEMORY_GB = 4;

/** Why a test of this size cannot run here; undefined when it can. */
export function shortOf(folder: string): string | undefined {
  const { bavail, bsize } = statfsSync(folder);
  const [disk, memory] = [(bavail * bsize) / 1e9, freemem() / 1e9];
  if (disk < DISK_GB) return `${disk.toFixed(1)} GB of disk are free, ${DISK_GB} are needed`;
  if (memory < MEMORY_GB) return `${memory.toFixed(1)} GB of memory are free, ${MEMORY_GB} are needed`;
  return undefined;
}

export interface ShapeOptions {
  /** Takes the place of the first part of the names. */
  prefix?: string;
  /** Of the final norm; default 1. With larger ones some tokens are far more probable than others, as after training. */
  finalNorm?: number;
}

/** Writes config.json and model.safetensors. */
export async function writePublishedShape(
  folder: string,
  config: object,
  { prefix = 'model.', finalNorm = 1 }: ShapeOptions = {},
): Promise<{ config: string; weights: string[] }> {
  const files = { config: join(folder, 'config.json'), weights: [join(folder, 'model.safetensors')] };
  writeFileSync(files.config, JSON.stringify(config));
  const shapes = new Map(weightShapes(parseTransformerConfig(config, 'config.json')));
  const tensors = [...shapes].map(([name, shape]) => ({
    name: name.replace(/^model\./, prefix),
    dtype: 'BF16' as const,
    shape,
  }));
  const numbers = bfloat16(random(7).normal(1_048_573, 0.03));
  const norm = (name: string) => bfloat16(new Float32Array(4096).fill(isFinal(name) ? finalNorm : 1));
  await writeTensorFile(files.weights[0] as string, { tensors }, async (write) => {
    for (const { name, shape } of tensors) {
      const block = name.includes('norm') ? norm(name) : numbers;
      const length = 2 * shape.reduce((product, size) => product * size, 1);
      for (let offset = 0; offset < length; offset += block.length) {
        write(name, offset, block.subarray(0, length - offset));
      }
    }
  });
  return files;
}

const isFinal = (name: string): boolean => /^(model\.)?norm\./.test(name);

/** Rank 16, as the released models make them. */
export function randomAdapter(config: TransformerConfig): LoraAdapter {
  const [source, sizes] = [random(5), moduleSizes(config)];
  const pairs = MODULE_TYPES.map((type) => {
    const { inFeatures, outFeatures } = sizes[type];
    const [A, B] = [source.normal(16 * inFeatures, 0.03), source.normal(outFeatures * 16, 0.03)];
    return [type, { A, B, inFeatures, outFeatures }] as const;
  });
  return { rank: 16, alpha: 32, pairs: Object.fromEntries(pairs) };
}

/** The upper halves of float32 numbers. */
function bfloat16(values: Float32Array): Uint8Array {
  const halves = Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16);
  return new Uint8Array(halves.buffer);
}
