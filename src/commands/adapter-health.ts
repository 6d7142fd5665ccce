/**
 * Is the adapter this repository's own, or the same for everybody? (Conditioning collapse, as the authors'
 * checkpoints show it: adapters of different repositories with a cosine of 0.998.)
 */
import { type Finding, ok } from '../hooks/finding.ts';
import { adapterFromTensors, type LoraAdapter } from '../lora/adapter.ts';
import { adapterCosine, residualFraction } from '../lora/similarity.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { readSafetensors } from '../runtime/safetensors.ts';

/** Above this cosine to the mean adapter, nothing of the repository is left to speak of. */
const COLLAPSED_COSINE = 0.999;

/** Compares with the mean adapter of the pack's training repositories, if the pack has one. */
export function describeAdapter(adapter: LoraAdapter, pack: ModelPack): Finding[] {
  const mean = readMeanAdapter(pack);
  if (mean === undefined) return [];
  const cosine = adapterCosine(adapter, mean);
  const numbers = `cosine ${cosine.toFixed(4)} to the mean adapter, ${(residualFraction(adapter, mean) * 100).toFixed(1)} % of it is this repository's own`;
  if (cosine <= COLLAPSED_COSINE) return [ok(`adapter: ${numbers}`)];
  return [{ level: 'warning', what: `the adapter is a generic one: ${numbers}`, fix: null }];
}

/** The mean over the training repositories' adapters; undefined when the pack has none. */
export function readMeanAdapter({ manifest, path }: ModelPack): LoraAdapter | undefined {
  if (!manifest.meanAdapter) return undefined;
  const { rank, alpha } = manifest.hypernetwork;
  return adapterFromTensors(readSafetensors(path(manifest.meanAdapter)).tensors, { rank, alpha });
}
