import { n as healthAdvice, r as healthVerdict, t as hasDrifted } from "./health-verdict.js";
import { s as update } from "./check.js";
import { n as countCommits, s as firstParentCommits, t as ancestorAt } from "./ancestry.js";
import { t as nearestSnapshot } from "./lineage.js";
import { f as learnsAssertions, h as walkKindOf, l as resumeWalk, n as adapterOf, r as followCommits, s as beginWalk, t as openWalker } from "./walker.js";
import { i as ModelError, o as UsageError } from "./errors.js";
import { R as encodeState, T as _usingCtx, a as requireHead, n as modelInfo, o as snapshotInfo, r as openWorkspace } from "./workspace.js";
import { t as withStateLock } from "./state-lock.js";
import { n as createTimer, t as updateAdapter } from "./update.js";
import { c as gainOver, d as rankAmong, l as mean, n as promote, o as recordVerdict, s as sampleRecent, u as nllPerToken } from "./health-promotion.js";
import { G as moduleSizes, K as parseTransformerConfig, M as readMeanAdapter, R as readJson, St as checkFits, bt as adapterTensors, dt as readSafetensors, lt as encodeSafetensors, yt as adapterFromTensors } from "./executor.js";
import { c as deltaNorm, l as residualFraction, s as adapterCosine } from "./adapter-health.js";
// src/commands/health-adapters.ts
/** One walk for the own adapters, one for the fresh ones. */
async function adaptersOf(workspace, { manifest }, { commits, cache, onProgress }) {
	const [first] = commits;
	if (first === void 0) return {
		byCommit: /* @__PURE__ */ new Map(),
		freshFrom: null
	};
	const { startCommit } = manifest;
	const origin = first.sha === startCommit ? startCommit : first.parentSha;
	const freshFrom = remembers(workspace) && origin !== startCommit ? origin : null;
	const walker = await openWalker(workspace, { cache });
	const tell = await progressOf(workspace, {
		origin,
		commits,
		onProgress,
		walks: freshFrom ? 2 : 1
	});
	const own = await follow(workspace, {
		walker,
		walk: await walkTo(workspace, {
			walker,
			manifest,
			commit: origin
		}),
		commits,
		tell
	});
	if (freshFrom === null) return {
		byCommit: byCommit(own, null),
		freshFrom
	};
	return {
		byCommit: byCommit(own, await follow(workspace, {
			walker,
			walk: await beginWalk(workspace, walker, {
				commit: freshFrom,
				maxHistory: null
			}),
			commits,
			tell
		})),
		freshFrom
	};
}
/** Whether an adapter is made of more than the commit that it is for. */
const remembers = ({ pack, parts }) => walkKindOf(pack, parts) !== "newest-state" || learnsAssertions({ parts });
/** The adapter of the commit before the snapshot's; null at the start of the walk. */
async function previousAdapter(workspace, { manifest }, cache) {
	const { commit, startCommit } = manifest;
	const parent = commit === startCommit ? null : await ancestorAt(workspace.repository, commit, 1);
	if (parent === null) return null;
	const walker = await openWalker(workspace, { cache });
	return adapterOf(workspace, {
		walker,
		walk: await walkTo(workspace, {
			walker,
			manifest,
			commit: parent
		})
	});
}
/** From the nearest snapshot of the same walk; where there is none, from the start of the walk. */
async function walkTo(workspace, { walker, manifest, commit }) {
	const { repository, store, lineage } = workspace;
	const { startCommit, maxHistory = null } = manifest;
	const known = await nearestSnapshot(repository, store, {
		until: commit,
		...lineage
	});
	const walk = known?.startCommit === startCommit ? resumeWalk(workspace, store.get(known.id)) : await beginWalk(workspace, walker, {
		commit: startCommit,
		maxHistory
	});
	await moveOn(workspace, {
		walker,
		walk,
		until: commit
	});
	return walk;
}
async function moveOn(workspace, { walker, walk, until }) {
	if (walk.commit === until) return;
	const commits = firstParentCommits(workspace.repository, {
		after: walk.commit,
		until
	});
	const { previousStep } = walk;
	for await (const _ of followCommits(workspace, {
		walker,
		walk,
		commits,
		learnUntil: until,
		previousStep
	}));
}
async function follow(workspace, input) {
	const { walker, walk, commits, tell } = input;
	const stand = async (until) => {
		await moveOn(workspace, {
			walker,
			walk,
			until
		});
		const { hiddenState, steps } = walk;
		return {
			adapter: await adapterOf(workspace, {
				walker,
				walk
			}),
			hiddenState,
			steps
		};
	};
	const begun = walk.position;
	const followed = [];
	for (const { sha, parentSha } of commits) {
		const before = sha === walk.commit ? null : await stand(parentSha);
		followed.push({
			sha,
			before,
			after: await stand(sha)
		});
		tell(walk.position - begun);
	}
	return followed;
}
function byCommit(own, fresh) {
	const entries = own.map(({ sha, before, after }, index) => [sha, {
		own: after.adapter,
		previous: before?.adapter ?? null,
		fresh: fresh?.[index]?.after.adapter ?? null,
		step: stepOf(before, after)
	}]);
	return new Map(entries);
}
function stepOf(before, after) {
	if (!before?.hiddenState || !after.hiddenState || after.steps === before.steps) return null;
	return {
		before: before.hiddenState,
		after: after.hiddenState
	};
}
/** Counts over all walks. */
async function progressOf({ repository }, input) {
	const { commits, origin, walks, onProgress } = input;
	const newest = commits.at(-1)?.sha;
	const total = await countCommits(repository, {
		after: origin,
		until: newest
	});
	let finished = 0;
	return (passed) => {
		onProgress?.({
			stage: "update",
			done: finished + passed,
			total: total * walks
		});
		if (passed === total) finished += total;
	};
}
// src/commands/health-anchor.ts
/** Throws UsageError for a model whose state is a fresh one at each commit. */
async function reAnchor(workspace, { commit, cache, onProgress }) {
	requireMemory(workspace);
	return await withStateLock(workspace, { onProgress }, async () => {
		const { snapshot } = await updateAdapter(workspace, {
			until: commit,
			rebuild: {
				startCommit: commit,
				anchored: true
			},
			cache,
			onProgress
		});
		workspace.store.put(snapshot, encodeState(snapshot));
		return snapshot;
	});
}
/** Before anything is computed. */
function requireMemory(workspace) {
	if (remembers(workspace)) return;
	throw new UsageError(`Cannot re-anchor: the model pack "${workspace.pack.manifest.name}" keeps no state that could drift, it reads the repository anew at each commit.\nRun "code2lora health" without --re-anchor.`);
}
// src/commands/health-scores.ts
/** Oldest commit first. */
async function scoreContenders(languageModel, { samples, adapters, references, onProgress }) {
	const all = samples.flatMap(({ assertions }) => assertions);
	const score = counted(languageModel, {
		total: all.length * (5 + references.panel.length),
		onProgress
	});
	const base = await score(all, null);
	const average = references.mean && await score(all, references.mean);
	const panel = [];
	for (const { adapter } of references.panel) panel.push(await score(all, adapter));
	const ofCommits = [];
	for (const { commit, assertions } of samples) {
		const own = adapters.get(commit.sha);
		ofCommits.push(...await scoreCommit(score, {
			sha: commit.sha,
			assertions,
			adapters: own
		}));
	}
	return ofCommits.map((scores, index) => ({
		...scores,
		base: nllAt(base, index),
		mean: average && nllAt(average, index),
		panel: panel.map((each) => nllAt(each, index))
	}));
}
/** Says how many are done. */
function counted(languageModel, { total, onProgress }) {
	let done = 0;
	return async (assertions, adapter) => {
		const scores = await languageModel.scoreMany(assertions, { adapter });
		done += assertions.length;
		onProgress?.({
			stage: "check",
			done,
			total
		});
		return scores;
	};
}
/** With the adapters of the commit alone. One that is the own adapter to the last bit is not asked again. */
async function scoreCommit(score, { sha, assertions, adapters }) {
	const own = await score(assertions, adapters.own);
	const other = async (adapter) => {
		if (adapter === null) return null;
		return isSame(adapter, adapters.own) ? own : await score(assertions, adapter);
	};
	const [previous, fresh] = [await other(adapters.previous), await other(adapters.fresh)];
	return own.map(({ nll, tokens }, index) => ({
		commit: sha,
		tokens,
		own: nll,
		previous: previous && nllAt(previous, index),
		fresh: fresh && nllAt(fresh, index)
	}));
}
const nllAt = (scores, index) => scores[index].nll;
function isSame(a, b) {
	const [bytes, others] = [a, b].map((adapter) => encodeSafetensors(adapterTensors(adapter)));
	return a.alpha === b.alpha && Buffer.compare(bytes, others) === 0;
}
/** What an adapter of the panel makes of it, on average; null without a panel. */
const panelMean = ({ panel }) => panel.length === 0 ? null : mean(panel);
// src/commands/health-compare.ts
/** The same seed gives the same intervals. */
function compareContenders(scores, { references, panelCosines, seed }) {
	const gain = (other) => gainOf(scores, other, seed);
	const nll = (contender) => nllOf(scores, contender);
	const panel = references.panel.map(({ name }, index) => ({
		name,
		cosine: panelCosines[index],
		nll: nll((row) => row.panel[index]),
		gain: gain((row) => row.panel[index])
	}));
	return {
		nll: {
			own: nll((row) => row.own),
			base: nll((row) => row.base),
			mean: nll((row) => row.mean),
			panel: nll(panelMean),
			previous: nll((row) => row.previous),
			fresh: nll((row) => row.fresh)
		},
		gains: {
			overBase: gain((row) => row.base),
			overMean: gain((row) => row.mean),
			overPanel: gain(panelMean),
			overPrevious: gain((row) => row.previous),
			overFresh: gain((row) => row.fresh)
		},
		rank: rankOf(scores, panel),
		panel
	};
}
/** Over the assertions that the contender has scored; null when there is none. */
function gainOf(scores, other, seed) {
	const pairs = scores.flatMap((row) => {
		const otherNll = other(row);
		return otherNll === null ? [] : [{
			cluster: row.commit,
			tokens: row.tokens,
			nll: row.own,
			otherNll
		}];
	});
	return pairs.length === 0 ? null : gainOver(pairs, { seed });
}
function nllOf(scores, contender) {
	const known = scores.flatMap((row) => {
		const nll = contender(row);
		return nll === null ? [] : [{
			nll,
			tokens: row.tokens
		}];
	});
	return known.length === 0 ? null : nllPerToken(known);
}
function rankOf(scores, panel) {
	if (scores.length === 0 || panel.length === 0) return null;
	return {
		mean: mean(scores.map(({ own, panel: others }) => rankAmong(own, others))),
		random: (panel.length + 2) / 2,
		of: panel.length + 1,
		beaten: panel.filter(({ gain }) => gain !== null && gain.mean > 0).length
	};
}
// src/commands/health-likeness.ts
function likenessOf(own, { references, previous }) {
	const { mean: average, panel, layerCount } = references;
	const cosine = (other) => adapterCosine(own, other, { layerCount });
	const others = panel.map(({ adapter }) => adapter);
	const panelCosines = others.map(cosine);
	return {
		norm: deltaNorm(own, { layerCount }),
		meanCosine: average && cosine(average),
		panelCosine: others.length === 0 ? null : mean(panelCosines),
		previousCosine: previous && cosine(previous),
		residualFraction: average && residualFraction(own, average, { layerCount }),
		participationRatio: others.length > 0 ? participationRatio([own, ...others], references) : null,
		panelCosines
	};
}
/**
* In how many directions the adapters leave the average: n² / Σ cos² over all pairs of residuals of norm 1. 1: all of them
* in the same one; n: each in its own. Below 2 whatever tells repositories apart is one number. null: fewer than two leave it.
*/
function participationRatio(adapters, { mean: average, layerCount }) {
	if (average === null) return null;
	const products = productsOf([average, ...adapters], layerCount);
	const product = (i, j) => products[i]?.[j];
	const residual = (i, j) => product(i, j) - product(i, 0) - product(0, j) + product(0, 0);
	const apart = adapters.map((_, index) => index + 1).filter((i) => residual(i, i) > NOISE * product(i, i));
	if (apart.length < 2) return null;
	const squares = apart.flatMap((i) => apart.map((j) => residual(i, j) ** 2 / (residual(i, i) * residual(j, j))));
	return apart.length ** 2 / squares.reduce((total, value) => total + value, 0);
}
/** Below it a difference of squares is rounding. */
const NOISE = 1e-12;
/** Inner products of all with all. */
function productsOf(adapters, layerCount) {
	const norms = adapters.map((adapter) => deltaNorm(adapter, { layerCount }));
	const at = (index) => norms[index];
	return adapters.map((a, i) => adapters.map((b, j) => i === j ? at(i) ** 2 : adapterCosine(a, b, { layerCount }) * at(i) * at(j)));
}
/** 1: the same direction; 0 when one of them is zero. */
function stateCosine(a, b) {
	const norms = stateNorm(a) * stateNorm(b);
	const product = a.reduce((sum, value, i) => sum + value * b[i], 0);
	return norms === 0 ? 0 : Math.max(-1, Math.min(1, product / norms));
}
const stateNorm = (state) => Math.sqrt(state.reduce((sum, value) => sum + value * value, 0));
/** ‖a − b‖ / ‖b‖. */
function stateDistance(a, b) {
	const difference = a.map((value, i) => value - b[i]);
	return stateNorm(difference) / Math.max(Number.MIN_VALUE, stateNorm(b));
}
// src/commands/health-references.ts
/**
* What an adapter is held against: the mean adapter of the pack's training repositories, and those of a few others.
*
* In: a model pack. Out: checked adapters. Knows nothing about the user's repository.
*/
/** Throws ModelError that names the file when one cannot be read or belongs to another base model. */
function readReferences(pack) {
	return {
		mean: readMeanAdapter(pack) ?? null,
		panel: pack.manifest.panel.map((entry) => ({
			name: entry.name,
			adapter: readEntry(pack, entry)
		})),
		layerCount: baseConfig(pack).layerCount
	};
}
function readEntry(pack, { name, file }) {
	try {
		const { tensors, metadata } = readSafetensors(pack.path(file));
		const adapter = adapterFromTensors(tensors, {
			...sizesOf(metadata, pack),
			ownRanks: true
		});
		const config = baseConfig(pack);
		checkFits(adapter, moduleSizes(config), config);
		return adapter;
	} catch (cause) {
		if (!(cause instanceof ModelError)) throw cause;
		throw new ModelError(`Cannot use ${file}, the adapter of ${name} in the panel of the model pack "${pack.manifest.name}".\n${cause.message}`, { cause });
	}
}
/** A file that does not say them has the hypernetwork's. */
function sizesOf({ rank, alpha }, { manifest }) {
	const { hypernetwork } = manifest;
	return {
		rank: rank === void 0 ? hypernetwork.rank : Number(rank),
		alpha: alpha === void 0 ? hypernetwork.alpha : Number(alpha)
	};
}
function baseConfig({ manifest, path }) {
	const file = path(manifest.baseModel.config);
	return parseTransformerConfig(readJson(file), file);
}
// src/commands/health-state.ts
/** Without the GRU there is no state. A static model has no other state than the fresh one; a snapshot without a step has the fresh one itself. */
async function stateHealth(workspace, { hiddenState, manifest }, { followed, cache }) {
	const cosines = [...followed.byCommit.values()].flatMap(({ step }) => step ?? []).map(({ before, after }) => stateCosine(after, before));
	if (hiddenState.length === 0) return {
		norm: 0,
		stepCosine: null,
		freshCosine: null,
		freshDistance: null
	};
	const fresh = manifest.steps === 0 ? hiddenState : await (await openWalker(workspace, { cache })).stateAt(manifest.commit);
	return {
		norm: stateNorm(hiddenState),
		stepCosine: cosines.length === 0 ? null : mean(cosines),
		freshCosine: stateCosine(hiddenState, fresh),
		freshDistance: stateDistance(hiddenState, fresh)
	};
}
// src/commands/health.ts
const DEFAULT_ASSERTIONS = 40;
/** So that a sample comes from five commits at least, where there are so many. */
const SHARE_OF_COMMIT = 1 / 5;
const MAX_COMMITS = 512;
/** Throws ModelError when the pack's panel cannot be read. */
async function health(options = {}) {
	try {
		var _usingCtx$1 = _usingCtx();
		const timer = createTimer();
		const workspace = _usingCtx$1.a(await openWorkspace(options));
		const head = requireHead(workspace.repository);
		if (options.reAnchor) requireMemory(workspace);
		const references = readReferences(workspace.pack);
		const updated = await timer.time("update", () => update(workspace, head, options));
		const { asked, samples } = await timer.time("select", () => select(workspace, updated.snapshot, options));
		const cache = _usingCtx$1.a(workspace.openCache());
		const found = await examine(workspace, {
			snapshot: updated.snapshot,
			references,
			asked,
			samples,
			cache,
			timer
		}, options);
		const reAnchored = options.reAnchor ? await reAnchor(workspace, {
			commit: head,
			cache,
			...options
		}) : null;
		const { root, branch } = workspace.repository;
		return {
			schema: "code2lora/health@1",
			repository: {
				root,
				head,
				branch
			},
			model: modelInfo(workspace.pack, (await workspace.device()).device),
			snapshot: snapshotInfo(updated.snapshot.manifest),
			...found,
			reAnchored: reAnchored && snapshotInfo(reAnchored.manifest),
			notices: [.../* @__PURE__ */ new Set([...workspace.notices, ...updated.notices])],
			timings: timer.timings()
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** The first assertions of a history are those of the walk's start: before it there was no adapter. */
async function select(workspace, { manifest }, { assertions: asked = DEFAULT_ASSERTIONS }) {
	return {
		asked,
		samples: await sampleRecent(workspace, {
			until: manifest.commit,
			count: asked,
			perCommit: Math.max(1, Math.ceil(asked * SHARE_OF_COMMIT)),
			oldest: manifest.startCommit,
			maxCommits: MAX_COMMITS
		})
	};
}
async function examine(workspace, { snapshot, references, asked, samples, cache, timer }, { onProgress }) {
	const commits = samples.map(({ commit }) => commit);
	const followed = await timer.time("walk", () => adaptersOf(workspace, snapshot, {
		commits,
		cache,
		onProgress
	}));
	const previous = await previousAdapter(workspace, snapshot, cache);
	const state = await stateHealth(workspace, snapshot, {
		followed,
		cache
	});
	const { languageModel } = await workspace.models();
	const scores = await timer.time("score", () => scoreContenders(languageModel, {
		samples,
		adapters: followed.byCommit,
		references,
		onProgress
	}));
	const { panelCosines, ...alike } = likenessOf(snapshot.adapter, {
		references,
		previous
	});
	const compared = compareContenders(scores, {
		references,
		panelCosines,
		seed: snapshot.manifest.id
	});
	const sample = describeSample(samples, {
		asked,
		followed
	});
	const verdict = healthVerdict({
		sample,
		gains: compared.gains
	});
	const drifted = hasDrifted({
		sample,
		gains: compared.gains
	});
	return {
		verdict,
		advice: healthAdvice(verdict, { drifted }),
		sample,
		...compared,
		likeness: alike,
		state: {
			...state,
			drifted
		},
		use: await useOf(workspace, snapshot, verdict)
	};
}
function describeSample(samples, { asked, followed }) {
	return {
		asked,
		assertions: samples.reduce((sum, { assertions }) => sum + assertions.length, 0),
		commits: samples.length,
		oldest: samples[0]?.commit.sha ?? null,
		newest: samples.at(-1)?.commit.sha ?? null,
		freshFrom: followed.freshFrom
	};
}
async function useOf(workspace, snapshot, verdict) {
	recordVerdict(workspace, snapshot.manifest, verdict);
	const { promoted, reason, using } = await promote(workspace, snapshot);
	return {
		promoted,
		reason,
		using
	};
}
export { health as t };
