/**
 * test/golden/hypernetwork.safetensors (written by training/golden_hypernetwork.py) as a model pack, and what
 * PyTorch computed from it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ModelPack, openModelPack } from '../../src/runtime/model-pack.ts';
import { readSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';
import { writeTinyPack } from './tiny-pack.ts';

interface Description {
  tolerance: number;
  embeddingSize: number;
  hiddenSize: number;
  trunkSize: number;
  rank: number;
  alpha: number;
  steps: number;
  moduleTypes: Record<'down_proj' | 'k_proj' | 'q_proj', { in: number; out: number }>;
}

const FOLDER = fileURLToPath(new URL('../golden/', import.meta.url));
const { tensors } = readSafetensors(`${FOLDER}hypernetwork.safetensors`);

export const golden = JSON.parse(readFileSync(`${FOLDER}hypernetwork.json`, 'utf8')) as Description;

/** One row of a golden tensor along its first axis, or all of it. */
export function goldenValues(name: string, row?: number): Float32Array {
  const { shape, data } = tensors.get(name) as Tensor;
  const values = data as Float32Array;
  if (row === undefined) return values;
  const size = values.length / (shape[0] as number);
  return values.slice(row * size, (row + 1) * size);
}

/** A pack with the golden weights; `change` edits them first (in a copy). */
export function goldenPack({ change }: { change?: (weights: Map<string, Tensor>) => void } = {}): ModelPack {
  const weights = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    if (/^(gru|head)_state\./.test(name)) weights.set(name, { ...tensor, data: tensor.data.slice() });
  }
  change?.(weights);
  const { dir } = writeTinyPack({
    hypernetwork: weights,
    change: (manifest) => {
      const { embeddingSize, hiddenSize, trunkSize, rank, alpha } = golden;
      manifest.encoder.embeddingSize = embeddingSize / 2;
      Object.assign(manifest.hypernetwork, { embeddingSize, hiddenSize, trunkSize, rank, alpha });
      manifest.hypernetwork.moduleTypes = ['down_proj', 'k_proj', 'q_proj'];
    },
  });
  return openModelPack(dir);
}

/** Largest absolute difference; infinite when the lengths differ. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (b[i] as number))), 0);
}
