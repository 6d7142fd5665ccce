/**
 * How alike two adapters are, by what they do to the weights: ΔW = scaling · B A.
 *
 * In: adapters. Out: numbers. Knows nothing about models. ΔW is never made: with G = B₁ᵀ B₂ and H = A₁ A₂ᵀ,
 * both (rank₁, rank₂), the inner product ⟨B₁ A₁, B₂ A₂⟩ is the sum of G ∘ H. Sums are in double precision.
 */
import { type LoraAdapter, type LoraPair, scaling } from './adapter.ts';

/** Cosine of the two ΔW over all module types: 1 = same direction. 0 when one of them is zero. */
export function adapterCosine(a: LoraAdapter, b: LoraAdapter): number {
  const norms = deltaNorm(a) * deltaNorm(b);
  return norms === 0 ? 0 : Math.max(-1, Math.min(1, innerProduct(a, b) / norms));
}

/** ‖ΔW‖ over all module types (Frobenius), counting each shared pair once. */
export function deltaNorm(adapter: LoraAdapter): number {
  return Math.sqrt(Math.max(0, innerProduct(adapter, adapter)));
}

/**
 * Share of an adapter that is not the reference (the mean adapter, or the one before it): ‖ΔW − ΔW_ref‖ / ‖ΔW‖.
 * 0 = the same, about 1.4 = unrelated and of equal size. 0 when the adapter is zero.
 */
export function residualFraction(adapter: LoraAdapter, reference: LoraAdapter): number {
  const own = innerProduct(adapter, adapter);
  const squared = own - 2 * innerProduct(adapter, reference) + innerProduct(reference, reference);
  return own === 0 ? 0 : Math.sqrt(Math.max(0, squared) / own);
}

/** Module types that only one of them has add nothing. */
function innerProduct(a: LoraAdapter, b: LoraAdapter): number {
  let sum = 0;
  for (const [type, pair] of Object.entries(a.pairs)) {
    const other = b.pairs[type];
    if (other) sum += pairProduct(pair, a.rank, { pair: other, rank: b.rank });
  }
  return sum * scaling(a) * scaling(b);
}

function pairProduct(pair: LoraPair, rank: number, other: { pair: LoraPair; rank: number }): number {
  let sum = 0;
  for (let i = 0; i < rank; i += 1) {
    for (let j = 0; j < other.rank; j += 1) {
      sum +=
        columnProduct([pair.B, rank, i], [other.pair.B, other.rank, j]) *
        rowProduct(pair, other.pair, [i, j]);
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
