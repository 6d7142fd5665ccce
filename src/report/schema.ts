/**
 * The shape of every report, as JSON Schema and as TypeScript types from one source.
 *
 * Only types are imported from here at run time; the build writes the schemas to `dist/schemas/`, and
 * tests hold what the commands print against them. A field is never renamed or given another meaning
 * within a schema version; new optional fields may come.
 */

import type { Static } from 'typebox';
import Type from 'typebox';
import { VERDICTS } from './verdict-names.ts';

const Count = Type.Integer({ minimum: 0 });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Text = Type.String();
const Sha = Type.String({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' });
const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const closed = { additionalProperties: false };

export const SnapshotInfoSchema = Type.Object(
  {
    id: Text,
    commit: Sha,
    parent: OrNull(Text),
    digest: Text,
    stateDigest: Text,
    steps: Count,
    parts: Type.Optional(Type.Array(Text)),
    commits: Type.Optional(Count),
  },
  { ...closed, description: 'The snapshot the adapter comes from.' },
);

export const ModelInfoSchema = Type.Object(
  { pack: Text, version: Text, device: Text, precision: Text, engine: Text },
  closed,
);

const CandidateSchema = Type.Object({ text: Text, probability: Share }, closed);

export const AssertionReportSchema = Type.Object(
  {
    path: Text,
    line: Type.Integer({ minimum: 1, description: 'Line of the expected value, from 1.' }),
    column: Type.Integer({
      minimum: 1,
      description: 'Column of the expected value in UTF-16 units, from 1.',
    }),
    endLine: Type.Integer({ minimum: 1 }),
    endColumn: Type.Integer({ minimum: 1, description: 'Exclusive.' }),
    test: Type.String({ description: 'Name of the enclosing test; empty outside of one.' }),
    family: Text,
    language: Type.Enum(['python', 'typescript', 'tsx', 'javascript']),
    written: OrNull(Text),
    verdict: Type.Enum([...VERDICTS]),
    probability: OrNull(Share),
    baseProbability: OrNull(Share),
    nll: OrNull(Type.Number({ description: 'Negative log-likelihood of the written value, nats, adapted.' })),
    baseNll: OrNull(Type.Number()),
    wrongProbability: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'That the written value is wrong, by the calibration of the model pack, at its prior.',
      }),
    ),
    candidates: Type.Array(CandidateSchema),
  },
  closed,
);

export const SummarySchema = Type.Object(
  {
    assertions: Count,
    expected: Count,
    plausible: Count,
    surprising: Count,
    open: Count,
    exactMatch: OrNull(Share),
    editSimilarity: OrNull(Share),
    nll: OrNull(Type.Number({ description: 'Mean over target tokens, nats, adapted.' })),
    baseNll: OrNull(Type.Number()),
  },
  closed,
);

export const RepositorySchema = Type.Object({ root: Text, head: Sha, branch: OrNull(Text) }, closed);
const RangeSchema = Type.Object({ base: OrNull(Sha), head: Sha, description: Text }, closed);
export const TimingsSchema = Type.Record(Text, Type.Number({ minimum: 0 }), { description: 'Milliseconds.' });

export const CheckReportSchema = Type.Object(
  {
    schema: Type.Literal('code2lora/check@1'),
    repository: RepositorySchema,
    range: RangeSchema,
    model: ModelInfoSchema,
    snapshot: SnapshotInfoSchema,
    wrongPrior: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'Share of newly written values that every wrongProbability takes to be wrong.',
      }),
    ),
    assertions: Type.Array(AssertionReportSchema),
    summary: SummarySchema,
    notices: Type.Array(Text),
    timings: TimingsSchema,
  },
  { ...closed, $id: 'check-1.json', title: 'code2lora run and check' },
);

export const CompletionReportSchema = Type.Object(
  {
    schema: Type.Literal('code2lora/complete@1'),
    repository: RepositorySchema,
    model: ModelInfoSchema,
    snapshot: SnapshotInfoSchema,
    assertions: Type.Array(AssertionReportSchema),
    timings: TimingsSchema,
  },
  { ...closed, $id: 'complete-1.json', title: 'code2lora complete' },
);

export const TaskSchema = Type.Object(
  {
    schema: Type.Literal('code2lora/task@1'),
    repository: Type.Optional(Type.String({ description: 'With a list of repositories: its name there.' })),
    split: Type.Optional(Type.String({ description: 'Of the repository: all of its tasks have the same.' })),
    track: Type.Optional(Type.Enum(['static', 'evolution'])),
    commit: Sha,
    committedAt: Type.Integer({ description: 'Unix seconds.' }),
    position: Type.Optional(
      Type.Integer({ minimum: 0, description: 'First-parent commits before this one; 0 is the root.' }),
    ),
    path: Text,
    line: Type.Integer({ minimum: 1 }),
    column: Type.Integer({ minimum: 1 }),
    ...{ language: Text, family: Text, test: Text, prefix: Text, target: Text },
  },
  { ...closed, $id: 'task-1.json', title: 'one line of code2lora mine' },
);

export const VerifyReportSchema = Type.Object(
  {
    schema: Type.Literal('code2lora/verify@1'),
    repository: RepositorySchema,
    snapshot: SnapshotInfoSchema,
    rebuilt: SnapshotInfoSchema,
    equal: Type.Boolean({ description: 'Byte for byte.' }),
    withinTolerance: Type.Boolean(),
    tolerance: Type.Number(),
    largestDifference: Type.Number(),
    sameEngine: Type.Boolean(),
    timings: TimingsSchema,
  },
  { ...closed, $id: 'verify-1.json', title: 'code2lora verify' },
);

export const SuggestionSchema = Type.Object(
  {
    path: Text,
    line: Type.Integer({ minimum: 1, description: 'Line of the expected value, from 1.' }),
    column: Type.Integer({ minimum: 1, description: 'Where the value starts, in UTF-16 units, from 1.' }),
    endColumn: Type.Integer({ minimum: 1, description: 'Exclusive, on the same line.' }),
    lineText: Type.String({ description: 'The whole line as it stands at head, without its line ending.' }),
    value: Type.String({ description: 'What goes there, with the comma or space that an open one lacks.' }),
    probability: Share,
    runnerUp: OrNull(CandidateSchema),
    written: OrNull(Text),
    verdict: Type.Enum(['surprising', 'open']),
    test: Text,
  },
  { ...closed, description: 'A literal to be put in the place of another one, within one line.' },
);

export const GainSchema = Type.Object(
  {
    commit: Sha,
    assertions: Count,
    gain: Type.Number({ description: 'Base minus adapted nll, mean over target tokens, nats.' }),
  },
  { ...closed, description: 'How much the adapter helped on the assertions of one check.' },
);

const ForkSchema = Type.Boolean({ description: 'The head is in another repository.' });
const PullRequestSchema = Type.Object(
  { number: Type.Integer({ minimum: 1 }), base: Sha, head: Sha, fork: ForkSchema },
  closed,
);

const AdapterOriginSchema = Type.Object(
  {
    restoredFrom: Type.Union([Text, Type.Null()], { description: 'Id of the artifact it was read from.' }),
    restoredCommit: OrNull(Sha),
    artifact: Type.Union([Text, Type.Null()], { description: 'Id of the artifact that was uploaded.' }),
    advancedBy: Type.Integer({ minimum: 0, description: 'Commits read on top of what was restored.' }),
  },
  closed,
);

export const ActionReportSchema = Type.Object(
  {
    schema: Type.Literal('code2lora/action@1'),
    event: Type.String({ description: 'Name of the GitHub event.' }),
    repository: Type.String({ pattern: '^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$' }),
    pullRequest: OrNull(PullRequestSchema),
    check: Type.Object(CheckReportSchema.properties, closed),
    suggestions: Type.Array(SuggestionSchema),
    gains: Type.Array(GainSchema, { description: 'Oldest first.' }),
    adapter: AdapterOriginSchema,
    notices: Type.Array(Text),
  },
  { ...closed, $id: 'action-1.json', title: 'report.json of the GitHub Action' },
);

export type { StatusReport } from './status-schema.ts';
export type { Verdict } from './verdict-names.ts';
export type SnapshotInfo = Static<typeof SnapshotInfoSchema>;
export type ModelInfo = Static<typeof ModelInfoSchema>;
export type AssertionReport = Static<typeof AssertionReportSchema>;
export type Summary = Static<typeof SummarySchema>;
export type CheckReport = Static<typeof CheckReportSchema>;
export type CompletionReport = Static<typeof CompletionReportSchema>;
export type Task = Static<typeof TaskSchema>;
export type VerifyReport = Static<typeof VerifyReportSchema>;
export type Suggestion = Static<typeof SuggestionSchema>;
export type Gain = Static<typeof GainSchema>;
export type ActionReport = Static<typeof ActionReportSchema>;
