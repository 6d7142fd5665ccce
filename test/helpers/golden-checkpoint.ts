/**
 * test/golden/checkpoints (written by training/golden_checkpoint.py) as model packs, and what PyTorch computed
 * from them.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HypernetworkSizes, PackManifest } from '../../src/runtime/manifest.ts';
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

const FOLDER = fileURLToPath(new URL('../golden/checkpoints/', import.meta.url));
const { tensors } = readSafetensors(`${FOLDER}expected.safetensors`);

export const goldenSizes = JSON.parse(readFileSync(`${FOLDER}checkpoints.json`, 'utf8')) as Description;
export const GOLDEN_CHECKPOINTS = ['evolving', 'evolving_tasks', 'static', 'static_tasks'] as const;
export type GoldenCheckpoint = (typeof GOLDEN_CHECKPOINTS)[number];

export const goldenCheckpointPath = (name: GoldenCheckpoint): string => `${FOLDER}${name}.pt`;

/** One row of a golden tensor along its first axis, or all of it. */
export function checkpointValues(name: string, row?: number): Float32Array {
  const { shape, data } = tensors.get(name) as Tensor;
  const values = data as Float32Array;
  if (row === undefined) return values;
  const size = values.length / (shape[0] as number);
  return values.slice(row * size, (row + 1) * size);
}

/** What the manifest of a pack says about a golden checkpoint. */
export function goldenHypernetwork(name: GoldenCheckpoint): Omit<HypernetworkSizes, 'weights'> {
  const { embeddingSize, hiddenSize, trunkSize, rank, alpha } = goldenSizes;
  const kind = name.startsWith('static') ? 'static' : 'evolving';
  return {
    kind,
    embeddingSize,
    hiddenSize: kind === 'static' ? embeddingSize : hiddenSize,
    trunkSize,
    rank,
    alpha,
    gateOrder: 'rzn',
    moduleTypes: ['down_proj', 'k_proj', 'q_proj'],
  };
}

/** A pack whose hypernetwork is the checkpoint itself. */
export function goldenCheckpointPack(name: GoldenCheckpoint): ModelPack {
  return checkpointPack(goldenCheckpointPath(name), goldenHypernetwork(name));
}

/** A pack around any checkpoint; `change` edits the manifest last. */
export function checkpointPack(
  path: string,
  sizes: Omit<HypernetworkSizes, 'weights'>,
  change?: (manifest: PackManifest) => void,
): ModelPack {
  const bytes = readFileSync(path);
  const { dir } = writeTinyPack({
    change: (manifest) => {
      manifest.encoder.embeddingSize = sizes.embeddingSize / 2;
      manifest.hypernetwork = { ...sizes, weights: 'code2lora.pt' };
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      manifest.files['code2lora.pt'] = { bytes: bytes.length, sha256 };
      change?.(manifest);
    },
  });
  copyFileSync(path, join(dir, 'code2lora.pt'));
  return openModelPack(dir);
}
