/**
 * A PEFT adapter as it lies in its folder: which matrices change which layers, and by how much.
 *
 *   W' = W + scale · B A      scale = alpha / r, or alpha / √r with rsLoRA
 *
 * In: a folder. Out: the pairs by the name of the weight they change. Settings that mean another computation (DoRA,
 * biases, whole modules saved beside the pairs, patterns) are refused by name. Knows nothing about packs.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ModelError, UsageError } from '../errors.ts';
import * as field from '../runtime/manifest-fields.ts';
import { readHeader, readTensor, type TensorEntry } from '../runtime/safetensors.ts';
import { readJson } from '../runtime/weight-files.ts';

export interface PeftAdapter {
  scale: number;
  /** Such as `model.layers.0.self_attn.q_proj.weight`. */
  pairs: ReadonlyMap<string, PeftPair>;
}

export interface PeftPair {
  A: TensorEntry; // (rank, inFeatures)
  B: TensorEntry; // (outFeatures, rank)
}

/** Throws UsageError for a folder without the weights, ModelError for an adapter of another kind. */
export function readPeftAdapter(folder: string): PeftAdapter {
  const configPath = join(folder, 'adapter_config.json');
  const weights = join(folder, 'adapter_model.safetensors');
  if (!existsSync(weights))
    throw new UsageError(
      `Cannot import ${folder}: adapter_model.safetensors is missing.\nSave the adapter again with a PEFT of 2023 or later: it writes safetensors.`,
    );
  const config = checkConfig(readJson(configPath), `${configPath}:`);
  refuseOthers(config, configPath);
  const pairs = pairsOf([...readHeader(weights).entries.values()], weights);
  return { scale: config.lora_alpha / (config.use_rslora ? Math.sqrt(config.r) : config.r), pairs };
}

/** The change of a weight, (outFeatures, inFeatures), row by row: rows `first` to `first + count`. */
export function changeOf({ A, B }: PeftPair, scale: number): (first: number, count: number) => Float32Array {
  const [a, b] = [A, B].map((entry) => readTensor(entry).data as Float32Array) as [
    Float32Array,
    Float32Array,
  ];
  const [rank, columns] = A.shape as [number, number];
  return (first, count) => {
    const change = new Float32Array(count * columns);
    for (let row = 0; row < count; row += 1) {
      for (let r = 0; r < rank; r += 1) {
        const factor = scale * (b[(first + row) * rank + r] as number);
        if (factor === 0) continue;
        for (let column = 0; column < columns; column += 1)
          change[row * columns + column] =
            (change[row * columns + column] as number) + factor * (a[r * columns + column] as number);
      }
    }
    return change;
  };
}

const size = field.integer(1, 65_536);
const anything: field.Check<unknown> = (value) => value;
const checkConfig = field.object({
  peft_type: field.exactly('LORA'),
  r: size,
  lora_alpha: field.positive,
  use_rslora: field.optional(field.boolean, false),
  use_dora: anything,
  bias: anything,
  fan_in_fan_out: anything,
  lora_bias: anything,
  modules_to_save: anything,
  rank_pattern: anything,
  alpha_pattern: anything,
  use_qalora: anything,
  layer_replication: anything,
  alora_invocation_tokens: anything,
  arrow_config: anything,
  kasa_config: anything,
  monteclora_config: anything,
  target_parameters: anything,
});

/** What would change the computation; empty, false and "none" do not. */
function refuseOthers(config: ReturnType<typeof checkConfig>, path: string): void {
  const { peft_type: _t, r: _r, lora_alpha: _a, use_rslora: _s, ...others } = config;
  for (const [name, value] of Object.entries(others)) {
    const isEmpty =
      !value || value === 'none' || (typeof value === 'object' && Object.keys(value).length === 0);
    if (isEmpty) continue;
    throw new ModelError(
      `Cannot use ${path}: ${name} is ${JSON.stringify(value)}, expected a plain LoRA without it.\n` +
        'Merge the adapter in PEFT (merge_and_unload) and use the merged model as the base model.',
    );
  }
}

function pairsOf(entries: readonly TensorEntry[], file: string): Map<string, PeftPair> {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const pairs = new Map<string, PeftPair>();
  for (const { name } of entries) {
    const [, module, side] = /^base_model\.model\.(.+)\.lora_([AB])(?:\.default)?\.weight$/.exec(name) ?? [];
    if (module === undefined) throw notAPair(file, name);
    if (side === 'B') continue;
    const [A, B] = [byName.get(name), byName.get(name.replace('.lora_A', '.lora_B'))];
    if (!A || !B || A.shape.length !== 2 || B.shape.length !== 2 || A.shape[0] !== B.shape[1])
      throw notAPair(file, name);
    pairs.set(`${module}.weight`, { A, B });
  }
  if (pairs.size * 2 !== entries.length || pairs.size === 0)
    throw notAPair(file, entries[0]?.name ?? 'nothing');
  return pairs;
}

const notAPair = (file: string, name: string): ModelError =>
  new ModelError(
    `Cannot use ${file}: ${name} is not half of a pair base_model.model.<layer>.lora_A.weight, lora_B.weight.\n` +
      'Expected a LoRA of the linear layers, as PEFT saves it.',
  );
