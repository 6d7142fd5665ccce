/**
 * Model files → what a manifest says about them, read from the files themselves.
 *
 * In: the files of a base model, of an encoder, of a hypernetwork. Out: fields of a manifest, or a ModelError for
 * files that do not belong together. Knows nothing about where the files come from or where they go.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ModelError, UsageError } from '../errors.ts';
import { readCheckpointConfig } from '../runtime/checkpoint.ts';
import type { HypernetworkSizes, ModuleType } from '../runtime/manifest.ts';
import {
  type Architecture,
  parseTransformerConfig,
  type TransformerConfig,
} from '../runtime/transformer-config.ts';
import { readJson, shardsOf } from '../runtime/weight-files.ts';

/** A file and the name it goes by: a download in progress or a blob of a cache is called something else. */
export interface NamedFile {
  name: string;
  path: string;
}

/** Absolute paths. */
export interface LocalModel {
  config: string;
  tokenizer: string;
  weights: NamedFile[];
  /** The licence, when it lies beside them. */
  license?: string | undefined;
}

/** Finds the files of a model in the layout of the Hub. Throws UsageError that names what is missing. */
export function findModel(folder: string): LocalModel {
  const place = (name: string) => join(folder, name);
  const [config, tokenizer] = [place('config.json'), place('tokenizer.json')];
  const weights = ['model.safetensors', 'model.safetensors.index.json'].map(place).find(existsSync);
  const missing =
    [config, tokenizer].find((path) => !existsSync(path)) ??
    (weights ? undefined : place('model.safetensors'));
  if (missing !== undefined || weights === undefined) {
    throw new UsageError(
      `Cannot use the model in ${folder}: ${missing} is missing.\n` +
        'Expected config.json, tokenizer.json and model.safetensors (or its shards), as on the Hugging Face Hub.',
    );
  }
  const license = readdirSync(folder).find((name) => /^licen[cs]e(\.\w+)?$/i.test(name));
  const files = shardsOf(weights).map((path) => ({ name: basename(path), path }));
  const lost = files.find(({ path }) => !existsSync(path));
  if (lost !== undefined)
    throw new UsageError(
      `Cannot use the model in ${folder}: ${lost.name} is missing, which ${basename(weights)} lists.\nGet all shards of the model.`,
    );
  return { config, tokenizer, weights: files, license: license && place(license) };
}

/** Reads and checks a config.json. Throws ModelError, also for another architecture. */
export const readModelConfig = (path: string, expected?: Architecture): TransformerConfig =>
  parseTransformerConfig(readJson(path), path, expected);

/** Longest input of a model, in tokens, up to a limit. Throws ModelError when it can read next to nothing. */
export function contextTokens(configPath: string, most: number): number {
  const { max_position_embeddings: positions = most } = readJson(configPath) as {
    max_position_embeddings?: unknown;
  };
  if (Number.isSafeInteger(positions) && (positions as number) >= MIN_POSITIONS)
    return Math.min(most, positions as number);
  throw new ModelError(
    `Cannot use ${configPath}: its max_position_embeddings is ${JSON.stringify(positions)}, expected a whole number from ${MIN_POSITIONS} on.\n` +
      'Use a model that can read a test and what comes before it.',
  );
}

const MIN_POSITIONS = 64;

/** The token after the end of a text, by config.json; of several the first. Throws ModelError when there is none. */
export function endToken(configPath: string): number {
  const { eos_token_id: named } = readJson(configPath) as { eos_token_id?: unknown };
  const id = Array.isArray(named) ? named[0] : named;
  if (Number.isSafeInteger(id) && (id as number) >= 0) return id as number;
  throw new ModelError(
    `Cannot use ${configPath}: its eos_token_id is ${JSON.stringify(named) ?? 'missing'}, expected the id of a token.\n` +
      'The model must know where a value ends: add the id of its end token.',
  );
}

/**
 * The token that a tokeniser puts after each text by itself (a template of its post-processor), or null. The released
 * code encodes with the tokeniser's own habits, so the published tokenizer.json decides and not we.
 */
export function appendedToken(tokenizerPath: string): number | null {
  const { post_processor: processor } = readJson(tokenizerPath) as { post_processor?: PostProcessor | null };
  const steps = processor?.type === 'Sequence' ? (processor.processors ?? []) : [processor];
  const template = steps.find((step) => step?.type === 'TemplateProcessing');
  const single = template?.single ?? [];
  const added = single.flatMap(({ SpecialToken: token }) => (token ? [token.id] : []));
  if (added.length === 0) return null;
  const ids = template?.special_tokens?.[added[0] as string]?.ids ?? [];
  if (single.length === 2 && single[1]?.SpecialToken && ids.length === 1) return ids[0] as number;
  throw new ModelError(
    `Cannot use ${tokenizerPath}: its template adds ${added.join(', ')} to a text, expected one token at the end.`,
  );
}

interface PostProcessor {
  type?: string;
  processors?: PostProcessor[];
  single?: { SpecialToken?: { id: string } }[];
  special_tokens?: Record<string, { ids?: number[] }>;
}

/** What a manifest says about one of the authors' checkpoints. Throws ModelError for another layout. */
export function hypernetworkSizes(path: string): Omit<HypernetworkSizes, 'weights'> {
  const { kind, contextSize, trunkSize, rank, alpha, modules, gru } = readCheckpointConfig(path);
  return {
    kind,
    embeddingSize: gru?.repositorySize ?? contextSize,
    hiddenSize: contextSize,
    trunkSize,
    rank,
    alpha,
    gateOrder: 'rzn',
    moduleTypes: Object.keys(modules).sort() as ModuleType[],
  };
}
