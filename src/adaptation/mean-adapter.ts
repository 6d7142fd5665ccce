/** The mean over the training repositories' adapters: what an adapter is held against, and what memory builds on. */
import { adapterFromTensors, type LoraAdapter } from '../lora/adapter.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { readSafetensors } from '../runtime/safetensors.ts';

/** Undefined when the pack has none. */
export function readMeanAdapter({ manifest, path }: ModelPack): LoraAdapter | undefined {
  if (!manifest.meanAdapter) return undefined;
  const { rank, alpha } = manifest.hypernetwork;
  return adapterFromTensors(readSafetensors(path(manifest.meanAdapter)).tensors, { rank, alpha });
}
