/**
 * What the precision of a new pack costs: its models against the same models in fp32.
 *
 * In: a converted pack, and the one it was made from. Out: `precisionLoss` of the manifest. Two digits are kept: the
 * manifest's digest is the identity of the pack, and another kind of CPU gives other last digits. Knows nothing
 * about downloads.
 */
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { memoryCache } from '../embedding/cache.ts';
import { createEmbedder } from '../embedding/embedder.ts';
import { type Encoder, openEncoder } from '../embedding/encoder.ts';
import { openUpdater } from '../gru/rollout.ts';
import { openGenerator } from '../lora/generate.ts';
import { sizeText } from '../report/sizes.ts';
import type { PackManifest } from '../runtime/manifest.ts';
import type { PrecisionLoss } from '../runtime/manifest-models.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { openTokenizer } from '../runtime/tokenizer.ts';
import { widenTransformer } from '../runtime/transformer-precision.ts';
import { readBaseModel, readOwnEncoder, type TransformerModel } from '../runtime/transformer-weights.ts';
import { openDecoder } from '../scoring/decoder.ts';
import { measureAdapterError, measureEmbeddingError, measureNllLoss } from '../scoring/precision-loss.ts';
import { needsWidening, progressOf } from './convert.ts';
import { freeBytes } from './disk-space.ts';
import { MEASURE_TEXTS } from './measure-texts.ts';
import type { OnPackProgress } from './progress.ts';

export interface MeasureOptions {
  original: ModelPack;
  measure: boolean;
  onProgress?: OnPackProgress;
  onNote?: ((note: string) => void) | undefined;
}

const NOT_MEASURED: PrecisionLoss = {
  nll: null,
  embeddingError: null,
  adapterError: null,
  measuredOn: null,
};

/** Nothing is measured in fp32, when it is not wanted, or when the disk has no room for weights in fp32. */
export async function measurePack(pack: ModelPack, options: MeasureOptions): Promise<PrecisionLoss> {
  const { original, measure, onNote, onProgress } = options;
  if (!measure || pack.manifest.precision.baseModel === 'fp32') return NOT_MEASURED;
  const needed = largestModelBytes(original) * 2;
  if (freeBytes(pack.dir) < needed * 1.1) {
    onNote?.(
      `what the precision costs was not measured: that takes ${sizeText(needed)} of disk for a moment, ${sizeText(freeBytes(pack.dir))} are free`,
    );
    return NOT_MEASURED;
  }
  const step = (what: string, done: number) => onProgress?.({ stage: 'measure', what, done, total: 3 });
  step('base model', 0);
  const nll = await withReference(options, 'baseModel', (reference) => measureNll(pack, reference));
  step('encoder', 1);
  const { error, states } = await withReference(options, 'encoder', (reference) =>
    measureEncoder(pack, reference),
  );
  step('hypernetwork', 2);
  await using reference = await openGenerator(original);
  await using quantized = await openGenerator(pack);
  const adapterError = await measureAdapterError(states, { reference, quantized });
  step('hypernetwork', 3);
  return {
    nll: twoDigits(nll),
    embeddingError: twoDigits(error),
    adapterError: twoDigits(adapterError),
    measuredOn: 'a module, its tests and a change of both, on the CPU (src/packs/measure-texts.ts)',
  };
}

const twoDigits = (value: number): number => Number(value.toPrecision(2));

function largestModelBytes({ manifest, path }: ModelPack): number {
  const sizeOf = (files: readonly string[]) =>
    files.reduce((sum, file) => sum + statSync(path(file)).size, 0);
  const encoder = manifest.encoder.kind === 'base-model' ? [] : manifest.encoder.weights;
  return Math.max(sizeOf(manifest.baseModel.weights), sizeOf(encoder));
}

/** Runs with a pack whose model of one part is there in fp32: as it was published, or widened for the moment. */
async function withReference<T>(
  { original, onProgress }: MeasureOptions,
  part: 'baseModel' | 'encoder',
  use: (reference: ModelPack) => Promise<T>,
): Promise<T> {
  const { manifest } = original;
  const isBase = part === 'baseModel' || manifest.encoder.kind === 'base-model';
  const model = isBase ? readBaseModel(original) : readEncoder(original);
  if (!needsWidening(model)) return await use(original);
  const name = 'reference.safetensors';
  const place = join(original.dir, name);
  try {
    await widenTransformer(model, {
      path: place,
      ...progressOf(onProgress, `${part} in fp32, to compare with`),
    });
    const changed: PackManifest = isBase
      ? { ...manifest, baseModel: { ...manifest.baseModel, weights: [name] } }
      : { ...manifest, encoder: { ...manifest.encoder, weights: [name] } as PackManifest['encoder'] };
    return await use({ ...original, manifest: changed });
  } finally {
    rmSync(place, { force: true });
  }
}

function readEncoder(pack: ModelPack): TransformerModel {
  const { encoder } = pack.manifest;
  return encoder.kind === 'base-model' ? readBaseModel(pack) : readOwnEncoder(pack, encoder);
}

async function measureNll(pack: ModelPack, original: ModelPack): Promise<number> {
  const { tokenizer, contextTokens } = pack.manifest.baseModel;
  const { encode } = openTokenizer(pack.path(tokenizer));
  const texts = [MEASURE_TEXTS.tests, MEASURE_TEXTS.module].map(encode);
  await using reference = await openDecoder(readBaseModel(original), contextTokens);
  await using quantized = await openDecoder(readBaseModel(pack), contextTokens);
  return await measureNllLoss(texts, { reference, quantized });
}

/** The error of embeddings; and states of a short history in fp32, for the hypernetwork. */
async function measureEncoder(
  pack: ModelPack,
  original: ModelPack,
): Promise<{ error: number; states: Float32Array[] }> {
  await using reference = await openEncoder(original);
  await using quantized = await openEncoder(pack);
  const { windowTokens } = pack.manifest.recipe.diff;
  const windows = Object.values(MEASURE_TEXTS).map((text) =>
    reference.windowInput(reference.tokenize(text).slice(0, windowTokens), windowTokens),
  );
  const error = await measureEmbeddingError(windows, { reference, quantized });
  return { error, states: await statesOf(original, reference) };
}

async function statesOf(original: ModelPack, encoder: Encoder): Promise<Float32Array[]> {
  const embedder = createEmbedder(original, encoder, memoryCache());
  await using updater = await openUpdater(original);
  const { module, diff } = MEASURE_TEXTS;
  const file = { path: 'shop/cart.py', blob: 'measured', readText: async () => module };
  const first = await updater.initialState(await embedder.embedRepository([file]));
  if (updater.stepInput === 'repository') return [first];
  return [first, await updater.step(first, await embedder.embedDiff(diff))];
}
