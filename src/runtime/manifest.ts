/**
 * The manifest of a model pack: its type, and the check of a parsed JSON value against it.
 *
 * In: a value that nobody vouches for. Out: a PackManifest, or a ModelError that names the field. Knows
 * nothing about files. Fields it does not know are left out: a newer pack may say more, not less.
 */
import { ModelError } from '../errors.ts';
import * as field from './manifest-fields.ts';

export const PACK_SCHEMA = 'code2lora/model-pack@1';

/** The linear layers an adapter can change, as Qwen2 spells them. */
export const MODULE_TYPES = [
  'down_proj',
  'gate_proj',
  'k_proj',
  'o_proj',
  'q_proj',
  'up_proj',
  'v_proj',
] as const;
export type ModuleType = (typeof MODULE_TYPES)[number];

export interface PackManifest {
  schema: typeof PACK_SCHEMA;
  name: string;
  version: string;
  license: string;
  baseModel: BaseModelFiles;
  encoder: { kind: 'base-model'; embeddingSize: number };
  recipe: Recipe;
  hypernetwork: HypernetworkSizes;
  /** File of the average adapter over the training repositories: the control an adapter is held against. */
  meanAdapter: string;
  calibration: Calibration;
  files: Record<string, { bytes: number; sha256: string }>;
}

export interface BaseModelFiles {
  architecture: 'qwen2';
  config: string;
  weights: string[];
  tokenizer: string;
  /** Longest input, in tokens. */
  contextTokens: number;
  endToken: number;
}

/** How the model was shown text when it was trained; anything else would feed it vectors it has never seen. */
export interface Recipe {
  repository: WindowSettings & {
    maxFiles: number;
    /** What a file without a single window becomes: nothing, or a vector of zeros. */
    emptyItem: 'skip' | 'zero';
    itemPooling: Pooling[];
    normalize: 'none' | 'l2';
  };
  diff: WindowSettings & { emptyItem: 'zero'; normalize: 'none' };
  history: {
    steps: 'production-diff';
    base: 'first-parent';
    startCommit: 'skip';
    contextLines: number;
  };
  /** The released code decodes windows and tokenises them again, and rounds vectors to float16; we do not. */
  retokenize: false;
  rounding: 'none';
}

export interface WindowSettings {
  windowTokens: number;
  overlapTokens: number;
  minTokens: number;
  maxWindows: number;
  windowPooling: Pooling[];
}
export type Pooling = 'mean' | 'max';

export interface HypernetworkSizes {
  weights: string;
  /** Length of a repository or diff embedding. */
  embeddingSize: number;
  hiddenSize: number;
  trunkSize: number;
  rank: number;
  alpha: number;
  /** Order of the gates in the packed GRU weights: reset, update, new (PyTorch). */
  gateOrder: 'rzn';
  moduleTypes: ModuleType[];
}

/** A pack that was not measured may leave fields out: the limits then have their usual values, the rates are null. */
export interface Calibration {
  surprisingMaxProbability: number;
  surprisingMinCandidate: number;
  falseAlarmRate: number | null;
  detectionRate: number | null;
  measuredOn: string | null;
}

/** Checks every field and the relations between them; `place` names the manifest in messages. */
export function checkManifest(value: unknown, place: string): PackManifest {
  checkSchema(value, place);
  const manifest = checkFields(value, `${place}:`);
  checkRelations(manifest, place);
  return manifest;
}

/** The files that the manifest's fields name. */
export function namedFiles({ baseModel, hypernetwork, meanAdapter }: PackManifest): string[] {
  return [baseModel.config, ...baseModel.weights, baseModel.tokenizer, hypernetwork.weights, meanAdapter];
}

const word = field.text(/^[\w.+-]{1,100}$/, 'a name of letters, digits, ".", "_", "+" and "-"');
const anyText = field.text(/^.{1,1000}$/s, 'a text that is not empty');
const sha256 = field.text(/^[0-9a-f]{64}$/, 'a sha256 in 64 hexadecimal digits');
/** Below the folder of the pack: no `..`, no absolute path, no drive letter. */
const fileName = field.text(
  /^(?!.*(?:^|\/)\.\.?(?:\/|$))[\w.+-]+(?:\/[\w.+-]+)*$/,
  'the path of a file inside of the pack, with "/" between folders',
);
const size = field.integer(1, 2 ** 31 - 1);
const count = field.integer(0, 2 ** 31 - 1);

const windowSettings = {
  windowTokens: size,
  overlapTokens: count,
  minTokens: size,
  maxWindows: size,
  windowPooling: field.list(field.oneOf('mean', 'max')),
};

const checkRecipe = field.object<Recipe>({
  repository: field.object<Recipe['repository']>({
    ...windowSettings,
    maxFiles: size,
    emptyItem: field.oneOf('skip', 'zero'),
    itemPooling: field.list(field.oneOf('mean', 'max')),
    normalize: field.oneOf('none', 'l2'),
  }),
  diff: field.object<Recipe['diff']>({
    ...windowSettings,
    emptyItem: field.exactly('zero'),
    normalize: field.exactly('none'),
  }),
  history: field.object<Recipe['history']>({
    steps: field.exactly('production-diff'),
    base: field.exactly('first-parent'),
    startCommit: field.exactly('skip'),
    contextLines: field.integer(0, 1000),
  }),
  retokenize: field.exactly(false),
  rounding: field.exactly('none'),
});

const checkFields = field.object<PackManifest>({
  schema: field.exactly(PACK_SCHEMA),
  name: word,
  version: word,
  license: anyText,
  baseModel: field.object<BaseModelFiles>({
    architecture: field.exactly('qwen2'),
    config: fileName,
    weights: field.list(fileName),
    tokenizer: fileName,
    contextTokens: size,
    endToken: count,
  }),
  encoder: field.object<PackManifest['encoder']>({ kind: field.exactly('base-model'), embeddingSize: size }),
  recipe: checkRecipe,
  hypernetwork: field.object<HypernetworkSizes>({
    weights: fileName,
    embeddingSize: size,
    hiddenSize: size,
    trunkSize: size,
    rank: size,
    alpha: field.positive,
    gateOrder: field.exactly('rzn'),
    moduleTypes: field.list(field.oneOf(...MODULE_TYPES)),
  }),
  meanAdapter: fileName,
  calibration: field.object<Calibration>({
    surprisingMaxProbability: field.optional(field.fraction, 0.02),
    surprisingMinCandidate: field.optional(field.fraction, 0.6),
    falseAlarmRate: field.optional(field.nullable(field.fraction), null),
    detectionRate: field.optional(field.nullable(field.fraction), null),
    measuredOn: field.optional(field.nullable(anyText), null),
  }),
  files: field.record(field.object({ bytes: field.integer(0), sha256 }), fileName),
});

/** First of all: another schema would give a confusing message about some field. */
function checkSchema(value: unknown, place: string): void {
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (schema === PACK_SCHEMA) return;
  throw new ModelError(
    `Cannot read ${place}: its schema is ${JSON.stringify(schema) ?? 'missing'}, this version reads "${PACK_SCHEMA}".\n` +
      'Use a model pack made for this version of code2lora, or update code2lora.',
  );
}

function checkRelations(manifest: PackManifest, place: string): void {
  const { baseModel, encoder, recipe, hypernetwork, files } = manifest;
  const demand = (holds: boolean, message: string) => {
    if (!holds)
      throw new ModelError(`${place}: ${message}.\nUse a model pack made for this version of code2lora.`);
  };
  for (const kind of ['repository', 'diff'] as const) {
    const { windowTokens, overlapTokens, minTokens, windowPooling } = recipe[kind];
    demand(
      overlapTokens < windowTokens,
      `recipe.${kind}.overlapTokens is not below windowTokens (${windowTokens})`,
    );
    demand(minTokens <= windowTokens, `recipe.${kind}.minTokens is above windowTokens (${windowTokens})`);
    demand(
      windowTokens <= baseModel.contextTokens,
      `recipe.${kind}.windowTokens is above baseModel.contextTokens (${baseModel.contextTokens})`,
    );
    const itemWays = kind === 'repository' ? recipe.repository.itemPooling.length : 1;
    const length = encoder.embeddingSize * windowPooling.length * itemWays;
    demand(
      length === hypernetwork.embeddingSize,
      `recipe.${kind} gives embeddings of length ${length}, hypernetwork.embeddingSize is ${hypernetwork.embeddingSize}`,
    );
  }
  for (const file of namedFiles(manifest)) demand(Object.hasOwn(files, file), `files does not list ${file}`);
}
