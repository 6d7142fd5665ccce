/**
 * How alike two adapters are, by what they do to the weights: ΔW = scaling · B A, of all layers.
 *
 * In: adapters. Out: numbers. Knows nothing about models. ΔW is never made: with G = B₁ᵀ B₂ and H = A₁ A₂ᵀ,
 * both (rank₁, rank₂), the inner product ⟨B₁ A₁, B₂ A₂⟩ is the sum of G ∘ H. Sums are in double precision.
 *
 * A layer's ΔW is that of the pairs that all layers share and of its own. Results are the mean over the layers: for shared
 * pairs alone it does not matter how many there are.
 */
import { type LoraAdapter, type LoraPair, pairPlace, rankOf, scaling } from './adapter.ts';
import type { RankedPair } from './join.ts';

export interface SimilarityOptions {
  /** Of the base model. Default: as many as the adapters name; shared pairs count too little where that is too few. */
  layerCount?: number;
}

/** Cosine of the two ΔW over all modules: 1 = same direction. 0 when one of them is zero. */
export function adapterCosine(a: LoraAdapter, b: LoraAdapter, options: SimilarityOptions = {}): number {
  const layerCount = options.layerCount ?? layersNamed(a, b);
  const norms = deltaNorm(a, { layerCount }) * deltaNorm(b, { layerCount });
  return norms === 0 ? 0 : Math.max(-1, Math.min(1, innerProduct(a, b, layerCount) / norms));
}

/** ‖ΔW‖ of a layer (Frobenius): the root of the mean square over the layers. */
export function deltaNorm(adapter: LoraAdapter, { layerCount }: SimilarityOptions = {}): number {
  return Math.sqrt(Math.max(0, innerProduct(adapter, adapter, layerCount ?? layersNamed(adapter))));
}

/**
 * Share of an adapter that is not the reference (the mean adapter, or the one before it): ‖ΔW − ΔW_ref‖ / ‖ΔW‖.
 * 0 = the same, about 1.4 = unrelated and of equal size. 0 when the adapter is zero.
 */
export function residualFraction(
  adapter: LoraAdapter,
  reference: LoraAdapter,
  options: SimilarityOptions = {},
): number {
  const layerCount = options.layerCount ?? layersNamed(adapter, reference);
  const product = (a: LoraAdapter, b: LoraAdapter) => innerProduct(a, b, layerCount);
  const own = product(adapter, adapter);
  const squared = own - 2 * product(adapter, reference) + product(reference, reference);
  return own === 0 ? 0 : Math.sqrt(Math.max(0, squared) / own);
}

/** Up to the last layer that has a pair of its own; at least one. */
function layersNamed(...adapters: readonly LoraAdapter[]): number {
  const layers = adapters.flatMap(({ pairs }) =>
    Object.keys(pairs).map((name) => pairPlace(name).layer ?? 0),
  );
  return Math.max(0, ...layers) + 1;
}

/** Mean over the layers. Two shared pairs meet in every layer, others in one. */
function innerProduct(a: LoraAdapter, b: LoraAdapter, layerCount: number): number {
  let sum = 0;
  for (const [name, pair] of ranked(a)) {
    const place = pairPlace(name);
    for (const [otherName, other] of ranked(b)) {
      const { layer, type } = pairPlace(otherName);
      if (type !== place.type) continue;
      const areBothShared = layer === null && place.layer === null;
      const meet = layer === null || place.layer === null || layer === place.layer;
      if (meet) sum += pairProduct(pair, other) / (areBothShared ? 1 : layerCount);
    }
  }
  return sum * scaling(a) * scaling(b);
}

const ranked = (adapter: LoraAdapter): [string, RankedPair][] =>
  Object.entries(adapter.pairs).map(([name, pair]) => [name, { ...pair, rank: rankOf(pair, adapter) }]);

function pairProduct(pair: RankedPair, other: RankedPair): number {
  let sum = 0;
  for (let i = 0; i < pair.rank; i += 1) {
    for (let j = 0; j < other.rank; j += 1) {
      sum +=
        columnProduct([pair.B, pair.rank, i], [other.B, other.rank, j]) * rowProduct(pair, other, [i, j]);
    }
  }
  return sum;
}

type Column = readonly [matrix: Float32Array, columns: number, index: number];

function columnProduct([x, xColumns, i]: Column, [y, yColumns, j]: Column): number {
  const rows = x.length / xColumns;
  let sum = 0;
  for (let row = 0; row < rows; row += 1) {
    sum += (x[row * xColumns + i] as number) * (y[row * yColumns + j] as number);
  }
  return sum;
}

function rowProduct(x: LoraPair, y: LoraPair, [i, j]: readonly [number, number]): number {
  const size = x.inFeatures;
  let sum = 0;
  for (let k = 0; k < size; k += 1) sum += (x.A[i * size + k] as number) * (y.A[j * size + k] as number);
  return sum;
}
