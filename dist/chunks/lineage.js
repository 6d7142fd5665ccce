import { r as firstParentShas } from "./ancestry.js";
import { L as snapshotId, P as hasSameParts } from "./workspace.js";
// src/snapshots/lineage.ts
/**
* Where an update may start: the nearest first-parent ancestor that has a snapshot.
*
* In: history and stored manifests. Out: a manifest or nothing. After an amend, a rebase, a reset, a force
* push or a switch of branch the old snapshot is simply no ancestor any more, and an older one is found:
* no event has to be seen for that (which is why hooks may miss any of them).
*/
/**
* Newest first along the first parents of `until`; the first commit with a fitting snapshot. But where a walk of this history
* was begun anew, only what came of the newest such beginning is of use: the state before it had drifted.
*/
async function nearestSnapshot(repository, store, { until, ...wanted }) {
	const byCommit = manifestsByCommit(store, wanted);
	if (byCommit.size === 0) return void 0;
	const hasAnchors = [...byCommit.values()].flat().some(({ anchored }) => anchored);
	let distance = 0;
	let nearest;
	for await (const sha of firstParentShas(repository, until)) {
		const found = byCommit.get(sha)?.filter((manifest) => isInReach(manifest, wanted, distance)) ?? [];
		const anchored = found.findLast((manifest) => manifest.anchored);
		if (anchored) return anchored;
		nearest ??= found[0];
		if (nearest && !hasAnchors) return nearest;
		distance += 1;
	}
	return nearest;
}
function isInReach({ maxHistory, anchored }, wanted, distance) {
	return anchored || maxHistory !== void 0 || distance <= (wanted.maxHistory ?? Number.POSITIVE_INFINITY);
}
/** Manifests of this pack, these rules and parts whose id is what it has to be; of one commit, longest memory first. */
function manifestsByCommit(store, wanted) {
	const fitting = store.list().snapshots.map(({ manifest }) => manifest).filter((manifest) => fits(manifest, wanted)).sort((a, b) => b.position - a.position);
	const byCommit = /* @__PURE__ */ new Map();
	for (const manifest of fitting) byCommit.set(manifest.commit, [...byCommit.get(manifest.commit) ?? [], manifest]);
	return byCommit;
}
/** Begun elsewhere, the same commits give another state: the two kinds never mix, nor do two bounds. */
const fits = (manifest, wanted) => manifest.packDigest === wanted.packDigest && manifest.rulesDigest === wanted.rulesDigest && hasSameParts(manifest, wanted) && (manifest.maxHistory === void 0 || manifest.maxHistory === wanted.maxHistory) && manifest.id === snapshotId(manifest.commit, manifest);
export { nearestSnapshot as t };
