import { i as ModelError, r as InternalError } from "./errors.js";
import { D as classifyPath, H as NOTHING_LEARNED, T as _usingCtx, j as createSnapshot } from "./workspace.js";
import { K as parseTransformerConfig, M as readMeanAdapter, N as signalCharacters, R as readJson, V as emptyResidual, rt as createRandom, tt as joinAdapters } from "./executor.js";
import { a as startCommitOf, g as Splitter, n as countCommits, s as firstParentCommits, t as ancestorAt } from "./ancestry.js";
import { _ as readProductionDiffs, b as plainPatchArguments, c as newAssertions, d as withoutParentheses, f as BlobReader, g as readProductionDiff, h as listTree, i as selectAll, l as readTree, m as isLfsPointer, n as extractBlob, p as isBinary, r as isTestFile, t as historyAssertions, u as operandsOf, v as commitChanges, y as parseNames } from "./mine-history.js";
import { t as createEmbedder } from "./embedder.js";
import { t as timeLeft } from "./time-left.js";
import { createHash } from "node:crypto";
// src/git/authors-paths.ts
/**
* Which files the authors of Code2LoRA read, by path alone; for model packs that were trained on these.
*
* In: a path. Out: yes or no. Taken from their code (`c2l/git_pipeline.py`): "test" anywhere in a path makes a test
* of it, `latest/` and `attestation.py` too. Our own rules are in paths.ts.
*/
const SOURCE_SUFFIXES = /* @__PURE__ */ new Set([
	".py",
	".md",
	".rst"
]);
const SKIPPED_FOLDERS = /* @__PURE__ */ new Set([...[
	".git",
	"__pycache__",
	".venv",
	"venv",
	"env",
	"node_modules"
], ...[
	"dist",
	"build",
	".tox",
	".mypy_cache",
	"TEST_HYPERNET"
]]);
/** A file whose diff they embed. */
function isAuthorsSource(path) {
	return SOURCE_SUFFIXES.has(suffixOf(path)) && !isSkipped(path) && !namesTest(path);
}
/** A file whose assertions decide which commits they keep. */
function isAuthorsTest(path) {
	return suffixOf(path) === ".py" && !isSkipped(path) && namesTest(path);
}
/** Git would write this path in quotes, which their code does not read: such files drop out there. */
const isQuotedPath = (path) => /[^ !#-[\]-~]/.test(path);
const isSkipped = (path) => path.split("/").some((part) => SKIPPED_FOLDERS.has(part));
const namesTest = (path) => path.toLowerCase().includes("test");
/** As pathlib has it: `.py` alone is a name, not a suffix. */
const suffixOf = (path) => /[^/](\.[^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
// src/git/plain-patch.ts
/**
* The patch of one file, line by line as git prints it, with what depends on the machine replaced.
*
* In: git's lines, one character for each byte. Out: the text in the same form. Binary content becomes git's own
* sentence about it: `--text` is given to git because attributes may call any file binary.
*/
/** What git's own diff shows in a small repository, and never less. */
const ID_DIGITS = 7;
const INDEX_LINE = /^index ([0-9a-f]+)\.\.([0-9a-f]+)/;
/** First line and number of lines of the old file. */
const RANGE = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@/;
var PlainPatch = class {
	#isPicked;
	#header = [];
	#body = [];
	#path = null;
	#isWanted = false;
	#hasNul = false;
	constructor(isPicked) {
		this.#isPicked = isPicked;
	}
	/** Takes a line; returns how many bytes of text it makes. */
	push(line) {
		if (this.#path === null && !line.startsWith("@@")) {
			this.#header.push(line);
			return 0;
		}
		if (!this.isWanted) return 0;
		this.#hasNul ||= line.includes("\0");
		this.#body.push(line);
		return line.length + 1;
	}
	/** Known once the first hunk has begun or the patch is complete. */
	get isWanted() {
		if (this.#path === null) {
			const names = parseNames(this.#header.map(decode));
			this.#path = names.new ?? names.old ?? "";
			this.#isWanted = this.#isPicked(this.#path);
		}
		return this.#isWanted;
	}
	/** Of a patch that is complete. */
	headerBytes() {
		return this.isWanted ? joined(this.#header).length : 0;
	}
	get path() {
		return this.#path ?? "";
	}
	dropLastLine() {
		this.#body.pop();
	}
	async text(readBlob) {
		const header = this.#header.map((line) => line.replace(INDEX_LINE, shortIds));
		const [oldId, newId] = this.#blobIds();
		const old = this.#body.length > 0 && oldId !== null ? await readBlob(oldId) : null;
		if (await this.#isBinaryFile(old, () => newId && readBlob(newId))) return joined(binaryPatch(header));
		return joined([...header, ...withFunctionNames(this.#body, old?.toString("latin1") ?? "")]);
	}
	/** Null: there is none on that side. */
	#blobIds() {
		const match = this.#header.map((line) => INDEX_LINE.exec(line)).find((found) => found !== null);
		const idOf = (text) => text === void 0 || /^0+$/.test(text) ? null : text;
		return [idOf(match?.[1]), idOf(match?.[2])];
	}
	async #isBinaryFile(old, readNew) {
		if (old !== null && isBinary(old)) return true;
		const content = this.#hasNul ? await readNew() : null;
		return content !== null && content !== "" && isBinary(content);
	}
};
const decode = (line) => Buffer.from(line, "latin1").toString("utf8");
const joined = (lines) => lines.map((line) => `${line}\n`).join("");
const shortIds = (_, from, to) => `index ${from.slice(0, ID_DIGITS)}..${to.slice(0, ID_DIGITS)}`;
/** As git prints it: without the two lines that name the files. */
function binaryPatch(header) {
	const [from = "", to = ""] = header.slice(-2).map((line) => line.slice(4).replace(/\t$/, ""));
	return [...header.slice(0, -2), `Binary files ${from} and ${to} differ`];
}
/** Each hunk names the nearest line above it that begins with a letter, `_` or `$`, in the old file. */
function withFunctionNames(body, oldText) {
	const lines = oldText.split("\n");
	let name = "";
	let searched = -1;
	return body.map((line) => {
		const range = RANGE.exec(line);
		if (range === null) return line;
		const above = Number(range[1]) - (range[2] === "0" ? 1 : 2);
		name = nearestName(lines, above, searched) ?? name;
		searched = above;
		return name === "" ? range[0] : `${range[0]} ${name}`;
	});
}
/** xdiff's rule for files without a driver: 80 bytes of the line with its end, then no white space behind. */
function nearestName(lines, from, above) {
	for (let index = from; index > above; index -= 1) {
		const line = lines[index] ?? "";
		if (/^[A-Za-z_$]/.test(line)) return line.slice(0, 80).replace(/[ \t\r\n]+$/, "");
	}
	return null;
}
// src/git/plain-diff.ts
/**
* Two commits → the diff between them as `git diff` prints it, of the files that a rule picks.
*
* In: two commits. Out: one text, the same on every machine: settings and attributes do not reach it. Two things git
* would decide by the machine are decided here: object ids have seven digits (git's number grows with the repository),
* and the name behind `@@` follows git's general rule (an attribute would change it). See plain-patch.ts.
*/
const NEWLINE = 10;
const FILE_LINE = /^diff --git /;
/** `null` as base: everything is added. Bytes that are not UTF-8 become U+FFFD. */
async function readPlainDiff(repo, { base, commit }, options) {
	try {
		var _usingCtx$3 = _usingCtx();
		const { patches, isCut } = await readPatches(repo, {
			base,
			commit
		}, options);
		const texts = [];
		const blobs = _usingCtx$3.a(new BlobReader(repo, { maxBytes: MAX_BLOB_BYTES }));
		for (const patch of patches) texts.push(await patch.text((id) => blobs.read(id)));
		return {
			text: Buffer.from(texts.join(""), "latin1").toString("utf8"),
			paths: patches.map(({ path }) => path),
			notices: isCut ? [`the diff up to ${commit.slice(0, 10)}: cut after ${options.maxBytes} bytes (history.maxDiffBytes)`] : []
		};
	} catch (_) {
		_usingCtx$3.e = _;
	} finally {
		await _usingCtx$3.d();
	}
}
/** A larger file has no names behind `@@`. */
const MAX_BLOB_BYTES = 67108864;
/** Git is stopped as soon as there is enough. */
async function readPatches(repo, { base, commit }, { isWanted, contextLines, maxBytes }) {
	const patches = [];
	let current = null;
	let left = maxBytes;
	for await (const line of linesBetween(repo, {
		base,
		commit,
		contextLines,
		maxBytes
	})) {
		const text = line.bytes.toString("latin1");
		if (FILE_LINE.test(text)) {
			left -= current?.headerBytes() ?? 0;
			current = new PlainPatch(isWanted);
			patches.push(current);
		}
		left -= current?.push(text) ?? 0;
		if (left >= 0 && !line.isCut) continue;
		current?.dropLastLine();
		return {
			patches: patches.filter((patch) => patch.isWanted),
			isCut: true
		};
	}
	return {
		patches: patches.filter((patch) => patch.isWanted),
		isCut: false
	};
}
async function* linesBetween(repo, { base, commit, contextLines, maxBytes }) {
	const command = [
		"diff-tree",
		...plainPatchArguments(contextLines),
		"--end-of-options"
	];
	const splitter = new Splitter(NEWLINE, maxBytes);
	for await (const chunk of repo.stream([
		...command,
		base ?? repo.emptyTree,
		commit,
		"--"
	])) yield* splitter.push(chunk);
}
// src/assertions/authors-keys.ts
/**
* The assertions of a Python test file as the authors of Code2LoRA tell them apart: for model packs whose history was
* cut where a new one came up.
*
* In: a text. Out: one key for each assertion: its family, all text of the file above it, and the value, white space
* collapsed. So an edit at the top of a file makes every assertion below it new. Follows their code
* (`c2l/assertions.py`), which reads CPython's syntax tree; what reports show comes from extract.ts.
*/
/** A file that CPython 3 does not parse has none. */
async function authorsAssertionKeys(text) {
	if (text.startsWith("﻿") || text.includes("\0")) return /* @__PURE__ */ new Set();
	const reading = await readTree({
		language: "python",
		text
	}, (tree) => tree.hasSyntaxErrors || isTolerated(tree, text) ? [] : tree.matches().flatMap(readerOf(text)));
	return keysOf("value" in reading ? reading.value : [], text);
}
/** The text above is hashed once, on the way down. */
function keysOf(assertions, text) {
	const above = createHash("sha256");
	const keys = /* @__PURE__ */ new Set();
	let read = 0;
	for (const { family, start, lead, target } of [...assertions].sort((a, b) => a.start - b.start)) {
		const passed = collapsed(text.slice(read, start));
		above.update(read === 0 ? passed.trimStart() : passed);
		read = start;
		if (target.trim() !== "") keys.add(keyOf(above.copy(), [
			family,
			lead,
			target
		]));
	}
	return keys;
}
const keyOf = (above, parts) => above.update(JSON.stringify(parts.map((part) => collapsed(part).trim()))).digest("base64");
const collapsed = (text) => text.replace(/\s+/g, " ");
/** Tree-sitter is more tolerant than CPython 3: it reads Python 2 as well, and any indentation. */
const isTolerated = (tree, text) => isPython2(tree, text) || tree.nodesOf(["module", "block"]).some(isRagged);
function isPython2(tree, text) {
	if (!/\b(?:print|exec)\b|<>|\b0\d|\d[lL]\b|\bexcept\b[^:\n]*,/.test(text)) return false;
	const isAny = (type, pattern) => tree.nodesOf([type]).some(({ startIndex, endIndex }) => pattern.test(text.slice(startIndex, endIndex)));
	return tree.nodesOf([
		"print_statement",
		"exec_statement",
		"<>"
	]).length > 0 || isAny("integer", /^0[\d_]*[1-9]|[lL]$/) || isAny("except_clause", /^except\s[^(:]*,/);
}
/** The statements of a block begin in one column, those of a module in the first. */
function isRagged(block) {
	const statements = operandsOf(block);
	const expected = block.type === "module" ? 0 : statements[0]?.startPosition.column;
	return statements.some(({ startPosition: { row, column } }, index) => {
		return (index === 0 || row !== statements[index - 1]?.endPosition.row) && column !== expected;
	});
}
const SELF_METHODS = new Set("assertEqual assertNotEqual assertTrue assertFalse assertIs assertIsNot assertIsNone assertIsNotNone assertIn assertNotIn assertIsInstance assertNotIsInstance assertRaises assertRaisesRegex assertAlmostEqual assertNotAlmostEqual assertDictEqual assertListEqual assertTupleEqual assertSetEqual assertSequenceEqual assertRegex assertNotRegex assertCountEqual assertWarns assertLogs assertMultiLineEqual assertGreater assertGreaterEqual assertLess assertLessEqual".split(" "));
const CONDITIONS = /^assert(?:True|False|IsNone|IsNotNone)$/;
const readerOf = (text) => ({ statement, call, name, object, arguments: list }) => {
	const textOf = (node) => {
		const { startIndex, endIndex } = withoutParentheses(node);
		return text.slice(startIndex, endIndex);
	};
	const whole = statement ?? call;
	const parts = statement ? readStatement(statement, textOf) : call && name && list ? readCall({
		call,
		name,
		object: object ?? null,
		...splitArguments(list, textOf)
	}, textOf) : null;
	if (!whole || !parts) return [];
	const [family, lead, target] = parts;
	return [{
		family,
		start: whole.startIndex,
		lead,
		target
	}];
};
function readStatement(statement, textOf) {
	const asserted = operandsOf(statement)[0];
	if (!asserted) return null;
	const condition = withoutParentheses(asserted);
	if (condition.type !== "comparison_operator") return [
		"assert",
		"assert ",
		textOf(asserted)
	];
	const [left, right] = operandsOf(condition);
	const operator = condition.childrenForFieldName("operators")[0];
	if (!left || !right || !operator) return null;
	return [
		"assert",
		`assert ${textOf(left)} ${collapsed(operator.text)} `,
		textOf(right)
	];
}
function readCall(found, textOf) {
	const { name, object, args, keywords } = found;
	const [method, owner] = [textOf(name), object?.type === "identifier" ? textOf(object) : null];
	if (args.length === 0) return null;
	if (owner === "self" && SELF_METHODS.has(method)) return readSelf(method, args);
	if (owner === "pytest" && (method === "raises" || method === "approx")) return [
		`pytest.${method}`,
		`pytest.${method}(`,
		`${args[0]}${keywords})`
	];
	if (!method.startsWith("assert_") || method === "assert_" || isMocked(object, textOf)) return null;
	return [
		"assert_*",
		`${object === null ? method : textOf(name.parent ?? name)}(${args.slice(0, -1).join(", ")}, `,
		`${args.at(-1)})`
	];
}
function readSelf(method, args) {
	const family = `self.${method}`;
	const [first = "", second] = args;
	if (method === "assertRaises" || CONDITIONS.test(method)) return [
		family,
		`${family}(`,
		`${first})`
	];
	if (second === void 0) return null;
	if (method === "assertRaisesRegex") return [
		family,
		`${family}(`,
		`${first}, ${second})`
	];
	return [
		family,
		`${family}(${args.slice(0, -1).join(", ")}, `,
		`${args.at(-1)})`
	];
}
/** `x.mock.assert_called()` and `unittest.x.assert_…` are not taken for assertions. */
function isMocked(object, textOf) {
	if (object?.type !== "attribute") return false;
	const attribute = object.childForFieldName("attribute");
	const owner = object.childForFieldName("object");
	return owner?.type === "identifier" && textOf(owner) === "unittest" || attribute !== null && textOf(attribute) === "mock";
}
function splitArguments(list, textOf) {
	const given = operandsOf(list).filter(({ type }) => type !== "dictionary_splat");
	const isKeyword = ({ type }) => type === "keyword_argument";
	const keywords = given.filter(isKeyword).map((keyword) => {
		const [name, value] = operandsOf(keyword);
		return name && value ? `, ${textOf(name)}=${textOf(value)}` : "";
	});
	return {
		args: given.filter((node) => !isKeyword(node)).map(textOf),
		keywords: keywords.join("")
	};
}
// src/commands/kept-commits.ts
/**
* Which commits bring a new assertion.
*
* In: commits. Out: the same, each with yes or no. Whether one does follows from the commit and its first parent alone,
* so a walk may stop and go on anywhere. Knows nothing about production code.
*/
/** Judges commits by the recipe's `history.newAssertions`. */
async function* judgeCommits({ repository, config, pack }, commits) {
	try {
		var _usingCtx$2 = _usingCtx();
		const { recipe } = pack.manifest;
		const reader = _usingCtx$2.a(new BlobReader(repository));
		const judge = recipe.history.newAssertions === "full-prefix" ? authorsJudge(reader, recipe) : {
			isTest: (path) => isTestFile(path, config.paths),
			hasNew: async (before, after) => {
				const [old, found] = [before && await extractBlob(reader, before.path, before.blob), after];
				const { assertions } = await extractBlob(reader, found.path, found.blob);
				return newAssertions(old?.assertions ?? null, assertions).length > 0;
			}
		};
		for await (const { commit, changes } of commitChanges(repository, commits)) yield {
			commit,
			isKept: await bringsNew(judge, changes)
		};
	} catch (_) {
		_usingCtx$2.e = _;
	} finally {
		await _usingCtx$2.d();
	}
}
async function bringsNew({ isTest, hasNew }, changes) {
	for (const { path, previousPath, oldBlob, newBlob } of changes) {
		if (newBlob === null || !isTest(path)) continue;
		const from = previousPath ?? path;
		if (await hasNew(oldBlob !== null && isTest(from) ? {
			path: from,
			blob: oldBlob
		} : null, {
			path,
			blob: newBlob
		})) return true;
	}
	return false;
}
function authorsJudge(reader, { quotedPaths }) {
	const keysOf = remember(async (blob) => {
		const content = await reader.read(blob);
		return content === null ? /* @__PURE__ */ new Set() : await authorsAssertionKeys(content.toString("utf8"));
	});
	return {
		isTest: (path) => isAuthorsTest(path) && (quotedPaths === "read" || !isQuotedPath(path)),
		hasNew: async (before, after) => {
			const old = before && await keysOf(before.blob);
			for (const key of await keysOf(after.blob)) if (!old?.has(key)) return true;
			return false;
		}
	};
}
/** What a commit brings is what the next one compares with. */
const REMEMBERED = 256;
function remember(read) {
	const known = /* @__PURE__ */ new Map();
	return async (key) => {
		const value = known.get(key) ?? await read(key);
		known.delete(key);
		known.set(key, value);
		if (known.size > REMEMBERED) known.delete(known.keys().next().value);
		return value;
	};
}
// src/commands/history-steps.ts
/**
* What steps the GRU: the history as the recipe of the model pack wants it read.
*
* In: commits, oldest first. Out: one HistoryStep for each. Knows nothing about models.
*
*   production-diff     each commit whose production code changed, against its first parent
*   assertion-commits   each commit that brings a new assertion, against the one before it of this kind
*   a static model      none: the newest commit alone counts
*   without the GRU     none
*/
/** Throws ModelError for a combination of settings that nobody has trained with. */
function walkKindOf({ manifest }, parts = ["gru"]) {
	const { steps, base, startCommit } = manifest.recipe.history;
	if (!parts.includes("gru") || manifest.hypernetwork.kind === "static") return "newest-state";
	if (steps === "production-diff" && base === "first-parent" && startCommit === "skip") return "diffs";
	if (steps === "assertion-commits" && base === "previous-step" && startCommit === "step") return "kept-commits";
	throw new ModelError(`The model pack "${manifest.name}" walks history by "${steps}" against "${base}" (start commit: ${startCommit}).\nThis version walks "production-diff" against "first-parent" (skip), or "assertion-commits" against "previous-step" (step).`);
}
/** `previousStep`: the commit of the step before, where the recipe's diffs begin there. */
function readSteps(source, commits, previousStep = null) {
	const kind = walkKindOf(source.pack, source.parts);
	if (kind === "newest-state") return noSteps(commits);
	if (kind === "kept-commits") return keptSteps(source, commits, previousStep);
	return source.pack.manifest.recipe.diff.files === "production" ? productionSteps(source, commits) : plainSteps(source, commits);
}
async function* noSteps(commits) {
	for await (const commit of commits) yield {
		commit,
		text: null,
		notices: []
	};
}
async function* productionSteps(source, commits) {
	for await (const diff of readProductionDiffs(source.repository, commits, diffOptions(source))) yield {
		commit: diff.commit,
		text: diff.text === "" ? null : diff.text,
		notices: diff.notices
	};
}
async function* plainSteps(source, commits) {
	for await (const commit of commits) {
		const { text, notices } = await diffBetween(source, commit.parentSha, commit);
		yield {
			commit,
			text: text === "" ? null : text,
			notices
		};
	}
}
async function* keptSteps(source, commits, previousStep) {
	let base = previousStep;
	for await (const { commit, isKept } of judgeCommits(source, commits)) {
		if (!isKept) {
			yield {
				commit,
				text: null,
				notices: []
			};
			continue;
		}
		const { text, notices } = await diffBetween(source, base, commit);
		base = commit.sha;
		yield {
			commit,
			text,
			notices
		};
	}
}
async function diffBetween(source, base, commit) {
	const { repository, pack } = source;
	const { diff, quotedPaths } = pack.manifest.recipe;
	const options = diffOptions(source);
	if (diff.files === "production") return readProductionDiff(repository, {
		base,
		commit
	}, options);
	const isWanted = (path) => isAuthorsSource(path) && (quotedPaths === "read" || !isQuotedPath(path));
	return readPlainDiff(repository, {
		base,
		commit: commit.sha
	}, {
		...options,
		isWanted
	});
}
const diffOptions = ({ config, pack }) => ({
	rules: config.paths,
	contextLines: pack.manifest.recipe.history.contextLines,
	maxBytes: config.history.maxDiffBytes
});
// src/adaptation/batches.ts
/**
* Which examples each gradient step reads: half of them new, the rest drawn from those that are kept. Pure.
*
* In: the examples that a commit brought, those kept of earlier ones, a seed. Out: batches. The same input gives the same
* batches on every machine.
*/
/** No example is twice in a batch. */
function drawBatches({ newest, buffer, batch, steps, seed }) {
	const random = createRandom(seed);
	return Array.from({ length: steps }, () => {
		const fresh = draw(newest, Math.ceil(batch / 2), random);
		const others = buffer.filter((example) => !fresh.includes(example));
		return [...fresh, ...draw(others, batch - fresh.length, random)];
	});
}
/** The last so many; oldest first. */
const keepNewest = (items, most) => items.slice(-most);
/** The first places of a shuffle (Fisher & Yates). */
function draw(items, count, random) {
	const left = [...items];
	return Array.from({ length: Math.min(count, left.length) }, (_, place) => {
		const chosen = place + Math.floor(random.uniform() * (left.length - place));
		const item = left[chosen];
		left[chosen] = left[place];
		return item;
	});
}
// src/commands/signal.ts
/**
* Which assertions a walk learns from: those that a commit added or changed itself, and, at its start, those of the tree
* that the start commit was made on.
*
* In: commits. Out: texts. One `git log` and one `git cat-file` for a whole walk. What is open says nothing, what is
* muted is not asked for either. Knows nothing about models, nor which commit's adapter may know what.
*/
/** One for each first-parent commit from `from` to `until`, both of them too, oldest first. */
async function* readSignals({ repository, config, pack }, { from, until }) {
	const settings = settingsOf(pack);
	const after = await ancestorAt(repository, from, 1) ?? void 0;
	for await (const brought of historyAssertions(repository, {
		range: {
			after,
			until
		},
		rules: config.paths
	})) {
		const assertions = await allOf(brought);
		yield {
			commit: brought.commit.sha,
			texts: toTexts(assertions, settings.perCommit, settings)
		};
	}
}
/** Of the first parent's tree; none for a root commit. */
async function readStartSignal({ repository, config, pack }, startCommit) {
	const settings = settingsOf(pack);
	const parent = await ancestorAt(repository, startCommit, 1);
	if (parent === null) return null;
	const { assertions } = await selectAll(repository, {
		head: parent,
		rules: config.paths
	});
	return {
		commit: parent,
		texts: toTexts(assertions, settings.atStart, settings)
	};
}
/** At most so many, the first of each stretch of equal length. */
function evenlySpaced(items, most) {
	if (items.length <= most) return [...items];
	return Array.from({ length: most }, (_, index) => items[Math.floor(index * items.length / most)]);
}
async function allOf({ files }) {
	const found = [];
	for await (const { assertions } of files) found.push(...assertions);
	return found;
}
function toTexts(assertions, most, { promptTokens }) {
	const length = signalCharacters(promptTokens);
	return evenlySpaced(assertions.filter(({ open, ignored }) => !open && !ignored), most).map(({ prefix, target }) => ({
		prefix: prefix.slice(-length),
		target,
		isWhole: prefix.length <= length
	}));
}
function settingsOf({ manifest }) {
	if (manifest.adaptation) return manifest.adaptation.signal;
	throw new InternalError(`The model pack "${manifest.name}" does not say how assertions are read.`);
}
// src/commands/learning.ts
/**
* What a walk learns from assertions, and what becomes of the adapter.
*
*   assertions of a commit → examples → memory: sums + their share → residual: some gradient steps
*   base adapter + memory + residual = adapter
*
* In: signals and the learned state. Out: the next one. The rule that keeps checks honest is kept by who calls: the
* assertions of a commit are learned on the way to the next one (follow.ts).
*/
/** Whether there is a part that learns from assertions. */
const learnsAssertions = ({ parts }) => parts.some((part) => part !== "gru");
/** One for each first-parent commit from `from` to `until`; what is not asked for is not read. */
async function* readLessons(source, learner, range) {
	for await (const signal of readSignals(source, range)) yield await toLesson(learner, signal, false);
}
/** What the tree that the start commit was made on teaches; null where there is none. */
async function readStartLesson(source, learner, startCommit) {
	const signal = await readStartSignal(source, startCommit);
	return signal && await toLesson(learner, signal, true);
}
async function toLesson(learner, { commit, texts }, isStart) {
	return {
		commit,
		isStart,
		examples: texts.length === 0 ? [] : await learner.readExamples(texts)
	};
}
/** Gives the next state; a commit that brings no assertion leaves it as it is. */
async function learn(learner, input) {
	const { pack, parts, learned, lesson } = input;
	if (lesson.examples.length === 0) return learned;
	const memory = parts.includes("memory") ? await learner.remember(learned.memory ?? {}, lesson.examples) : null;
	const settings = parts.includes("refinement") ? pack.manifest.adaptation?.refinement : null;
	if (!settings) return {
		...learned,
		memory
	};
	const buffer = keepNewest([...learned.buffer, ...lesson.examples], settings.buffer);
	const frozen = await composeAdapter(learner, await input.base(), {
		memory,
		residual: null
	});
	const batches = drawBatches({
		newest: lesson.examples,
		buffer,
		batch: settings.batch,
		seed: lesson.commit,
		steps: lesson.isStart ? settings.stepsAtStart : settings.steps
	});
	const { residual } = await learner.refine({
		frozen,
		batches,
		learningRate: settings.learningRate,
		residual: learned.residual ?? firstResidual(pack, settings)
	});
	return {
		memory,
		residual,
		buffer
	};
}
/** The base adapter with what was learned. */
async function composeAdapter(learner, base, { memory, residual }) {
	return [memory && await learner.recall(memory), residual].filter((part) => part !== null).reduce(joinAdapters, base);
}
/** The same for every walk with the pack. */
function firstResidual({ manifest, path, digest }, { rank }) {
	const file = path(manifest.baseModel.config);
	return emptyResidual(parseTransformerConfig(readJson(file), file), {
		rank,
		seed: digest
	});
}
// src/commands/walk.ts
/**
* Where a walk over the history begins, and where it stands.
*
* In: a repository, the models, a stored snapshot. Out: a Walk. The walk itself is in follow.ts.
*
* A bounded walk begins N commits before the commit it is first made for. That commit does not move when new ones
* come: the snapshots of the walk carry it, and later walks go on from them.
*/
/** The root of the history, or the commit that the bound leads to when there are commits before it. */
async function findStart({ repository, lineage }, until) {
	const { maxHistory = null } = lineage;
	if (maxHistory !== null && await ancestorAt(repository, until, maxHistory + 1) !== null) return {
		commit: await ancestorAt(repository, until, maxHistory),
		maxHistory,
		commitsAfter: maxHistory
	};
	const commit = await startCommitOf(repository, until);
	return {
		commit,
		maxHistory: null,
		commitsAfter: await countCommits(repository, {
			after: commit,
			until
		})
	};
}
/**
* Begins with the first hidden state at the start commit; or, where that comes with the first step, with what the start
* commit itself steps. What there was to learn before it comes from the tests of its first parent.
*/
async function beginWalk(workspace, walker, { commit, maxHistory, anchored = false, commitsAfter = 0 }) {
	const walk = {
		startCommit: commit,
		maxHistory,
		anchored,
		commit,
		parentCommit: null,
		position: 0,
		steps: 0,
		previousStep: null,
		hiddenState: null,
		learned: NOTHING_LEARNED,
		engines: []
	};
	const kind = walkKindOf(workspace.pack, workspace.parts);
	if (kind !== "newest-state") await walker.prepareFor(commitsAfter);
	if (kind === "diffs") walk.hiddenState = await walker.stateAt(commit);
	else {
		const start = firstParentCommits(workspace.repository, {
			until: commit,
			limit: 1
		});
		for await (const step of readSteps(workspace, start)) await takeStep(workspace, {
			walker,
			walk,
			step
		});
	}
	if (learnsAssertions(workspace)) {
		const lesson = await readStartLesson(workspace, walker.learner, commit);
		if (lesson) await learnLesson(workspace, {
			walker,
			walk,
			lesson
		});
	}
	return walk;
}
/** Goes on from a snapshot. A state that its commit alone decides is none to go on from. */
function resumeWalk({ pack, parts }, { manifest, hiddenState, learned }) {
	const kind = walkKindOf(pack, parts);
	const isRemembered = kind === "diffs" || kind === "kept-commits" && manifest.steps > 0;
	return {
		startCommit: manifest.startCommit,
		maxHistory: manifest.maxHistory ?? null,
		anchored: manifest.anchored ?? false,
		commit: manifest.commit,
		parentCommit: null,
		position: manifest.position,
		steps: manifest.steps,
		previousStep: manifest.previousStep ?? null,
		hiddenState: isRemembered ? hiddenState : null,
		learned,
		engines: isRemembered || learnsAssertions({ parts }) ? [...manifest.earlierEngines ?? [], manifest.engine] : []
	};
}
/** One commit: a step of the GRU, if the recipe makes it one. */
async function takeStep({ pack }, { walker, walk, step }) {
	if (step.text === null) return;
	const before = walk.hiddenState ?? await walker.stateAt(step.commit.sha);
	const embedding = await walker.embedder.embedDiff(step.text);
	walk.hiddenState = await walker.updater.step(before, embedding);
	walk.steps += 1;
	if (pack.manifest.recipe.history.base === "previous-step") walk.previousStep = step.commit.sha;
}
/** Adds a lesson to what the walk has learned; the walk stands at the commit whose adapter may know it. */
async function learnLesson({ pack, parts }, { walker, walk, lesson }) {
	const base = () => baseAdapter({
		pack,
		parts
	}, {
		walker,
		walk
	});
	walk.learned = await learn(walker.learner, {
		pack,
		parts,
		learned: walk.learned,
		lesson,
		base
	});
}
/** What was learned is added to it: the adapter of the hidden state, or without the GRU the pack's mean adapter. */
async function baseAdapter({ pack, parts }, { walker, walk }) {
	if (parts.includes("gru")) return walker.generator.generate(await stateOf({ parts }, {
		walker,
		walk
	}));
	const mean = readMeanAdapter(pack);
	if (mean) return mean;
	throw new InternalError(`The model pack "${pack.manifest.name}" has no mean adapter.`);
}
/** The hidden state where the walk stands; empty without the GRU. */
async function stateOf({ parts }, { walker, walk }) {
	if (!parts.includes("gru")) return /* @__PURE__ */ new Float32Array(0);
	return walk.hiddenState ?? await walker.stateAt(walk.commit);
}
// src/commands/follow.ts
/** Moves the walk on. */
async function* followCommits(workspace, { learnUntil, ...options }) {
	const { walker, walk } = options;
	const isLearning = learnsAssertions(workspace);
	const following = {
		...options,
		learnUntil: isLearning ? learnUntil : null
	};
	for await (const { lesson, notices } of followWithLessons(workspace, following)) {
		if (lesson) await learnLesson(workspace, {
			walker,
			walk,
			lesson
		});
		yield { notices };
	}
}
/** Steps the walk; gives what the commit before each step has to teach, to be learned now. */
async function* followWithLessons(workspace, { walker, walk, commits, learnUntil, previousStep }) {
	const lessons = learnUntil === null ? null : readLessons(workspace, walker.learner, {
		from: walk.commit,
		until: learnUntil
	});
	try {
		for await (const step of readSteps(workspace, commits, previousStep)) {
			const lesson = await lessons?.next();
			await takeStep(workspace, {
				walker,
				walk,
				step
			});
			walk.position += 1;
			walk.commit = step.commit.sha;
			walk.parentCommit = step.commit.parentSha;
			yield {
				notices: step.notices,
				lesson: lesson?.value ?? void 0
			};
		}
	} finally {
		await lessons?.return();
	}
}
/** The adapter of the commit where the walk stands. */
async function adapterOf({ pack, parts }, { walker, walk }) {
	return composeAdapter(walker.learner, await baseAdapter({
		pack,
		parts
	}, {
		walker,
		walk
	}), walk.learned);
}
/** The snapshot of the commit where the walk stands, and the bytes of its state file. */
async function makeSnapshot({ pack, parts, lineage }, { walker, walk }) {
	const hiddenState = await stateOf({ parts }, {
		walker,
		walk
	});
	const adapter = await adapterOf({
		pack,
		parts
	}, {
		walker,
		walk: {
			...walk,
			hiddenState
		}
	});
	const { name, version } = pack.manifest;
	const made = {
		pack: {
			name,
			version
		},
		engine: walker.encoder.engine,
		hiddenState,
		adapter
	};
	return createSnapshot({
		...lineage,
		...walk,
		...made
	});
}
// src/commands/production-files.ts
/** A source file over this size is data, not code. (The released recipe has the same limit.) */
const MAX_FILE_BYTES = 2e6;
/** What the recipe's `repository.files` asks for. */
const embeddedFiles = ({ repository, config, pack }, commit) => pack.manifest.recipe.repository.files === "production" ? productionFiles(repository, commit, config.paths) : pythonFiles(repository, commit, pack.manifest.recipe);
/** Lists them; texts are read through one `git cat-file --batch`, open until disposed. */
async function productionFiles(repository, commit, rules) {
	return openFiles(repository, commit, {
		isWanted: ({ path }) => classifyPath(path, rules) === "production",
		decode: (content) => isBinary(content) || isLfsPointer(content) ? "" : content.toString("utf8")
	});
}
/** Every `.py` file, tests too: what the authors of Code2LoRA embed. */
function pythonFiles(repository, commit, { quotedPaths }) {
	return openFiles(repository, commit, {
		isWanted: ({ path }) => path.endsWith(".py") && (quotedPaths === "read" || !isQuotedPath(path)),
		decode: decodeIgnoring
	});
}
async function openFiles(repository, commit, { isWanted, decode }) {
	const reader = new BlobReader(repository);
	const entries = (await listTree(repository, commit)).filter((entry) => entry.sizeBytes > 0 && entry.sizeBytes <= MAX_FILE_BYTES && isWanted(entry));
	const readText = async (blob) => {
		const content = await reader.read(blob);
		return content === null ? "" : decode(content);
	};
	return {
		list: entries.map(({ path, blob }) => ({
			path,
			blob,
			readText: () => readText(blob)
		})),
		[Symbol.asyncDispose]: () => reader[Symbol.asyncDispose]()
	};
}
const REPLACEMENT = Buffer.from("�");
/** UTF-8 without the bytes that are none, as Python's `errors="ignore"`. A U+FFFD that was written stays. */
function decodeIgnoring(content) {
	const parts = [];
	for (let start = 0; start <= content.length;) {
		const found = content.indexOf(REPLACEMENT, start);
		const end = found < 0 ? content.length : found;
		parts.push(content.toString("utf8", start, end).replaceAll("�", ""));
		start = found < 0 ? content.length + 1 : found + REPLACEMENT.length;
	}
	return parts.join("�");
}
// src/commands/walker.ts
/** Throws ModelError when the pack's recipe is one that we do not walk by. */
async function openWalker(workspace, { cache, onProgress }) {
	const { pack, parts } = workspace;
	walkKindOf(pack, parts);
	const { updater, generator, learner, encoder } = await workspace.models();
	const embedder = createEmbedder(pack, encoder, cache);
	const prepareFor = async (texts) => cache.prepareFor?.(texts);
	return {
		updater,
		generator,
		learner,
		encoder,
		embedder,
		prepareFor,
		async stateAt(commit) {
			try {
				var _usingCtx$1 = _usingCtx();
				const files = _usingCtx$1.a(await embeddedFiles(workspace, commit));
				await prepareFor(Math.min(files.list.length, pack.manifest.recipe.repository.maxFiles));
				const tell = timeLeft({
					total: files.list.length,
					stage: "embed",
					advice: () => CAN_BE_STOPPED
				});
				const embedding = await embedder.embedRepository(files.list, { onProgress: (done) => onProgress?.(tell(done)) });
				return await updater.initialState(embedding);
			} catch (_) {
				_usingCtx$1.e = _;
			} finally {
				await _usingCtx$1.d();
			}
		}
	};
}
const CAN_BE_STOPPED = "It can be stopped at any time and goes on where it was.";
export { makeSnapshot as a, findStart as c, learn as d, learnsAssertions as f, walkKindOf as h, followWithLessons as i, resumeWalk as l, drawBatches as m, adapterOf as n, baseAdapter as o, readStartLesson as p, followCommits as r, beginWalk as s, openWalker as t, composeAdapter as u };
