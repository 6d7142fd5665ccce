/**
 * A model pack of a published shape that takes no room on disk: real configurations and headers, and weights that
 * are holes in their files. It can be opened and weighed; what it would compute means nothing.
 */
import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { PackManifest } from '../../src/runtime/manifest.ts';
import { type ModelPack, openModelPack } from '../../src/runtime/model-pack.ts';
import { encodeHeader, type TensorPlan, tensorBytes } from '../../src/runtime/safetensors-header.ts';
import { parseTransformerConfig, weightShapes } from '../../src/runtime/transformer-config.ts';
import { QWEN25_CODER_05B } from '../helpers/published-shapes.ts';
import { writeTinyPack } from '../helpers/tiny-pack.ts';

/** Bytes of the files that only their size is asked of, as the real ones have. */
export const SIZES: Readonly<Record<string, number>> = {
  'code2lora.safetensors': 2_820_000_000,
  'base-model.q8.safetensors': 556_000_000,
  'base-model.q4.safetensors': 262_000_000,
  'hypernetwork.q8.safetensors': 790_000_000,
};

export interface SparseOptions {
  dtype?: 'F32' | 'BF16';
  /** Of the files in SIZES, besides the hypernetwork's. */
  copies?: readonly string[];
  change?: (manifest: PackManifest) => void;
}

/** The shape of Qwen2.5-Coder-0.5B. */
export function writeSparsePack({ dtype = 'F32', copies = [], change }: SparseOptions = {}): ModelPack {
  const { dir } = writeTinyPack();
  const config = parseTransformerConfig(QWEN25_CODER_05B, 'config.json');
  const tensors = [...new Map(weightShapes(config))].map(([name, shape]) => ({
    name,
    dtype,
    shape: [...shape],
  }));
  writeFileSync(join(dir, 'config.json'), JSON.stringify(QWEN25_CODER_05B));
  writeHoles(join(dir, 'model.safetensors'), tensors);
  for (const file of ['code2lora.safetensors', ...copies]) writeHole(join(dir, file), SIZES[file] as number);
  const place = join(dir, 'manifest.json');
  const manifest = JSON.parse(readFileSync(place, 'utf8')) as PackManifest;
  for (const file of [...Object.keys(manifest.files), ...copies]) {
    manifest.files[file] = { bytes: statSync(join(dir, file)).size, sha256: '0'.repeat(64) };
  }
  manifest.baseModel.contextTokens = 2048;
  change?.(manifest);
  writeFileSync(place, JSON.stringify(manifest));
  return openModelPack(dir);
}

function writeHoles(path: string, tensors: readonly TensorPlan[]): void {
  const header = encodeHeader(tensors, {});
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = openSync(path, 'w');
  writeSync(file, Buffer.concat([length, header]));
  ftruncateSync(file, 8 + header.length + tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0));
  closeSync(file);
}

function writeHole(path: string, bytes: number): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, bytes);
  closeSync(file);
}
