/**
 * One Config, resolved once: defaults < file < environment < flags. Frozen.
 *
 * In: a folder, the environment, flags. Out: a Config, or a UsageError that names the wrong key. No stage
 * sees the whole Config: commands hand each stage the values it needs.
 */
import { createHash } from 'node:crypto';
import { type ConfigFile, type ConfigSource, configInFolder, readConfigFile } from './config-file.ts';
import { DEFAULT_PATH_RULES, type PathRules } from './git/paths.ts';
import { readMaxMemory } from './inference/memory-size.ts';
import { readTimeLimit } from './inference/time-limits.ts';
import { parseDevice, type WantedDevice } from './runtime/device.ts';
import { type AdaptationPart, type MaxHistory, parseParts } from './runtime/manifest-adaptation.ts';

export { CONFIG_FILE, ConfigFileSchema, type ConfigSource, configInFolder } from './config-file.ts';

export interface Config {
  readonly model: string;
  readonly device: WantedDevice;
  readonly paths: PathRules;
  /** `maxCommits` is no part of the rules: snapshots say it themselves. null: the model pack decides. */
  readonly history: { readonly maxDiffBytes: number; readonly maxCommits: MaxHistory | null };
  /** null: no limit of memory, limits of time by the kind of work. */
  readonly inference: { readonly maxMemoryBytes: number | null; readonly timeoutMs: number | null };
  /** null: the model pack decides. */
  readonly adaptation: { readonly parts: readonly AdaptationPart[] | null };
  readonly check: {
    readonly candidates: number;
    readonly maxAssertions: number;
    readonly ignore: readonly string[];
    /** null: the model pack's calibration decides. */
    readonly surprisingMaxProbability: number | null;
    readonly surprisingMinCandidate: number | null;
  };
  readonly snapshots: { readonly keepNewest: number };
  /** Where the values come from, for `doctor`. */
  readonly source: string;
}

export interface ConfigFlags {
  model?: string | undefined;
  device?: string | undefined;
  maxMemory?: string | undefined;
  maxHistory?: MaxHistory | undefined;
  /** As on the command line: `gru,memory`, `none`. */
  parts?: string | undefined;
}

/** Resolves the configuration of a repository. Throws UsageError on unknown keys and wrong types. */
export function resolveConfig(
  from: string | ConfigSource,
  env: NodeJS.ProcessEnv,
  flags: ConfigFlags = {},
): Config {
  const { file, source } = readConfigFile(typeof from === 'string' ? configInFolder(from) : from);
  return Object.freeze({
    model: flags.model ?? env.CODE2LORA_MODEL ?? file.model ?? 'nano',
    device: wantedDevice(env, { flags, file }),
    paths: {
      production: withDefaults(file.paths?.production, DEFAULT_PATH_RULES.production),
      test: withDefaults(file.paths?.test, DEFAULT_PATH_RULES.test),
      exclude: withDefaults(file.paths?.exclude, DEFAULT_PATH_RULES.exclude),
    },
    history: {
      maxDiffBytes: file.history?.maxDiffBytes ?? 1024 * 1024,
      maxCommits: flags.maxHistory ?? file.history?.maxCommits ?? null,
    },
    inference: {
      maxMemoryBytes: readMaxMemory(env, { flag: flags.maxMemory, inFile: file.maxMemory }),
      timeoutMs: readTimeLimit(env),
    },
    adaptation: { parts: wantedParts(env, { flags, file }) },
    check: {
      candidates: file.check?.candidates ?? 5,
      maxAssertions: file.check?.maxAssertions ?? 500,
      ignore: withDefaults(file.check?.ignore, []),
      surprisingMaxProbability: file.check?.surprisingMaxProbability ?? null,
      surprisingMinCandidate: file.check?.surprisingMinCandidate ?? null,
    },
    snapshots: { keepNewest: file.snapshots?.keepNewest ?? 20 },
    source,
  });
}

function wantedDevice(
  { CODE2LORA_DEVICE: inEnvironment }: NodeJS.ProcessEnv,
  { flags, file }: { flags: ConfigFlags; file: ConfigFile },
): WantedDevice {
  if (flags.device !== undefined) return parseDevice(flags.device, '--device');
  if (inEnvironment) return parseDevice(inEnvironment, 'CODE2LORA_DEVICE');
  return file.device ?? 'auto';
}

function wantedParts(
  { CODE2LORA_PARTS: inEnvironment }: NodeJS.ProcessEnv,
  { flags, file }: { flags: ConfigFlags; file: ConfigFile },
): readonly AdaptationPart[] | null {
  if (flags.parts !== undefined) return parseParts(flags.parts, '--parts');
  if (inEnvironment) return parseParts(inEnvironment, 'CODE2LORA_PARTS');
  return file.adaptation?.parts ?? null;
}

/** Digest of what decides the text that the encoder reads: part of every snapshot's id. */
export function rulesDigest(config: {
  paths: PathRules;
  history: Pick<Config['history'], 'maxDiffBytes'>;
}): string {
  const { production, test, exclude } = config.paths;
  const rules = [production, test, exclude, config.history.maxDiffBytes];
  return createHash('sha256').update(JSON.stringify(rules)).digest('hex');
}

const withDefaults = (globs: readonly string[] | undefined, defaults: readonly string[]): string[] =>
  (globs ?? ['...']).flatMap((glob) => (glob === '...' ? [...defaults] : [glob]));
