import { i as __toESM } from "./rolldown-runtime.js";
import { A as require_picomatch, H as NOTHING_LEARNED, T as _usingCtx, a as requireHead, n as modelInfo, o as snapshotInfo, r as openWorkspace } from "./workspace.js";
import { o as UsageError } from "./errors.js";
import { c as isAncestor, n as countCommits, s as firstParentCommits, t as ancestorAt, u as parseRange } from "./ancestry.js";
import { l as placeOf, n as doubtOf, o as wrongProbability, r as opinionOf, t as asksRivals, u as scoreAssertions } from "./value-evidence.js";
import { t as planRetention } from "./retention.js";
import { t as nearestSnapshot } from "./lineage.js";
import { a as makeSnapshot, f as learnsAssertions, l as resumeWalk, r as followCommits, s as beginWalk, t as openWalker } from "./walker.js";
import { r as promoteUpdate } from "./health-promotion.js";
import { a as readLastCheck, o as writeLastCheck } from "./adapter-health.js";
import { a as selectRange, i as selectAll, o as selectRecent } from "./mine-history.js";
import { t as withStateLock } from "./state-lock.js";
import { n as createTimer, t as updateAdapter } from "./update.js";
// src/report/verdict.ts
var import_picomatch = /* @__PURE__ */ __toESM(require_picomatch(), 1);
/**
* expected: the adapter's first choice is what is written. surprising: it is confident in something else. open: no
* value is written. plausible: all the rest, whether it has the value among its candidates or no opinion worth showing.
*/
function verdictOf(score, thresholds) {
	if (score.assertion.open || score.probability === null) return "open";
	if (placeOf(score).isFirst) return "expected";
	if (score.assertion.condition) return "plausible";
	return isSurprising(score, thresholds) ? "surprising" : "plausible";
}
function isSurprising(score, thresholds) {
	const { wrongValue, areLimitsSet = false } = thresholds;
	const opinion = opinionOf(score);
	if (wrongValue && opinion && !areLimitsSet) {
		const from = wrongValue.surprisingFrom ?? Number.POSITIVE_INFINITY;
		return opinion.other > 0 && doubtOf(opinion, wrongValue) >= from;
	}
	const best = score.candidates[0]?.probability ?? 0;
	return (score.probability ?? 1) <= thresholds.surprisingMaxProbability && best >= thresholds.surprisingMinCandidate;
}
/** The report of one assertion: the names and units of the JSON schema. */
function reportAssertion(score, thresholds) {
	const { assertion, candidates } = score;
	const opinion = opinionOf(score);
	const { wrongValue } = thresholds;
	return {
		path: assertion.path,
		line: assertion.line,
		column: assertion.column,
		endLine: assertion.endLine,
		endColumn: assertion.endColumn,
		test: assertion.test,
		family: assertion.family,
		language: assertion.language,
		written: assertion.open ? null : assertion.target,
		verdict: verdictOf(score, thresholds),
		probability: score.probability,
		baseProbability: score.baseProbability,
		nll: score.nll,
		baseNll: score.baseNll,
		...wrongValue && opinion ? { wrongProbability: wrongProbability(opinion, wrongValue) } : {},
		candidates: candidates.map(({ text, probability }) => ({
			text,
			probability
		}))
	};
}
/** Counts and means over a set. Means are over scored assertions; nll is weighted by target tokens. */
function summarize(scores, reports) {
	const scored = scores.filter(({ nll }) => nll !== null);
	const tokens = sum(scored.map(({ targetTokens }) => targetTokens));
	const perToken = (values) => tokens === 0 ? null : sum(values.map((value) => value ?? 0)) / tokens;
	const mean = (values) => values.length === 0 ? null : sum(values) / values.length;
	const count = (verdict) => reports.filter((report) => report.verdict === verdict).length;
	return {
		assertions: reports.length,
		expected: count("expected"),
		plausible: count("plausible"),
		surprising: count("surprising"),
		open: count("open"),
		exactMatch: mean(scored.map(({ exactMatch }) => exactMatch ? 1 : 0)),
		editSimilarity: mean(scored.map(({ editSimilarity }) => editSimilarity ?? 0)),
		nll: perToken(scored.map(({ nll }) => nll)),
		baseNll: perToken(scored.map(({ baseNll }) => baseNll))
	};
}
const sum = (values) => values.reduce((total, value) => total + value, 0);
// src/commands/advance.ts
/** The same update with the adapter that may check what is new since `base`; null: all that there is. */
async function forRange(workspace, updated, { base }) {
	try {
		var _usingCtx$2 = _usingCtx();
		const { snapshot, inUse } = updated;
		if (inUse !== snapshot && inUse.manifest.id === snapshot.manifest.id || !learnsAssertions(workspace)) return updated;
		const cache = _usingCtx$2.a(workspace.openCache());
		const notices = base === null ? [...updated.notices, NOTHING_KNOWN] : updated.notices;
		return {
			...updated,
			notices,
			inUse: await adapterForRange(workspace, {
				at: inUse,
				base,
				cache
			})
		};
	} catch (_) {
		_usingCtx$2.e = _;
	} finally {
		await _usingCtx$2.d();
	}
}
const NOTHING_KNOWN = "all assertions are checked, so the adapter is one that has learned from none of them (docs/adaptation.md)";
/** The manifest stays that of the stored snapshot. */
async function adapterForRange(workspace, { at, base, cache }) {
	const { commit, position } = at.manifest;
	const range = base === null ? null : await countCommits(workspace.repository, {
		after: base,
		until: commit
	});
	if (range !== null && range <= 1) return at;
	const walker = await openWalker(workspace, { cache });
	const walk = range === null || range > position ? {
		...resumeWalk(workspace, at),
		learned: await learnedBefore(workspace, {
			walker,
			at,
			range
		})
	} : await walkAgain(workspace, {
		walker,
		at,
		range
	});
	const { snapshot } = await makeSnapshot(workspace, {
		walker,
		walk
	});
	return {
		...at,
		adapter: snapshot.adapter
	};
}
/** Where the range begins before the walk does: what the tree before the range teaches. With the GRU nothing, as with no base. */
async function learnedBefore(workspace, { walker, at, range }) {
	if (range === null || workspace.parts.includes("gru")) return NOTHING_LEARNED;
	const first = await ancestorAt(workspace.repository, at.manifest.commit, range - 1);
	if (first === null) return NOTHING_LEARNED;
	return (await beginWalk(workspace, walker, {
		commit: first,
		maxHistory: null
	})).learned;
}
/** To the same commit, learning nothing from its newest `range` commits. */
async function walkAgain(workspace, { walker, at, range }) {
	const { repository, store, lineage } = workspace;
	const { commit: until, startCommit, maxHistory = null, anchored } = at.manifest;
	const learnUntil = await ancestorAt(repository, until, range);
	const known = await nearestSnapshot(repository, store, {
		until: learnUntil,
		...lineage
	});
	const walk = known?.startCommit === startCommit ? resumeWalk(workspace, store.get(known.id)) : await beginWalk(workspace, walker, {
		commit: startCommit,
		maxHistory,
		anchored
	});
	const options = {
		walker,
		walk,
		commits: firstParentCommits(repository, {
			after: walk.commit,
			until
		}),
		learnUntil,
		previousStep: walk.previousStep
	};
	for await (const _ of followCommits(workspace, options));
	return walk;
}
// src/commands/check.ts
/**
* The story of one commit, second half: from the adapter to checked assertions.
*
* Assertions of a range (or all) → scored with the adapted and the base model → report. With our own recipe the
* adapter has read production code only, so an expected value can never have reached it.
*/
/** Updates the adapter to HEAD and checks the assertions that changed since the last check. */
async function run(options = {}) {
	try {
		var _usingCtx$1 = _usingCtx();
		const timer = createTimer();
		const workspace = _usingCtx$1.a(await openWorkspace(options));
		const head = requireHead(workspace.repository);
		const updated = await timer.time("update", () => update(workspace, head, options));
		const selection = await timer.time("select", () => selectSinceLastCheck(workspace, head));
		const { report } = await checkSelection(workspace, {
			selection,
			updated: await timer.time("advance", () => forRange(workspace, updated, selection)),
			timer,
			...options
		});
		writeLastCheck(workspace.stateFolder, report);
		return report;
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** Checks the assertions of a range of commits, or all of them, with the adapter of the range's end. */
async function check(options = {}) {
	try {
		var _usingCtx3 = _usingCtx();
		const timer = createTimer();
		const workspace = _usingCtx3.a(await openWorkspace(options));
		const { repository, config } = workspace;
		const { base, head } = await endsOf(repository, options.range);
		const updated = await timer.time("update", () => update(workspace, head, options));
		const selection = await timer.time("select", async () => {
			if (options.all) return selectAll(repository, {
				head,
				rules: config.paths
			});
			if (options.range === void 0) return selectSinceLastCheck(workspace, head);
			const found = await selectRange(repository, {
				base,
				head,
				rules: config.paths
			});
			return {
				base,
				head,
				description: `of ${options.range}`,
				...found
			};
		});
		return (await checkSelection(workspace, {
			selection,
			updated: await timer.time("advance", () => forRange(workspace, updated, selection)),
			timer,
			...options
		})).report;
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
/** Brings the adapter up to a commit and finds the one to use, one process at a time. */
async function update(workspace, until, options) {
	return withStateLock(workspace, options, async () => {
		try {
			var _usingCtx4 = _usingCtx();
			const cache = _usingCtx4.a(workspace.openCache());
			const walked = await updateAdapter(workspace, {
				until,
				cache,
				onProgress: options.onProgress
			});
			const updated = await promoteUpdate(workspace, walked);
			const keepIds = [updated.snapshot, updated.inUse].map(({ manifest }) => manifest.id);
			if (updated.commits > 0) dropOldSnapshots(workspace, keepIds);
			return updated;
		} catch (_) {
			_usingCtx4.e = _;
		} finally {
			await _usingCtx4.d();
		}
	});
}
/** The retention rule without its costly question: `prune` asks which branches are gone. */
function dropOldSnapshots({ store, config }, keepIds) {
	const { keepNewest } = config.snapshots;
	const { snapshots } = store.list();
	const { drop } = planRetention(snapshots, {
		keepNewest,
		keepIds,
		isReachable: () => true
	});
	for (const { manifest } of drop) store.remove(manifest.id);
}
/** The thresholds of the configuration, or the pack's calibration. */
function thresholdsOf({ config, pack }) {
	const { calibration } = pack.manifest;
	const { surprisingMaxProbability: most, surprisingMinCandidate: least } = config.check;
	return {
		surprisingMaxProbability: most ?? calibration.surprisingMaxProbability,
		surprisingMinCandidate: least ?? calibration.surprisingMinCandidate,
		wrongValue: calibration.wrongValue,
		areLimitsSet: most !== null || least !== null
	};
}
/** Scores assertions with the adapter of a snapshot. */
async function scoreWith(workspace, snapshot, assertions, options) {
	if (assertions.length === 0) return [];
	const { languageModel } = await workspace.models();
	return await scoreAssertions(languageModel, assertions, {
		adapter: snapshot.adapter,
		count: workspace.config.check.candidates,
		rivals: asksRivals(workspace.pack.manifest.calibration),
		onProgress: (done, total) => options.onProgress?.({
			stage: "check",
			done,
			total
		})
	});
}
/** Scores a selection with the adapter of an update; the scores are in the order of the report's assertions. */
async function checkSelection(workspace, input) {
	const { selection, updated, timer } = input;
	const { inUse: snapshot } = updated;
	const { chosen, notices } = limit(workspace, selection);
	const scores = await timer.time("check", () => scoreWith(workspace, snapshot, chosen, input));
	const thresholds = thresholdsOf(workspace);
	const assertions = scores.map((score) => reportAssertion(score, thresholds));
	const { root, branch } = workspace.repository;
	return {
		report: {
			schema: "code2lora/check@1",
			repository: {
				root,
				head: requireHead(workspace.repository),
				branch
			},
			range: {
				base: selection.base,
				head: selection.head,
				description: selection.description
			},
			model: modelInfo(workspace.pack, (await workspace.device()).device),
			snapshot: snapshotInfo(snapshot.manifest),
			...thresholds.wrongValue ? { wrongPrior: thresholds.wrongValue.prior } : {},
			assertions,
			summary: summarize(scores, assertions),
			notices: [.../* @__PURE__ */ new Set([
				...workspace.notices,
				...updated.notices,
				...selection.notices,
				...notices
			])],
			timings: timer.timings()
		},
		scores
	};
}
/** `A..B`; one commit means that commit against its first parent; nothing means HEAD. */
async function endsOf(repository, range) {
	if (range === void 0) return {
		base: null,
		head: requireHead(repository)
	};
	const { after, until } = await parseRange(repository, range);
	return {
		base: after ?? await ancestorAt(repository, until, 1),
		head: until
	};
}
/** False also when the commit is gone altogether, as after a force push and a clean-up. */
async function isPartOf(repository, commit, head) {
	try {
		return await isAncestor(repository, commit, head);
	} catch (error) {
		if (error instanceof UsageError) return false;
		throw error;
	}
}
/** Since the last check if that commit is still part of the history, else the most recent ones. */
async function selectSinceLastCheck(workspace, head) {
	const { repository, config, stateFolder } = workspace;
	const last = readLastCheck(stateFolder)?.commit;
	if (last === void 0 || last === head || !await isPartOf(repository, last, head)) return selectRecent(repository, {
		head,
		rules: config.paths
	});
	const commits = await countCommits(repository, {
		after: last,
		until: head
	});
	const found = await selectRange(repository, {
		base: last,
		head,
		rules: config.paths
	});
	return {
		base: last,
		head,
		description: `since the last check (${commits} commit${commits === 1 ? "" : "s"})`,
		...found
	};
}
function limit({ config }, { assertions }) {
	const isIgnored = (0, import_picomatch.default)([...config.check.ignore], { dot: true });
	const wanted = assertions.filter(({ ignored }) => !ignored).filter(({ path }) => config.check.ignore.length === 0 || !isIgnored(path));
	const { maxAssertions } = config.check;
	const left = wanted.length - maxAssertions;
	const muted = assertions.length - wanted.length;
	const notices = [...muted > 0 ? [`${muted} of ${assertions.length} assertions are muted`] : [], ...left > 0 ? [`${left} of ${wanted.length} assertions were left out (check.maxAssertions is ${maxAssertions})`] : []];
	return {
		chosen: wanted.slice(0, maxAssertions),
		notices
	};
}
export { scoreWith as a, reportAssertion as c, run as i, checkSelection as n, thresholdsOf as o, isPartOf as r, update as s, check as t };
