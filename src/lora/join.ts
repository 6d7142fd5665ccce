/**
 * Two adapters as one that does what both do.
 *
 *   B₁ A₁ · s₁ + B₂ A₂ · s₂  =  [s₁ B₁  s₂ B₂] [A₁; A₂]
 *
 * In: adapters. Out: an adapter of both ranks together, whose scaling is 1. Knows nothing about where they come from. A
 * module type that one of them leaves alone gets zeros there.
 */
import { ModelError } from '../errors.ts';
import { type LoraAdapter, type LoraPair, scaling } from './adapter.ts';

/** Throws ModelError when they change a module of different sizes. */
export function joinAdapters(first: LoraAdapter, second: LoraAdapter): LoraAdapter {
  const rank = first.rank + second.rank;
  const pairs: Record<string, LoraPair> = {};
  for (const type of new Set([...Object.keys(first.pairs), ...Object.keys(second.pairs)])) {
    pairs[type] = joinPairs(type, [first, second]);
  }
  return { rank, alpha: rank, pairs };
}

function joinPairs(type: string, adapters: readonly [LoraAdapter, LoraAdapter]): LoraPair {
  const { inFeatures, outFeatures } = sizesOf(type, adapters);
  const rank = adapters[0].rank + adapters[1].rank;
  const A = new Float32Array(rank * inFeatures);
  const B = new Float32Array(outFeatures * rank);
  let offset = 0;
  for (const adapter of adapters) {
    const pair = adapter.pairs[type];
    if (pair) {
      A.set(pair.A, offset * inFeatures);
      putColumns(B, { pair, rank, offset, width: adapter.rank, factor: scaling(adapter) });
    }
    offset += adapter.rank;
  }
  return { A, B, inFeatures, outFeatures };
}

/** Writes the pair's B into columns `offset` to `offset + width` of a B with `rank` columns. */
function putColumns(
  B: Float32Array,
  {
    pair,
    rank,
    offset,
    width,
    factor,
  }: { pair: LoraPair } & Record<'rank' | 'offset' | 'width' | 'factor', number>,
): void {
  for (let row = 0; row < pair.outFeatures; row += 1) {
    for (let column = 0; column < width; column += 1) {
      B[row * rank + offset + column] = (pair.B[row * width + column] as number) * factor;
    }
  }
}

function sizesOf(
  type: string,
  adapters: readonly LoraAdapter[],
): Pick<LoraPair, 'inFeatures' | 'outFeatures'> {
  const [one, other] = adapters.map(({ pairs }) => pairs[type]).filter((pair) => pair !== undefined);
  const { inFeatures, outFeatures } = one as LoraPair;
  if (!other || (other.inFeatures === inFeatures && other.outFeatures === outFeatures)) {
    return { inFeatures, outFeatures };
  }
  throw new ModelError(
    `Cannot join two adapters: ${type} maps ${inFeatures} to ${outFeatures} features in one, ` +
      `${other.inFeatures} to ${other.outFeatures} in the other.\nUse adapters of one base model.`,
  );
}
