/**
 * A PEFT adapter as it lies in its folder: which matrices change which layers, and by how much.
 *
 *   W' = W + scale · B A      scale = alpha / r, or alpha / √r with rsLoRA
 *
 * In: a folder. Out: the pairs by the name of the weight they change. Settings that mean another computation (DoRA,
 * biases, whole modules saved beside the pairs, patterns, a start that changed the base model) are refused by name, and
 * so are those that nobody knew when this was written. Knows nothing about packs.
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
  const fields = readJson(configPath);
  const config = checkConfig(fields, `${configPath}:`);
  refuseOthers(fields as Record<string, unknown>, configPath);
  const pairs = pairsOf([...readHeader(weights).entries.values()], weights);
  for (const pair of pairs.values()) checkPair(pair, config.r);
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
const MERGE = 'Merge the adapter in PEFT (merge_and_unload) and use the merged model as the base model.';
const checkConfig = field.advising(
  field.object({
    peft_type: field.exactly('LORA'),
    r: size,
    lora_alpha: field.positive,
    use_rslora: field.optional(field.boolean, false),
  }),
  MERGE,
);

/** How it was trained, where it may be used, and how it began: the saved pairs say the rest. */
const HARMLESS: readonly string[] = [
  ...['peft_type', 'r', 'lora_alpha', 'use_rslora'],
  ...['auto_mapping', 'base_model_name_or_path', 'inference_mode', 'peft_version', 'revision', 'task_type'],
  ...['target_modules', 'exclude_modules', 'layers_to_transform', 'layers_pattern'],
  ...['lora_dropout', 'runtime_config', 'ephemeral_gpu_offload', 'megatron_core', 'qalora_group_size'],
  ...['eva_config', 'ensure_weight_tying'],
];

/**
 * What PEFT makes the pairs of in the beginning. Others, such as "pissa", "olora", "corda" and "loftq", take something
 * away from the base model first: added to the base model as it was published, their pairs give other numbers.
 */
const PLAIN_BEGINNINGS: readonly unknown[] = [true, false, null, 'gaussian', 'orthogonal', 'eva'];

/** What changes the computation, or might; empty, false and "none" do not. */
function refuseOthers(config: Readonly<Record<string, unknown>>, path: string): void {
  for (const [name, value] of Object.entries(config)) {
    const isEmpty =
      !value || value === 'none' || (typeof value === 'object' && Object.keys(value).length === 0);
    const isPlain = name === 'init_lora_weights' && PLAIN_BEGINNINGS.includes(value);
    if (isEmpty || isPlain || HARMLESS.includes(name)) continue;
    throw new ModelError(
      `Cannot use ${path}: ${name} is ${JSON.stringify(value)}, expected a plain LoRA without it.\n${MERGE}`,
    );
  }
}

/** The scale is made of the rank in the configuration, so it must be that of the pairs. */
function checkPair({ A, B }: PeftPair, rank: number): void {
  if (A.shape[0] !== rank)
    throw new ModelError(
      `Cannot use ${A.file}: ${A.name} is of rank ${A.shape[0]}, adapter_config.json says ${rank}.\n` +
        'Use the two files of the same adapter.',
    );
  for (const entry of [A, B]) {
    const { data } = readTensor(entry);
    if (!(data instanceof Float32Array)) throw notAPair(entry.file, entry.name);
    if (!data.every(Number.isFinite))
      throw new ModelError(
        `Cannot use tensor ${entry.name} of ${entry.file}: it holds NaN or infinity.\nThe file is damaged, or the adapter is: get it again.`,
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
