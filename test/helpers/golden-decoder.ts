/**
 * test/golden/decoder (written by training/golden_decoder.py): a tiny random Qwen2 that transformers saved, an
 * adapter, and what PyTorch computed with them.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { adapterFromTensors, type LoraAdapter } from '../../src/lora/adapter.ts';
import { readSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';
import { readTransformer } from '../../src/runtime/transformer-weights.ts';

const FOLDER = fileURLToPath(new URL('../golden/decoder/', import.meta.url));
export const goldenFolder = FOLDER;
const { tensors } = readSafetensors(`${FOLDER}expected.safetensors`);

export const golden = JSON.parse(readFileSync(`${FOLDER}expected.json`, 'utf8')) as {
  tolerance: number;
  rank: number;
  alpha: number;
};

export const goldenModel = () =>
  readTransformer({ config: `${FOLDER}config.json`, weights: [`${FOLDER}model.safetensors`] });

export function goldenFloats(name: string): Float32Array {
  return (tensors.get(name) as Tensor).data as Float32Array;
}

export function goldenTokens(name: string): number[] {
  return Array.from((tensors.get(name) as Tensor).data as Int32Array);
}

export function goldenAdapter(): LoraAdapter {
  const pairs = [...tensors].filter(([name]) => name.startsWith('input.lora_'));
  return adapterFromTensors(
    new Map(pairs.map(([name, tensor]) => [name.slice('input.'.length), tensor])),
    golden,
  );
}

/** Largest absolute difference; infinite when the lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (b[index] as number))),
    0,
  );
}
