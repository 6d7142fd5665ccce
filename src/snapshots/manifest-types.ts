/**
 * The types of a snapshot's manifest, as a schema: what JSON.parse does not check.
 *
 * In: a parsed value. Out: the first field that is missing or of another type. Whether the values fit the history
 * and the model pack is another question (admit.ts).
 */
import Type from 'typebox';
import { Errors } from 'typebox/value';
import { ADAPTATION_PARTS } from '../runtime/manifest-adaptation.ts';

const Sha = Type.String({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' });
const Word = Type.String({ maxLength: 200, pattern: '^\\P{C}*$' });
const Count = Type.Integer({ minimum: 0 });
const EngineTypes = Type.Record(Type.String(), Word);

const ManifestTypes = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  commit: Sha,
  parent: Type.Union([Word, Type.Null()]),
  startCommit: Sha,
  position: Count,
  steps: Count,
  maxHistory: Type.Optional(Type.Integer({ minimum: 1 })),
  anchored: Type.Optional(Type.Literal(true)),
  previousStep: Type.Optional(Sha),
  parts: Type.Optional(Type.Array(Type.Enum([...ADAPTATION_PARTS]), { uniqueItems: true })),
  pack: Type.Object({ name: Word, version: Word }),
  packDigest: Word,
  rulesDigest: Word,
  engine: EngineTypes,
  earlierEngines: Type.Optional(Type.Array(EngineTypes, { maxItems: 100 })),
  adapter: Type.Object({
    rank: Type.Integer({ minimum: 1 }),
    alpha: Type.Number(),
    moduleTypes: Type.Array(Word, { maxItems: 100 }),
  }),
  stateDigest: Word,
  digest: Word,
});

/** `"position" must be integer`; null when all fields have their types. */
export function wrongField(value: unknown): string | null {
  const [error] = Errors(ManifestTypes, value).filter(({ keyword }) => keyword !== 'boolean');
  if (error === undefined) return null;
  return `"${error.instancePath.slice(1).replaceAll('/', '.') || 'the whole'}" ${error.message}`;
}
