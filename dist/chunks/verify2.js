import { M as hasSameContent, N as hasSameEngine, T as _usingCtx, a as requireHead, o as snapshotInfo, r as openWorkspace, w as memoryCache } from "./workspace.js";
import { a as SnapshotError, o as UsageError } from "./errors.js";
import { f as requireFullHistory } from "./ancestry.js";
import { d as readHistoryLine, n as readState, t as MAX_STATE_ZIP_BYTES, u as admitSnapshot } from "./state-artifact.js";
import { t as nearestSnapshot } from "./lineage.js";
import { n as createTimer, t as updateAdapter } from "./update.js";
import { resolve } from "node:path";
import { readFileSync, statSync } from "node:fs";
// src/commands/verify.ts
/**
* Rebuilds the snapshot of HEAD from the history alone and compares it with what is stored, or with what a
* downloaded state artifact holds.
*
* Nothing is read from the cache and nothing is written. On the same engine and kind of CPU the bytes must
* be equal; across kinds of CPU, and on a GPU, sums are rounded in another order: the numbers are compared.
*/
/** Largest absolute difference of hidden state and adapter that another kind of CPU or a GPU may cause. */
const CROSS_CPU_TOLERANCE = .001;
async function verify(options = {}) {
	try {
		var _usingCtx$1 = _usingCtx();
		const timer = createTimer();
		const workspace = _usingCtx$1.a(await openWorkspace(options));
		const head = requireHead(workspace.repository);
		const { artifact } = options;
		const stored = artifact === void 0 ? await readStored(workspace, head) : await readArtifact(workspace, head, artifact);
		const cache = _usingCtx$1.a(memoryCache());
		const rebuilt = await timer.time("rebuild", () => updateAdapter(workspace, {
			until: stored.manifest.commit,
			rebuild: stored.manifest,
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
async function readStored({ repository, store, lineage }, head) {
	const manifest = await nearestSnapshot(repository, store, {
		until: head,
		...lineage
	});
	if (manifest !== void 0) return store.get(manifest.id);
	throw new SnapshotError("There is no stored snapshot of this history to verify.\nRun \"code2lora run\" first.");
}
/** Held against the history as a restored one is, so that what is rebuilt can be compared with it at all. */
async function readArtifact(workspace, head, file) {
	requireFullHistory(workspace.repository);
	const { snapshot } = await readState(readZipFile(resolve(file)), file);
	const line = await readHistoryLine(workspace.repository, head);
	return admitSnapshot(snapshot, {
		...workspace,
		line,
		place: file
	});
}
function readZipFile(path) {
	const size = statSync(path, { throwIfNoEntry: false })?.size;
	if (size === void 0) throw new UsageError(`There is no file ${path}.\nName the zip of a state artifact.`);
	if (size <= 67108864) return readFileSync(path);
	throw new UsageError(`${path} has ${size} bytes; a state artifact has at most ${MAX_STATE_ZIP_BYTES}.`);
}
function compare({ root, branch }, head, stored, rebuilt, timings) {
	const sameEngine = hasSameEngine(stored.manifest, rebuilt.manifest);
	const equal = hasSameContent(stored.manifest, rebuilt.manifest);
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
