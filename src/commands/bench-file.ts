/**
 * The file of scores, and the folder of adapters that are compared with each other.
 *
 * In: scores. Out: one JSON file, a repository a line, so that it can be read and compared; it appears whole or not at all.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Check } from 'typebox/value';
import { UsageError } from '../errors.ts';
import { adapterFromTensors, adapterTensors, type LoraAdapter } from '../lora/adapter.ts';
import { type Benchmark, BenchmarkSchema } from '../report/benchmark-scores.ts';
import { encodeSafetensors, readSafetensors } from '../runtime/safetensors.ts';
import { makeFolderOf } from './task-writer.ts';

/** Null where there is none. Throws UsageError for a file that is something else. */
export function readScores(file: string): Benchmark | null {
  if (!existsSync(file)) return null;
  const found = parseJson(readFileSync(file, 'utf8'));
  if (Check(BenchmarkSchema, found)) return found;
  throw new UsageError(
    `${file} is not a file of benchmark scores that this version reads.\nMove it away, or give another --out.`,
  );
}

export function writeScores(file: string, { schema, settings, repositories }: Benchmark): void {
  const lines = repositories.map((repository) => `  ${JSON.stringify(repository)}`);
  const head = `{"schema": ${JSON.stringify(schema)}, "settings": ${JSON.stringify(settings)}, "repositories": [`;
  writeWhole(file, `${head}\n${lines.join(',\n')}\n]}\n`);
}

/** Beside its place first. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  makeFolderOf(file);
  writeFileSync(`${file}.part`, content);
  renameSync(`${file}.part`, file);
}

/** Adapters of repositories at their newest commits, for comparison with those of others. */
export interface Heads {
  has(name: string, commit: string): boolean;
  read(name: string, commit: string): LoraAdapter;
  write(name: string, commit: string, adapter: LoraAdapter): void;
}

/** `digest`: of what they were made with; adapters of anything else are of no use. */
export function openHeads(folder: string, digest: string): Heads {
  const fileOf = (name: string, commit: string) =>
    join(folder, digest.slice(0, 16), `${name}@${commit.slice(0, 16)}.safetensors`);
  return {
    has: (name, commit) => existsSync(fileOf(name, commit)),
    read(name, commit) {
      const { tensors, metadata } = readSafetensors(fileOf(name, commit));
      const { rank, alpha } = metadata;
      return adapterFromTensors(tensors, { rank: Number(rank), alpha: Number(alpha), ownRanks: true });
    },
    write(name, commit, adapter) {
      const file = fileOf(name, commit);
      mkdirSync(dirname(file), { recursive: true });
      const { rank, alpha } = adapter;
      writeWhole(file, encodeSafetensors(adapterTensors(adapter), { rank: `${rank}`, alpha: `${alpha}` }));
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut off by hand or by a full disk: said above
  }
}
