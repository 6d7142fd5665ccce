/**
 * Are the models of a new pack whole, and do they belong together? Asked once, when a pack is built.
 *
 * In: an opened pack. Out: nothing, or a ModelError that names the tensor. Reads every weight once; knows nothing
 * about where they come from.
 */
import { setImmediate } from 'node:timers/promises';
import { ModelError } from '../errors.ts';
import { initialStateGraph, stepGraph } from '../gru/graph.ts';
import { checkFits } from '../lora/adapter.ts';
import { generatorGraph } from '../lora/graph.ts';
import { areFinite } from '../runtime/finite.ts';
import { type Hypernetwork, openHypernetwork } from '../runtime/hypernetwork.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { readTensor, type TensorEntry } from '../runtime/safetensors.ts';
import { readTorchFile } from '../runtime/torch-file.ts';
import { moduleSizes } from '../runtime/transformer-config.ts';
import { readBaseModel, readOwnEncoder } from '../runtime/transformer-weights.ts';
import { entriesOfFiles } from '../runtime/weight-files.ts';
import { isTorchName } from '../runtime/weights.ts';
import { rowPieces } from './tensor-pieces.ts';

/** Opens every model of the pack, and holds the adapters of one against the layers of the other. Throws ModelError. */
export function checkModels(pack: ModelPack): void {
  const { encoder, hypernetwork } = pack.manifest;
  const base = readBaseModel(pack);
  if (encoder.kind === 'qwen3') {
    const { hiddenSize } = readOwnEncoder(pack, encoder).config;
    if (hiddenSize !== encoder.embeddingSize)
      throw new ModelError(`The encoder gives ${hiddenSize} numbers, expected ${encoder.embeddingSize}.`);
  }
  const network = openHypernetwork(pack);
  checkTensors(network);
  const { rank, alpha } = hypernetwork;
  const pairs = Object.fromEntries(
    Object.entries(network.modules).map(([type, size]) => [
      type,
      { ...size, A: new Float32Array(0), B: new Float32Array(0) },
    ]),
  );
  checkFits({ rank, alpha, pairs }, moduleSizes(base.config));
}

/** The graphs ask for each tensor of the hypernetwork by name and shape; they read no number. */
function checkTensors(network: Hypernetwork): void {
  const { sizes, weights, weightsFolder } = network;
  generatorGraph(network);
  if (sizes.kind === 'static') return;
  initialStateGraph(weights, sizes, weightsFolder);
  stepGraph(weights, sizes, weightsFolder);
}

/** Throws ModelError for a file of weights that holds NaN or infinity. */
export async function checkFinite(path: string, onBytes?: (count: number) => void): Promise<void> {
  const entries = isTorchName(path) ? readTorchFile(path).entries : entriesOfFiles([path]);
  for (const entry of entries.values()) {
    for (const { entry: piece } of rowPieces(entry)) {
      await setImmediate();
      const { data } = readTensor(piece);
      if (data instanceof Float32Array && !areFinite(data)) throw notFinite(entry);
      onBytes?.(piece.length);
    }
  }
}
const notFinite = ({ name, file }: TensorEntry): ModelError =>
  new ModelError(
    `Cannot use tensor ${name} of ${file}: it holds NaN or infinity.\nThe file is damaged, or the model is: get it again.`,
  );
