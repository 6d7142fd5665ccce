/**
 * Which adapter checks use: that of the newest snapshot, or, where that one does harm, the last one that does not.
 *
 * In: the snapshot that a walk has come to. Out: the one to use. The walk itself goes on from where it is: a state that
 * does harm now may do good again, and the same history has to give the same snapshots whatever was judged.
 */
import { ancestorAt } from '../git/ancestry.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import type { HealthVerdict } from '../report/health-schema.ts';
import type { AdapterUse } from '../report/status-schema.ts';
import { nearestSnapshot } from '../snapshots/lineage.ts';
import type { Snapshot, SnapshotManifest } from '../snapshots/snapshot.ts';
import { readMeanAdapter } from './adapter-health.ts';
import { type Judgement, judgeQuickly } from './health-quick.ts';
import { readJudgement, writeJudgement } from './health-record.ts';
import type { UpdateResult } from './update.ts';
import type { Workspace } from './workspace.ts';

export interface Promotion extends Judgement {
  /** The snapshot itself, an earlier one, or the snapshot with the mean adapter in the place of its own. */
  inUse: Snapshot;
  /** Commit whose adapter is used; null: the mean adapter is. */
  using: string | null;
}

/** As it was judged, without judging anything: no model is opened. null: it was not judged yet. */
export async function readPromotion(
  workspace: Workspace,
  manifest: SnapshotManifest,
): Promise<AdapterUse | null> {
  const judgement = readJudgement(workspace, manifest.id);
  if (judgement === undefined) return null;
  const { promoted, reason } = judgement;
  return { promoted, reason, using: (await readInUse(workspace, manifest))?.commit ?? null };
}

/** The snapshot whose adapter is used where this one is the newest; undefined: the mean adapter is, or nobody knows. */
export async function readInUse(
  workspace: Workspace,
  manifest: SnapshotManifest,
): Promise<SnapshotManifest | undefined> {
  const judgement = readJudgement(workspace, manifest.id);
  if (judgement?.promoted) return manifest;
  if (judgement?.isFull) return undefined;
  for await (const earlier of earlierSnapshots(workspace, manifest.commit)) {
    if (readJudgement(workspace, earlier.id)?.promoted) return earlier;
  }
  return undefined;
}

/** An update, and the snapshot whose adapter checks use. */
export interface PromotedUpdate extends UpdateResult {
  inUse: Snapshot;
}

/** Earlier snapshots that are looked at before the mean adapter takes over. */
const MOST_LOOKS = 8;

/** What the full check found is kept. Too little to see, or nothing to compare with, leaves things as they were. */
export function recordVerdict(
  workspace: Workspace,
  { id, commit }: SnapshotManifest,
  verdict: HealthVerdict,
): void {
  const reason = `"code2lora health" found at ${commit.slice(0, 10)} that it does harm`;
  if (verdict === 'harmful') writeJudgement(workspace, id, { promoted: false, reason, isFull: true });
  if (verdict === 'generic' || verdict === 'repository-specific')
    writeJudgement(workspace, id, { promoted: true, reason: null, isFull: true });
}

/** Judges a snapshot, or remembers how it was judged, and finds what to use instead where need be. */
export async function promote(workspace: Workspace, snapshot: Snapshot): Promise<Promotion> {
  const judgement = await judgementOf(workspace, snapshot);
  if (judgement.promoted) return { ...judgement, inUse: snapshot, using: snapshot.manifest.commit };
  const earlier = judgement.isFull ? undefined : await lastGood(workspace, snapshot.manifest);
  if (earlier) return { ...judgement, inUse: earlier, using: earlier.manifest.commit };
  const adapter = readMeanAdapter(workspace.pack) ?? changingNothing(snapshot.adapter);
  return { ...judgement, inUse: { ...snapshot, adapter }, using: null };
}

/** What an update has come to, judged; notices say so where it is not used. */
export async function promoteUpdate(workspace: Workspace, updated: UpdateResult): Promise<PromotedUpdate> {
  const promotion = await promote(workspace, updated.snapshot);
  const notices = [...updated.notices, ...promotionNotices(updated.snapshot, promotion)];
  return { ...updated, notices, inUse: promotion.inUse };
}

const START = 'the newest adapter is not used';

/** One line for the report; none for an adapter that is used. */
function promotionNotices({ manifest }: Snapshot, { promoted, reason, using }: Promotion): string[] {
  if (promoted) return [];
  const instead = using === null ? 'one that knows no repository' : `that of ${using.slice(0, 10)}`;
  return [
    `${START} (${manifest.commit.slice(0, 10)}): ${reason ?? 'it does harm'}. Checks use ${instead}; see "code2lora health".`,
  ];
}

/** For those who show no other notices. */
export const isPromotionNotice = (notice: string): boolean => notice.startsWith(START);

async function judgementOf(workspace: Workspace, snapshot: Snapshot): Promise<Judgement> {
  const { id } = snapshot.manifest;
  const known = readJudgement(workspace, id);
  if (known) return known;
  const judgement =
    (await inherited(workspace, snapshot.manifest)) ?? (await judgeQuickly(workspace, snapshot));
  writeJudgement(workspace, id, judgement);
  return judgement;
}

/** A few commits more do not mend what the full check has found; a walk that was begun anew does. */
async function inherited(
  { repository, store, lineage, stateFolder }: Workspace,
  { commit, startCommit }: SnapshotManifest,
): Promise<Judgement | undefined> {
  if (commit === startCommit) return undefined;
  const before = await nearestSnapshot(repository, store, { until: `${commit}~1`, ...lineage });
  const known = before?.startCommit === startCommit ? readJudgement({ stateFolder }, before.id) : undefined;
  return known?.isFull && !known.promoted ? known : undefined;
}

async function lastGood(
  workspace: Workspace,
  { commit }: Pick<SnapshotManifest, 'commit'>,
): Promise<Snapshot | undefined> {
  for await (const { id } of earlierSnapshots(workspace, commit)) {
    const snapshot = workspace.store.get(id) as Snapshot;
    if ((await judgementOf(workspace, snapshot)).promoted) return snapshot;
  }
  return undefined;
}

/** Those of ancestors, nearest first, a few of them. */
async function* earlierSnapshots(
  { repository, store, lineage }: Workspace,
  commit: string,
): AsyncGenerator<SnapshotManifest, void, undefined> {
  let before = await ancestorAt(repository, commit, 1);
  for (let looks = 0; looks < MOST_LOOKS && before !== null; looks += 1) {
    const found = await nearestSnapshot(repository, store, { until: before, ...lineage });
    if (found === undefined) return;
    yield found;
    before = await ancestorAt(repository, found.commit, 1);
  }
}

/** The base model, as an adapter of the same shape. */
function changingNothing({ rank, alpha, pairs }: LoraAdapter): LoraAdapter {
  const zeros = Object.entries(pairs).map(([name, pair]) => [
    name,
    { ...pair, B: new Float32Array(pair.B.length) },
  ]);
  return { rank, alpha, pairs: Object.fromEntries(zeros) as LoraAdapter['pairs'] };
}
