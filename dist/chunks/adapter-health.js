import { Ct as pairPlace, M as readMeanAdapter, Tt as scaling, wt as rankOf } from "./executor.js";
import { B as Check, V as build_default } from "./workspace.js";
import { join } from "node:path";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
// src/hooks/finding.ts
const ok = (what) => ({
	level: "ok",
	what,
	fix: null
});
const warning = (what, fix) => ({
	level: "warning",
	what,
	fix
});
const error = (what, fix) => ({
	level: "error",
	what,
	fix
});
// src/lora/similarity.ts
/**
* How alike two adapters are, by what they do to the weights: ΔW = scaling · B A, of all layers.
*
* In: adapters. Out: numbers. Knows nothing about models. ΔW is never made: with G = B₁ᵀ B₂ and H = A₁ A₂ᵀ,
* both (rank₁, rank₂), the inner product ⟨B₁ A₁, B₂ A₂⟩ is the sum of G ∘ H. Sums are in double precision.
*
* A layer's ΔW is that of the pairs that all layers share and of its own. Results are the mean over the layers: for shared
* pairs alone it does not matter how many there are.
*/
/** Cosine of the two ΔW over all modules: 1 = same direction. 0 when one of them is zero. */
function adapterCosine(a, b, options = {}) {
	const layerCount = options.layerCount ?? layersNamed(a, b);
	const norms = deltaNorm(a, { layerCount }) * deltaNorm(b, { layerCount });
	return norms === 0 ? 0 : Math.max(-1, Math.min(1, innerProduct(a, b, layerCount) / norms));
}
/** ‖ΔW‖ of a layer (Frobenius): the root of the mean square over the layers. */
function deltaNorm(adapter, { layerCount } = {}) {
	return Math.sqrt(Math.max(0, innerProduct(adapter, adapter, layerCount ?? layersNamed(adapter))));
}
/**
* Share of an adapter that is not the reference (the mean adapter, or the one before it): ‖ΔW − ΔW_ref‖ / ‖ΔW‖.
* 0 = the same, about 1.4 = unrelated and of equal size. 0 when the adapter is zero.
*/
function residualFraction(adapter, reference, options = {}) {
	const layerCount = options.layerCount ?? layersNamed(adapter, reference);
	const product = (a, b) => innerProduct(a, b, layerCount);
	const own = product(adapter, adapter);
	const squared = own - 2 * product(adapter, reference) + product(reference, reference);
	return own === 0 ? 0 : Math.sqrt(Math.max(0, squared) / own);
}
/** Up to the last layer that has a pair of its own; at least one. */
function layersNamed(...adapters) {
	const layers = adapters.flatMap(({ pairs }) => Object.keys(pairs).map((name) => pairPlace(name).layer ?? 0));
	return Math.max(0, ...layers) + 1;
}
/** Mean over the layers. Two shared pairs meet in every layer, others in one. */
function innerProduct(a, b, layerCount) {
	let sum = 0;
	for (const [name, pair] of ranked(a)) {
		const place = pairPlace(name);
		for (const [otherName, other] of ranked(b)) {
			const { layer, type } = pairPlace(otherName);
			if (type !== place.type) continue;
			const areBothShared = layer === null && place.layer === null;
			if (layer === null || place.layer === null || layer === place.layer) sum += pairProduct(pair, other) / (areBothShared ? 1 : layerCount);
		}
	}
	return sum * scaling(a) * scaling(b);
}
const ranked = (adapter) => Object.entries(adapter.pairs).map(([name, pair]) => [name, {
	...pair,
	rank: rankOf(pair, adapter)
}]);
function pairProduct(pair, other) {
	let sum = 0;
	for (let i = 0; i < pair.rank; i += 1) for (let j = 0; j < other.rank; j += 1) sum += columnProduct([
		pair.B,
		pair.rank,
		i
	], [
		other.B,
		other.rank,
		j
	]) * rowProduct(pair, other, [i, j]);
	return sum;
}
function columnProduct([x, xColumns, i], [y, yColumns, j]) {
	const rows = x.length / xColumns;
	let sum = 0;
	for (let row = 0; row < rows; row += 1) sum += x[row * xColumns + i] * y[row * yColumns + j];
	return sum;
}
function rowProduct(x, y, [i, j]) {
	const size = x.inFeatures;
	let sum = 0;
	for (let k = 0; k < size; k += 1) sum += x.A[i * size + k] * y.A[j * size + k];
	return sum;
}
// src/commands/last-check.ts
/**
* The result of the last check, kept for `status` and as the place where the next `run` goes on.
*
* Replaced atomically. A damaged or foreign file counts as none: the next run writes a new one.
*/
const FILE$1 = "last-check.json";
function readLastCheck(stateFolder) {
	try {
		const value = JSON.parse(readFileSync(join(stateFolder, FILE$1), "utf8"));
		return typeof value?.commit === "string" && Array.isArray(value.findings) ? value : void 0;
	} catch {
		return;
	}
}
function writeLastCheck(stateFolder, report) {
	const findings = report.assertions.filter(({ verdict }) => verdict === "surprising" || verdict === "open");
	const last = {
		commit: report.range.head,
		finishedAt: (/* @__PURE__ */ new Date()).toISOString(),
		summary: report.summary,
		findings
	};
	writeAtomically(stateFolder, FILE$1, `${JSON.stringify(last, null, 2)}\n`);
}
/** Writes beside the place and renames: a reader sees the old file or the new one. */
function writeAtomically(folder, name, text) {
	mkdirSync(folder, { recursive: true });
	const temporary = join(folder, `.${name}.${process.pid}`);
	writeFileSync(temporary, text, { flush: true });
	renameSync(temporary, join(folder, name));
}
// src/commands/health-record.ts
/**
* Which stored snapshots may be used, as they were judged: `promotions.json` beside the snapshots.
*
* Not part of the snapshots: what a walk computes does not depend on it, and losing it costs a judgement. Replaced
* atomically; a damaged or foreign file counts as none. Judgements of snapshots that are gone are dropped.
*/
const FILE = "promotions.json";
const RecordTypes = build_default.Object({
	schema: build_default.Literal("code2lora/promotions@1"),
	byId: build_default.Record(build_default.String(), build_default.Object({
		promoted: build_default.Boolean(),
		reason: build_default.Union([build_default.String(), build_default.Null()]),
		isFull: build_default.Optional(build_default.Boolean())
	}))
});
/** Undefined: it was not judged yet. */
function readJudgement(place, id) {
	const byId = readAll(place);
	return Object.hasOwn(byId, id) ? byId[id] : void 0;
}
function writeJudgement({ stateFolder, store }, id, judgement) {
	const stored = /* @__PURE__ */ new Set([id, ...store.list().snapshots.map(({ manifest }) => manifest.id)]);
	const all = {
		...readAll({ stateFolder }),
		[id]: judgement
	};
	const byId = Object.fromEntries(Object.entries(all).filter(([key]) => stored.has(key)));
	const text = JSON.stringify({
		schema: "code2lora/promotions@1",
		byId
	}, null, 2);
	writeAtomically(stateFolder, FILE, `${text}\n`);
}
function readAll({ stateFolder }) {
	try {
		const value = JSON.parse(readFileSync(join(stateFolder, FILE), "utf8"));
		return Check(RecordTypes, value) ? value.byId : {};
	} catch {
		return {};
	}
}
// src/commands/adapter-health.ts
/**
* Is the adapter this repository's own, or the same for everybody? (Conditioning collapse, as the authors'
* checkpoints show it: adapters of different repositories with a cosine of 0.998.) What doctor says without running a
* model; `code2lora health` asks the repository's assertions.
*/
/** Above this cosine to the mean adapter, nothing of the repository is left to speak of. */
const COLLAPSED_COSINE = .999;
/** Compares with the mean adapter of the pack's training repositories, if the pack has one. */
function describeAdapter(adapter, pack) {
	const mean = readMeanAdapter(pack);
	if (mean === void 0) return [];
	const cosine = adapterCosine(adapter, mean);
	const numbers = `cosine ${cosine.toFixed(4)} to the mean adapter, ${(residualFraction(adapter, mean) * 100).toFixed(1)} % of it is this repository's own`;
	if (cosine <= COLLAPSED_COSINE) return [ok(`adapter: ${numbers}`)];
	return [warning(`the adapter is a generic one: ${numbers}`, "code2lora health")];
}
/** What the last judgement said, where checks do not use the snapshot's adapter. */
function describePromotion(place, { id, commit }) {
	const judgement = readJudgement(place, id);
	if (!judgement || judgement.promoted) return [];
	const reason = judgement.reason ?? "it does harm";
	return [warning(`the adapter of ${commit.slice(0, 10)} is not used: ${reason}`, "See \"code2lora health\".")];
}
export { readLastCheck as a, deltaNorm as c, ok as d, warning as f, writeJudgement as i, residualFraction as l, describePromotion as n, writeLastCheck as o, readJudgement as r, adapterCosine as s, describeAdapter as t, error as u };
