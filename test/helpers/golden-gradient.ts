/**
 * test/golden/gradient (written by training/golden_gradient.py): texts, and the gradient of a loss by the adapter of the
 * golden decoder, as PyTorch's autograd computed it.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';

const FOLDER = fileURLToPath(new URL('../golden/gradient/', import.meta.url));
const { tensors } = readSafetensors(`${FOLDER}expected.safetensors`);

export const { tolerance, targets, largestGradient } = JSON.parse(
  readFileSync(`${FOLDER}expected.json`, 'utf8'),
) as { tolerance: number; targets: number[]; largestGradient: number };

const floats = (name: string) => (tensors.get(name) as Tensor).data as Float32Array;

export const goldenTexts = targets.map((count, index) => ({
  tokens: Array.from((tensors.get(`input.text_${index}`) as Tensor).data as Int32Array),
  targets: count,
}));
export const goldenWeights = floats('input.weights');
export const goldenLosses = floats('expected.losses');
export const goldenGradient = (name: string): Float32Array => floats(`expected.gradient.${name}`);
