/**
 * A pack with the published weights → the same pack with weights as they will run.
 *
 *   fp32          16-bit weights are widened into files of their own; those of 32 bits are mapped as they are
 *   int8, int4    a quantised copy of every matrix; tables, norms, biases and the GRU are read from the originals
 *
 * In: an opened pack in fp32, in a folder that may be written. Out: what its manifest says now. Knows nothing about
 * where the files come from.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type ConvertOptions, quantizeTensors } from '../runtime/convert-weights.ts';
import { headMatrices, openHypernetwork } from '../runtime/hypernetwork.ts';
import type { PackManifest } from '../runtime/manifest.ts';
import { type ModelPart, type Precision, quantizedFile } from '../runtime/manifest-models.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { weightShapes } from '../runtime/transformer-config.ts';
import { quantizeTransformer, widenTransformer } from '../runtime/transformer-precision.ts';
import { readBaseModel, readOwnEncoder, type TransformerModel } from '../runtime/transformer-weights.ts';
import type { OnPackProgress } from './progress.ts';

export interface ConvertPackOptions {
  precision: Precision;
  onProgress?: OnPackProgress;
}

/** Writes the converted weights beside the others. Throws ModelError, UsageError when the disk is full. */
export async function convertPack(pack: ModelPack, options: ConvertPackOptions): Promise<ModelPack> {
  const { precision } = options;
  if (precision === 'fp32') return await widenPack(pack, options);
  const parts = { baseModel: precision, encoder: precision, hypernetwork: precision };
  const manifest: PackManifest = { ...pack.manifest, precision: parts };
  const target = (part: ModelPart, what: string): ConvertOptions & { precision: 'int8' | 'int4' } => ({
    path: join(pack.dir, quantizedFile(manifest, part) as string),
    precision,
    ...progressOf(options.onProgress, what),
  });
  await quantizeTransformer(readBaseModel(pack), target('baseModel', 'base model'));
  if (manifest.encoder.kind !== 'base-model')
    await quantizeTransformer(readOwnEncoder(pack, manifest.encoder), target('encoder', 'encoder'));
  await quantizeTensors(headMatrices(openHypernetwork(pack)), target('hypernetwork', 'hypernetwork'));
  return { ...pack, manifest };
}

/** Widens the models that need it. What their 16-bit files were for is done then: they leave the pack. */
async function widenPack(pack: ModelPack, { onProgress }: ConvertPackOptions): Promise<ModelPack> {
  const { baseModel, encoder } = pack.manifest;
  const widen = async (model: TransformerModel, weights: readonly string[], what: string) => {
    if (!needsWidening(model)) return [...weights];
    const name = `${what}/model.fp32.safetensors`;
    await widenTransformer(model, { path: join(pack.dir, name), ...progressOf(onProgress, what) });
    for (const file of weights) rmSync(pack.path(file));
    return [name];
  };
  const base = await widen(readBaseModel(pack), baseModel.weights, 'base-model');
  const manifest: PackManifest = { ...pack.manifest, baseModel: { ...baseModel, weights: base } };
  if (encoder.kind !== 'base-model') {
    const weights = await widen(readOwnEncoder(pack, encoder), encoder.weights, 'encoder');
    manifest.encoder = { ...encoder, weights };
  }
  return { ...pack, manifest };
}

/** Whether any weight of a model has 16 bits. */
export const needsWidening = (model: TransformerModel): boolean =>
  [...weightShapes(model.config, model)].some(([name]) => model.weight(name).dtype !== 'F32');

export const progressOf = (onProgress: OnPackProgress, what: string): Pick<ConvertOptions, 'onProgress'> => ({
  onProgress: (progress) => onProgress?.({ stage: 'convert', what, ...progress }),
});
