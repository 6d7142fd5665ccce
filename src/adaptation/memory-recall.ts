/**
 * The sums of a memory → the adapter that recalls them.
 *
 *   M = scale · S / ‖S‖      ΔW = s · B M A      for each layer that remembers
 *
 * In: sums and the learned matrices. Out: an adapter of single layers, A as it is learned and B with M multiplied into it.
 * Knows nothing about how the sums came about. However much was read, the change is of one size: only its direction says
 * what.
 */
import type { LoraAdapter, LoraPair } from '../lora/adapter.ts';
import type { MemoryMatrices, MemoryWeights } from './memory-weights.ts';

/** S by layer and module type, such as `3.o_proj`: (rank, rank). Empty: nothing is remembered yet. */
export type MemoryState = Readonly<Record<string, Float32Array>>;

/** Keeps the norm of a sum of nothing from dividing by zero. */
const NORM_EPSILON = 1e-8;

/** Scaling 1; null where nothing is remembered. A state that is not empty has all layers of the weights. */
export function recall(
  state: MemoryState,
  weights: MemoryWeights,
  { rank, scale }: { rank: number; scale: number },
): LoraAdapter | null {
  if (Object.values(state).every((sums) => sums.every((value) => value === 0))) return null;
  const pairs = Object.entries(weights).map(([name, matrices]) => {
    return [name, recallPair(state[name] as Float32Array, matrices, { rank, scale })];
  });
  return { rank, alpha: rank, pairs: Object.fromEntries(pairs) as LoraAdapter['pairs'] };
}

function recallPair(
  sums: Float32Array,
  { A, B, s }: MemoryMatrices,
  { rank, scale }: { rank: number; scale: number },
): LoraPair {
  const norm = Math.sqrt(sums.reduce((sum, value) => sum + value * value, 0));
  const factor = ((s[0] as number) * scale) / (norm + NORM_EPSILON);
  const outFeatures = B.length / rank;
  const product = new Float32Array(B.length); // (outFeatures, rank)
  for (let row = 0; row < outFeatures; row += 1) {
    for (let column = 0; column < rank; column += 1) {
      let sum = 0;
      for (let k = 0; k < rank; k += 1) {
        sum += (B[row * rank + k] as number) * (sums[k * rank + column] as number);
      }
      product[row * rank + column] = factor * sum;
    }
  }
  return { A, B: product, inFeatures: A.length / rank, outFeatures };
}
