/**
 * The scores of a mutation benchmark as they lie in its JSON file: what the models say of each value as it is written, and
 * of a mistake in its place.
 *
 * No text of a repository is in it, only places and numbers. What is written here can be read again, fitted and drawn
 * without a model. Pure.
 */
import Type, { type Static } from 'typebox';

const Count = Type.Integer({ minimum: 0 });
const Text = Type.String();
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Nats = Type.Number({ minimum: 0 });

/** One model on one value: nats of its tokens, how they stand, probability, that of the best other candidate, whether it comes first, its rivals. */
const SideSchema = Type.Object({
  nll: Nats,
  worst: Nats,
  worstExcess: Type.Number(),
  worstLead: Nats,
  excess: Type.Number(),
  probability: Share,
  other: Share,
  isFirst: Type.Boolean(),
  rivals: Type.Union([Type.Null(), Type.Object({ best: Type.Number(), mean: Type.Number() })]),
});

const ValueSchema = Type.Object({
  tokens: Count,
  /** The value stands in the file above. */
  inPrefix: Type.Boolean(),
  base: SideSchema,
  adapted: SideSchema,
});

const MutantSchema = Type.Object({
  commit: Text,
  /** First-parent commits since the start of the walk. */
  position: Count,
  path: Text,
  line: Count,
  language: Text,
  family: Text,
  kind: Text,
  how: Text,
  written: ValueSchema,
  mutated: ValueSchema,
});

const RepositorySchema = Type.Object({
  name: Text,
  split: Text,
  commit: Text,
  mutants: Type.Array(MutantSchema),
});

const SettingsSchema = Type.Object({
  version: Text,
  pack: Text,
  packVersion: Text,
  packDigest: Text,
  parts: Type.Array(Text),
  perRepository: Count,
  maxHistory: Count,
});

export const RepositoryMutantsSchema = Type.Object({
  schema: Type.Literal('code2lora/mutants@1'),
  settings: SettingsSchema,
  repository: RepositorySchema,
});

export type SideScore = Static<typeof SideSchema>;
export type ValueScore = Static<typeof ValueSchema>;
export type Mutant = Static<typeof MutantSchema>;
export type MutantRepository = Static<typeof RepositorySchema>;
export type MutationSettings = Static<typeof SettingsSchema>;
export type RepositoryMutants = Static<typeof RepositoryMutantsSchema>;
