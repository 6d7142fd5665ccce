/**
 * LoraAdapter → what stands in a PEFT folder.
 *
 * In: an adapter and the sizes of the base model. Out: tensors under PEFT's names, and its configuration. Knows nothing
 * about files. PEFT has one pair for each layer and module, so what all layers share is repeated, joined with the layer's
 * own. A module of a smaller rank than others stands in `rank_pattern`, and in `alpha_pattern`, so that alpha / rank is the
 * same everywhere: a reader that knows no patterns scales rightly too.
 */
import { MODULE_TYPES } from '../runtime/manifest.ts';
import type { Tensor } from '../runtime/safetensors.ts';
import { moduleName, moduleSizes, type TransformerConfig } from '../runtime/transformer-config.ts';
import { checkAdapter, checkFits, type LoraAdapter, scaling } from './adapter.ts';
import { layerPair, type RankedPair } from './join.ts';

export interface AdaptedModule {
  layer: number;
  type: (typeof MODULE_TYPES)[number];
  /** Unscaled. */
  pair: RankedPair;
}

/** Every linear layer that the adapter changes. Throws ModelError when the adapter does not fit the model. */
export function adaptedModules(adapter: LoraAdapter, config: TransformerConfig): AdaptedModule[] {
  checkFits(checkAdapter(adapter), moduleSizes(config), config);
  return Array.from(Array(config.layerCount).keys()).flatMap((layer) =>
    MODULE_TYPES.flatMap((type) => {
      const pair = layerPair(adapter, { layer, type });
      return pair ? [{ layer, type, pair }] : [];
    }),
  );
}

/** All pairs for all layers under PEFT's names: (rank, inFeatures) and (outFeatures, rank). */
export function peftTensors(adapter: LoraAdapter, config: TransformerConfig): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  for (const { layer, type, pair } of adaptedModules(adapter, config)) {
    const { rank, inFeatures, outFeatures } = pair;
    const name = `base_model.model.${moduleName(layer, type)}`;
    tensors.set(`${name}.lora_A.weight`, { dtype: 'F32', shape: [rank, inFeatures], data: pair.A });
    tensors.set(`${name}.lora_B.weight`, { dtype: 'F32', shape: [outFeatures, rank], data: pair.B });
  }
  return tensors;
}

/** The fields of PEFT's LoraConfig that older versions know too; it fills in the others with their defaults. */
export function peftConfig(adapter: LoraAdapter, config: TransformerConfig, baseModelName: string) {
  const rankByModule = modulesByName(adaptedModules(adapter, config), config);
  const rank = rankByModule.size > 0 ? Math.max(...rankByModule.values()) : adapter.rank;
  const others = [...rankByModule].filter(([, own]) => own !== rank);
  const alphaOf = (own: number) => scaling(adapter) * own;
  return {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    auto_mapping: null,
    base_model_name_or_path: baseModelName,
    revision: null,
    inference_mode: true,
    r: rank,
    lora_alpha: alphaOf(rank),
    lora_dropout: 0,
    target_modules: [...rankByModule.keys()].sort(),
    fan_in_fan_out: false,
    bias: 'none',
    use_rslora: false,
    use_dora: false,
    modules_to_save: null,
    init_lora_weights: true,
    layers_to_transform: null,
    layers_pattern: null,
    rank_pattern: Object.fromEntries(others),
    alpha_pattern: Object.fromEntries(others.map(([name, own]) => [name, alphaOf(own)])),
  };
}

/** A module type stands for all its layers where they are of one rank; others are named one by one. Name → rank. */
function modulesByName(
  modules: readonly AdaptedModule[],
  { layerCount }: TransformerConfig,
): Map<string, number> {
  const rankByName = new Map<string, number>();
  for (const type of MODULE_TYPES) {
    const own = modules.filter((module) => module.type === type);
    const ranks = new Set(own.map(({ pair }) => pair.rank));
    const isUniform = own.length === layerCount && ranks.size === 1;
    for (const { layer, pair } of own) rankByName.set(isUniform ? type : moduleName(layer, type), pair.rank);
  }
  return rankByName;
}
