/**
 * Where an update may start: the nearest first-parent ancestor that has a snapshot.
 *
 * In: history and stored manifests. Out: a manifest or nothing. After an amend, a rebase, a reset, a force
 * push or a switch of branch the old snapshot is simply no ancestor any more, and an older one is found:
 * no event has to be seen for that (which is why hooks may miss any of them).
 */
import { firstParentShas } from '../git/ancestry.ts';
import type { Repository } from '../git/run.ts';
import { hasSameParts, type Lineage, type SnapshotManifest, snapshotId } from './snapshot.ts';
import type { SnapshotStore } from './store.ts';

/** Which snapshots are of use. */
export interface WantedLineage extends Omit<Lineage, 'startCommit'> {
  /**
   * null or missing: only those that know the whole history. Otherwise those that began this many commits before the commit
   * they were first made for: that first walk fixes the start, later ones go on from it however long they get. One
   * of the whole history is as good while it is not farther away than that.
   */
  maxHistory?: number | null;
}

/**
 * Newest first along the first parents of `until`; the first commit with a fitting snapshot. But where a walk of this history
 * was begun anew, only what came of the newest such beginning is of use: the state before it had drifted.
 */
export async function nearestSnapshot(
  repository: Repository,
  store: SnapshotStore,
  { until, ...wanted }: { until: string } & WantedLineage,
): Promise<SnapshotManifest | undefined> {
  const byCommit = manifestsByCommit(store, wanted);
  if (byCommit.size === 0) return undefined;
  const hasAnchors = [...byCommit.values()].flat().some(({ anchored }) => anchored);
  let distance = 0;
  let nearest: SnapshotManifest | undefined;
  for await (const sha of firstParentShas(repository, until)) {
    const found = byCommit.get(sha)?.filter((manifest) => isInReach(manifest, wanted, distance)) ?? [];
    // Of one commit they are sorted by the length of their memory: the shortest begins at the newest anchor.
    const anchored = found.findLast((manifest) => manifest.anchored);
    if (anchored) return anchored;
    nearest ??= found[0];
    if (nearest && !hasAnchors) return nearest;
    distance += 1;
  }
  return nearest;
}

function isInReach(
  { maxHistory, anchored }: SnapshotManifest,
  wanted: Pick<WantedLineage, 'maxHistory'>,
  distance: number,
): boolean {
  return anchored || maxHistory !== undefined || distance <= (wanted.maxHistory ?? Number.POSITIVE_INFINITY);
}

/** Manifests of this pack, these rules and parts whose id is what it has to be; of one commit, longest memory first. */
function manifestsByCommit(store: SnapshotStore, wanted: WantedLineage): Map<string, SnapshotManifest[]> {
  const fitting = store
    .list()
    .snapshots.map(({ manifest }) => manifest)
    .filter((manifest) => fits(manifest, wanted))
    .sort((a, b) => b.position - a.position);
  const byCommit = new Map<string, SnapshotManifest[]>();
  for (const manifest of fitting) {
    byCommit.set(manifest.commit, [...(byCommit.get(manifest.commit) ?? []), manifest]);
  }
  return byCommit;
}

/** Begun elsewhere, the same commits give another state: the two kinds never mix, nor do two bounds. */
const fits = (manifest: SnapshotManifest, wanted: WantedLineage): boolean =>
  manifest.packDigest === wanted.packDigest &&
  manifest.rulesDigest === wanted.rulesDigest &&
  hasSameParts(manifest, wanted) &&
  (manifest.maxHistory === undefined || manifest.maxHistory === wanted.maxHistory) &&
  manifest.id === snapshotId(manifest.commit, manifest);
