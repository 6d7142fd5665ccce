/**
 * Whether what a snapshot from outside has learned from assertions, and the adapter made with it, have the shapes that
 * the model pack gives them.
 *
 * In: a snapshot, the model pack, its base model's sizes. Out: null, or the first thing that does not fit. Whether the
 * numbers are right is for `verify` to find out.
 */
import {
  type BaseDims,
  checkAdapter,
  checkFits,
  type LoraAdapter,
  pairPlace,
  rankOf,
} from '../lora/adapter.ts';
import { requireFinite } from '../runtime/finite.ts';
import type { PackManifest } from '../runtime/manifest.ts';
import type { AdaptationPart } from '../runtime/manifest-adaptation.ts';
import type { LearnedState } from './learned.ts';

export interface LearnedShapes {
  manifest: PackManifest;
  parts: readonly AdaptationPart[];
  dims: BaseDims;
  layerCount: number;
  vocabularySize: number;
}

/** Throws ModelError for NaN and infinity, and for a residual that does not fit the base model. */
export function otherLearned(learned: LearnedState, shapes: LearnedShapes): string | null {
  return otherMemory(learned, shapes) ?? otherResidual(learned, shapes) ?? otherBuffer(learned, shapes);
}

/** Of an adapter that is made of more than what the hypernetwork gives. */
export function otherJoined(adapter: LoraAdapter, { manifest, layerCount }: LearnedShapes): string | null {
  const { hypernetwork, adaptation } = manifest;
  const most = hypernetwork.rank + Math.max(adaptation?.memory?.rank ?? 0, adaptation?.refinement?.rank ?? 0);
  for (const [name, pair] of Object.entries(adapter.pairs)) {
    const { layer, type } = pairPlace(name);
    const types: readonly string[] = adaptation?.memory?.moduleTypes ?? [];
    const isKnown = layer === null || (layer < layerCount && types.includes(type));
    if (!isKnown) return `its adapter changes ${name}, which no part of the model pack does`;
    if (rankOf(pair, adapter) > most)
      return `its ${name} has rank ${rankOf(pair, adapter)}, expected ${most} at most`;
  }
  return null;
}

function otherMemory(
  { memory }: LearnedState,
  { manifest, parts, layerCount }: LearnedShapes,
): string | null {
  if (memory === null) return null;
  const settings = manifest.adaptation?.memory;
  if (!parts.includes('memory') || !settings) return 'it has a memory, which is no part of its adapter';
  for (const [name, sums] of Object.entries(memory)) {
    const { layer, type } = pairPlace(name);
    const types: readonly string[] = settings.moduleTypes;
    if (layer === null || layer >= layerCount || !types.includes(type))
      return `it remembers ${name}, which is no layer of the memory`;
    if (sums.length !== settings.rank ** 2) return `its memory of ${name} has not the rank ${settings.rank}`;
    requireFinite(sums, `memory.${name}`);
  }
  return null;
}

function otherResidual({ residual }: LearnedState, { manifest, parts, dims }: LearnedShapes): string | null {
  if (residual === null) return null;
  const settings = manifest.adaptation?.refinement;
  if (!parts.includes('refinement') || !settings) return 'it has a residual, which is no part of its adapter';
  if (residual.rank !== settings.rank)
    return `its residual has rank ${residual.rank}, expected ${settings.rank}`;
  const name = Object.keys(residual.pairs).find((key) => pairPlace(key).layer !== null);
  if (name !== undefined) return `its residual changes ${name}, expected pairs that all layers share`;
  checkFits(checkAdapter(residual), dims);
  return null;
}

function otherBuffer(
  { buffer }: LearnedState,
  { manifest, parts, vocabularySize }: LearnedShapes,
): string | null {
  if (buffer.length === 0) return null;
  const { adaptation, baseModel } = manifest;
  if (!parts.includes('refinement') || !adaptation?.refinement) return 'it keeps examples that no part reads';
  const most = adaptation.refinement.buffer;
  if (buffer.length > most) return `it keeps ${buffer.length} examples, expected ${most} at most`;
  for (const { prompt, target } of buffer) {
    const tokens = [...prompt, ...target];
    if (tokens.length > baseModel.contextTokens) return `it keeps an example of ${tokens.length} tokens`;
    const wrong = tokens.find((token) => token < 0 || token >= vocabularySize);
    if (wrong !== undefined)
      return `it keeps an example with the token ${wrong}, which the model does not have`;
  }
  return null;
}
