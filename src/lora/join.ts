/**
 * Pairs side by side: several changes of a layer as one, two adapters as one that does what both do.
 *
 *   B₁ A₁ · s₁ + B₂ A₂ · s₂  =  [s₁ B₁  s₂ B₂] [A₁; A₂]
 *
 * In: adapters. Out: an adapter or a pair, of all ranks together. Knows nothing about where they come from.
 */
import { ModelError } from '../errors.ts';
import { type LoraAdapter, type LoraPair, rankOf, scaling } from './adapter.ts';

/** A pair that says its rank. */
export type RankedPair = LoraPair & { rank: number };

/** A pair, and what it is multiplied by. */
interface Part {
  pair: RankedPair;
  factor: number;
}

/**
 * The scaling of the result is 1, its rank the greatest of its pairs. Pairs of all layers and of single layers stay apart.
 * Throws ModelError when the adapters change a module of different sizes.
 */
export function joinAdapters(first: LoraAdapter, second: LoraAdapter): LoraAdapter {
  const names = new Set([...Object.keys(first.pairs), ...Object.keys(second.pairs)]);
  const joined = [...names].map((name) => {
    const parts = [first, second].flatMap((adapter) => partsOf(adapter, name, scaling(adapter)));
    return [name, joinPairs(name, parts)] as const;
  });
  const rank = Math.max(1, ...joined.map(([, pair]) => pair.rank));
  const pairs = joined.map(([name, pair]) => [name, withRank(pair, rank)] as const);
  return { rank, alpha: rank, pairs: Object.fromEntries(pairs) };
}

/**
 * All that an adapter does to a module of one layer: the pair that all layers share and the layer's own, joined and not
 * scaled. Undefined where it leaves the module alone. Throws ModelError when the two are of different sizes.
 */
export function layerPair(
  adapter: LoraAdapter,
  { layer, type }: { layer: number; type: string },
): RankedPair | undefined {
  const parts = [type, `${layer}.${type}`].flatMap((name) => partsOf(adapter, name, 1));
  return parts.length > 1 ? joinPairs(`${layer}.${type}`, parts) : parts[0]?.pair;
}

function partsOf(adapter: LoraAdapter, name: string, factor: number): Part[] {
  const pair = adapter.pairs[name];
  return pair ? [{ pair: { ...pair, rank: rankOf(pair, adapter) }, factor }] : [];
}

function joinPairs(name: string, parts: readonly Part[]): RankedPair {
  const { inFeatures, outFeatures } = sizesOf(name, parts);
  const rank = parts.reduce((sum, { pair }) => sum + pair.rank, 0);
  const A = new Float32Array(rank * inFeatures);
  const B = new Float32Array(outFeatures * rank);
  let offset = 0;
  for (const part of parts) {
    A.set(part.pair.A, offset * inFeatures);
    putColumns(B, part, { rank, offset });
    offset += part.pair.rank;
  }
  return { A, B, inFeatures, outFeatures, rank };
}

/** Writes the pair's B into the columns from `offset` on of a B with `rank` columns. */
function putColumns(
  B: Float32Array,
  { pair, factor }: Part,
  { rank, offset }: { rank: number; offset: number },
): void {
  for (let row = 0; row < pair.outFeatures; row += 1) {
    for (let column = 0; column < pair.rank; column += 1) {
      B[row * rank + offset + column] = (pair.B[row * pair.rank + column] as number) * factor;
    }
  }
}

/** Says its rank only where it is not the adapter's. */
function withRank({ rank: own, ...pair }: RankedPair, rank: number): LoraPair {
  return own === rank ? pair : { ...pair, rank: own };
}

function sizesOf(name: string, parts: readonly Part[]): Pick<LoraPair, 'inFeatures' | 'outFeatures'> {
  const [one, other] = parts.map(({ pair }) => pair);
  const { inFeatures, outFeatures } = one as LoraPair;
  if (!other || (other.inFeatures === inFeatures && other.outFeatures === outFeatures)) {
    return { inFeatures, outFeatures };
  }
  throw new ModelError(
    `Cannot join two adapters: ${name} maps ${inFeatures} to ${outFeatures} features in one, ` +
      `${other.inFeatures} to ${other.outFeatures} in the other.\nUse adapters of one base model.`,
  );
}
