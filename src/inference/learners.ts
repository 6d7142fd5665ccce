/**
 * What learns from assertions, opened as the manifest of a pack says.
 *
 * In: a pack. Out: the signal reader, the memory, the refiner. They
 * run on the CPU whatever the device is, so that the same history gives the same bytes.
 */

import { longestRun } from '../adaptation/examples.ts';
import { readMeanAdapter } from '../adaptation/mean-adapter.ts';
import { type Memory, openMemory } from '../adaptation/memory.ts';
import { openRefiner, type Refiner } from '../adaptation/refine.ts';
import { openSignalReader, type SignalReader } from '../adaptation/signal.ts';
import { InternalError } from '../errors.ts';
import { layerAdapters } from '../runtime/manifest-adaptation.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { readBaseModel } from '../runtime/transformer-weights.ts';
import { targetLimit } from '../scoring/prompt.ts';

export async function openPackSignal(pack: ModelPack): Promise<SignalReader & AsyncDisposable> {
  return { ...openSignalReader(pack), async [Symbol.asyncDispose]() {} };
}

export async function openPackMemory(pack: ModelPack): Promise<Memory> {
  const { memory } = pack.manifest.adaptation ?? {};
  if (!memory) throw noPart(pack, 'memory');
  const { weights, ...settings } = memory;
  return openMemory(readBaseModel(pack), pack.path(weights), {
    ...settings,
    meanAdapter: readMeanAdapter(pack) ?? null,
    maxTokens: longestExample(pack),
  });
}

export async function openPackRefiner(pack: ModelPack): Promise<Refiner> {
  const { refinement } = pack.manifest.adaptation ?? {};
  if (!refinement) throw noPart(pack, 'refinement');
  return openRefiner(readBaseModel(pack), {
    maxTokens: longestExample(pack),
    layerAdapters: layerAdapters(pack.manifest),
  });
}

/** That the largest run of a part reads. */
export const learnedTokens = (pack: ModelPack): number => longestRun(longestExample(pack));

/** In tokens. */
function longestExample({ manifest: { adaptation, baseModel } }: ModelPack): number {
  const { contextTokens } = baseModel;
  return (adaptation?.signal.promptTokens ?? contextTokens) + targetLimit(contextTokens);
}

const noPart = ({ manifest }: ModelPack, part: string): InternalError =>
  new InternalError(`The model pack "${manifest.name}" has no ${part}.`);
