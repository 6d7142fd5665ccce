/**
 * How much memory the models of a pack take.
 *
 * In: a pack: its manifest, the sizes of its files, its configurations. Out: bytes, for each of the two stages that
 * are never open together. Opens no model.
 *
 *   private   what the system cannot take back: Node, packed quantised weights, keys and values, products of a run
 *   mapped    float32 weights, read from their files as they are used: dropped when memory is short, at the cost
 *             of reading them from disk again in every run
 *
 * The constants were measured on Linux x64 with onnxruntime-node 1.30 and weights of the shapes of
 * Qwen2.5-Coder-0.5B: docs/inference.md has the numbers.
 */

import { type ModelPart, type Precision, quantizedFile } from '../runtime/manifest-models.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { readHeader } from '../runtime/safetensors.ts';
import { parseTransformerConfig, type TransformerConfig } from '../runtime/transformer-config.ts';
import { readJson, resolveLink, shardsOf } from '../runtime/weight-files.ts';
import { learnedTokens } from './learners.ts';

export interface Memory {
  privateBytes: number;
  mappedBytes: number;
}

/** `state`: encoder and hypernetwork. `check`: language model. */
export interface MemoryEstimate {
  state: Memory;
  check: Memory;
}

const MEGABYTE = 1024 ** 2;
/** Node, ONNX Runtime, a tokeniser. */
const BASE_BYTES = 100 * MEGABYTE;
/** What unpacking takes for a moment, wherever weights are quantised. */
const UNPACKING_BYTES = 200 * MEGABYTE;
/** Share of the output layer, as float32, that is copied while values are scored. */
const OUTPUT_COPIES: Readonly<Record<Precision, number>> = { fp32: 1.2, int8: 0.55, int4: 1 };
/** Tokens that one run reads at most (scoring/prompt-reader.ts). */
const CHUNK_TOKENS = 512;
/** With and without the adapter (scoring/score.ts). */
const READERS = 2;

export function estimateMemory(pack: ModelPack): MemoryEstimate {
  return { state: stateMemory(pack), check: checkMemory(pack) };
}

/** At full speed, mapped weights have to be in memory too. */
export const totalBytes = ({ privateBytes, mappedBytes }: Memory): number => privateBytes + mappedBytes;

function stateMemory(pack: ModelPack): Memory {
  const { encoder, baseModel, recipe } = pack.manifest;
  const { config, weights } = encoder.kind === 'base-model' ? baseModel : encoder;
  const longest = Math.max(recipe.repository.windowTokens, recipe.diff.windowTokens);
  const hypernetwork = hypernetworkMemory(pack);
  const own = weightMemory(pack, 'encoder', weights);
  const run = runBytes(readConfig(pack, config), { tokens: longest, seen: longest });
  const learners = learnerMemory(pack);
  return {
    privateBytes: BASE_BYTES + own.privateBytes + hypernetwork.privateBytes + learners.privateBytes + run,
    mappedBytes: own.mappedBytes + hypernetwork.mappedBytes + learners.mappedBytes,
  };
}

/** What learns from assertions: the base model again, forwards and, with all that a layer computes, backwards. */
function learnerMemory(pack: ModelPack): Memory {
  const { adaptation, baseModel, encoder } = pack.manifest;
  if (!adaptation?.memory && !adaptation?.refinement) return { privateBytes: 0, mappedBytes: 0 };
  const config = readConfig(pack, baseModel.config);
  const weights = weightMemory(pack, 'baseModel', baseModel.weights);
  const tokens = learnedTokens(pack);
  const layers = adaptation.refinement ? config.layerCount : 1;
  const output = 4 * config.vocabularySize * config.hiddenSize;
  return {
    privateBytes: weights.privateBytes + layers * runBytes(config, { tokens, seen: tokens }) + output,
    // mapped once, whoever reads it
    mappedBytes: encoder.kind === 'base-model' ? 0 : weights.mappedBytes,
  };
}

function checkMemory(pack: ModelPack): Memory {
  const { baseModel, precision } = pack.manifest;
  const { contextTokens: seen } = baseModel;
  const config = readConfig(pack, baseModel.config);
  const weights = weightMemory(pack, 'baseModel', baseModel.weights);
  const output = 4 * config.vocabularySize * config.hiddenSize * OUTPUT_COPIES[precision.baseModel];
  const run = runBytes(config, { tokens: Math.min(CHUNK_TOKENS, seen), seen });
  const { layerCount, keyValueHeadCount, headSize } = config;
  const keysAndValues = READERS * 2 * 4 * layerCount * keyValueHeadCount * headSize * seen;
  return {
    privateBytes: BASE_BYTES + weights.privateBytes + Math.max(output, run) + keysAndValues,
    mappedBytes: weights.mappedBytes,
  };
}

/** Of one run: attention over what it sees, and the widest products of a layer. */
function runBytes(
  { headCount, intermediateSize, hiddenSize }: TransformerConfig,
  { tokens, seen }: { tokens: number; seen: number },
): number {
  return 4 * tokens * (3 * headCount * seen + 8 * (intermediateSize + hiddenSize));
}

/** The GRU runs in float32 from the original file, whatever the head does: it is small. */
function hypernetworkMemory(pack: ModelPack): Memory {
  const quantized = quantizedFile(pack.manifest, 'hypernetwork');
  if (quantized !== undefined) return packed(pack, quantized);
  return { privateBytes: 0, mappedBytes: sizeOf(pack, pack.manifest.hypernetwork.weights) };
}

function weightMemory(pack: ModelPack, part: ModelPart, weights: readonly string[]): Memory {
  const quantized = quantizedFile(pack.manifest, part);
  if (quantized !== undefined) return packed(pack, quantized);
  const bytes = { private: 0, mapped: 0 };
  for (const file of weights.map(pack.path).flatMap(shardsOf)) {
    for (const { dtype, length } of readHeader(resolveLink(file)).entries.values()) {
      // Weights in 16 bits become float32 in memory when the model is opened.
      if (dtype === 'F32') bytes.mapped += length;
      else bytes.private += 2 * length;
    }
  }
  return { privateBytes: bytes.private, mappedBytes: bytes.mapped };
}

const packed = (pack: ModelPack, file: string): Memory => ({
  privateBytes: sizeOf(pack, file) + UNPACKING_BYTES,
  mappedBytes: 0,
});

const sizeOf = ({ manifest }: ModelPack, file: string): number => manifest.files[file]?.bytes ?? 0;

function readConfig(pack: ModelPack, file: string): TransformerConfig {
  const path = pack.path(file);
  return parseTransformerConfig(readJson(path), path);
}
