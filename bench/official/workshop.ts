/**
 * A temporary folder with models of the published shapes, written when they are first asked for and removed at the end.
 *
 * In: nothing. Out: paths. The weights are random: they say nothing about quality, and everything about speed. Knows
 * nothing about what is measured.
 */
import { existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { widenTransformer } from '../../src/runtime/transformer-precision.ts';
import { readTransformer, type TransformerModel } from '../../src/runtime/transformer-weights.ts';
import { writeOfficialCheckpoint } from '../../test/helpers/official-checkpoint.ts';
import {
  QWEN3_EMBEDDING_06B,
  QWEN25_CODER_05B,
  type ShapeOptions,
  writePublishedShape,
} from '../../test/helpers/published-shapes.ts';

export interface Workshop {
  folder: string;
  /** `code2lora_gru.pt` of the published shape. */
  checkpoint(): string;
  /** Qwen2.5-Coder-0.5B widened to fp32: config.json and model.safetensors. */
  decoder(): Promise<string>;
  /** Qwen3-Embedding-0.6B widened to fp32. */
  encoder(): Promise<string>;
  /** What a part leaves behind and no other part needs. */
  remove(name: string): void;
  [Symbol.dispose](): void;
}

/** Throws when the disk has not the room. */
export function openWorkshop({ gigabytes }: { gigabytes: number }): Workshop {
  requireDisk(gigabytes);
  const folder = mkdtempSync(join(tmpdir(), 'code2lora-bench-'));
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', dispose);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  return {
    folder,
    checkpoint() {
      const path = join(folder, 'code2lora_gru.pt');
      if (!existsSync(path)) writeOfficialCheckpoint(path);
      return path;
    },
    decoder: () => writeModel(join(folder, 'decoder'), QWEN25_CODER_05B, { finalNorm: 4 }),
    encoder: () => writeModel(join(folder, 'encoder'), QWEN3_EMBEDDING_06B, { prefix: '' }),
    remove: (name) => rmSync(join(folder, name), { recursive: true, force: true }),
    [Symbol.dispose]: dispose,
  };
}

/** As the product reads it. */
export function openModel(folder: string, { outputLayer = true } = {}): TransformerModel {
  const files = { config: join(folder, 'config.json'), weights: [join(folder, 'model.safetensors')] };
  return readTransformer(files, { outputLayer });
}

/** In 16 bits as it is published, then widened as the product does when it builds a pack. */
async function writeModel(folder: string, config: object, options: ShapeOptions): Promise<string> {
  const path = join(folder, 'model.safetensors');
  if (existsSync(path)) return folder;
  const original = join(folder, '16-bit');
  mkdirSync(original, { recursive: true });
  const files = await writePublishedShape(original, { ...config, torch_dtype: 'float32' }, options);
  const model = readTransformer(files, { outputLayer: options.prefix === undefined });
  await widenTransformer(model, { path });
  linkSync(files.config, join(folder, 'config.json'));
  rmSync(original, { recursive: true });
  return folder;
}

function requireDisk(gigabytes: number): void {
  const { bavail, bsize } = statfsSync(tmpdir());
  const free = (bavail * bsize) / 1e9;
  if (free >= gigabytes) return;
  throw new Error(
    `${tmpdir()} has ${free.toFixed(1)} GB free, the bench needs ${gigabytes}. Name a larger disk with TMPDIR.`,
  );
}
