/**
 * A user's own PEFT adapter and its base model → a pack that checks and completes with exactly this adapter.
 *
 * The adapter is added to the weights, because it differs from layer to layer, which an adapter of ours does not. The
 * pack's hypernetwork is the smallest there can be and gives zeros whatever it reads, so nothing follows the history,
 * and "base model" and "adapted" are the same. In: folders. Out: a pack.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ModelError, UsageError } from '../errors.ts';
import { PACK_SCHEMA } from '../runtime/manifest.ts';
import type { Recipe } from '../runtime/manifest-recipe.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { encodeSafetensors, readTensor, type Tensor, type TensorEntry } from '../runtime/safetensors.ts';
import { tensorBytes } from '../runtime/safetensors-header.ts';
import { writeTensorFile } from '../runtime/tensor-writer.ts';
import { matrixShapes, moduleSizes, weightShapes } from '../runtime/transformer-config.ts';
import { readTransformer, type TransformerModel } from '../runtime/transformer-weights.ts';
import { type BuildOptions, buildPack, type PackPlan, placeModel } from './build.ts';
import { findModel, type LocalModel, readModelConfig } from './describe.ts';
import { explainWrite, requireSpace } from './disk-space.ts';
import type { PackHome } from './folder.ts';
import { describeBaseModel, NOT_CALIBRATED } from './pack-plan.ts';
import { changeOf, type PeftAdapter, type PeftPair, readPeftAdapter } from './peft-adapter.ts';
import type { OnPackProgress } from './progress.ts';
import { inSourceNames } from './source-names.ts';
import { rowPieces } from './tensor-pieces.ts';

export interface AdapterImport extends BuildOptions {
  name: string;
  /** Folder of a base model that does not lie in the imported one. */
  baseModel?: string | undefined;
  /** Default: unknown. */
  license?: string | undefined;
}

/** Throws UsageError without a base model, ModelError when the adapter belongs to another one. Hold the lock. */
export async function importAdapter(folder: string, options: AdapterImport): Promise<ModelPack> {
  const { baseModel, home, name, license = 'unknown' } = options;
  if (baseModel === undefined)
    throw new UsageError(
      `Cannot import the adapter ${folder}: its base model is not known.\nName the base model's folder with --base-model.`,
    );
  const model = findModel(resolve(baseModel));
  const adapter = readPeftAdapter(folder);
  requireSpace(home.root, { bytes: mergedBytes(model), purpose: 'add the adapter to the base model' });
  const work = newWorkFolder(home);
  const merged = join(work, 'model.safetensors');
  try {
    await mergeAdapter(model, adapter, { path: merged, onProgress: options.onProgress });
    const hypernetwork = join(work, 'code2lora.safetensors');
    writeFileSync(hypernetwork, encodeSafetensors(zeroHypernetwork(model)));
    const weights = [{ name: 'model.safetensors', path: merged }];
    const plan = planFixed({ name, license }, { ...model, weights }, hypernetwork);
    return await buildPack(name, plan, options);
  } catch (error) {
    const names = new Map([[merged, `${resolve(baseModel)} with the adapter ${folder}`]]);
    throw inSourceNames(explainWrite(error, work), names);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What a killed import left behind is removed. Hold the lock. */
function newWorkFolder({ downloads }: PackHome): string {
  const leftovers = existsSync(downloads) ? readdirSync(downloads) : [];
  for (const name of leftovers.filter((entry) => /^merge-\d+$/.test(entry)))
    rmSync(join(downloads, name), { recursive: true, force: true });
  const folder = join(downloads, `merge-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

const mergedBytes = ({ config }: LocalModel): number =>
  [...new Map(weightShapes(readModelConfig(config))).values()].reduce(
    (sum, shape) => sum + tensorBytes({ dtype: 'F32', shape }),
    0,
  );

/** Writes all weights in fp32, with the adapter added. Throws ModelError when a pair fits no linear layer. */
async function mergeAdapter(
  { config, weights }: LocalModel,
  { scale, pairs }: PeftAdapter,
  { path, onProgress }: { path: string; onProgress: OnPackProgress },
): Promise<void> {
  const model = readTransformer({ config, weights: weights.map((file) => file.path) });
  checkPairs(model, pairs);
  const shapes = new Map(weightShapes(model.config));
  const total = shapes.size;
  let done = 0;
  const tensors = [...shapes].map(([name, shape]) => ({ name, dtype: 'F32' as const, shape }));
  await writeTensorFile(path, { tensors, metadata: { format: 'pt' } }, async (write) => {
    for (const [name, shape] of shapes) {
      const rowSize = shape.slice(1).reduce((product, size) => product * size, 1);
      for (const { firstRow, values } of changedRows(model.weight(name), pairs.get(name), scale)) {
        write(
          name,
          firstRow * rowSize * 4,
          new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
        );
        await setImmediate();
      }
      done += 1;
      onProgress?.({ stage: 'convert', what: 'base model with the adapter', done, total });
    }
  });
}

function* changedRows(
  weight: TensorEntry,
  pair: PeftPair | undefined,
  scale: number,
): Generator<{ firstRow: number; values: Float32Array }> {
  const changeRows = pair && changeOf(pair, scale);
  for (const { entry, firstRow, rows } of rowPieces(weight)) {
    const values = readTensor(entry).data as Float32Array;
    const change = changeRows?.(firstRow, rows);
    if (change)
      for (let i = 0; i < values.length; i += 1) values[i] = (values[i] as number) + (change[i] as number);
    yield { firstRow, values };
  }
}

function checkPairs({ config }: TransformerModel, pairs: PeftAdapter['pairs']): void {
  const shapes = new Map(matrixShapes(config, { outputLayer: false }));
  for (const [name, { A, B }] of pairs) {
    const expected = shapes.get(name);
    const found = [B.shape[0], A.shape[1]];
    if (expected?.join() === found.join()) continue;
    throw new ModelError(
      `Cannot add the adapter to the base model: its ${name} is (${found.join(', ')}), ` +
        `that of the base model ${expected ? `(${expected.join(', ')})` : 'is no linear layer of a block'}.\n` +
        'Name the base model that the adapter was made for.',
    );
  }
}

function planFixed(
  title: { name: string; license: string },
  model: LocalModel,
  hypernetwork: string,
): PackPlan {
  const base = placeModel('base-model', model);
  const { hiddenSize } = readModelConfig(model.config);
  const file = 'code2lora.safetensors';
  return {
    manifest: {
      schema: PACK_SCHEMA,
      ...{ ...title, version: 'imported' },
      baseModel: describeBaseModel(model, base.files),
      encoder: { kind: 'base-model', embeddingSize: hiddenSize },
      recipe: SHORTEST_RECIPE,
      hypernetwork: {
        ...{ kind: 'static', weights: file, embeddingSize: hiddenSize, hiddenSize, trunkSize: 1 },
        ...{ rank: 1, alpha: 1, gateOrder: 'rzn', moduleTypes: ['q_proj'] },
      },
      meanAdapter: null,
      panel: [],
      adaptation: null,
      calibration: NOT_CALIBRATED,
    },
    placement: new Map([...base.placement, [file, { from: hypernetwork }]]),
    texts: {},
  };
}

/** What is embedded does not matter, so as little as possible is. */
const WINDOWS = { windowTokens: 8, overlapTokens: 0, minTokens: 8, maxWindows: 1 };
const SHORTEST_RECIPE: Recipe = {
  repository: {
    ...WINDOWS,
    ...{ maxFiles: 1, emptyItem: 'skip', windowPooling: ['mean'], itemPooling: ['mean'], normalize: 'none' },
    files: 'production',
  },
  diff: { ...WINDOWS, windowPooling: ['mean'], emptyItem: 'zero', normalize: 'none', files: 'production' },
  history: {
    ...{ steps: 'production-diff', newAssertions: 'own-text', base: 'first-parent', startCommit: 'skip' },
    contextLines: 0,
  },
  retokenize: false,
  rounding: 'none',
  quotedPaths: 'read',
};

/** Of one module type, with every weight zero: tanh(0) is exactly 0, so A = B = 0. */
function zeroHypernetwork({ config }: LocalModel): Map<string, Tensor> {
  const { inFeatures, outFeatures } = moduleSizes(readModelConfig(config)).q_proj;
  const { hiddenSize } = readModelConfig(config);
  const zeros = (shape: number[]): Tensor => ({
    dtype: 'F32',
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  });
  const linear = (name: string, rows: number, columns: number): [string, Tensor][] => [
    [`state_dict.${name}.weight`, zeros([rows, columns])],
    [`state_dict.${name}.bias`, zeros([rows])],
  ];
  return new Map([
    ...linear('trunk.0', 1, hiddenSize),
    ...linear('trunk.2', 1, 1),
    ...linear('heads_A.q_proj', inFeatures, 1),
    ...linear('heads_B.q_proj', outFeatures, 1),
    ['state_dict.log_scale_A.q_proj', zeros([])],
    ['state_dict.log_scale_B.q_proj', zeros([])],
  ]);
}
