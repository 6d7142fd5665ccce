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
  readonly paths: PathRules;
  readonly history: { readonly maxDiffBytes: number };
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
}

/** Resolves the configuration of a repository. Throws UsageError on unknown keys and wrong types. */
export function resolveConfig(root: string, env: NodeJS.ProcessEnv, flags: ConfigFlags = {}): Config {
  const { file, source } = readConfigFile(root);
  return Object.freeze({
    model: flags.model ?? env.CODE2LORA_MODEL ?? file.model ?? 'nano',
    paths: {
      production: withDefaults(file.paths?.production, DEFAULT_PATH_RULES.production),
      test: withDefaults(file.paths?.test, DEFAULT_PATH_RULES.test),
      exclude: withDefaults(file.paths?.exclude, DEFAULT_PATH_RULES.exclude),
    },
    history: { maxDiffBytes: file.history?.maxDiffBytes ?? 1024 * 1024 },
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

/** Digest of what decides the text that the encoder reads: part of every snapshot's id. */
export function rulesDigest(config: Pick<Config, 'paths' | 'history'>): string {
  const { production, test, exclude } = config.paths;
  const rules = [production, test, exclude, config.history.maxDiffBytes];
  return createHash('sha256').update(JSON.stringify(rules)).digest('hex');
}

function readConfigFile(root: string): { file: ConfigFile; source: string } {
  const own = join(root, CONFIG_FILE);
  const manifest = join(root, 'package.json');
  const inManifest = existsSync(manifest)
    ? (readJson(manifest) as { code2lora?: unknown }).code2lora
    : undefined;
  if (existsSync(own)) {
    if (inManifest !== undefined) {
      throw new UsageError(
        `Two configurations: ${own} and the key "code2lora" of ${manifest}.\nKeep one of them.`,
      );
    }
    return { file: checkConfig(readJson(own), own), source: own };
  }
  if (inManifest === undefined) return { file: {}, source: 'defaults' };
  return { file: checkConfig(inManifest, `${manifest}, key "code2lora"`), source: manifest };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
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
