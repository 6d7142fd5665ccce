/**
 * The LoRA adapter as plain data, plus the checks that keep it honest.
 *
 *   y = x Wᵀ + scaling · (x Aᵀ) Bᵀ        scaling = alpha / rank
 *   A: (rank, inFeatures)   B: (outFeatures, rank)
 *
 * One (A, B) pair per module type, shared by every layer of the base model. Knows nothing about where an
 * adapter comes from or who runs it.
 */
import { ModelError } from '../errors.ts';
import { requireFinite } from '../runtime/finite.ts';
import type { Tensor } from '../runtime/safetensors.ts';
import type { FeedTensor } from '../runtime/session.ts';

export interface LoraPair {
  A: Float32Array; // (rank, inFeatures)
  B: Float32Array; // (outFeatures, rank)
  inFeatures: number;
  outFeatures: number;
}

export interface LoraAdapter {
  rank: number;
  alpha: number;
  /** By module type, such as `q_proj`. */
  pairs: Record<string, LoraPair>;
}

/** Sizes of the base model's linear layers, by module type. */
export type BaseDims = Readonly<Record<string, { inFeatures: number; outFeatures: number }>>;

/** The only place where alpha and rank meet. */
export const scaling = ({ alpha, rank }: LoraAdapter): number => alpha / rank;

/** Returns the adapter. Throws ModelError when a matrix has another size than its features and the rank say, or holds NaN or infinity. */
export function checkAdapter(adapter: LoraAdapter): LoraAdapter {
  const { rank, alpha, pairs } = adapter;
  if (!Number.isSafeInteger(rank) || rank < 1 || !Number.isFinite(alpha)) {
    throw new ModelError(
      `Cannot use the adapter: its rank is ${rank} and its alpha ${alpha}, expected numbers from 1 on.`,
    );
  }
  for (const [type, { A, B, inFeatures, outFeatures }] of Object.entries(pairs)) {
    checkSize(`lora_A.${type}`, A, [rank, inFeatures]);
    checkSize(`lora_B.${type}`, B, [outFeatures, rank]);
  }
  return adapter;
}

/** The adapter's matrices under the names `lora_A.q_proj`, `lora_B.q_proj` …, unscaled; sorted by name. */
export function adapterTensors({ rank, pairs }: LoraAdapter): Map<string, Tensor> {
  const tensors: [string, Tensor][] = Object.entries(pairs).flatMap(
    ([type, { A, B, inFeatures, outFeatures }]) => [
      [`lora_A.${type}`, { dtype: 'F32', shape: [rank, inFeatures], data: A }],
      [`lora_B.${type}`, { dtype: 'F32', shape: [outFeatures, rank], data: B }],
    ],
  );
  return new Map(tensors.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The way back. Throws ModelError for another name, an unpaired matrix, or sizes that do not fit the rank. */
export function adapterFromTensors(
  tensors: ReadonlyMap<string, Tensor>,
  { rank, alpha }: { rank: number; alpha: number },
): LoraAdapter {
  const pairs: Record<string, LoraPair> = {};
  for (const name of [...tensors.keys()].sort()) {
    const [, side, type] = /^lora_([AB])\.(\w+)$/.exec(name) ?? [];
    if (!side || !type || !tensors.has(`lora_B.${type}`) || !tensors.has(`lora_A.${type}`)) {
      throw new ModelError(
        `Cannot read the adapter: tensor ${name} is not half of a pair lora_A.<type>, lora_B.<type>.`,
      );
    }
    const [, inFeatures, A] = matrix(tensors, `lora_A.${type}`);
    const [outFeatures, , B] = matrix(tensors, `lora_B.${type}`);
    pairs[type] = { A, B, inFeatures, outFeatures };
  }
  return checkAdapter({ rank, alpha, pairs });
}

/**
 * What the decoder graph is fed: `lora_A.<type>` and `lora_B.<type>` for every module type of the base model,
 * with alpha / rank folded into B. Null is the base model: matrices of rank 0. A type that the adapter leaves
 * alone gets zeros. Throws ModelError when the adapter belongs to a base model of another size.
 */
export function adapterFeeds(adapter: LoraAdapter | null, baseDims: BaseDims): Record<string, FeedTensor> {
  if (adapter) checkFits(adapter, baseDims);
  const rank = adapter?.rank ?? 0;
  const feeds: Record<string, FeedTensor> = {};
  for (const [type, { inFeatures, outFeatures }] of Object.entries(baseDims)) {
    const pair = adapter?.pairs[type];
    const A = pair?.A ?? new Float32Array(rank * inFeatures);
    const B = adapter && pair ? scaled(pair.B, scaling(adapter)) : new Float32Array(outFeatures * rank);
    feeds[`lora_A.${type}`] = { data: A, dims: [rank, inFeatures] };
    feeds[`lora_B.${type}`] = { data: B, dims: [outFeatures, rank] };
  }
  return feeds;
}

/** Throws ModelError when the adapter changes a layer that the base model does not have, or has with another size. */
export function checkFits({ pairs }: LoraAdapter, baseDims: BaseDims): void {
  for (const [type, { inFeatures, outFeatures }] of Object.entries(pairs)) {
    const base = Object.hasOwn(baseDims, type) ? baseDims[type] : undefined;
    if (base?.inFeatures === inFeatures && base.outFeatures === outFeatures) continue;
    const expected = base ? `maps ${base.inFeatures} to ${base.outFeatures}` : 'is missing';
    throw new ModelError(
      `Cannot apply the adapter: its ${type} maps ${inFeatures} to ${outFeatures} features, ` +
        `that of the base model ${expected}.\nUse an adapter made for this base model.`,
    );
  }
}

const scaled = (values: Float32Array, factor: number): Float32Array => values.map((value) => value * factor);

function matrix(tensors: ReadonlyMap<string, Tensor>, name: string): [number, number, Float32Array] {
  const { dtype, shape, data } = tensors.get(name) as Tensor;
  const [rows, columns] = shape;
  if (shape.length === 2 && data instanceof Float32Array) return [rows as number, columns as number, data];
  throw new ModelError(
    `Cannot read the adapter: tensor ${name} is ${dtype} (${shape.join(', ')}), expected a float matrix.`,
  );
}

function checkSize(name: string, values: Float32Array, [rows, columns]: readonly [number, number]): void {
  if (values.length !== rows * columns) {
    throw new ModelError(
      `Cannot use the adapter: ${name} has ${values.length} numbers, expected ${rows} × ${columns}.`,
    );
  }
  requireFinite(values, name);
}
