/**
 * The configuration file: what it may hold, where it is found, what is wrong with it.
 *
 * In: `code2lora.config.json` or the key "code2lora" of package.json. Out: a ConfigFile, or a UsageError that names the
 * wrong key. Knows nothing about defaults, the environment or flags.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Errors } from 'typebox/value';
import { UsageError } from './errors.ts';
import { WANTED_DEVICES } from './runtime/device.ts';
import { ADAPTATION_PARTS } from './runtime/manifest-adaptation.ts';

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
            Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('all')], {
              description:
                'Begin this many commits ago, not at the root; "all": at the root (docs/inference.md). Default: the model pack decides.',
            }),
          ),
        },
        closed,
      ),
    ),
    adaptation: Type.Optional(
      Type.Object(
        {
          parts: Type.Optional(
            Type.Array(Type.Enum([...ADAPTATION_PARTS]), {
              uniqueItems: true,
              description:
                'What the adapter is made of: docs/state.md. [] is the mean adapter alone. Default: by the pack.',
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

export type ConfigFile = Static<typeof ConfigFileSchema>;

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

/** An empty one where there is none. Throws UsageError on unknown keys and wrong types, and for two at once. */
export function readConfigFile({ read, place }: ConfigSource): { file: ConfigFile; source: string } {
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
