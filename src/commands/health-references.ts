/**
 * What an adapter is held against: the mean adapter of the pack's training repositories, and those of a few others.
 *
 * In: a model pack. Out: checked adapters. Knows nothing about the user's repository.
 */
import { ModelError } from '../errors.ts';
import { adapterFromTensors, checkFits, type LoraAdapter } from '../lora/adapter.ts';
import type { PanelEntry } from '../runtime/manifest-panel.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { readSafetensors } from '../runtime/safetensors.ts';
import { moduleSizes, parseTransformerConfig } from '../runtime/transformer-config.ts';
import { readJson } from '../runtime/weight-files.ts';
import { readMeanAdapter } from './adapter-health.ts';

export interface References {
  /** null: the pack has none. */
  mean: LoraAdapter | null;
  panel: NamedAdapter[];
  /** Of the base model: a pair that all layers share counts for each of them. */
  layerCount: number;
}

export interface NamedAdapter {
  name: string;
  adapter: LoraAdapter;
}

/** Throws ModelError that names the file when one cannot be read or belongs to another base model. */
export function readReferences(pack: ModelPack): References {
  return {
    mean: readMeanAdapter(pack) ?? null,
    panel: pack.manifest.panel.map((entry) => ({ name: entry.name, adapter: readEntry(pack, entry) })),
    layerCount: baseConfig(pack).layerCount,
  };
}

function readEntry(pack: ModelPack, { name, file }: PanelEntry): LoraAdapter {
  try {
    const { tensors, metadata } = readSafetensors(pack.path(file));
    const adapter = adapterFromTensors(tensors, { ...sizesOf(metadata, pack), ownRanks: true });
    const config = baseConfig(pack);
    checkFits(adapter, moduleSizes(config), config);
    return adapter;
  } catch (cause) {
    if (!(cause instanceof ModelError)) throw cause;
    throw new ModelError(
      `Cannot use ${file}, the adapter of ${name} in the panel of the model pack "${pack.manifest.name}".\n${cause.message}`,
      { cause },
    );
  }
}

/** A file that does not say them has the hypernetwork's. */
function sizesOf({ rank, alpha }: Readonly<Record<string, string>>, { manifest }: ModelPack) {
  const { hypernetwork } = manifest;
  return {
    rank: rank === undefined ? hypernetwork.rank : Number(rank),
    alpha: alpha === undefined ? hypernetwork.alpha : Number(alpha),
  };
}

function baseConfig({ manifest, path }: ModelPack) {
  const file = path(manifest.baseModel.config);
  return parseTransformerConfig(readJson(file), file);
}
