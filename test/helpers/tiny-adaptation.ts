/** Tiny packs whose adapters learn from assertions: random matrices for the memory, a few gradient steps. */
import type { Adaptation, AdaptationPart } from '../../src/runtime/manifest-adaptation.ts';
import { encodeSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';
import { random } from './random.ts';
import { TINY, TINY_MODULES, type TinyPack, writeTinyPack } from './tiny-pack.ts';

export const MEMORY_RANK = 5;
const MEMORY_TYPES = ['o_proj', 'down_proj'] as const;

/** Small enough that a test may refine at every commit. */
export const tinyAdaptation = (parts: readonly AdaptationPart[]): Adaptation => ({
  maxCommits: null,
  parts: [...parts],
  signal: { promptTokens: 24, perCommit: 4, atStart: 6 },
  memory: {
    weights: 'memory.safetensors',
    rank: MEMORY_RANK,
    decay: 0.9,
    moduleTypes: [...MEMORY_TYPES],
    scale: 2,
  },
  refinement: { rank: 2, learningRate: 0.02, batch: 4, steps: 2, stepsAtStart: 3, buffer: 5 },
});

const packByParts = new Map<string, TinyPack>();

/** One for each choice of parts; removed when the process ends. */
export function adaptedPack(parts: readonly AdaptationPart[]): TinyPack {
  const name = parts.join();
  const pack = packByParts.get(name) ?? writeAdaptedPack(tinyAdaptation(parts));
  packByParts.set(name, pack);
  return pack;
}

/** A pack of one's own. */
export function writeAdaptedPack(adaptation: Adaptation): TinyPack {
  return writeTinyPack({
    files: { 'memory.safetensors': encodeSafetensors(tinyMemory()) },
    change: (manifest) => {
      manifest.adaptation = adaptation;
    },
  });
}

/** K, V, A, B and s of every layer that remembers. */
function tinyMemory(): Map<string, Tensor> {
  const source = random(7);
  const tensors = new Map<string, Tensor>();
  const normal = (name: string, shape: [number, number]) => {
    const count = shape[0] * shape[1];
    tensors.set(name, { dtype: 'F32', shape, data: source.normal(count, 1 / Math.sqrt(shape[1])) });
  };
  for (let layer = 0; layer < TINY.layers; layer += 1) {
    for (const type of MEMORY_TYPES) {
      const [inFeatures, outFeatures] = TINY_MODULES[type] as readonly [number, number];
      normal(`K.${layer}.${type}`, [MEMORY_RANK, inFeatures]);
      normal(`V.${layer}.${type}`, [MEMORY_RANK, TINY.hiddenSize]);
      normal(`A.${layer}.${type}`, [MEMORY_RANK, inFeatures]);
      normal(`B.${layer}.${type}`, [outFeatures, MEMORY_RANK]);
      tensors.set(`s.${layer}.${type}`, { dtype: 'F32', shape: [1], data: Float32Array.of(0.3) });
    }
  }
  return tensors;
}
