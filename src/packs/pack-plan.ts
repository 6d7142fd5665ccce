/**
 * The published models, or others in their layout → what a pack of them says and holds.
 *
 * In: places of files. Out: a PackPlan. Reads the small files only; build.ts does the work.
 */
import { ModelError } from '../errors.ts';
import { PACK_SCHEMA, type PackManifest } from '../runtime/manifest.ts';
import { type PackPlan, type Placement, placeModel } from './build.ts';
import {
  appendedToken,
  contextTokens,
  endToken,
  hypernetworkSizes,
  type LocalModel,
  type NamedFile,
  readModelConfig,
} from './describe.ts';
import { CONTEXT_TOKENS, ENCODER_TOKENS, RELEASED_RECIPE } from './released-recipe.ts';

/** Three models in the layout in which they were published. */
export interface ReleasedModels {
  baseModel: LocalModel;
  encoder: LocalModel;
  /** `code2lora_gru.pt` or `code2lora_direct.pt`. */
  checkpoint: NamedFile;
}

export interface PackTitle {
  name: string;
  version: string;
  license: string;
}

/** Nobody has measured false alarms with these models here: the limits are the usual ones, the rates unknown. */
export const NOT_CALIBRATED: PackManifest['calibration'] = {
  surprisingMaxProbability: 0.02,
  surprisingMinCandidate: 0.6,
  falseAlarmRate: null,
  detectionRate: null,
  measuredOn: null,
  wrongValue: null,
};

/** Plans a pack with the released recipe. Throws ModelError when a file is of another kind than expected. */
export function planReleased(
  title: PackTitle,
  models: ReleasedModels,
  { texts = {}, digestOf = () => undefined }: Partial<PlanOptions> = {},
): PackPlan {
  const base = placeModel('base-model', models.baseModel, digestOf);
  const encoder = placeModel('encoder', models.encoder, digestOf);
  const { name: checkpoint, path: from } = models.checkpoint;
  const own: Placement = new Map([[checkpoint, { from, sha256: digestOf(from) }]]);
  return {
    manifest: {
      schema: PACK_SCHEMA,
      ...title,
      baseModel: {
        ...describeBaseModel(models.baseModel, base.files),
        // The authors' evaluation puts a BOS before each prompt, and this tokeniser has none but its end token.
        startToken: endToken(models.baseModel.config),
      },
      encoder: describeEncoder(models.encoder, encoder.files),
      recipe: RELEASED_RECIPE,
      hypernetwork: { ...hypernetworkSizes(from), weights: checkpoint },
      // The authors publish none.
      meanAdapter: null,
      panel: [],
      adaptation: null,
      calibration: NOT_CALIBRATED,
    },
    placement: new Map([...base.placement, ...encoder.placement, ...own]),
    texts,
  };
}

interface PlanOptions {
  texts: Readonly<Record<string, string>>;
  /** The sha256 of a file, when it has just been checked. */
  digestOf: (path: string) => string | undefined;
}

interface PlacedFiles {
  config: string;
  tokenizer: string;
  weights: string[];
}

/** The decoder of a pack: its end token and its longest input are what its config.json says. */
export function describeBaseModel({ config }: LocalModel, files: PlacedFiles): PackManifest['baseModel'] {
  const { architecture } = readModelConfig(config);
  if (architecture === 'qwen3')
    throw new ModelError(
      `Cannot use ${config} as the base model: its model_type is "qwen3", expected "qwen2" or "llama".`,
    );
  return {
    architecture,
    ...files,
    contextTokens: contextTokens(config, CONTEXT_TOKENS),
    endToken: endToken(config),
    startToken: null,
  };
}

function describeEncoder({ config, tokenizer }: LocalModel, files: PlacedFiles): PackManifest['encoder'] {
  const longest = contextTokens(config, ENCODER_TOKENS);
  if (longest < ENCODER_TOKENS)
    throw new ModelError(
      `Cannot use ${config} as the encoder: its max_position_embeddings is ${longest}, the released recipe reads windows of ${ENCODER_TOKENS} tokens.\n` +
        'Use the encoder that the checkpoint was trained with.',
    );
  return {
    kind: 'qwen3',
    ...files,
    embeddingSize: readModelConfig(config, 'qwen3').hiddenSize,
    endToken: appendedToken(tokenizer),
    contextTokens: longest,
  };
}
