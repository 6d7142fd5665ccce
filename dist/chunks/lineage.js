import { r as firstParentShas } from "./ancestry.js";
import { m as snapshotId } from "./workspace.js";
// src/snapshots/lineage.ts
/**
* Where an update may start: the nearest first-parent ancestor that has a snapshot.
*
* In: history and stored manifests. Out: a manifest or nothing. After an amend, a rebase, a reset, a force
* push or a switch of branch the old snapshot is simply no ancestor any more, and an older one is found:
* no event has to be seen for that (which is why hooks may miss any of them).
*/
/** Newest first along the first parents of `until`; stops at the first commit with a fitting snapshot. */
async function nearestSnapshot(repository, store, { until, ...wanted }) {
	const byCommit = manifestsByCommit(store, wanted);
	if (byCommit.size === 0) return void 0;
	for await (const sha of firstParentShas(repository, until)) {
		const manifest = byCommit.get(sha);
		if (manifest) return manifest;
	}
}
/** Manifests of this pack and these rules whose id is what it has to be. */
function manifestsByCommit(store, wanted) {
	const fitting = store.list().snapshots.map(({ manifest }) => manifest).filter((manifest) => manifest.packDigest === wanted.packDigest && manifest.rulesDigest === wanted.rulesDigest && manifest.id === snapshotId(manifest.commit, manifest));
	return new Map(fitting.map((manifest) => [manifest.commit, manifest]));
}
export { nearestSnapshot as t };
