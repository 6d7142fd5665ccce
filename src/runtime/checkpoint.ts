/**
 * What the authors' checkpoints say about themselves, beside their weights.
 *
 * In: a `.pt` file as `train_code2lora_gru_v2.py` (`code2lora_gru.pt`) or `train_code2lora_static_v2.py`
 * (`code2lora_direct.pt`) saves it. Out: the sizes and settings of the model, checked. Knows nothing about packs.
 *
 *   evolving   gru_state, head_state, gru_config, head_config, type_dims, args, per_step_input
 *   static     state_dict, config, type_dims, args
 */
import { ModelError } from '../errors.ts';
import { MODULE_TYPES, type ModuleType } from './manifest.ts';
import * as field from './manifest-fields.ts';
import { readTorchFile, type TorchFile } from './torch-file.ts';

export interface CheckpointConfig {
  kind: 'evolving' | 'static';
  /** Length of the vector that the head reads: the hidden state, or the repository embedding. */
  contextSize: number;
  trunkSize: number;
  rank: number;
  /** Stands in the arguments of the training only; 32 when it does not, as there. */
  alpha: number;
  modules: Partial<Record<ModuleType, { inFeatures: number; outFeatures: number }>>;
  /** 0 for a model of one task; otherwise the head also reads a row of a table (taskCount, taskSize). */
  taskCount: number;
  taskSize: number;
  /** Null for the static model. */
  gru: { stepSize: number; repositorySize: number; hiddenSize: number } | null;
  /** What a step of the GRU reads; null for the static model. */
  stepInput: 'diff' | 'repo_state' | 'concat' | null;
  /** The base model of the training, such as `Qwen/Qwen2.5-Coder-1.5B`, when it is named. */
  baseModel: string | null;
}

const DEFAULT_ALPHA = 32;

/** Reads the settings of a checkpoint. Throws ModelError for another layout, also for that of the first generation. */
export function readCheckpointConfig(path: string): CheckpointConfig {
  const file = readTorchFile(path);
  return field.advising(() => configOf(file, path), ADVICE)(undefined, path);
}

function configOf({ entries, data }: TorchFile, path: string): CheckpointConfig {
  const holds = (group: string) => [...entries.keys()].some((name) => name.startsWith(`${group}.`));
  checkGeneration(path, { keys: Object.keys(data), holds });
  if (holds('gru_state') && holds('head_state')) return evolvingConfig(data, path);
  if (holds('state_dict'))
    return { ...headConfig(data, 'config', path), kind: 'static', gru: null, stepInput: null };
  throw unknownLayout(path, 'it has neither gru_state and head_state nor state_dict');
}

type Data = Readonly<Record<string, unknown>>;
type HeadConfig = Omit<CheckpointConfig, 'kind' | 'gru' | 'stepInput'>;

function evolvingConfig(data: Data, path: string): CheckpointConfig {
  const head = headConfig(data, 'head_config', path);
  const sizes = gruFields(data.gru_config, `${path}: gru_config`);
  const stepInput = field.optional(field.oneOf('diff', 'repo_state', 'concat'), 'diff');
  if (head.contextSize !== sizes.hidden_dim) {
    const found = `head_config.input_dim is ${head.contextSize}, gru_config.hidden_dim is ${sizes.hidden_dim}`;
    throw unknownLayout(path, found);
  }
  return {
    ...head,
    kind: 'evolving',
    gru: {
      stepSize: sizes.diff_input_dim,
      repositorySize: sizes.repo_state_dim,
      hiddenSize: sizes.hidden_dim,
    },
    stepInput: stepInput(data.per_step_input, `${path}: per_step_input`),
  };
}

function headConfig(data: Data, key: string, path: string): HeadConfig {
  const head = headFields(data[key], `${path}: ${key}`);
  const training = trainingFields(data.args ?? {}, `${path}: args`);
  const sizes = JSON.stringify(sorted(head.type_dims));
  // The trainers save them twice.
  const again = data.type_dims === undefined ? sizes : JSON.stringify(sorted(data.type_dims as object));
  if (again !== sizes || JSON.stringify(Object.keys(head.type_dims).sort()) !== JSON.stringify(head.types))
    throw unknownLayout(path, `${key}.types, ${key}.type_dims and type_dims do not agree`);
  return {
    contextSize: head.input_dim,
    trunkSize: head.hidden_dim,
    rank: head.rank,
    alpha: training.alpha,
    modules: Object.fromEntries(
      Object.entries(head.type_dims).map(([type, [inFeatures, outFeatures]]) => [
        type,
        { inFeatures, outFeatures },
      ]),
    ),
    taskCount: head.num_tasks,
    taskSize: head.num_tasks > 0 ? head.task_dim : 0,
    baseModel: training.model_name,
  };
}

const size = field.integer(1, 2 ** 31 - 1);
const count = field.integer(0, 2 ** 31 - 1);
const pair: field.Check<[number, number]> = (value, at) => {
  const [first, second, ...rest] = Array.isArray(value) ? value : [];
  if (rest.length === 0) return [size(first, `${at}[0]`), size(second, `${at}[1]`)];
  throw new ModelError(
    `${at} has ${rest.length + 2} numbers, expected two.\nUse a checkpoint as it was published.`,
  );
};

const headFields = field.object({
  input_dim: size,
  hidden_dim: size,
  rank: size,
  types: field.list(field.oneOf(...MODULE_TYPES)),
  type_dims: field.record(pair, field.oneOf(...MODULE_TYPES)),
  // Checkpoints from before the variant with several tasks do not have these two.
  num_tasks: field.optional(count, 0),
  task_dim: field.optional(count, 0),
});
const gruFields = field.object({ diff_input_dim: size, repo_state_dim: size, hidden_dim: size });
const trainingFields = field.object({
  alpha: field.optional(field.positive, DEFAULT_ALPHA),
  model_name: field.optional(field.nullable(field.text(/^.{1,500}$/s, 'a text')), null),
});

const sorted = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Of the first generation: other layers, other names, one adapter for each layer. */
const FIRST_GENERATION = ['hypernet_state_dict', 'hypernet_config', 'module_specs', 'model_config'];

function checkGeneration(
  path: string,
  { keys, holds }: { keys: readonly string[]; holds: (group: string) => boolean },
): void {
  const found = FIRST_GENERATION.find((key) => keys.includes(key) || holds(key));
  if (found !== undefined) throw unknownLayout(path, `it has ${found}, so it is of the first generation`);
}

const ADVICE =
  'Use code2lora_gru.pt of code2lora/code2lora-gru or code2lora_direct.pt of code2lora/code2lora-direct.';

function unknownLayout(path: string, found: string): ModelError {
  return new ModelError(`Cannot use the checkpoint ${path}: ${found}.\n${ADVICE}`);
}
