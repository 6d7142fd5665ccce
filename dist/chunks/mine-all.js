import { U as openRepository } from "./workspace.js";
import { a as wantedCommit, c as requireSameSettings, i as mineRepository, n as fetchFolder, o as listEntries, r as presentFolder, s as readEntry, t as orBroken } from "./or-broken.js";
import { n as takeShard, o as resolveSettings, t as readRepositoryList } from "./mine-list.js";
import { t as timeLeft } from "./time-left.js";
import { join, resolve } from "node:path";
// src/commands/mine-summary.ts
/** By name of the split. */
function summarizeSplits(entries) {
	const splits = /* @__PURE__ */ new Map();
	for (const { split, files } of entries) {
		const known = splits.get(split) ?? {
			split,
			repositories: 0,
			static: 0,
			evolution: 0
		};
		splits.set(split, {
			split,
			repositories: known.repositories + 1,
			static: known.static + (files.static?.tasks ?? 0),
			evolution: known.evolution + (files.evolution?.tasks ?? 0)
		});
	}
	return [...splits.values()].sort((a, b) => compare(a.split, b.split));
}
function summarizeForks(entries) {
	const byRoot = /* @__PURE__ */ new Map();
	for (const { root, repository, split } of entries) {
		const known = byRoot.get(root) ?? {
			root,
			repositories: []
		};
		known.repositories.push({
			repository,
			split
		});
		byRoot.set(root, known);
	}
	const forks = [...byRoot.values()].filter(({ repositories }) => repositories.length > 1);
	for (const { repositories } of forks) repositories.sort((a, b) => compare(a.repository, b.repository));
	return forks.sort((a, b) => compare(a.root, b.root));
}
/** The same on every machine, unlike the order of a language. */
const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;
// src/commands/mine-all.ts
/**
* `mine --repositories`: the tasks of every repository of a list, in a folder.
*
* What is finished stays, what is missing or has changed is mined, and a repository that cannot be read is a line in
* the report, not the end of the run. One repository at a time, each read as a stream: memory is that of the largest.
* More machines, or more cores, take a shard each.
*/
/**
* Throws UsageError for a list or an option that cannot be understood, and for a folder with tasks that were mined
* with other options.
*/
async function mineAll(options) {
	const run = openRun(options);
	const { listed, finished, missing } = await planRun(run);
	const report = {
		schema: "code2lora/mine-all@1",
		repositories: listed.length,
		mined: 0,
		unchanged: finished.length,
		missing: options.dryRun ? missing.map(({ name }) => name) : [],
		broken: [],
		splits: [],
		forks: [],
		strays: straysOf(run)
	};
	const entries = options.dryRun ? finished : [...finished, ...await mineMissing(run, {
		missing,
		report
	})];
	return {
		...report,
		splits: summarizeSplits(entries),
		forks: summarizeForks(entries)
	};
}
function openRun(options) {
	const out = resolve(options.out);
	return {
		list: readRepositoryList(options.repositories),
		settings: resolveSettings(options),
		out,
		clones: options.clones === void 0 ? join(out, ".clones") : resolve(options.clones),
		options
	};
}
async function planRun({ list, settings, out, clones, options }) {
	const plan = {
		listed: takeShard(list, options.shard),
		finished: [],
		missing: []
	};
	const known = plan.listed.map((listed) => ({
		listed,
		entry: readEntry(out, listed.name)
	}));
	requireSameSettings(out, known.flatMap(({ entry }) => entry ?? []), settings);
	for (const { listed, entry } of known) if (entry !== null && await isCurrent(entry, {
		listed,
		clones
	})) plan.finished.push(entry);
	else plan.missing.push(listed);
	return plan;
}
/** A repository that is not here has not changed: what was mined of it is at the commit that it was cloned at. */
async function isCurrent(entry, { listed, clones }) {
	if (entry.split !== listed.split || entry.revision !== listed.revision) return false;
	const folder = presentFolder(listed, clones);
	if (folder === null) return true;
	try {
		return entry.commit === await wantedCommit(await openRepository(folder), listed);
	} catch {
		return false;
	}
}
/** Fills in what was mined and what is broken. */
async function mineMissing({ settings, out, clones, options }, { missing, report }) {
	const entries = [];
	const progress = timeLeft({
		total: missing.length,
		stage: "mine",
		advice: () => ADVICE
	});
	for (const [place, listed] of missing.entries()) {
		showProgress(options, {
			...progress(place),
			before: report.unchanged
		});
		await orBroken(report, listed, async () => {
			const folder = await fetchFolder(listed, clones);
			entries.push(await mineRepository(folder, {
				listed,
				settings,
				out
			}));
			report.mined += 1;
		});
	}
	return entries;
}
const ADVICE = "Interrupted, it goes on where it stopped; --shard I/N shares it among machines.";
/** Of the whole list, though the speed is that of what was missing. */
function showProgress({ onProgress }, { before, ...progress }) {
	onProgress?.({
		...progress,
		done: before + progress.done,
		total: before + progress.total
	});
}
/** Who reads the folder would take them for part of the list. */
function straysOf({ list, out }) {
	const names = new Set(list.map(({ name }) => name));
	return listEntries(out).filter((name) => !names.has(name));
}
export { mineAll as t };
