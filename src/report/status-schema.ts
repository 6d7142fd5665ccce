/**
 * The shape of the report of `code2lora status`. The rules of schema.ts hold here too.
 */
import type { Static } from 'typebox';
import Type from 'typebox';
import { AssertionReportSchema, SnapshotInfoSchema, SummarySchema } from './schema.ts';

const Count = Type.Integer({ minimum: 0 });
const Text = Type.String();
const Sha = Type.String({ pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' });
const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const closed = { additionalProperties: false };

export const AdapterUseSchema = Type.Object(
  {
    promoted: Type.Boolean(),
    reason: OrNull(Text),
    using: Type.Union([Sha, Type.Null()], {
      description: 'Commit of the adapter in use; null: the mean adapter, or none is known.',
    }),
  },
  { ...closed, description: 'Whether checks use the adapter of the snapshot, or why not.' },
);

const WorkerSchema = Type.Object(
  {
    state: Type.Enum(['idle', 'running', 'waiting', 'stale']),
    pid: OrNull(Count),
    since: OrNull(Text),
  },
  closed,
);

export const StatusReportSchema = Type.Object(
  {
    schema: Type.Literal('code2lora/status@1'),
    repository: Type.Object({ root: Text, head: OrNull(Sha), branch: OrNull(Text) }, closed),
    snapshot: OrNull(SnapshotInfoSchema),
    use: Type.Optional(OrNull(AdapterUseSchema)),
    behind: OrNull(
      Type.Integer({ minimum: 0, description: 'First-parent commits between snapshot and HEAD.' }),
    ),
    worker: WorkerSchema,
    lastCheck: OrNull(
      Type.Object(
        {
          commit: Sha,
          finishedAt: Text,
          summary: SummarySchema,
          findings: Type.Array(AssertionReportSchema),
        },
        closed,
      ),
    ),
    lastError: OrNull(Type.Object({ at: Text, message: Text }, closed)),
    hooks: Type.Object({ installed: Type.Boolean(), mode: OrNull(Text) }, closed),
  },
  { ...closed, $id: 'status-1.json', title: 'code2lora status' },
);

export type AdapterUse = Static<typeof AdapterUseSchema>;
export type StatusReport = Static<typeof StatusReportSchema>;
