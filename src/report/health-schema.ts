/**
 * The shape of the report of `code2lora health`, as JSON Schema and as a TypeScript type from one source.
 *
 * The rules of schema.ts hold here too: within a version no field is renamed or given another meaning. A gain is what the
 * other one needs more: above zero the own adapter is better.
 */
import type { Static } from 'typebox';
import Type from 'typebox';
import { ModelInfoSchema, RepositorySchema, SnapshotInfoSchema, TimingsSchema } from './schema.ts';
import { AdapterUseSchema } from './status-schema.ts';

const Count = Type.Integer({ minimum: 0 });
const Text = Type.String();
const Sha = Type.String({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' });
const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const MaybeNumber = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });
const closed = { additionalProperties: false };

export const HEALTH_VERDICTS = [
  'repository-specific',
  'generic',
  'harmful',
  'not-enough-assertions',
  'not-comparable',
] as const;

const IntervalSchema = Type.Object(
  { mean: Type.Number(), low: Type.Number(), high: Type.Number() },
  { ...closed, description: 'Nats per token with the ends of the 95 % interval, by commits.' },
);

const SampleSchema = Type.Object(
  {
    ...{ asked: Count, assertions: Count, commits: Count },
    oldest: OrNull(Sha),
    newest: OrNull(Sha),
    freshFrom: Type.Union([Sha, Type.Null()], {
      description: 'Where the freshly started state began; null without one.',
    }),
  },
  { ...closed, description: 'The newest assertions, each scored by the adapter of its own commit.' },
);

const ScoresSchema = Type.Object(
  {
    own: MaybeNumber('Nats per token.'),
    base: MaybeNumber('Without an adapter.'),
    mean: MaybeNumber('With the mean adapter of the pack.'),
    panel: MaybeNumber('With the adapters of other repositories, on average.'),
    previous: MaybeNumber('With the adapter of the commit before.'),
    fresh: MaybeNumber('With the adapter of a freshly started state.'),
  },
  closed,
);

const GainsSchema = Type.Object(
  {
    ...{ overBase: OrNull(IntervalSchema), overMean: OrNull(IntervalSchema) },
    ...{ overPanel: OrNull(IntervalSchema), overPrevious: OrNull(IntervalSchema) },
    overFresh: OrNull(IntervalSchema),
  },
  closed,
);

const RankSchema = Type.Object(
  {
    mean: Type.Number({
      description: 'Place of the own adapter among all, 1 the best, mean over assertions.',
    }),
    random: Type.Number({ description: 'What an adapter gets that knows nothing special.' }),
    of: Count,
    beaten: Type.Integer({ minimum: 0, description: 'Adapters of the panel that are worse on the whole.' }),
  },
  closed,
);

const PanelSchema = Type.Object(
  {
    name: Text,
    cosine: Type.Number({ description: 'Of the two changes of the weights.' }),
    nll: OrNull(Type.Number()),
    gain: OrNull(IntervalSchema),
  },
  closed,
);

const LikenessSchema = Type.Object(
  {
    norm: Type.Number({ description: 'Of the change of the weights.' }),
    meanCosine: MaybeNumber('To the mean adapter; above 0.999 nothing of the repository is left.'),
    panelCosine: MaybeNumber('To the adapters of other repositories, on average.'),
    previousCosine: MaybeNumber('To the adapter of the commit before.'),
    residualFraction: MaybeNumber('Share of the adapter that is not the mean adapter.'),
    participationRatio: MaybeNumber(
      'In how many directions adapters leave the mean one; 1: all in the same.',
    ),
  },
  closed,
);

const StateSchema = Type.Object(
  {
    norm: Type.Number(),
    stepCosine: MaybeNumber('Between the states before and after a commit, mean.'),
    freshCosine: MaybeNumber('To the state of a fresh repository embedding at HEAD.'),
    freshDistance: MaybeNumber('To that state, as a share of its norm.'),
    drifted: OrNull(Type.Boolean({ description: 'A freshly started state does better, beyond doubt.' })),
  },
  closed,
);

export const HealthReportSchema = Type.Object(
  {
    schema: Type.Literal('code2lora/health@1'),
    ...{ repository: RepositorySchema, model: ModelInfoSchema, snapshot: SnapshotInfoSchema },
    verdict: Type.Enum([...HEALTH_VERDICTS]),
    advice: Text,
    ...{ sample: SampleSchema, nll: ScoresSchema, gains: GainsSchema, rank: OrNull(RankSchema) },
    ...{
      panel: Type.Array(PanelSchema),
      likeness: LikenessSchema,
      state: StateSchema,
      use: AdapterUseSchema,
    },
    reAnchored: Type.Union([SnapshotInfoSchema, Type.Null()], {
      description: 'The snapshot that the next walk starts from, where it was asked for.',
    }),
    ...{ notices: Type.Array(Text), timings: TimingsSchema },
  },
  { ...closed, $id: 'health-1.json', title: 'code2lora health' },
);

export type HealthReport = Static<typeof HealthReportSchema>;
export type HealthVerdict = (typeof HEALTH_VERDICTS)[number];
