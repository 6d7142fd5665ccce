import { o as UsageError, r as InternalError } from "./errors.js";
import { B as Check, E as DEFAULT_PATH_RULES, T as _usingCtx, U as openRepository, V as build_default } from "./workspace.js";
import { a as startCommitOf, f as requireFullHistory, n as countCommits, p as resolveCommit, s as firstParentCommits } from "./ancestry.js";
import { f as BlobReader, h as listTree, n as extractBlob, r as isTestFile, t as historyAssertions } from "./mine-history.js";
import { n as openTaskWriter, t as makeFolderOf } from "./task-writer2.js";
import { n as toTask } from "./mine-task.js";
import { i as digestOf, r as describeDifference } from "./mine-list.js";
import { dirname, join, resolve } from "node:path";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
// src/commands/mine-choice.ts
/**
* Which assertions of a commit become tasks: at most so many of the commit, and of each file in it. Pure.
*
* In: the assertions, file by file. Out: the chosen ones, in the order they came. Taken in turns: of each test of a
* file one, then a second, and likewise of each file, so that one large test file does not crowd out the others.
* Whose turn it is follows from sha256 of seed and place, so from the commit alone: not from what else is mined, nor
* in which order, nor on which machine.
*/
function openChoice(seed, { perCommit, perFile }) {
	let files = [];
	let offered = 0;
	return {
		offer(path, assertions) {
			const items = chooseOfFile(assertions, `${seed}\n${path}`).slice(0, perFile || void 0);
			if (items.length === 0) return;
			files.push({
				rank: rankOf(`${seed}\n${path}`),
				place: offered++,
				items
			});
			if (perCommit > 0 && files.length > perCommit) files = files.sort(byRank).slice(0, perCommit);
		},
		take() {
			return files.flatMap(({ rank, place, items }) => items.map(({ item }, turn) => ({
				item,
				turn,
				rank,
				place
			}))).sort(byTurn).slice(0, perCommit || void 0).sort((a, b) => a.place - b.place || byPosition(a.item, b.item)).map(({ item }) => item);
		}
	};
}
/** All of them, in the order in which they are taken. */
function chooseOfFile(assertions, seed) {
	const ranked = assertions.map((item) => ({
		item,
		turn: 0,
		rank: rankOf(`${seed}\n${item.line}:${item.column}`)
	})).sort(byRank);
	const taken = /* @__PURE__ */ new Map();
	for (const chosen of ranked) {
		chosen.turn = taken.get(chosen.item.test) ?? 0;
		taken.set(chosen.item.test, chosen.turn + 1);
	}
	return ranked.sort(byTurn);
}
const rankOf = (text) => createHash("sha256").update(text).digest("hex");
const byRank = (a, b) => a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0;
const byTurn = (a, b) => a.turn - b.turn || byRank(a, b);
const byPosition = (a, b) => a.line - b.line || a.column - b.column;
// src/commands/mine-file.ts
/** The tasks of one repository and track: a file in which no task stands twice. */
function openTaskFile(path) {
	makeFolderOf(path);
	const writer = openTaskWriter(path);
	const known = /* @__PURE__ */ new Set();
	let duplicates = 0;
	return {
		async write(task) {
			const name = nameOf(task);
			if (known.has(name)) {
				duplicates += 1;
				return;
			}
			known.add(name);
			await writer.write(task);
		},
		async close() {
			return {
				tasks: known.size,
				duplicates,
				...await writer.close()
			};
		},
		discard: writer.discard
	};
}
/** Short, because a repository can have a million of them. */
const nameOf = ({ prefix, target }) => createHash("sha256").update(JSON.stringify([prefix, target])).digest("base64").slice(0, 22);
// src/commands/mine-index.ts
/**
* What is finished: one small file for each repository, written last, beside the files with its tasks.
*
*   OUT/static/NAME.jsonl   OUT/evolution/NAME.jsonl   OUT/index/NAME.json
*
* Nothing in it comes from the machine or the clock, and no file belongs to two repositories: the folders of all
* shards, put into one, are the folder of one run.
*/
const Count = build_default.Integer({ minimum: 0 });
const Text = build_default.String();
const Sha = build_default.String({ pattern: "^([0-9a-f]{40}|[0-9a-f]{64})$" });
const TrackSchema = build_default.Enum(["static", "evolution"]);
const FileSchema = build_default.Object({
	tasks: Count,
	/** Left out, because the same prefix and target were written before. */
	duplicates: Count,
	bytes: Count,
	sha256: Text
});
const EntrySchema = build_default.Object({
	schema: build_default.Literal("code2lora/mined@1"),
	repository: Text,
	split: Text,
	/** As the list names the commit; null: HEAD. */
	revision: build_default.Union([Text, build_default.Null()]),
	commit: Sha,
	/** Where its first-parent history begins: forks of each other have the same. */
	root: Sha,
	/** Of the first-parent history. */
	commits: Count,
	files: build_default.Object({
		static: build_default.Optional(FileSchema),
		evolution: build_default.Optional(FileSchema)
	}),
	/** Of files that could not be read to the end. */
	notices: Count,
	settings: build_default.Object({
		tracks: build_default.Array(TrackSchema),
		perCommit: Count,
		perFile: Count,
		maxPrefix: Count,
		version: Text
	}),
	settingsDigest: Text
});
const taskFile = (out, track, name) => join(out, track, `${name}.jsonl`);
const entryFile = (out, name) => join(out, "index", `${name}.json`);
/** Null where there is none, where it cannot be read, and where a file that it speaks of is not as it says. */
function readEntry(out, name) {
	const file = entryFile(out, name);
	if (!existsSync(file)) return null;
	const entry = parseJson(readFileSync(file, "utf8"));
	if (!Check(EntrySchema, entry) || entry.repository !== name) return null;
	return Object.entries(entry.files).every(([track, { bytes }]) => {
		return statSync(taskFile(out, track, name), { throwIfNoEntry: false })?.size === bytes;
	}) ? entry : null;
}
function writeEntry(out, entry) {
	const file = entryFile(out, entry.repository);
	makeFolderOf(file);
	writeFileSync(`${file}.part`, `${JSON.stringify(entry)}\n`);
	renameSync(`${file}.part`, file);
}
/** Before its files are replaced: without an entry they count as not finished. */
const removeEntry = (out, name) => rmSync(entryFile(out, name), { force: true });
/** Names of all repositories that have an entry, of any list. */
function listEntries(out) {
	const folder = join(out, "index");
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true }).map((path) => String(path).replaceAll("\\", "/")).filter((path) => path.endsWith(".json")).map((path) => path.slice(0, -5)).sort();
}
/** Throws UsageError when an entry was made with other settings. */
function requireSameSettings(out, entries, settings) {
	const other = entries.find(({ settingsDigest }) => settingsDigest !== digestOf(settings));
	if (other === void 0) return;
	throw new UsageError(`${out} holds tasks of ${other.repository} that were mined with other options: ${describeDifference(other.settings, settings)}.\nGive the same options, or another folder.`);
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
// src/commands/mine-repository.ts
/** The commit that is mined: the one of the list, or HEAD. Throws UsageError where there is none. */
const wantedCommit = (repository, { revision }) => resolveCommit(repository, revision ?? "HEAD");
/** Throws what git and the disk throw; what was finished before is then as it was. */
async function mineRepository(folder, task) {
	const { listed, settings, out } = task;
	const repository = await openRepository(folder);
	const until = await wantedCommit(repository, listed);
	requireFullHistory(repository);
	const [root, commits] = [await startCommitOf(repository, until), await countCommits(repository, { until })];
	const entry = {
		schema: "code2lora/mined@1",
		repository: listed.name,
		split: listed.split,
		revision: listed.revision,
		commit: until,
		root,
		commits,
		...await mineTracks(repository, {
			...task,
			until,
			position: commits - 1
		}),
		settings,
		settingsDigest: digestOf(settings)
	};
	writeEntry(out, entry);
	return entry;
}
/** Replaces the files of all tracks together, and only when all are complete. */
async function mineTracks(repository, task) {
	const { listed, settings, out } = task;
	const opened = [];
	const files = {};
	let notices = 0;
	try {
		for (const track of settings.tracks) {
			const file = openTaskFile(taskFile(out, track, listed.name));
			opened.push({
				track,
				file
			});
			notices += await MINERS[track](repository, {
				...task,
				file
			});
		}
		removeEntry(out, listed.name);
		for (const { track, file } of opened) files[track] = await file.close();
		return {
			files,
			notices
		};
	} catch (error) {
		for (const { file } of opened) await file.discard();
		throw error;
	}
}
/** Each gives the number of notices. */
const MINERS = {
	static: mineSnapshot,
	evolution: mineHistory
};
async function mineSnapshot(repository, task) {
	let count = 0;
	for await (const commit of firstParentCommits(repository, {
		until: task.until,
		limit: 1
	})) count += await mineTree(repository, {
		...task,
		commit
	});
	return count;
}
async function mineTree(repository, { commit, ...task }) {
	try {
		var _usingCtx$1 = _usingCtx();
		const origin = originOf(task, {
			track: "static",
			position: task.position
		});
		let count = 0;
		const reader = _usingCtx$1.a(new BlobReader(repository));
		for (const { path, blob } of await listTree(repository, task.until)) {
			if (!isTestFile(path, DEFAULT_PATH_RULES)) continue;
			const { assertions, notices } = await extractBlob(reader, path, blob);
			count += notices.length;
			await writeTasks(assertions.filter(({ open }) => !open), {
				task,
				commit,
				origin
			});
		}
		return count;
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function mineHistory(repository, task) {
	const { listed, settings, until } = task;
	let [position, count] = [0, 0];
	const history = historyAssertions(repository, {
		range: { until },
		rules: DEFAULT_PATH_RULES
	});
	for await (const { commit, files } of history) {
		const choice = openChoice(`${listed.name}\n${commit.sha}`, settings);
		for await (const { path, assertions, notices } of files) {
			choice.offer(path, assertions);
			count += notices.length;
		}
		const origin = originOf(task, {
			track: "evolution",
			position
		});
		await writeTasks(choice.take(), {
			task,
			commit,
			origin
		});
		position += 1;
	}
	return count;
}
const originOf = ({ listed }, origin) => ({
	repository: listed.name,
	split: listed.split,
	...origin
});
async function writeTasks(assertions, { task, commit, origin }) {
	const { maxPrefix } = task.settings;
	for (const assertion of assertions) await task.file.write(toTask(assertion, {
		commit,
		maxPrefix,
		origin
	}));
}
// src/commands/mine-clone.ts
/**
* The folder of a repository of the list: its own, or a bare clone with every blob, made when it is first asked for.
*
* In: a source. Out: a folder to open. A clone appears whole or not at all, and one that is there is taken as it is:
* no second run sees another history because somebody has pushed in between.
*/
/** A server that says nothing for a minute is not waited for. */
const PATIENCE = [
	"--config",
	"http.lowSpeedLimit=1",
	"--config",
	"http.lowSpeedTime=60"
];
/** Null where there is nothing on this machine yet. */
function presentFolder({ from }, clones) {
	const folder = "folder" in from ? from.folder : resolve(clones, from.place);
	return existsSync(folder) ? folder : null;
}
/** Clones what has an address. Throws GitError when that fails: no such repository, no access, no network. */
async function fetchFolder(source, clones) {
	if ("folder" in source.from) return source.from.folder;
	const { url, place } = source.from;
	return presentFolder(source, clones) ?? await clone(url, {
		folder: resolve(clones, place),
		clones
	});
}
async function clone(url, { folder, clones }) {
	const part = `${folder}.part`;
	rmSync(part, {
		recursive: true,
		force: true
	});
	mkdirSync(dirname(folder), { recursive: true });
	const { bytes } = await openRepository(emptyRepository(clones));
	await bytes([
		"clone",
		"--bare",
		"--quiet",
		"--template=",
		...PATIENCE,
		"--",
		url,
		part
	]);
	renameSync(part, folder);
	return folder;
}
/** git is run inside of a repository only, and to be taken for one a folder needs no more than this. */
function emptyRepository(clones) {
	const folder = resolve(clones, ".empty.git");
	for (const name of ["objects", "refs"]) mkdirSync(join(folder, name), { recursive: true });
	writeFileSync(join(folder, "HEAD"), "ref: refs/heads/main\n");
	writeFileSync(join(folder, "config"), "[core]\n	repositoryformatversion = 0\n	bare = true\n");
	return folder;
}
// src/commands/or-broken.ts
/**
* Work on one repository of a list: what cannot be read is a line in the report, not the end of the run.
*
* In: a report, the repository, the work. Out: nothing; a defect of our own is thrown on.
*/
async function orBroken({ broken }, { name }, work) {
	try {
		await work();
	} catch (error) {
		if (!(error instanceof Error) || error instanceof InternalError) throw error;
		broken.push({
			repository: name,
			reason: error.message.replaceAll(/\s*\n\s*/g, " ")
		});
	}
}
export { wantedCommit as a, requireSameSettings as c, mineRepository as i, openChoice as l, fetchFolder as n, listEntries as o, presentFolder as r, readEntry as s, orBroken as t };
