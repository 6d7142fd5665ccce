/**
 * One Config, resolved once: defaults < file < environment < flags. Frozen.
 *
 * In: a folder, the environment, flags. Out: a Config, or a UsageError that names the wrong key. No stage
 * sees the whole Config: commands hand each stage the values it needs.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Errors } from 'typebox/value';
import { UsageError } from './errors.ts';
import { DEFAULT_PATH_RULES, type PathRules } from './git/paths.ts';
import { readMaxMemory } from './inference/memory-size.ts';
import { readTimeLimit } from './inference/time-limits.ts';
import { parseDevice, WANTED_DEVICES, type WantedDevice } from './runtime/device.ts';

export const CONFIG_FILE = 'code2lora.config.json';

const Globs = Type.Array(Type.String({ minLength: 1 }), {
  description: 'Globs against repository paths. The entry "..." stands for the defaults.',
});
const closed = { additionalProperties: false };

/** What `code2lora.config.json`, or the key "code2lora" of package.json, may hold. */
export const ConfigFileSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    model: Type.Optional(
      Type.String({ minLength: 1, description: 'Model pack: "nano", or the path of a folder.' }),
    ),
    device: Type.Optional(
      Type.Enum([...WANTED_DEVICES], { description: 'What models run on: docs/devices.md. Default: auto.' }),
    ),
    maxMemory: Type.Optional(
      Type.String({ minLength: 1, description: 'Most memory for the models, such as "3G".' }),
    ),
    paths: Type.Optional(
      Type.Object(
        {
          production: Type.Optional(Globs),
          test: Type.Optional(Globs),
          exclude: Type.Optional(Globs),
        },
        { ...closed, description: 'Which files the adapter learns from, and which hold assertions.' },
      ),
    ),
    history: Type.Optional(
      Type.Object(
        {
          maxDiffBytes: Type.Optional(
            Type.Integer({ minimum: 1024, description: 'Longest diff of one commit that is read.' }),
          ),
          maxCommits: Type.Optional(
            Type.Integer({
              minimum: 1,
              description: 'Begin this many commits ago, not at the root: docs/inference.md. Default: all.',
            }),
          ),
        },
        closed,
      ),
    ),
    check: Type.Optional(
      Type.Object(
        {
          candidates: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
          maxAssertions: Type.Optional(
            Type.Integer({ minimum: 1, description: 'At most this many in one run; the newest first.' }),
          ),
          ignore: Type.Optional(Globs),
          surprisingMaxProbability: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
          surprisingMinCandidate: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
        },
        closed,
      ),
    ),
    snapshots: Type.Optional(
      Type.Object({ keepNewest: Type.Optional(Type.Integer({ minimum: 1 })) }, closed),
    ),
  },
  { ...closed, $id: 'config-1.json', title: 'code2lora.config.json' },
);

type ConfigFile = Static<typeof ConfigFileSchema>;

export interface Config {
  readonly model: string;
  readonly device: WantedDevice;
  readonly paths: PathRules;
  /** `maxCommits`, null for all, is no part of the rules: snapshots say it themselves. */
  readonly history: { readonly maxDiffBytes: number; readonly maxCommits: number | null };
  /** null: no limit of memory, limits of time by the kind of work. */
  readonly inference: { readonly maxMemoryBytes: number | null; readonly timeoutMs: number | null };
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
  maxHistory?: number | undefined;
}

/** Where the configuration is read from: the text of `code2lora.config.json` or `package.json`, if it is there. */
export interface ConfigSource {
  read(name: string): string | undefined;
  /** How a file is called in messages. */
  place(name: string): string;
}

/** The configuration as it lies in a folder. */
export const configInFolder = (root: string): ConfigSource => ({
  read: (name) => (existsSync(join(root, name)) ? readFileSync(join(root, name), 'utf8') : undefined),
  place: (name) => join(root, name),
});

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

/** Digest of what decides the text that the encoder reads: part of every snapshot's id. */
export function rulesDigest(config: {
  paths: PathRules;
  history: Pick<Config['history'], 'maxDiffBytes'>;
}): string {
  const { production, test, exclude } = config.paths;
  const rules = [production, test, exclude, config.history.maxDiffBytes];
  return createHash('sha256').update(JSON.stringify(rules)).digest('hex');
}

function readConfigFile({ read, place }: ConfigSource): { file: ConfigFile; source: string } {
  const [own, manifest] = [read(CONFIG_FILE), read('package.json')];
  const inManifest =
    manifest === undefined
      ? undefined
      : (parseJson(manifest, place('package.json')) as { code2lora?: unknown } | null)?.code2lora;
  const ownPlace = place(CONFIG_FILE);
  const manifestPlace = place('package.json');
  if (own !== undefined) {
    if (inManifest !== undefined) {
      throw new UsageError(
        `Two configurations: ${ownPlace} and the key "code2lora" of ${manifestPlace}.\nKeep one of them.`,
      );
    }
    return { file: checkConfig(parseJson(own, ownPlace), ownPlace), source: ownPlace };
  }
  if (inManifest === undefined) return { file: {}, source: 'defaults' };
  return { file: checkConfig(inManifest, `${manifestPlace}, key "code2lora"`), source: manifestPlace };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`${path} is not valid JSON: ${(cause as Error).message}`, { cause });
  }
}

function checkConfig(value: unknown, place: string): ConfigFile {
  const [error] = Errors(ConfigFileSchema, value).filter((found) => found.keyword !== 'boolean');
  if (error === undefined) return value as ConfigFile;
  const where = error.instancePath.slice(1).replaceAll('/', '.') || 'the whole';
  if (error.keyword === 'additionalProperties') {
    const { additionalProperties } = error.params as { additionalProperties: string[] };
    throw new UsageError(unknownKeys(place, error.instancePath, additionalProperties));
  }
  if (error.keyword === 'enum') {
    const { allowedValues } = error.params as { allowedValues: string[] };
    throw new UsageError(
      `${place}: "${where}" has an unknown value.\nExpected one of: ${allowedValues.join(', ')}.`,
    );
  }
  throw new UsageError(
    `${place}: "${where}" ${error.message}.\nSee the schema in dist/schemas/config-1.json.`,
  );
}

function unknownKeys(place: string, path: string, keys: readonly string[]): string {
  let schema: unknown = ConfigFileSchema;
  for (const part of path.split('/').filter(Boolean)) {
    schema = (schema as { properties: Record<string, unknown> }).properties[part];
  }
  const known = Object.keys((schema as { properties: object }).properties);
  const named = keys.map((key) => `"${key}" (did you mean "${nearest(key, known)}"?)`);
  return `${place}: unknown key ${named.join(', ')}.\nKnown keys here: ${known.join(', ')}.`;
}

/** The known key that shares the most letter pairs with the unknown one. */
function nearest(key: string, known: readonly string[]): string {
  const pairs = (word: string) => Array.from({ length: word.length - 1 }, (_, i) => word.slice(i, i + 2));
  const wanted = pairs(key.toLowerCase());
  const shared = (word: string) => pairs(word.toLowerCase()).filter((pair) => wanted.includes(pair)).length;
  return [...known].sort((a, b) => shared(b) - shared(a))[0] ?? '';
}

const withDefaults = (globs: readonly string[] | undefined, defaults: readonly string[]): string[] =>
  (globs ?? ['...']).flatMap((glob) => (glob === '...' ? [...defaults] : [glob]));
