/**
 * The manifest of a model pack: its type, and the check of a parsed JSON value against it.
 *
 * In: a value that nobody vouches for. Out: a PackManifest, or a ModelError that names the field. Knows
 * nothing about files. Fields it does not know are left out: a newer pack may say more, not less.
 */
import { ModelError } from '../errors.ts';
import { type Adaptation, adaptationProblems, checkAdaptation } from './manifest-adaptation.ts';
import { type Calibration, checkCalibration } from './manifest-calibration.ts';
import * as field from './manifest-fields.ts';
import {
  anyText,
  type BaseModelFiles,
  checkBaseModel,
  checkEncoder,
  checkPrecision,
  checkPrecisionLoss,
  type EncoderFiles,
  fileName,
  MODULE_TYPES,
  type ModelPart,
  type ModuleType,
  type Precision,
  type PrecisionLoss,
  quantizedFile,
  size,
} from './manifest-models.ts';
import { checkPanel, type PanelEntry, panelProblems } from './manifest-panel.ts';
import { checkRecipe, type Recipe } from './manifest-recipe.ts';

export { MODULE_TYPES, type ModuleType } from './manifest-models.ts';

export const PACK_SCHEMA = 'code2lora/model-pack@1';

export interface PackManifest {
  schema: typeof PACK_SCHEMA;
  name: string;
  version: string;
  license: string;
  baseModel: BaseModelFiles;
  encoder: EncoderFiles;
  recipe: Recipe;
  hypernetwork: HypernetworkSizes;
  /** File of the average adapter over the training repositories: the control an adapter is held against; null without one. */
  meanAdapter: string | null;
  /** Adapters of other repositories, which a user's own one is held against; may be none. */
  panel: PanelEntry[];
  /** What the adapter is made of beside the hidden state, and how; null: the GRU alone. */
  adaptation: Adaptation | null;
  calibration: Calibration;
  /** How each model runs; fp32 where the manifest does not say. */
  precision: Record<ModelPart, Precision>;
  precisionLoss: PrecisionLoss;
  files: Record<string, { bytes: number; sha256: string }>;
}

export interface HypernetworkSizes {
  /** `evolving` (default): a GRU carries a state from commit to commit. `static`: only the repository counts. */
  kind: 'evolving' | 'static';
  /** A safetensors file, or the authors' checkpoint (`.pt`). */
  weights: string;
  /** Length of a repository or diff embedding. */
  embeddingSize: number;
  /** Length of the state; of the static model that is the repository embedding. */
  hiddenSize: number;
  trunkSize: number;
  rank: number;
  alpha: number;
  /** Order of the gates in the packed GRU weights: reset, update, new (PyTorch). */
  gateOrder: 'rzn';
  moduleTypes: ModuleType[];
}

/** Checks every field and the relations between them; `place` names the manifest in messages. */
export function checkManifest(value: unknown, place: string): PackManifest {
  checkSchema(value, place);
  const manifest = checkFields(value, `${place}:`);
  checkRelations(manifest, place);
  return manifest;
}

/** The files that the manifest's fields name. */
export function namedFiles(manifest: PackManifest): string[] {
  const { baseModel, encoder, hypernetwork, meanAdapter, adaptation, panel } = manifest;
  const models = encoder.kind === 'base-model' ? [baseModel] : [baseModel, encoder];
  const parts = ['baseModel', 'encoder', 'hypernetwork'] as const;
  return [
    ...models.flatMap(({ config, weights, tokenizer }) => [config, ...weights, tokenizer]),
    ...parts.flatMap((part) => quantizedFile(manifest, part) ?? []),
    hypernetwork.weights,
    ...(meanAdapter === null ? [] : [meanAdapter]),
    ...(adaptation?.memory ? [adaptation.memory.weights] : []),
    ...panel.map(({ file }) => file),
  ];
}

const word = field.text(/^[\w.+-]{1,100}$/, 'a name of letters, digits, ".", "_", "+" and "-"');
const sha256 = field.text(/^[0-9a-f]{64}$/, 'a sha256 in 64 hexadecimal digits');

const checkFields = field.object<PackManifest>({
  schema: field.exactly(PACK_SCHEMA),
  name: word,
  version: word,
  license: anyText,
  baseModel: checkBaseModel,
  encoder: checkEncoder,
  recipe: checkRecipe,
  hypernetwork: field.object<HypernetworkSizes>({
    kind: field.optional(field.oneOf('evolving', 'static'), 'evolving'),
    weights: fileName,
    embeddingSize: size,
    hiddenSize: size,
    trunkSize: size,
    rank: size,
    alpha: field.positive,
    gateOrder: field.exactly('rzn'),
    moduleTypes: field.list(field.oneOf(...MODULE_TYPES)),
  }),
  meanAdapter: field.optional(field.nullable(fileName), null),
  panel: checkPanel,
  adaptation: checkAdaptation,
  calibration: checkCalibration,
  precision: checkPrecision,
  precisionLoss: checkPrecisionLoss,
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
  const problem = [
    ...(['repository', 'diff'] as const).flatMap((kind) => windowProblems(manifest, kind)),
    ...stateProblems(manifest),
    ...adaptationProblems(manifest),
    ...panelProblems(manifest),
    ...namedFiles(manifest)
      .filter((file) => !Object.hasOwn(manifest.files, file))
      .map((file) => `files does not list ${file}`),
  ][0];
  if (problem === undefined) return;
  throw new ModelError(`${place}: ${problem}.\nUse a model pack made for this version of code2lora.`);
}

/** What the encoder can read, what the windows ask for and what the hypernetwork expects must agree. */
function windowProblems(manifest: PackManifest, kind: 'repository' | 'diff'): string[] {
  const { baseModel, encoder, recipe, hypernetwork } = manifest;
  const { windowTokens, overlapTokens, minTokens, windowPooling } = recipe[kind];
  const [reader, context] =
    encoder.kind === 'base-model'
      ? ['baseModel', baseModel.contextTokens]
      : ['encoder', encoder.contextTokens];
  // Tokenised again, a window is cut so that its end token fits; otherwise the end token comes on top.
  const longest =
    windowTokens + (encoder.kind === 'qwen3' && encoder.endToken !== null && !recipe.retokenize ? 1 : 0);
  const itemWays = kind === 'repository' ? recipe.repository.itemPooling.length : 1;
  const length = encoder.embeddingSize * windowPooling.length * itemWays;
  const rules: [holds: boolean, problem: string][] = [
    [overlapTokens < windowTokens, `overlapTokens is not below windowTokens (${windowTokens})`],
    [minTokens <= windowTokens, `minTokens is above windowTokens (${windowTokens})`],
    [longest <= context, `windowTokens is above ${reader}.contextTokens (${context})`],
  ];
  const problems = rules.filter(([holds]) => !holds).map(([, problem]) => `recipe.${kind}.${problem}`);
  if (length === hypernetwork.embeddingSize) return problems;
  const expected = `hypernetwork.embeddingSize is ${hypernetwork.embeddingSize}`;
  return [...problems, `recipe.${kind} gives embeddings of length ${length}, ${expected}`];
}

function stateProblems({ hypernetwork }: PackManifest): string[] {
  const { kind, embeddingSize, hiddenSize } = hypernetwork;
  if (kind === 'evolving' || hiddenSize === embeddingSize) return [];
  return [
    `hypernetwork.hiddenSize is ${hiddenSize}, of a static model it is embeddingSize (${embeddingSize})`,
  ];
}
