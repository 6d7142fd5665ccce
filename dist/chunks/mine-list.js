import { o as UsageError } from "./errors.js";
import { i as packageFile } from "./workspace.js";
import { t as DEFAULT_MAX_PREFIX } from "./mine-task.js";
import { n as isRepositoryName } from "./address.js";
import { basename, dirname, resolve } from "node:path";
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
// src/commands/mine-settings.ts
/**
* What decides which tasks a repository gives, besides its history: resolved once, and kept with every result, so that
* one data set is never made in two ways.
*/
const TRACKS = {
	static: ["static"],
	evolution: ["evolution"],
	both: ["static", "evolution"]
};
/** Throws UsageError for an unknown track. */
function resolveSettings({ track = "both", perCommit = 8, perFile = 4, maxPrefix = DEFAULT_MAX_PREFIX }) {
	const tracks = Object.hasOwn(TRACKS, track) ? TRACKS[track] : void 0;
	if (tracks === void 0) throw new UsageError(`Unknown track "${track}".\nExpected one of: ${Object.keys(TRACKS).join(", ")}.`);
	return {
		tracks,
		perCommit,
		perFile,
		maxPrefix,
		version: packageVersion()
	};
}
const digestOf = ({ tracks, perCommit, perFile, maxPrefix, version }) => createHash("sha256").update(JSON.stringify([
	tracks,
	perCommit,
	perFile,
	maxPrefix,
	version
])).digest("hex");
/** `per-commit 8 (now 4)`, of everything that differs. */
function describeDifference(before, now) {
	const describe = ({ tracks, perCommit, perFile, maxPrefix, version }) => [
		["track", tracks.length > 1 ? "both" : tracks.join()],
		["per-commit", `${perCommit}`],
		["per-file", `${perFile}`],
		["max-prefix", `${maxPrefix}`],
		["version", version]
	];
	const current = new Map(describe(now));
	return describe(before).filter(([name, value]) => value !== current.get(name)).map(([name, value]) => `${name} ${value} (now ${current.get(name)})`).join(", ");
}
function packageVersion() {
	const file = packageFile("package.json");
	return file === void 0 ? "0" : JSON.parse(readFileSync(file, "utf8")).version;
}
// src/commands/mine-source.ts
/**
* What a line of the list means by its repository: a folder, a name on GitHub, or an address. Pure.
*
* In: the text. Out: its name, and where it is or is to be cloned from. A folder is called by its last part, whatever
* lies above it, so that names, and with them splits and shards, are the same on every machine.
*/
/** Relative folders count from `base`. Throws UsageError for a text that is none of the three. */
function parseSource(text, base) {
	if (/^(?:\.{0,2}[/\\]|\.{1,2}$|[A-Za-z]:[/\\])/.test(text)) {
		const folder = resolve(base, text);
		return {
			name: basename(folder).replace(/\.git$/, ""),
			from: { folder }
		};
	}
	const source = parseAddress(isRepositoryName(text) ? `https://github.com/${text}` : text);
	if (source) return source;
	throw new UsageError(`"${text.replace(/:[^/@]*@/, ":…@")}" is no repository.\nExpected owner/name (on github.com), an address without a password (https://…, git@host:…), or a folder (/…, ./… or ../…).`);
}
/** `https://host/path`, `ssh://user@host:22/path`, `file:///path`, or `user@host:path`. */
function parseAddress(url) {
	const [, host, path] = /^(?:https?|ssh|git|file):\/\/(?:[^@/:]*@)?([^@/:]*)(?::\d+)?\/+(.+)$/i.exec(url) ?? /^[\w.-]+@([\w.-]+):\/*(.+)$/.exec(url) ?? [];
	if (host === void 0 || path === void 0) return null;
	const parts = path.replace(/(?:\.git)?\/*$/, "").split("/");
	if (!parts.every(isPlainName)) return null;
	const place = [host.toLowerCase() || "local", ...parts].join("/");
	return {
		name: parts.slice(-2).join("/"),
		from: {
			url,
			place: `${place}.git`
		}
	};
}
/** A name that can be part of a path on every system. */
const isPlainName = (part) => /^[\w.~+@-]+$/.test(part) && !/^\.{1,2}$/.test(part);
// src/commands/mine-list.ts
/**
* The list of repositories: a text file → its entries, each with a name and a split. Reads that one file.
*
* One repository a line, columns with tabs between. A first line with a cell "repository" names the columns; without
* one they are repository, split, commit. Which shard an entry is in follows from its line alone, which split from
* its name alone, where the list does not say.
*/
const COLUMNS = [
	"repository",
	"split",
	"commit"
];
/** In the order of the file. Throws UsageError, with the line, for what cannot be understood and for doubles. */
function readRepositoryList(path) {
	const base = dirname(resolve(path));
	const [first, ...others] = readRows(path);
	const isHeader = first?.cells.includes("repository");
	const columns = first && isHeader ? first.cells : COLUMNS;
	const rows = first && !isHeader ? [first, ...others] : others;
	const lineByName = /* @__PURE__ */ new Map();
	return rows.map(({ line, cells }) => {
		const place = `${path}, line ${line}`;
		const listed = parseRow(Object.fromEntries(cells.map((cell, index) => [columns[index] ?? "", cell])), {
			base,
			place
		});
		const known = lineByName.get(listed.name.toLowerCase());
		if (known !== void 0) throw new UsageError(`${place}: "${listed.name}" stands in line ${known} too.\nRemove one of them; if they are two repositories, give them names of their own in a column "name".`);
		lineByName.set(listed.name.toLowerCase(), line);
		return listed;
	});
}
function readRows(path) {
	return readText(path).replace(/^\uFEFF/, "").split(/\r?\n/).map((text, index) => ({
		line: index + 1,
		cells: text.split("	").map((cell) => cell.trim())
	})).filter(({ cells: [first = "", ...rest] }) => !first.startsWith("#") && first + rest.join("") !== "");
}
function readText(path) {
	try {
		return readFileSync(path, "utf8");
	} catch (cause) {
		throw new UsageError(`Cannot read the list ${path}: ${cause.message}\nGive a text file with one repository a line.`, { cause });
	}
}
function parseRow({ repository = "", commit, role, created, ...row }, { base, place }) {
	try {
		const source = parseSource(repository, base);
		const name = checkName(row.name || source.name);
		const split = row.split || role;
		const dates = {
			revision: commit || null,
			created: created || null
		};
		return {
			...source,
			name,
			split: split ? checkSplit(split) : splitOf(name),
			...dates
		};
	} catch (cause) {
		if (!(cause instanceof UsageError)) throw cause;
		throw new UsageError(`${place}: ${cause.message}`, { cause });
	}
}
/** It becomes part of paths. */
function checkName(name) {
	if (name.split("/").every(isPlainName)) return name;
	throw new UsageError(`"${name}" cannot be the name of a file.\nGive another name in a column "name": letters, digits, . _ ~ + @ - and /.`);
}
function checkSplit(split) {
	if (/^[\w.-]+$/.test(split)) return split;
	throw new UsageError(`"${split}" is no split.\nExpected one word, such as train, validation or test.`);
}
/** Of ten repositories eight, one and one, as in the paper (409, 51 and 52). */
function splitOf(name) {
	const share = createHash("sha256").update(name.toLowerCase()).digest().readUInt32BE() / 2 ** 32;
	return share < .8 ? "train" : share < .9 ? "validation" : "test";
}
/** `I/N`: every N-th entry from the I-th on, so that shards differ by one entry at most. Throws UsageError. */
function takeShard(entries, shard) {
	if (shard === void 0) return [...entries];
	const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(shard) ?? [];
	if (index === void 0 || Number(index) < 1 || Number(index) > Number(count)) throw new UsageError(`"${shard}" is no shard.\nExpected I/N, such as 1/4, 2/4, 3/4 and 4/4.`);
	return entries.filter((_, place) => place % Number(count) === Number(index) - 1);
}
export { packageVersion as a, digestOf as i, takeShard as n, resolveSettings as o, describeDifference as r, readRepositoryList as t };
