/**
 * The LoRA adapter as plain data, plus the checks that keep it honest.
 *
 *   y = x Wᵀ + scaling · (x Aᵀ) Bᵀ        scaling = alpha / rank
 *   A: (rank, inFeatures)   B: (outFeatures, rank)
 *
 * A pair `q_proj` is shared by every layer of the base model, `3.q_proj` is of layer 3 alone and adds to it. All pairs
 * have the adapter's scaling; a pair may have a rank of its own. Knows nothing about where an adapter comes from or who
 * runs it.
 */
import { ModelError } from '../errors.ts';
import { requireFinite } from '../runtime/finite.ts';
import type { Tensor } from '../runtime/safetensors.ts';

export interface LoraPair {
  A: Float32Array; // (rank, inFeatures)
  B: Float32Array; // (outFeatures, rank)
  inFeatures: number;
  outFeatures: number;
  /** Where it is not the adapter's. */
  rank?: number;
}

export interface LoraAdapter {
  rank: number;
  alpha: number;
  /** By module type, such as `q_proj`, or by layer and module type, such as `3.q_proj`. */
  pairs: Record<string, LoraPair>;
}

/** Sizes of the base model's linear layers, by module type. */
export type BaseDims = Readonly<Record<string, { inFeatures: number; outFeatures: number }>>;

/** The only place where alpha and rank meet. */
export const scaling = ({ alpha, rank }: LoraAdapter): number => alpha / rank;

/** Of one pair of the adapter. */
export const rankOf = (pair: LoraPair, { rank }: Pick<LoraAdapter, 'rank'>): number => pair.rank ?? rank;

/** `q_proj` → all layers (null), `3.q_proj` → layer 3. Throws ModelError for any other name. */
export function pairPlace(name: string): { layer: number | null; type: string } {
  const [, layer, type] = /^(?:(0|[1-9]\d{0,5})\.)?([A-Za-z]\w*)$/.exec(name) ?? [];
  if (type !== undefined) return { layer: layer === undefined ? null : Number(layer), type };
  throw new ModelError(
    `Cannot use the adapter: it has a pair ${name}, expected a name such as q_proj or 3.q_proj.`,
  );
}

/** Whether some pair belongs to a single layer. */
export const hasLayerPairs = ({ pairs }: LoraAdapter): boolean =>
  Object.keys(pairs).some((name) => pairPlace(name).layer !== null);

/** Returns the adapter. Throws ModelError when a matrix has another size than its features and the rank say, or holds NaN or infinity. */
export function checkAdapter(adapter: LoraAdapter): LoraAdapter {
  const { rank, alpha, pairs } = adapter;
  if (!isRank(rank) || !Number.isFinite(alpha)) {
    throw new ModelError(
      `Cannot use the adapter: its rank is ${rank} and its alpha ${alpha}, expected numbers from 1 on.`,
    );
  }
  for (const [name, pair] of Object.entries(pairs)) checkPair(name, pair, rankOf(pair, adapter));
  return adapter;
}

/** The adapter's matrices under the names `lora_A.q_proj`, `lora_B.3.o_proj` …, unscaled; sorted by name. */
export function adapterTensors(adapter: LoraAdapter): Map<string, Tensor> {
  const tensors: [string, Tensor][] = Object.entries(adapter.pairs).flatMap(([name, pair]) => {
    const { A, B, inFeatures, outFeatures } = pair;
    const rank = rankOf(pair, adapter);
    return [
      [`lora_A.${name}`, { dtype: 'F32', shape: [rank, inFeatures], data: A }],
      [`lora_B.${name}`, { dtype: 'F32', shape: [outFeatures, rank], data: B }],
    ];
  });
  return new Map(tensors.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export interface StoredAdapter {
  rank: number;
  alpha: number;
  /** Pairs may have other ranks than `rank`, as their matrices say: adapters of several parts. Default: false. */
  ownRanks?: boolean;
}

/** The way back. Throws ModelError for another name, an unpaired matrix, or sizes that do not fit the rank. */
export function adapterFromTensors(
  tensors: ReadonlyMap<string, Tensor>,
  { rank, alpha, ownRanks = false }: StoredAdapter,
): LoraAdapter {
  const pairs: Record<string, LoraPair> = {};
  for (const tensor of [...tensors.keys()].sort()) {
    const [, side, name] = /^lora_([AB])\.((?:\d+\.)?\w+)$/.exec(tensor) ?? [];
    if (!side || !name || !tensors.has(`lora_B.${name}`) || !tensors.has(`lora_A.${name}`)) {
      throw new ModelError(
        `Cannot read the adapter: tensor ${tensor} is not half of a pair lora_A.<type>, lora_B.<type>.`,
      );
    }
    const [own, inFeatures, A] = matrix(tensors, `lora_A.${name}`);
    const [outFeatures, , B] = matrix(tensors, `lora_B.${name}`);
    pairs[name] = { A, B, inFeatures, outFeatures, ...(ownRanks && own !== rank ? { rank: own } : {}) };
  }
  return checkAdapter({ rank, alpha, pairs });
}

/** Throws ModelError when the adapter changes a layer that the base model does not have, or has with another size. */
export function checkFits(
  { pairs }: LoraAdapter,
  baseDims: BaseDims,
  { layerCount = Number.POSITIVE_INFINITY }: { layerCount?: number } = {},
): void {
  for (const [name, { inFeatures, outFeatures }] of Object.entries(pairs)) {
    const { layer, type } = pairPlace(name);
    const isThere = Object.hasOwn(baseDims, type) && (layer ?? 0) < layerCount;
    const base = isThere ? baseDims[type] : undefined;
    if (base?.inFeatures === inFeatures && base.outFeatures === outFeatures) continue;
    const expected = base ? `maps ${base.inFeatures} to ${base.outFeatures}` : 'is missing';
    throw new ModelError(
      `Cannot apply the adapter: its ${name} maps ${inFeatures} to ${outFeatures} features, ` +
        `that of the base model ${expected}.\nUse an adapter made for this base model.`,
    );
  }
}

function matrix(tensors: ReadonlyMap<string, Tensor>, name: string): [number, number, Float32Array] {
  const { dtype, shape, data } = tensors.get(name) as Tensor;
  const [rows, columns] = shape;
  if (shape.length === 2 && data instanceof Float32Array) return [rows as number, columns as number, data];
  throw new ModelError(
    `Cannot read the adapter: tensor ${name} is ${dtype} (${shape.join(', ')}), expected a float matrix.`,
  );
}

const isRank = (rank: number): boolean => Number.isSafeInteger(rank) && rank >= 1;

function checkPair(name: string, { A, B, inFeatures, outFeatures }: LoraPair, rank: number): void {
  pairPlace(name);
  if (!isRank(rank)) {
    throw new ModelError(
      `Cannot use the adapter: its ${name} has rank ${rank}, expected a number from 1 on.`,
    );
  }
  checkSize(`lora_A.${name}`, A, [rank, inFeatures]);
  checkSize(`lora_B.${name}`, B, [outFeatures, rank]);
}

function checkSize(name: string, values: Float32Array, [rows, columns]: readonly [number, number]): void {
  if (values.length !== rows * columns) {
    throw new ModelError(
      `Cannot use the adapter: ${name} has ${values.length} numbers, expected ${rows} × ${columns}.`,
    );
  }
  requireFinite(values, name);
}
