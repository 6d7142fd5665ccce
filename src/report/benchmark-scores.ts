/**
 * The scores of a benchmark as they lie in its JSON file: numbers of every assertion, and what they were made with.
 *
 * No text of a repository is in it: where an assertion stands and how it was predicted, not what it says. What is written
 * here can be read again, summed up and drawn without a model. Pure.
 */
import Type, { type Static } from 'typebox';

const Count = Type.Integer({ minimum: 0 });
const Text = Type.String();
const Numbers = Type.Union([Type.Number(), Type.Null()]);
const Flag = Type.Union([Type.Literal(0), Type.Literal(1)]);
const Similarity = Type.Number({ minimum: 0, maximum: 1 });

/**
 * One method on one assertion: nats of the value's tokens, summed; nats of its end; exact match; the paper's exact match;
 * edit similarity; the paper's edit similarity. Nats are null for a method without probabilities.
 */
const MethodScoreSchema = Type.Tuple([Numbers, Numbers, Flag, Flag, Similarity, Similarity]);

const AssertionSchema = Type.Object({
  commit: Text,
  /** First-parent commits since the start of the walk, from 1. */
  position: Count,
  /** Of the walk, from 1. */
  fifth: Type.Integer({ minimum: 1, maximum: 5 }),
  path: Text,
  line: Count,
  language: Text,
  family: Text,
  /** Of the value, without its end. */
  tokens: Count,
  /** The value stands in what the model reads of the prefix. */
  inPrefix: Type.Boolean(),
  scores: Type.Record(Text, MethodScoreSchema),
});

const RepositorySchema = Type.Object({
  name: Text,
  split: Text,
  /** Day on which it was made, as the list says. */
  created: Type.Union([Text, Type.Null()]),
  commit: Text,
  /** Walked, after the start. */
  commits: Count,
  /** Which other repositories its `mean` and `other` were made of; null: none yet. */
  against: Type.Union([Text, Type.Null()]),
  assertions: Type.Array(AssertionSchema),
});

const SettingsSchema = Type.Object({
  version: Text,
  pack: Text,
  packVersion: Text,
  packDigest: Text,
  precision: Text,
  methods: Type.Array(Text),
  /** The method that is the pack's default recipe. */
  own: Text,
  /** What was left out, with the reason. */
  left: Type.Array(Type.Object({ method: Text, reason: Text })),
  perRepository: Count,
  maxHistory: Count,
  /** Repositories made on this day or later are a track of their own; null: no such track. */
  cut: Type.Union([Text, Type.Null()]),
});

export const BenchmarkSchema = Type.Object({
  schema: Type.Literal('code2lora/benchmark@1'),
  settings: SettingsSchema,
  repositories: Type.Array(RepositorySchema),
});

export type MethodScore = Static<typeof MethodScoreSchema>;
export type AssertionScores = Static<typeof AssertionSchema>;
export type RepositoryScores = Static<typeof RepositorySchema>;
export type BenchmarkSettings = Static<typeof SettingsSchema>;
export type Benchmark = Static<typeof BenchmarkSchema>;

export type Measure = 'exact' | 'paperExact' | 'similarity' | 'paperSimilarity' | 'nll';

/** Undefined where the method has no such number. Nats are per token of value and end, as in training. */
export function measureOf(
  { scores, tokens }: AssertionScores,
  method: string,
  measure: Measure,
): number | undefined {
  const score = Object.hasOwn(scores, method) ? scores[method] : undefined;
  if (score === undefined) return undefined;
  const [nll, end, exact, paperExact, similarity, paperSimilarity] = score;
  if (measure !== 'nll') return { exact, paperExact, similarity, paperSimilarity }[measure];
  return nll === null || end === null ? undefined : (nll + end) / (tokens + 1);
}
