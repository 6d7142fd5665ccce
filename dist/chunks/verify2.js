import { a as requireHead, g as memoryCache, o as snapshotInfo, r as openWorkspace } from "./workspace.js";
import { i as SnapshotError } from "./errors.js";
import { t as nearestSnapshot } from "./lineage.js";
import { n as createTimer, t as updateAdapter } from "./update.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/commands/verify.ts
/**
* Rebuilds the snapshot of HEAD from the history alone and compares it with what is stored.
*
* Nothing is read from the cache and nothing is written. On the same engine and kind of CPU the bytes must
* be equal; across kinds of CPU sums are rounded in another order, so the numbers are compared instead.
*/
/** Largest absolute difference of hidden state and adapter that another kind of CPU may cause. */
const CROSS_CPU_TOLERANCE = .001;
async function verify(options = {}) {
	try {
		var _usingCtx$1 = _usingCtx();
		const timer = createTimer();
		const workspace = await openWorkspace(options);
		const { repository, store, lineage } = workspace;
		const head = requireHead(repository);
		const manifest = await nearestSnapshot(repository, store, {
			until: head,
			...lineage
		});
		if (manifest === void 0) throw new SnapshotError("There is no stored snapshot of this history to verify.\nRun \"code2lora run\" first.");
		const stored = store.get(manifest.id);
		const cache = _usingCtx$1.a(memoryCache());
		const rebuilt = await timer.time("rebuild", () => updateAdapter(workspace, {
			until: manifest.commit,
			fromScratch: true,
			cache,
			onProgress: options.onProgress
		}));
		return compare(workspace.repository, head, stored, rebuilt.snapshot, timer.timings());
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
function compare({ root, branch }, head, stored, rebuilt, timings) {
	const sameEngine = JSON.stringify(stored.manifest.engine) === JSON.stringify(rebuilt.manifest.engine);
	const equal = stored.manifest.digest === rebuilt.manifest.digest;
	const largestDifference = largestDifferenceOf(stored, rebuilt);
	return {
		schema: "code2lora/verify@1",
		repository: {
			root,
			head,
			branch
		},
		snapshot: snapshotInfo(stored.manifest),
		rebuilt: snapshotInfo(rebuilt.manifest),
		equal,
		withinTolerance: equal || !sameEngine && largestDifference <= .001,
		tolerance: sameEngine ? 0 : CROSS_CPU_TOLERANCE,
		largestDifference,
		sameEngine,
		timings
	};
}
function largestDifferenceOf(a, b) {
	const pairs = [[a.hiddenState, b.hiddenState]];
	for (const [type, pair] of Object.entries(a.adapter.pairs)) pairs.push([pair.A, b.adapter.pairs[type]?.A], [pair.B, b.adapter.pairs[type]?.B]);
	return Math.max(...pairs.map(([left, right]) => differenceOf(left, right)));
}
function differenceOf(left, right) {
	if (right?.length !== left.length) return Number.MAX_VALUE;
	return left.reduce((most, value, i) => Math.max(most, Math.abs(value - right[i])), 0);
}
export { verify as n, CROSS_CPU_TOLERANCE as t };
