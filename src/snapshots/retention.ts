/**
 * Which snapshots stay. Pure.
 *
 * Kept: the newest ones (an amend, a reset or a branch switch restarts there), one of every 64 commits
 * (an older fork restarts there), and whatever is asked for by commit. The rest is history's to give again.
 */
import type { StoredSnapshot } from './store.ts';

/** Every so many commits a snapshot is kept for good. */
export const CHECKPOINT_INTERVAL = 64;

export interface RetentionRule {
  /** How many of the last written snapshots stay, whatever their commit. */
  keepNewest: number;
  /** Ids that stay in any case. */
  keepIds?: readonly string[];
  /** Tells whether the commit still belongs to some branch; unreachable checkpoints go. */
  isReachable(commit: string): boolean;
}

/** Splits the stored snapshots into those that stay and those that go. */
export function planRetention(
  snapshots: readonly StoredSnapshot[],
  rule: RetentionRule,
): { keep: StoredSnapshot[]; drop: StoredSnapshot[] } {
  const byAge = [...snapshots].sort(
    (a, b) => b.writtenAt - a.writtenAt || b.manifest.position - a.manifest.position,
  );
  const newest = new Set(byAge.slice(0, rule.keepNewest));
  const stays = (stored: StoredSnapshot) =>
    newest.has(stored) ||
    rule.keepIds?.includes(stored.manifest.id) ||
    (stored.manifest.position % CHECKPOINT_INTERVAL === 0 && rule.isReachable(stored.manifest.commit));
  return { keep: byAge.filter(stays), drop: byAge.filter((stored) => !stays(stored)) };
}
