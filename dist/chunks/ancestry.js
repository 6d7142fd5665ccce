import { o as UsageError, r as InternalError, t as GitError } from "./errors.js";
import { join } from "node:path";
import { existsSync, readFileSync } from "node:fs";
// src/git/fields.ts
/**
* Cuts git's output at a byte: NUL-ended fields (`-z`) or lines.
*
* In: chunks as they come from the pipe. Out: the pieces, whole. Knows nothing about what they mean.
*/
const NUL = 0;
/** NUL-ended text fields, one by one; bytes that are not UTF-8 become U+FFFD. */
async function* readFields(chunks) {
	const splitter = new Splitter(NUL, Number.POSITIVE_INFINITY);
	for await (const chunk of chunks) for (const piece of splitter.push(chunk)) yield piece.bytes.toString("utf8");
}
/** Cuts a stream of chunks after each `separator`; never holds more than `maxBytes` of one piece. */
var Splitter = class {
	#separator;
	#maxBytes;
	#parts = [];
	#held = 0;
	#isCut = false;
	constructor(separator, maxBytes) {
		this.#separator = separator;
		this.#maxBytes = maxBytes;
	}
	/** The pieces that this chunk completes. */
	push(chunk) {
		const pieces = [];
		let start = 0;
		for (let end = chunk.indexOf(this.#separator); end >= 0; end = chunk.indexOf(this.#separator, start)) {
			this.#hold(chunk.subarray(start, end));
			pieces.push(this.#take());
			start = end + 1;
		}
		this.#hold(chunk.subarray(start));
		return pieces;
	}
	#hold(part) {
		const room = this.#maxBytes - this.#held;
		if (part.length > room) this.#isCut = true;
		if (part.length === 0 || room === 0) return;
		const kept = part.subarray(0, room);
		this.#parts.push(kept);
		this.#held += kept.length;
	}
	#take() {
		const [first = Buffer.alloc(0)] = this.#parts;
		const piece = {
			bytes: this.#parts.length > 1 ? Buffer.concat(this.#parts) : first,
			isCut: this.#isCut
		};
		this.#parts = [];
		this.#held = 0;
		this.#isCut = false;
		return piece;
	}
};
// src/git/history.ts
/**
* First-parent history, oldest commit first.
*
* In: a repository and a range. Out: one Commit at a time, so that a long history never sits in memory.
* Commits merged in from a side branch arrive as one merge. Knows nothing about diffs or models.
*/
/** Fields of one commit in the output of `git log -z`. */
const COMMIT_FORMAT = "%H%x00%P%x00%ct%x00%s";
/**
* Walks the mainline. With `limit`, only the newest that many, still oldest first. Throws a UsageError when
* the walk reaches the edge of a shallow clone, where a commit looks like a root and is none.
*/
async function* firstParentCommits(repo, { after, until, limit }) {
	const edge = new Set(shallowBoundary(repo));
	const count = limit === void 0 ? [] : [`--max-count=${limit}`];
	const args = [
		"log",
		"-z",
		"--first-parent",
		"--reverse",
		"--no-patch",
		`--format=${COMMIT_FORMAT}`,
		...count
	];
	let fields = [];
	for await (const field of readFields(repo.stream([...args, ...rangeArguments({
		after,
		until
	})]))) {
		if (fields.push(field) < 4) continue;
		const commit = parseCommit(fields);
		fields = [];
		if (edge.has(commit.sha)) throw shallowError(repo);
		yield commit;
	}
}
function parseCommit(fields) {
	const [sha = "", parents = "", committedAt = "", subject = ""] = fields;
	if (!/^[0-9a-f]{40,64}$/.test(sha)) throw new InternalError(`git log answered ${JSON.stringify(sha)}, expected a sha`);
	return {
		sha,
		parentSha: parents.split(" ")[0] || null,
		committedAt: Number(committedAt),
		subject
	};
}
function rangeArguments({ after, until }) {
	return [
		"--end-of-options",
		until,
		...after === void 0 ? [] : [`^${after}`],
		"--"
	];
}
/**
* Whether `ancestor` lies on the first-parent history of `sha` (or is it). Cost: the commits in between.
*/
async function isAncestor(repo, ancestor, sha) {
	const [from, to] = await Promise.all([resolveCommit(repo, ancestor), resolveCommit(repo, sha)]);
	if (from === to) return true;
	for await (const parents of readFields(repo.stream([...[
		"log",
		"-z",
		"--first-parent",
		"--reverse",
		"--no-patch",
		`--format=%P`
	], ...rangeArguments({
		after: from,
		until: to
	})]))) return parents.split(" ")[0] === from;
	return false;
}
/** The full sha of a commit; a tag is followed. UsageError when there is no such commit here. */
async function resolveCommit(repo, revision) {
	if (revision === "" || /^[-^]/.test(revision)) throw unknownCommit(repo, revision);
	if (repo.headSha === null && /^(HEAD|@)/.test(revision)) throw emptyError(repo);
	try {
		const args = [
			"rev-parse",
			"--verify",
			"--end-of-options",
			`${revision}^{commit}`
		];
		return lastLine(await repo.text(args));
	} catch (cause) {
		if (!(cause instanceof GitError)) throw cause;
		throw unknownCommit(repo, revision, cause);
	}
}
/** `A..B`, `A..`, `..B` (either side HEAD), or `B`: everything up to B. Resolves both ends. */
async function parseRange(repo, range) {
	if (range.includes("...")) throw new UsageError(`Cannot use the range "${range}": it has three dots. Write "A..B" or one commit.`);
	const [left = "", right] = range.split("..");
	if (right === void 0) return { until: await resolveCommit(repo, left || "HEAD") };
	const [after, until] = await Promise.all([resolveCommit(repo, left || "HEAD"), resolveCommit(repo, right || "HEAD")]);
	return {
		after,
		until
	};
}
/** Commits of a shallow clone whose parents are not here; empty for a full clone. */
function shallowBoundary(repo) {
	const file = join(repo.commonDir, "shallow");
	if (!repo.isShallow || !existsSync(file)) return [];
	return readFileSync(file, "utf8").split("\n").filter(Boolean);
}
/** Throws a UsageError when the clone is shallow. */
function requireFullHistory(repo) {
	if (repo.isShallow) throw shallowError(repo);
}
function unknownCommit(repo, revision, cause) {
	const hint = repo.isShallow ? " The clone is shallow: run \"git fetch --unshallow\" for an older one." : "";
	return new UsageError(`Cannot find the commit "${revision}" in ${repo.root}. Give a sha, branch or tag that is here.${hint}`, { cause });
}
function shallowError(repo) {
	return new UsageError(`Cannot walk the history of ${repo.root}: the clone is shallow, its oldest commit would look like the first.\nRun "git fetch --unshallow", or set "fetch-depth: 0" on actions/checkout.`);
}
function emptyError(repo) {
	const branch = repo.branch === null ? "" : ` on branch "${repo.branch}"`;
	return new UsageError(`Cannot read the history of ${repo.root}: there is no commit yet${branch}. Commit something first.`);
}
/** An ambiguous name makes git print more than the answer. */
function lastLine(text) {
	return text.trim().split("\n").at(-1) ?? "";
}
// src/git/ancestry.ts
/** First-parent commits in a range; both ends must exist. */
async function countCommits(repo, range) {
	return Number(await repo.text([
		"rev-list",
		"--first-parent",
		"--count",
		...rangeArguments(range)
	]));
}
/** Where the first-parent history of a commit begins. */
async function startCommitOf(repo, until) {
	return (await repo.text([
		"rev-list",
		"--first-parent",
		"--max-parents=0",
		...rangeArguments({ until })
	])).trim();
}
/** The commit `distance` first parents before `sha`; null when the history is shorter. */
async function ancestorAt(repo, sha, distance) {
	const args = [
		"rev-list",
		"--first-parent",
		`--skip=${distance}`,
		"--max-count=1"
	];
	return (await repo.text([...args, ...rangeArguments({ until: sha })])).trim() || null;
}
/** `sha`, its first parent, and so on: newest first. */
async function* firstParentShas(repo, sha) {
	yield* shaLines(repo, ["--first-parent", ...rangeArguments({ until: sha })]);
}
/** Which of the commits some branch, tag or HEAD still leads to, along any parent. */
async function reachableOf(repo, commits) {
	const missing = new Set(commits);
	const head = repo.headSha === null ? [] : [repo.headSha];
	if (missing.size > 0) {
		for await (const sha of shaLines(repo, [
			"--all",
			...head,
			"--"
		])) if (missing.delete(sha) && missing.size === 0) break;
	}
	return new Set(commits.filter((sha) => !missing.has(sha)));
}
async function* shaLines(repo, args) {
	let rest = "";
	for await (const chunk of repo.stream(["rev-list", ...args])) {
		const lines = (rest + chunk.toString("latin1")).split("\n");
		rest = lines.pop() ?? "";
		yield* lines;
	}
}
export { readFields as _, startCommitOf as a, isAncestor as c, rangeArguments as d, requireFullHistory as f, Splitter as g, shallowError as h, reachableOf as i, parseCommit as l, shallowBoundary as m, countCommits as n, COMMIT_FORMAT as o, resolveCommit as p, firstParentShas as r, firstParentCommits as s, ancestorAt as t, parseRange as u };
