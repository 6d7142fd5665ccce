/**
 * Where an update may start: the nearest first-parent ancestor that has a snapshot.
 *
 * In: history and stored manifests. Out: a manifest or nothing. After an amend, a rebase, a reset, a force
 * push or a switch of branch the old snapshot is simply no ancestor any more, and an older one is found:
 * no event has to be seen for that (which is why hooks may miss any of them).
 */
import { firstParentShas } from '../git/ancestry.ts';
import type { Repository } from '../git/run.ts';
import { type Lineage, type SnapshotManifest, snapshotId } from './snapshot.ts';
import type { SnapshotStore } from './store.ts';

/** Newest first along the first parents of `until`; stops at the first commit with a fitting snapshot. */
export async function nearestSnapshot(
  repository: Repository,
  store: SnapshotStore,
  { until, ...wanted }: { until: string } & Omit<Lineage, 'startCommit'>,
): Promise<SnapshotManifest | undefined> {
  const byCommit = manifestsByCommit(store, wanted);
  if (byCommit.size === 0) return undefined;
  for await (const sha of firstParentShas(repository, until)) {
    const manifest = byCommit.get(sha);
    if (manifest) return manifest;
  }
  return undefined;
}

/** Manifests of this pack and these rules whose id is what it has to be. */
function manifestsByCommit(
  store: SnapshotStore,
  wanted: Omit<Lineage, 'startCommit'>,
): Map<string, SnapshotManifest> {
  const fitting = store
    .list()
    .snapshots.map(({ manifest }) => manifest)
    .filter(
      (manifest) =>
        manifest.packDigest === wanted.packDigest &&
        manifest.rulesDigest === wanted.rulesDigest &&
        manifest.id === snapshotId(manifest.commit, manifest),
    );
  return new Map(fitting.map((manifest) => [manifest.commit, manifest]));
}
