/**
 * The learned matrices of the memory, as they lie in a pack's memory.safetensors.
 *
 *   K.<layer>.<type>, A.<layer>.<type> (rank, inFeatures)   V.<layer>.<type> (rank, hiddenSize)
 *   B.<layer>.<type> (outFeatures, rank)                    s.<layer>.<type> (1)
 *
 * In: a path and the sizes that the file must have. Out: the matrices by layer and module type. Knows nothing about what
 * is remembered.
 */
import { ModelError } from '../errors.ts';
import { requireFinite } from '../runtime/finite.ts';
import type { ModuleType } from '../runtime/manifest.ts';
import { readSafetensors, type Tensor } from '../runtime/safetensors.ts';
import { moduleSizes, type TransformerConfig } from '../runtime/transformer-config.ts';

export interface MemoryMatrices {
  K: Float32Array; // (rank, inFeatures): reads the input of the layer
  V: Float32Array; // (rank, hiddenSize): reads the error signal at the output
  A: Float32Array; // (rank, inFeatures)
  B: Float32Array; // (outFeatures, rank)
  s: Float32Array; // (1): strength of what is recalled
}

/** By layer and module type, such as `3.o_proj`. */
export type MemoryWeights = Readonly<Record<string, MemoryMatrices>>;

export interface MemoryShape {
  config: TransformerConfig;
  rank: number;
  moduleTypes: readonly ModuleType[];
}

/** Throws ModelError when a matrix is missing, is one too many, has another size, or holds NaN or infinity. */
export function readMemoryWeights(path: string, shape: MemoryShape): MemoryWeights {
  const { tensors } = readSafetensors(path);
  const weights: Record<string, MemoryMatrices> = {};
  const known = new Set<string>();
  for (const { name, shapes } of memoryLayers(shape)) {
    const matrices = Object.entries(shapes).map(([kind, size]) => {
      known.add(`${kind}.${name}`);
      return [kind, matrix(tensors, { name: `${kind}.${name}`, size, path })];
    });
    weights[name] = Object.fromEntries(matrices) as MemoryMatrices;
  }
  const unknown = [...tensors.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw misfit(path, `it has tensor ${unknown}, which this memory does not use`);
  return weights;
}

/** The layers that remember, and the sizes of their matrices. */
function* memoryLayers({ config, rank, moduleTypes }: MemoryShape) {
  const sizes = moduleSizes(config);
  for (let layer = 0; layer < config.layerCount; layer += 1) {
    for (const type of moduleTypes) {
      const { inFeatures, outFeatures } = sizes[type];
      const shapes: Record<keyof MemoryMatrices, readonly number[]> = {
        K: [rank, inFeatures],
        V: [rank, config.hiddenSize],
        A: [rank, inFeatures],
        B: [outFeatures, rank],
        s: [1],
      };
      yield { name: `${layer}.${type}`, shapes };
    }
  }
}

function matrix(
  tensors: ReadonlyMap<string, Tensor>,
  { name, size, path }: { name: string; size: readonly number[]; path: string },
): Float32Array {
  const tensor = tensors.get(name);
  const expected = `expected float32 (${size.join(', ')})`;
  if (!tensor) throw misfit(path, `tensor ${name} is missing, ${expected}`);
  const { dtype, shape, data } = tensor;
  if (data instanceof Float32Array && shape.join() === size.join()) {
    return requireFinite(data, `${name} of ${path}`);
  }
  throw misfit(path, `tensor ${name} is ${dtype} (${shape.join(', ')}), ${expected}`);
}

function misfit(path: string, problem: string): ModelError {
  return new ModelError(
    `Cannot use the memory ${path}: ${problem}.\n` +
      'The manifest and the weights of the model pack do not belong together: install the pack again.',
  );
}
