/** A small adapter whose numbers can be followed by hand. */
import type { LoraAdapter } from '../../src/lora/adapter.ts';

/** rank 2, alpha 4: q_proj maps 3 features to 2, k_proj 3 to 1. */
export const example = (): LoraAdapter => ({
  rank: 2,
  alpha: 4,
  pairs: {
    q_proj: {
      A: Float32Array.of(1, 2, 3, 4, 5, 6),
      B: Float32Array.of(1, 0.5, -1, 2),
      inFeatures: 3,
      outFeatures: 2,
    },
    k_proj: { A: Float32Array.of(0, 1, 0, 1, 0, 0), B: Float32Array.of(3, 4), inFeatures: 3, outFeatures: 1 },
  },
});

export const DIMS = { q_proj: { inFeatures: 3, outFeatures: 2 }, k_proj: { inFeatures: 3, outFeatures: 1 } };
