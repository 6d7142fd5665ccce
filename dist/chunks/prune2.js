import { a as SnapshotError, i as ModelError } from "./errors.js";
import { i as reachableOf } from "./ancestry.js";
import { t as nearestSnapshot } from "./lineage.js";
import { t as planRetention } from "./retention.js";
import { i as readInUse } from "./health-promotion.js";
import { t as withStateLock } from "./state-lock.js";
import { r as openWorkspace } from "./workspace.js";
// src/commands/prune.ts
/** Removes stored snapshots by the retention rule (snapshots/retention.ts), and what is damaged. */
async function prune(options = {}) {
	const workspace = await openWorkspace(options);
	return withStateLock(workspace, options, async () => {
		const { repository, store, lineage, config } = workspace;
		const { snapshots: listed, damaged: unreadable } = store.list();
		const snapshots = listed.filter(({ manifest }) => isWhole(store, manifest.id));
		const broken = listed.filter((stored) => !snapshots.includes(stored)).map(({ manifest }) => manifest.id);
		const damaged = [...unreadable, ...broken];
		const { headSha } = repository;
		const current = headSha ? await nearestSnapshot(repository, store, {
			until: headSha,
			...lineage
		}) : void 0;
		const reachable = await reachableOf(repository, snapshots.map(({ manifest }) => manifest.commit));
		const inUse = current && await readInUse(workspace, current);
		const plan = planRetention(snapshots, {
			keepNewest: config.snapshots.keepNewest,
			keepIds: [current, inUse].flatMap((manifest) => manifest?.id ?? []),
			isReachable: (commit) => reachable.has(commit)
		});
		const drop = (options.all ? snapshots : options.damaged ? [] : plan.drop).map(({ manifest }) => manifest.id);
		if (!options.dryRun) for (const id of [...drop, ...damaged]) store.remove(id);
		return {
			schema: "code2lora/prune@1",
			kept: snapshots.length - drop.length,
			removed: drop,
			damaged,
			dryRun: options.dryRun === true
		};
	});
}
/** Reads the state file too, which listing does not. */
function isWhole(store, id) {
	try {
		return store.get(id) !== void 0;
	} catch (error) {
		if (error instanceof SnapshotError || error instanceof ModelError) return false;
		throw error;
	}
}
export { prune as t };
