import { i as __toESM } from "./rolldown-runtime.js";
import { r as firstParentShas, t as ancestorAt } from "./ancestry.js";
import { t as nearestSnapshot } from "./lineage.js";
import { c as deltaNorm, i as writeJudgement, r as readJudgement } from "./adapter-health.js";
import { M as readMeanAdapter, rt as createRandom } from "./executor.js";
import { A as require_picomatch } from "./workspace.js";
import { t as historyAssertions } from "./mine-history.js";
// src/report/health-statistics.ts
/**
* Is one adapter better than another on the same assertions? Differences, intervals and ranks.
*
* In: for each assertion the nll of two or more adapters, and the commit that it came with. Out: numbers. Knows nothing
* about repositories or models. Assertions of one commit resemble each other, so whole commits are drawn for the intervals.
*/
const DRAWS = 2e3;
const TAIL = .025;
/**
* How much less nll the first one has, per token over all of them: above zero it is the better one. The interval is the
* percentile bootstrap over clusters (Efron 1979); the same seed gives the same interval. Throws nothing: no scores, zeros.
*/
function gainOver(scores, { seed }) {
	const clusters = sumClusters(scores);
	if (clusters.length === 0) return {
		mean: 0,
		low: 0,
		high: 0
	};
	const random = createRandom(seed);
	const draws = Float64Array.from({ length: DRAWS }, () => perToken(clusters.map(() => clusters[Math.floor(random.uniform() * clusters.length)]))).sort();
	const at = (share) => draws[Math.min(1999, Math.floor(share * DRAWS))];
	return {
		mean: perToken(clusters),
		low: at(TAIL),
		high: at(.975)
	};
}
/** Place of the first among all, 1 the best; equals share a place. */
function rankAmong(own, others) {
	const better = others.filter((other) => other < own).length;
	const equal = others.filter((other) => other === own).length;
	return 1 + better + equal / 2;
}
/** Nats per token over some assertions. */
function nllPerToken(scores) {
	return sum(scores.map(({ nll }) => nll)) / Math.max(1, sum(scores.map(({ tokens }) => tokens)));
}
const mean = (values) => sum(values) / Math.max(1, values.length);
/** In order of first appearance, so that a draw does not depend on names. */
function sumClusters(scores) {
	const sums = /* @__PURE__ */ new Map();
	for (const { cluster, tokens, nll, otherNll } of scores) {
		const known = sums.get(cluster) ?? {
			gain: 0,
			tokens: 0
		};
		sums.set(cluster, {
			gain: known.gain + otherNll - nll,
			tokens: known.tokens + tokens
		});
	}
	return [...sums.values()];
}
const sum = (values) => values.reduce((total, value) => total + value, 0);
const perToken = (sums) => sum(sums.map(({ gain }) => gain)) / Math.max(1, sum(sums.map(({ tokens }) => tokens)));
// src/commands/health-assertions.ts
var import_picomatch = /* @__PURE__ */ __toESM(require_picomatch(), 1);
/** Commits that are read at once, going back: first a few, then twice as many each time. */
const STRETCH = {
	first: 8,
	longest: 64
};
/** Fewer than `count` when there are no more. Muted assertions and those of ignored files are none. */
async function sampleRecent(workspace, options) {
	const { count } = options;
	const { shas, before } = await lookBack(workspace, options);
	const found = [];
	for (let passed = 0, stretch = STRETCH.first; passed < shas.length && missing(found, count) > 0;) {
		const until = shas[passed];
		passed += stretch;
		const range = {
			after: shas[passed] ?? before,
			until
		};
		found.push(...(await readStretch(workspace, {
			range,
			...options
		})).reverse());
		stretch = Math.min(STRETCH.longest, 2 * stretch);
	}
	return newest(found, count).reverse();
}
/** The commits to look at, newest first, and the one before them if there is one. */
async function lookBack({ repository }, { until, oldest, maxCommits }) {
	const shas = [];
	for await (const sha of firstParentShas(repository, until)) {
		if (shas.length === maxCommits || shas.at(-1) === oldest) return {
			shas,
			before: sha
		};
		shas.push(sha);
	}
	return {
		shas,
		before: void 0
	};
}
/** Oldest first; commits that bring no assertion are left out. */
async function readStretch({ repository, config }, { range, perCommit }) {
	const isIgnored = (0, import_picomatch.default)([...config.check.ignore], { dot: true });
	const samples = [];
	for await (const { commit, files } of historyAssertions(repository, {
		range,
		rules: config.paths
	})) {
		const assertions = [];
		for await (const file of files) assertions.push(...file.assertions.filter(({ ignored, path }) => !ignored && !isIgnored(path)));
		if (assertions.length > 0) samples.push({
			commit,
			assertions: evenly(assertions, perCommit)
		});
	}
	return samples;
}
/** As many as are wanted, of those that come first. */
function newest(samples, count) {
	const kept = [];
	for (const { commit, assertions } of samples) {
		const room = missing(kept, count);
		if (room <= 0) break;
		kept.push({
			commit,
			assertions: evenly(assertions, room)
		});
	}
	return kept;
}
/** At most so many, the first and the last among them. */
function evenly(items, most) {
	if (items.length <= most) return [...items];
	if (most === 1) return [items[0]];
	return Array.from({ length: most }, (_, index) => items[Math.round(index * (items.length - 1) / (most - 1))]);
}
const missing = (samples, count) => count - samples.reduce((sum, { assertions }) => sum + assertions.length, 0);
// src/commands/health-quick.ts
/** A handful, not more than so many of a commit, from no more commits than these. */
const SAMPLE = {
	count: 6,
	perCommit: 3,
	maxCommits: 64
};
/** Fewer, or all of one commit, cannot tell harm from chance. */
const FEWEST = 6;
/** Nats per token. Less than that is for the full check to find. */
const LEAST_HARM = .25;
/** Standard errors: an update is judged thousands of times in the life of a repository. */
const CERTAINTY = 3;
/** Times the mean adapter's norm. */
const MAX_NORM = 20;
/** Weights that are read for each token; above that a single assertion takes longer than a check may. */
const MAX_MODEL_BYTES = 134217728;
/** Throws what opening the model throws. */
async function judgeQuickly(workspace, snapshot) {
	const average = readMeanAdapter(workspace.pack) ?? null;
	const problem = badNumbers(snapshot, average) ?? await harmDone(workspace, snapshot, average);
	return {
		promoted: problem === null,
		reason: problem
	};
}
function badNumbers({ hiddenState, adapter }, average) {
	if (!hiddenState.every(Number.isFinite)) return "its hidden state holds NaN or infinity";
	const norm = deltaNorm(adapter);
	if (!Number.isFinite(norm)) return "it holds NaN or infinity";
	const usual = average === null ? 0 : deltaNorm(average);
	if (usual === 0 || norm <= MAX_NORM * usual) return null;
	return `it changes the weights ${Math.round(norm / usual)} times as much as the mean adapter`;
}
async function harmDone(workspace, { manifest, adapter }, average) {
	if (modelBytes(workspace.pack) > MAX_MODEL_BYTES) return null;
	const assertions = await earlierAssertions(workspace, manifest);
	if (assertions.length < FEWEST) return null;
	const { languageModel } = await workspace.models();
	const own = await languageModel.scoreMany(assertions, { adapter });
	const other = await languageModel.scoreMany(assertions, { adapter: average });
	const harm = own.map(({ nll, tokens }, index) => (nll - other[index]?.nll) / tokens);
	const amount = mean(harm);
	if (amount < LEAST_HARM || amount < CERTAINTY * standardError(harm)) return null;
	return `on ${assertions.length} earlier assertions it needs ${amount.toFixed(2)} nats per token more than ${average ? "the mean adapter" : "the base model"}`;
}
async function earlierAssertions(workspace, { commit, startCommit }) {
	if (commit === startCommit) return [];
	return (await sampleRecent(workspace, {
		until: `${commit}~1`,
		oldest: startCommit,
		...SAMPLE
	})).flatMap(({ assertions }) => assertions.map((assertion) => ({
		...assertion,
		prefix: assertion.prefix.slice(-1024)
	})));
}
const modelBytes = ({ manifest }) => manifest.baseModel.weights.reduce((sum, file) => sum + (manifest.files[file]?.bytes ?? 0), 0);
function standardError(values) {
	const center = mean(values);
	const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
	return Math.sqrt(squares / (values.length - 1) / values.length);
}
// src/commands/health-promotion.ts
/**
* Which adapter checks use: that of the newest snapshot, or, where that one does harm, the last one that does not.
*
* In: the snapshot that a walk has come to. Out: the one to use. The walk itself goes on from where it is: a state that
* does harm now may do good again, and the same history has to give the same snapshots whatever was judged.
*/
/** As it was judged, without judging anything: no model is opened. null: it was not judged yet. */
async function readPromotion(workspace, manifest) {
	const judgement = readJudgement(workspace, manifest.id);
	if (judgement === void 0) return null;
	const { promoted, reason } = judgement;
	return {
		promoted,
		reason,
		using: (await readInUse(workspace, manifest))?.commit ?? null
	};
}
/** The snapshot whose adapter is used where this one is the newest; undefined: the mean adapter is, or nobody knows. */
async function readInUse(workspace, manifest) {
	const judgement = readJudgement(workspace, manifest.id);
	if (judgement?.promoted) return manifest;
	if (judgement?.isFull) return void 0;
	for await (const earlier of earlierSnapshots(workspace, manifest.commit)) if (readJudgement(workspace, earlier.id)?.promoted) return earlier;
}
/** Earlier snapshots that are looked at before the mean adapter takes over. */
const MOST_LOOKS = 8;
/** What the full check found is kept. Too little to see, or nothing to compare with, leaves things as they were. */
function recordVerdict(workspace, { id, commit }, verdict) {
	const reason = `"code2lora health" found at ${commit.slice(0, 10)} that it does harm`;
	if (verdict === "harmful") writeJudgement(workspace, id, {
		promoted: false,
		reason,
		isFull: true
	});
	if (verdict === "generic" || verdict === "repository-specific") writeJudgement(workspace, id, {
		promoted: true,
		reason: null,
		isFull: true
	});
}
/** Judges a snapshot, or remembers how it was judged, and finds what to use instead where need be. */
async function promote(workspace, snapshot) {
	const judgement = await judgementOf(workspace, snapshot);
	if (judgement.promoted) return {
		...judgement,
		inUse: snapshot,
		using: snapshot.manifest.commit
	};
	const earlier = judgement.isFull ? void 0 : await lastGood(workspace, snapshot.manifest);
	if (earlier) return {
		...judgement,
		inUse: earlier,
		using: earlier.manifest.commit
	};
	const adapter = readMeanAdapter(workspace.pack) ?? changingNothing(snapshot.adapter);
	return {
		...judgement,
		inUse: {
			...snapshot,
			adapter
		},
		using: null
	};
}
/** What an update has come to, judged; notices say so where it is not used. */
async function promoteUpdate(workspace, updated) {
	const promotion = await promote(workspace, updated.snapshot);
	const notices = [...updated.notices, ...promotionNotices(updated.snapshot, promotion)];
	return {
		...updated,
		notices,
		inUse: promotion.inUse
	};
}
const START = "the newest adapter is not used";
/** One line for the report; none for an adapter that is used. */
function promotionNotices({ manifest }, { promoted, reason, using }) {
	if (promoted) return [];
	const instead = using === null ? "one that knows no repository" : `that of ${using.slice(0, 10)}`;
	return [`${START} (${manifest.commit.slice(0, 10)}): ${reason ?? "it does harm"}. Checks use ${instead}; see "code2lora health".`];
}
/** For those who show no other notices. */
const isPromotionNotice = (notice) => notice.startsWith(START);
async function judgementOf(workspace, snapshot) {
	const { id } = snapshot.manifest;
	const known = readJudgement(workspace, id);
	if (known) return known;
	const judgement = await inherited(workspace, snapshot.manifest) ?? await judgeQuickly(workspace, snapshot);
	writeJudgement(workspace, id, judgement);
	return judgement;
}
/** A few commits more do not mend what the full check has found; a walk that was begun anew does. */
async function inherited({ repository, store, lineage, stateFolder }, { commit, startCommit }) {
	if (commit === startCommit) return void 0;
	const before = await nearestSnapshot(repository, store, {
		until: `${commit}~1`,
		...lineage
	});
	const known = before?.startCommit === startCommit ? readJudgement({ stateFolder }, before.id) : void 0;
	return known?.isFull && !known.promoted ? known : void 0;
}
async function lastGood(workspace, { commit }) {
	for await (const { id } of earlierSnapshots(workspace, commit)) {
		const snapshot = workspace.store.get(id);
		if ((await judgementOf(workspace, snapshot)).promoted) return snapshot;
	}
}
/** Those of ancestors, nearest first, a few of them. */
async function* earlierSnapshots({ repository, store, lineage }, commit) {
	let before = await ancestorAt(repository, commit, 1);
	for (let looks = 0; looks < MOST_LOOKS && before !== null; looks += 1) {
		const found = await nearestSnapshot(repository, store, {
			until: before,
			...lineage
		});
		if (found === void 0) return;
		yield found;
		before = await ancestorAt(repository, found.commit, 1);
	}
}
/** The base model, as an adapter of the same shape. */
function changingNothing({ rank, alpha, pairs }) {
	const zeros = Object.entries(pairs).map(([name, pair]) => [name, {
		...pair,
		B: new Float32Array(pair.B.length)
	}]);
	return {
		rank,
		alpha,
		pairs: Object.fromEntries(zeros)
	};
}
export { readPromotion as a, gainOver as c, rankAmong as d, readInUse as i, mean as l, promote as n, recordVerdict as o, promoteUpdate as r, sampleRecent as s, isPromotionNotice as t, nllPerToken as u };
