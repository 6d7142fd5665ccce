/**
 * LoraAdapter → PEFT folder, as Hugging Face PEFT, vLLM and llama.cpp's converter read it.
 *
 *   adapter_config.json         rank, alpha and which layers
 *   adapter_model.safetensors   for every layer of the base model the shared pairs, joined with its own, unscaled
 *   code2lora.json              where the adapter comes from; also marks the folder as ours to replace
 *
 * In: an adapter and the base model's config.json. Out: a folder, whole or not at all. Knows nothing about commits.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ModelError, UsageError } from '../errors.ts';
import { encodeSafetensors } from '../runtime/safetensors.ts';
import { parseTransformerConfig, type TransformerConfig } from '../runtime/transformer-config.ts';
import type { LoraAdapter } from './adapter.ts';
import { type ExportPrecision, inPrecision, notWritten } from './export-file.ts';
import { peftConfig, peftTensors } from './peft-content.ts';

export interface PeftExport {
  folder: string;
  baseConfigPath: string;
  precision: ExportPrecision;
  /** Repository name or path under which PEFT finds the base model. */
  baseModelName: string;
  /** Written to code2lora.json as it is. */
  provenance: Readonly<Record<string, unknown>>;
}

const PROVENANCE_FILE = 'code2lora.json';
const FILES = ['adapter_config.json', 'adapter_model.safetensors', PROVENANCE_FILE];

/**
 * Writes the folder and returns the names of its files. Replaces an earlier export. Throws UsageError when the
 * folder holds anything else, ModelError when the adapter does not fit the base model.
 */
export function writePeft(adapter: LoraAdapter, options: PeftExport): string[] {
  const folder = resolve(options.folder);
  checkFolder(folder);
  const config = readBaseConfig(options.baseConfigPath);
  const tensors = inPrecision(peftTensors(adapter, config), options.precision);
  const contents: Record<string, string | Uint8Array> = {
    'adapter_config.json': json(peftConfig(adapter, config, options.baseModelName)),
    'adapter_model.safetensors': encodeSafetensors(tensors, { format: 'pt' }),
    [PROVENANCE_FILE]: json({ schema: 'code2lora/peft-export@1', ...options.provenance }),
  };
  writeFolder(folder, contents);
  return FILES;
}

/** Beside its place first, so that a full disk costs nothing of an earlier export. */
function writeFolder(folder: string, contents: Readonly<Record<string, string | Uint8Array>>): void {
  const temporary = join(dirname(folder), `.${basename(folder)}.tmp-${process.pid}`);
  try {
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true });
    for (const [file, content] of Object.entries(contents))
      writeFileSync(join(temporary, file), content, { flush: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } catch (cause) {
    if (existsSync(temporary)) rmSync(temporary, { recursive: true, force: true });
    throw notWritten(folder, cause);
  }
}

/** Fresh, empty, or an earlier export with nothing added: only that may be replaced. */
function checkFolder(folder: string): void {
  if (!existsSync(folder)) return;
  const found = readNames(folder);
  const foreign = found.includes(PROVENANCE_FILE) ? found.find((name) => !FILES.includes(name)) : found[0];
  if (foreign === undefined) return;
  throw new UsageError(
    `Cannot export to ${folder}: it holds ${foreign}, expected an empty folder or an earlier export.\n` +
      'Name another folder, or remove this one first.',
  );
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new UsageError(`Cannot export to ${folder}: it is not a folder.\nName another one.`, { cause });
  }
}

/** The sizes of the base model. Throws ModelError when the file cannot be read or says what we do not build. */
export function readBaseConfig(path: string): TransformerConfig {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ModelError(`Cannot read ${path}: ${(cause as Error).message}.`, { cause });
  }
  return parseTransformerConfig(value, path);
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
