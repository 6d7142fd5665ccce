/**
 * LoraAdapter → the inputs of a graph that takes an adapter (projection.ts).
 *
 * In: an adapter and the sizes of the base model. Out: named tensors, alpha / rank folded into B. Knows nothing about
 * the rest of the graph. A graph takes either one pair for all layers or one for each; what it gets none of is of rank 0.
 */
import { ModelError } from '../errors.ts';
import type { FeedTensor } from '../runtime/session.ts';
import { type BaseDims, checkFits, type LoraAdapter, pairPlace, rankOf, scaling } from './adapter.ts';
import { layerPair, type RankedPair } from './join.ts';

export interface FeedOptions {
  /** Of a graph that takes a pair for each layer; null (default): of one that takes one for all of them. */
  layerCount?: number | null;
  /** What the names of the inputs begin with; default `lora`. */
  prefix?: string;
}

/**
 * Gives `lora_A.<type>` and `lora_B.<type>`, or `lora_A.<layer>.<type>` and so on, for every linear layer of the base
 * model. Null is the base model alone. Throws ModelError when the adapter belongs to a base model of another size, or
 * changes single layers where the graph cannot.
 */
export function adapterFeeds(
  adapter: LoraAdapter | null,
  baseDims: BaseDims,
  { layerCount = null, prefix = 'lora' }: FeedOptions = {},
): Record<string, FeedTensor> {
  if (adapter) checkFits(adapter, baseDims, layerCount === null ? {} : { layerCount });
  if (adapter && layerCount === null) refuseLayerPairs(adapter);
  const scaledB = scaledOnce(adapter ? scaling(adapter) : 1);
  const feeds: Record<string, FeedTensor> = {};
  for (const [type, { inFeatures, outFeatures }] of Object.entries(baseDims)) {
    for (const layer of layerCount === null ? [null] : Array(layerCount).keys()) {
      const name = layer === null ? type : `${layer}.${type}`;
      const pair = adapter ? pairOf(adapter, layer, type) : undefined;
      const { A = new Float32Array(0), B = new Float32Array(0), rank = 0 } = pair ?? {};
      feeds[`${prefix}_A.${name}`] = { data: A, dims: [rank, inFeatures] };
      feeds[`${prefix}_B.${name}`] = { data: scaledB(B), dims: [outFeatures, rank] };
    }
  }
  return feeds;
}

function pairOf(adapter: LoraAdapter, layer: number | null, type: string): RankedPair | undefined {
  if (layer !== null) return layerPair(adapter, { layer, type });
  const pair = adapter.pairs[type];
  return pair && { ...pair, rank: rankOf(pair, adapter) };
}

/** What layers share is scaled once. */
function scaledOnce(factor: number): (values: Float32Array) => Float32Array {
  const known = new Map<Float32Array, Float32Array>();
  return (values) => {
    const scaled = known.get(values) ?? values.map((value) => value * factor);
    known.set(values, scaled);
    return scaled;
  };
}

function refuseLayerPairs({ pairs }: LoraAdapter): void {
  const name = Object.keys(pairs).find((key) => pairPlace(key).layer !== null);
  if (name === undefined) return;
  throw new ModelError(
    `Cannot apply the adapter: its ${name} changes a single layer, the model was opened for pairs that all layers share.\n` +
      'Use the adapter with the model pack that it was made with.',
  );
}
