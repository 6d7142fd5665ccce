import { o as UsageError } from "./errors.js";
import { D as classifyPath, O as languageOf$1, T as _usingCtx, U as openRepository } from "./workspace.js";
import { F as targetLimit, I as openTokenizer, It as chooseParts, K as parseTransformerConfig, M as readMeanAdapter, N as signalCharacters, Ot as openModelPack, P as encodePrompt, R as readJson, Tt as scaling, V as emptyResidual, k as scanExpression, wt as rankOf } from "./executor.js";
import { a as writeScores, c as px, d as estimate, h as followAdapters, i as readScores, l as sheet, m as measureOf, n as openListed, o as writeWhole, p as shareAboveZero, r as openHeads, s as COLORS, t as measuredPack, u as text } from "./bench-workspace.js";
import { c as findStart, m as drawBatches, t as openWalker } from "./walker.js";
import { f as requireFullHistory, n as countCommits } from "./ancestry.js";
import { n as exactMatch$1, r as withoutLayout, t as editSimilarity } from "./metrics.js";
import { a as wantedCommit, l as openChoice, r as presentFolder, t as orBroken } from "./or-broken.js";
import { f as BlobReader, h as listTree, l as readTree, m as isLfsPointer, p as isBinary, t as historyAssertions } from "./mine-history.js";
import { a as packageVersion, t as readRepositoryList } from "./mine-list.js";
import { t as timeLeft } from "./time-left.js";
import { basename, dirname, join, posix, resolve } from "node:path";
import { createHash } from "node:crypto";
// src/report/benchmark-methods.ts
const SHARED = "shared";
const METHODS$1 = [
	{
		name: "base",
		label: "base model"
	},
	{
		name: "copy",
		label: "copied from the prefix",
		isHeuristic: true
	},
	{
		name: "rag",
		label: "base model + RAG (k = 3)"
	},
	{
		name: "drc",
		label: "base model + dependencies"
	},
	{
		name: SHARED,
		label: "one shared LoRA",
		parts: []
	},
	{
		name: "shared-rag",
		label: "shared LoRA + RAG (k = 3)"
	},
	{
		name: "shared-drc",
		label: "shared LoRA + dependencies"
	},
	{
		name: "repository-lora",
		label: "LoRA of the repository alone",
		isInRepo: true
	},
	{
		name: "mean",
		label: "mean adapter of the other repositories"
	},
	{
		name: "other",
		label: "another repository's adapter"
	},
	{
		name: "static",
		label: "Code2LoRA-Static (state at the start)"
	},
	{
		name: "evo",
		label: "Code2LoRA-Evo (GRU)",
		parts: ["gru"]
	},
	{
		name: "memory",
		label: "memory",
		parts: ["memory"]
	},
	{
		name: "refinement",
		label: "refinement",
		parts: ["refinement"]
	},
	{
		name: "memory-refinement",
		label: "memory and refinement",
		parts: ["memory", "refinement"]
	},
	{
		name: "evo-memory",
		label: "GRU and memory",
		parts: ["gru", "memory"],
		isExtra: true
	},
	{
		name: "evo-refinement",
		label: "GRU and refinement",
		parts: ["gru", "refinement"],
		isExtra: true
	},
	{
		name: "all",
		label: "GRU, memory and refinement",
		parts: [
			"gru",
			"memory",
			"refinement"
		]
	}
];
const methodByName = new Map(METHODS$1.map((method) => [method.name, method]));
const labelOf = (name) => methodByName.get(name)?.label ?? name;
const methodOf = (name) => methodByName.get(name);
/** The method that uses exactly these parts; undefined when the benchmark does not measure them together. */
const methodOfParts = (parts) => METHODS$1.find((method) => method.parts?.length === parts.length && parts.every((part) => method.parts?.includes(part)));
// src/commands/bench-adapters.ts
async function gatherAdapters(workspace, { settings, until, commits }) {
	const names = followingMethods(settings);
	if (names.length === 0) return {
		byMethod: /* @__PURE__ */ new Map(),
		head: null
	};
	const byMethod = new Map(names.map((name) => [name, /* @__PURE__ */ new Map()]));
	let head = null;
	const followed = followAdapters(workspace, {
		until,
		maxHistory: workspace.lineage.maxHistory ?? null,
		combinations: names.map((name) => methodOf(name)?.parts ?? []),
		at: (commit) => commit === until || commits.has(commit)
	});
	for await (const { commit, adapters } of followed) {
		for (const [index, name] of names.entries()) if (commits.has(commit)) byMethod.get(name)?.set(commit, adapters[index]);
		if (commit === until) head = adapters[names.indexOf(settings.own)] ?? null;
	}
	return {
		byMethod,
		head
	};
}
/** Methods that are asked once the adapters of all repositories are there. */
const COMPARING = ["mean", "other"];
/** The measured ones that have parts; and the own one, where others are compared with its last adapter. */
function followingMethods({ methods, own }) {
	const following = methods.filter((name) => name !== "shared" && methodOf(name)?.parts !== void 0);
	return methods.some((name) => COMPARING.includes(name)) && !following.includes(own) ? [...following, own] : following;
}
/** Of the repository as it stood where the walk begins, and of nothing after it. */
async function startAdapter(workspace, until) {
	try {
		var _usingCtx$3 = _usingCtx();
		const cache = _usingCtx$3.a(workspace.openCache());
		const walker = await openWalker(workspace, { cache });
		const { commit } = await findStart(workspace, until);
		return await walker.generator.generate(await walker.stateAt(commit));
	} catch (_) {
		_usingCtx$3.e = _;
	} finally {
		await _usingCtx$3.d();
	}
}
// src/commands/bench-mean.ts
/**
* The mean of several adapters, and which other adapter one is compared with. Pure.
*
* The mean is that of the matrices, as the mean adapter of a pack is made: adapters of one generator have the same rows in
* the same places. A pair that some of them lack counts as zero there.
*/
/** At least one, with the same scaling and ranks. */
function meanAdapter(adapters) {
	const [first] = adapters;
	const pairs = [...new Set(adapters.flatMap(({ pairs }) => Object.keys(pairs)))].map((name) => [name, meanPair(name, adapters)]);
	return {
		rank: first.rank,
		alpha: first.alpha,
		pairs: Object.fromEntries(pairs)
	};
}
function meanPair(name, adapters) {
	const present = adapters.filter(({ pairs }) => pairs[name] !== void 0);
	const [owner] = present;
	const like = owner.pairs[name];
	const fitting = present.filter((adapter) => {
		const pair = adapter.pairs[name];
		return rankOf(pair, adapter) === rankOf(like, owner) && scaling(adapter) === scaling(owner);
	});
	const all = (side) => fitting.map(({ pairs }) => pairs[name][side]);
	return {
		...like,
		A: meanOf$1(all("A"), fitting.length),
		B: meanOf$1(all("B"), adapters.length)
	};
}
function meanOf$1(matrices, count) {
	const mean = new Float32Array(matrices[0]?.length ?? 0);
	for (const matrix of matrices) for (const [place, value] of matrix.entries()) mean[place] = mean[place] + value / count;
	return mean;
}
/** By sha256 of both names: any of them, and always the same one. */
function chooseOther(name, others) {
	const rankOfName = (other) => createHash("sha256").update(`${name}\n${other.name}`).digest("hex");
	return [...others].sort((a, b) => rankOfName(a) < rankOfName(b) ? -1 : 1)[0];
}
// src/commands/bench-prompt.ts
const PIECE_SHARE$1 = 1 / 2;
/** A text of more characters for each token of the context loses its start before it is tokenised (scoring/prompt.ts). */
const CHARACTERS_PER_TOKEN$1 = 12;
function openPromptRoom({ manifest, path }) {
	const { tokenizer: file, contextTokens, endToken, startToken } = manifest.baseModel;
	const tokenizer = openTokenizer(path(file));
	const settings = {
		tokenizer,
		contextTokens,
		endToken,
		startToken
	};
	const room = contextTokens - targetLimit(contextTokens) - (startToken === null ? 0 : 1);
	const pieceTokens = Math.floor(room * PIECE_SHARE$1);
	const count = (text) => tokenizer.encode(text).length;
	return {
		pieceTokens,
		count,
		withPieces(pieces, prefix) {
			return joinWithin(fitPieces(pieces, {
				count,
				limit: pieceTokens
			}), prefix, {
				count,
				tokens: room,
				characters: CHARACTERS_PER_TOKEN$1 * contextTokens
			});
		},
		visible: (prefix) => tokenizer.decode(encodePrompt(prefix, settings).tokens)
	};
}
function fitPieces(pieces, { count, limit }) {
	let [text, left] = ["", limit];
	for (const piece of pieces) {
		const lines = cutAfterLine(piece, {
			count,
			limit: left - 1
		});
		if (lines === "") break;
		text += `${lines}\n\n`;
		left = limit - count(text);
	}
	return text;
}
/** As many whole lines from the start as fit. */
function cutAfterLine(text, { count, limit }) {
	let kept = text.trimEnd();
	while (kept !== "" && count(kept) > limit) kept = kept.slice(0, Math.max(0, kept.lastIndexOf("\n")));
	return kept;
}
/** As many lines from the end of the prefix as fit behind `before`; of a line that does not, its end. */
function joinWithin(before, prefix, { count, tokens, characters }) {
	let start = startOfEnd(prefix, {
		count,
		tokens: tokens - count(before),
		characters: characters - before.length
	});
	while (start < prefix.length - 1 && count(before + prefix.slice(start)) > tokens) {
		const line = prefix.indexOf("\n", start);
		start = line >= 0 ? line + 1 : start + Math.ceil((prefix.length - start) / 4);
	}
	return before + prefix.slice(start);
}
/** Lines are counted one by one, which is nearly the same and much faster. */
function startOfEnd(prefix, { count, tokens, characters }) {
	let [start, left] = [prefix.length, tokens];
	while (start > 0) {
		const line = prefix.lastIndexOf("\n", start - 2) + 1;
		left -= count(prefix.slice(line, start));
		if (start < prefix.length && (left < 0 || prefix.length - line > characters)) break;
		start = line;
	}
	return start;
}
// src/commands/bench-choice.ts
const PER_COMMIT = {
	perCommit: 8,
	perFile: 4
};
const FIFTHS$1 = 5;
async function chooseAsked(repository, options) {
	const { name, after, until, count, rules } = options;
	const commits = await countCommits(repository, {
		after,
		until
	});
	const all = [];
	let position = 0;
	for await (const { commit, files } of historyAssertions(repository, {
		range: {
			after,
			until
		},
		rules
	})) {
		position += 1;
		const choice = openChoice(`${name}\n${commit.sha}`, PER_COMMIT);
		for await (const { path, assertions } of files) choice.offer(path, assertions.filter(({ ignored }) => !ignored));
		const place = {
			commit,
			position,
			fifth: Math.ceil(FIFTHS$1 * position / commits)
		};
		all.push(...choice.take().map((assertion) => ({
			...place,
			assertion
		})));
	}
	return {
		chosen: spread(all, {
			name,
			count
		}),
		all,
		commits
	};
}
/** The fifths take turns, and in each of them the commits. */
function spread(all, { name, count }) {
	const choice = openChoice(name, {
		perCommit: count,
		perFile: 0
	});
	for (let fifth = 1; fifth <= FIFTHS$1; fifth += 1) {
		const items = all.flatMap((asked, line) => asked.fifth === fifth ? [{
			test: asked.commit.sha,
			line,
			column: 0,
			asked
		}] : []);
		choice.offer(`fifth ${fifth}`, items);
	}
	return choice.take().map(({ asked }) => asked);
}
// src/commands/bench-copy.ts
/** A longer value is not copied. */
const MAX_VALUE = 400;
function copyFromPrefix(prefix, language) {
	const text = prefix.slice(-2e4);
	return afterSameWords(text, language) || inSameCall(text) || recentLiteral(text);
}
function afterSameWords(text, language) {
	const words = /(?:\.?\w+\(|[=!]==?|\b(?:is|in|assert))\s*$/.exec(text)?.[0];
	if (words === void 0) return "";
	let place = text.length - words.length;
	while (place > 0) {
		place = text.lastIndexOf(words, place - 1);
		const value = place < 0 ? "" : valueAt(text, place + words.length, language);
		if (value !== "") return value;
	}
	return "";
}
function valueAt(text, start, language) {
	const rest = text.slice(start, start + MAX_VALUE);
	const scan = scanExpression(rest, language);
	return scan.status === "ended" ? rest.slice(0, scan.end).trim() : "";
}
/** The last argument of the nearest line above that begins with the same call: `assertEqual(a, `. */
function inSameCall(text) {
	const lines = text.split("\n").reverse();
	const call = CALL.exec(lines[0] ?? "")?.[1];
	if (call === void 0) return "";
	for (const line of lines.slice(1)) {
		if (CALL.exec(line)?.[1] !== call) continue;
		const last = /,\s*([^,]+?)\)+;?\s*$/.exec(line)?.[1];
		if (last !== void 0) return last;
	}
	return "";
}
const CALL = /^\s*(?:await\s+)?([\w.]+\()/;
const KINDS = [
	"string",
	"number",
	"constant",
	"exception"
];
const DEFAULTS = {
	string: "",
	number: "0",
	constant: "None",
	exception: "ValueError"
};
const LEXEMES = /(?<skip>#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"""[\s\S]*?"""|'''[\s\S]*?''')|(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\$])*`)|(?<number>(?<![\w$.])-?\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w$]))|(?<constant>\b(?:True|False|None|true|false|null|undefined)\b)|(?<exception>\b[A-Z]\w*(?:Error|Exception|Warning|Exit|Interrupt)\b)|(?<other>[\w$]+)/g;
function recentLiteral(text) {
	const wanted = CUES.find(([, cue]) => cue.test(text.slice(-200)))?.[0];
	return [...text.matchAll(LEXEMES)].flatMap((match) => {
		const kind = KINDS.find((name) => match.groups?.[name] !== void 0);
		return kind && (wanted === void 0 || kind === wanted) ? [match[0]] : [];
	}).at(-1) ?? DEFAULTS[wanted ?? "string"];
}
/** What the end of the prefix says about the value, without having seen another. */
const CUES = [
	["exception", /(?:raises|warns|assertRaises\w*|assertWarns\w*|assertThrows)\(\s*$/],
	["number", /(?:\blen\([^\n]*\)|\.length|\.size|\.count(?:\([^\n]*\))?|status(?:_code|Code)?)\)?\s*(?:[=!]==?|[<>]=?|,)\s*$/],
	["number", /(?:toHaveLength|toBeGreaterThan\w*|toBeLessThan\w*|toBeCloseTo|Times|lengthOf|approx)\(\s*$/],
	["number", /(?:\.length|\.size)\)\.to\w+\(\s*$/],
	["number", /(?<![-=])[<>]=?\s*$/],
	["string", /(?:toMatch|toThrow|toBeTypeOf|assertIn|startsWith|endsWith)\(\s*$|typeof [^\n]*[=!]==?\s*$/],
	["constant", /\bis(?: not)?\s+$/]
];
/** More would be most of the benchmark's time. */
const MOST_STEPS = 40;
/** Null where there is nothing to learn from, or no settings to learn with. */
async function trainRepositoryLora({ pack, models }, asked, name) {
	const { adaptation, baseModel } = pack.manifest;
	const earlier = asked.filter(({ fifth }) => fifth < 5);
	if (!adaptation?.refinement || earlier.length === 0) return null;
	const { learner } = await models();
	const length = signalCharacters(adaptation.signal.promptTokens);
	const texts = earlier.slice(-256).map(({ assertion: { prefix, target } }) => ({
		prefix: prefix.slice(-length),
		target,
		isWhole: prefix.length <= length
	}));
	const examples = await learner.readExamples(texts);
	if (examples.length === 0) return null;
	const { rank, learningRate, batch, steps, stepsAtStart } = adaptation.refinement;
	const commits = new Set(earlier.map(({ commit }) => commit.sha)).size;
	const planned = Math.min(MOST_STEPS, stepsAtStart + steps * commits);
	const batches = drawBatches({
		newest: examples,
		buffer: examples,
		batch,
		seed: name,
		steps: planned
	});
	const file = pack.path(baseModel.config);
	const config = parseTransformerConfig(readJson(file), file);
	const residual = emptyResidual(config, {
		rank,
		seed: name
	});
	return (await learner.refine({
		frozen: null,
		residual,
		batches,
		learningRate
	})).residual;
}
// src/commands/bench-definitions.ts
/**
* The definitions at the top of a source file: functions, classes, types, constants.
*
* In: a text. Out: for each its whole text, and its short form: signatures, and of a class those of its methods. Knows
* nothing about who asks for them.
*/
const TYPES = {
	python: [
		"function_definition",
		"class_definition",
		"assignment"
	],
	script: [...[
		"function_declaration",
		"generator_function_declaration",
		"class_declaration",
		"abstract_class_declaration"
	], ...[
		"interface_declaration",
		"type_alias_declaration",
		"enum_declaration",
		"variable_declarator"
	]]
};
const METHODS = ["function_definition", "method_definition"];
/** What may stand between a definition and the file. */
const WRAPPERS = /* @__PURE__ */ new Set([...["decorated_definition", "expression_statement"], ...[
	"export_statement",
	"lexical_declaration",
	"variable_declaration",
	"ambient_declaration"
]]);
/** In the order of the file; a file that cannot be read has none. */
async function readDefinitions(text, language) {
	const types = TYPES[language === "python" ? "python" : "script"];
	const reading = await readTree({
		language,
		text
	}, (tree) => tree.nodesOf(types).flatMap((node) => {
		const top = topOf(node);
		const name = top && nameOf(node);
		return top && name ? [{
			name,
			full: text.slice(top.startIndex, top.endIndex),
			short: shorten(node, top, text)
		}] : [];
	}));
	return "value" in reading ? reading.value : [];
}
/** The statement of the file that a definition is; null for one inside of another. */
function topOf(node) {
	let top = node;
	while (top.parent && WRAPPERS.has(top.parent.type)) top = top.parent;
	return top.parent === null || top.parent.parent === null ? top : null;
}
const nameOf = (node) => (node.childForFieldName("name") ?? node.childForFieldName("left"))?.text ?? "";
function shorten(node, top, text) {
	const body = (node.childForFieldName("value") ?? node).childForFieldName("body");
	if (body === null) return text.slice(top.startIndex, top.endIndex);
	const head = text.slice(top.startIndex, body.startIndex).trimEnd();
	if (!/class/.test(node.type)) return head;
	return [head, ...body.descendantsOfType([...METHODS]).flatMap((method) => method && isOf(body, method) ? [signatureOf(method, text)] : []).map((line) => `    ${line}`)].join("\n");
}
/** Not a function inside of a method. */
const isOf = (body, method) => method.parent?.id === body.id || method.parent?.parent?.id === body.id;
function signatureOf(method, text) {
	const end = method.childForFieldName("body")?.startIndex ?? method.endIndex;
	return text.slice(method.startIndex, end).trimEnd().replaceAll(/\s+/g, " ");
}
// src/commands/bench-imports.ts
const readImports = (text, language) => language === "python" ? readPython(text) : readScript(text);
const FROM = /^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n(]+)/gm;
const IMPORT = /^[ \t]*import[ \t]+([\w.]+(?:[ \t]+as[ \t]+\w+)?(?:[ \t]*,[ \t]*[\w.]+(?:[ \t]+as[ \t]+\w+)?)*)/gm;
function readPython(text) {
	const named = [...text.matchAll(FROM)].flatMap(([, module = "", names = ""]) => listOf(names.replace(/#[^\n]*/g, "")).map(({ name, local }) => name === "*" ? {
		local: null,
		name: null,
		module
	} : {
		local,
		name,
		module
	}));
	const whole = [...text.matchAll(IMPORT)].flatMap(([, modules = ""]) => listOf(modules).map(({ name, local }) => ({
		local,
		name: null,
		module: name
	})));
	return [...named, ...whole];
}
const STATIC = /\b(?:import|export)\s+(?:type\s+)?([\w$*{}\s,]+?)\s*\bfrom\s*(['"])([^'"\n]+)\2/g;
const REQUIRED = /\b(?:const|let|var)\s+(\{[^}]*\}|[\w$]+)\s*=\s*(?:await\s+import|require)\(\s*(['"])([^'"\n]+)\2/g;
function readScript(text) {
	return [...text.matchAll(STATIC), ...text.matchAll(REQUIRED)].flatMap(([, clause = "", , module = ""]) => readClause(clause.trim(), module));
}
/** `fallback, { a as b }`, `* as all`, or `*` of a re-export. */
function readClause(clause, module) {
	const [, braces = ""] = /\{([^}]*)\}/.exec(clause) ?? [];
	const named = listOf(braces.replaceAll(/\btype\s+/g, "")).map(({ name, local }) => ({
		local,
		name,
		module
	}));
	const others = clause.replace(/\{[^}]*\}/, "").split(",").flatMap((part) => {
		const [, all] = /^\s*\*\s+as\s+([\w$]+)\s*$/.exec(part) ?? [];
		if (all !== void 0) return [{
			local: all,
			name: null,
			module
		}];
		if (part.trim() === "*") return [{
			local: null,
			name: null,
			module
		}];
		const local = part.trim();
		return local === "" ? [] : [{
			local,
			name: "default",
			module
		}];
	});
	return [...named, ...others];
}
/** `a, b as c`, `a: b`, in brackets or not. */
function listOf(text) {
	return text.split(",").flatMap((part) => {
		const [, name, alias] = /^[\s(]*([\w.$*]+)(?:\s+as\s+|\s*:\s*)?([\w$]*)[\s)]*$/.exec(part) ?? [];
		return name === void 0 ? [] : [{
			name,
			local: alias || name
		}];
	});
}
// src/commands/bench-modules.ts
/**
* Which file of the repository a module name means. Pure.
*
* In: the name as a file imports it, the paths of the repository. Out: a path, or null for what comes from elsewhere.
* Python names are looked for from every folder of the repository, the shortest path first: where the packages begin
* (`src/`, `lib/`, the root) is not written anywhere that has to be run to be read.
*/
function openModules(paths) {
	const known = new Set(paths);
	const byLength = [...paths].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
	const answers = /* @__PURE__ */ new Map();
	return (module, { path, language }) => {
		const key = `${module}\n${posix.dirname(path)}\n${language}`;
		let found = answers.get(key);
		if (found === void 0) {
			found = language === "python" ? findPython(module, path, {
				known,
				byLength
			}) : findScript(module, path, known);
			answers.set(key, found);
		}
		return found;
	};
}
function findPython(module, from, { known, byLength }) {
	const [, dots = "", name = ""] = /^(\.*)(.*)$/.exec(module) ?? [];
	const inside = name.split(".").filter(Boolean).join("/");
	const endings = inside === "" ? ["__init__.py"] : [
		`${inside}.py`,
		`${inside}/__init__.py`,
		`${inside}.pyi`
	];
	if (dots === "") return endings.find((ending) => known.has(ending)) ?? byLength.find((path) => endings.some((ending) => path.endsWith(`/${ending}`))) ?? null;
	const folder = posix.join(posix.dirname(from), ...Array.from({ length: dots.length - 1 }, () => ".."));
	return endings.map((ending) => posix.join(folder, ending)).find((path) => known.has(path)) ?? null;
}
const EXTENSIONS = [
	"ts",
	"tsx",
	"mts",
	"cts",
	"js",
	"jsx",
	"mjs",
	"cjs"
];
function findScript(module, from, known) {
	if (!/^\.{1,2}(?:\/|$)/.test(module)) return null;
	const path = posix.join(posix.dirname(from), module);
	return [path, path.replace(/\.[cm]?[jt]sx?$/, "")].flatMap((place) => [
		place,
		...EXTENSIONS.map((extension) => `${place}.${extension}`),
		...["index", "src/index"].flatMap((name) => EXTENSIONS.map((extension) => posix.join(place, `${name}.${extension}`)))
	]).find((place) => known.has(place)) ?? null;
}
// src/commands/bench-bm25.ts
/** How fast more of the same word stops to matter, and how much a long text is held back. */
const SATURATION = 1.5;
const LENGTH_SHARE = .75;
function documentOf(text) {
	const counts = /* @__PURE__ */ new Map();
	let length = 0;
	for (const word of wordsOf(text)) {
		counts.set(word, (counts.get(word) ?? 0) + 1);
		length += 1;
	}
	return {
		counts,
		length
	};
}
function wordsOf(text) {
	return [...text.matchAll(/[\p{L}\p{N}_$]+/gu)].flatMap(([name]) => {
		const parts = name.split(/[_$]+|(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u).filter((part) => part.length > 1).map((part) => part.toLowerCase());
		const whole = name.toLowerCase();
		return parts.length === 1 && parts[0] === whole ? parts : [whole, ...parts];
	});
}
/** Indices of the texts that have anything in common with the query, most alike first; of equal ones the first. */
function rank(query, documents) {
	const words = new Set(wordsOf(query));
	const mean = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length);
	const weights = weightsOf(words, documents);
	const scores = documents.map(({ counts, length }) => {
		const held = SATURATION * (.25 + LENGTH_SHARE * length / Math.max(1, mean));
		let score = 0;
		for (const word of words) {
			const count = counts.get(word) ?? 0;
			if (count > 0) score += weights.get(word) * (count * 2.5 / (count + held));
		}
		return score;
	});
	return [...documents.keys()].filter((index) => scores[index] > 0).sort((a, b) => scores[b] - scores[a] || a - b);
}
/** Rare words say more: ln(1 + (N − n + ½) / (n + ½)). */
function weightsOf(words, documents) {
	const weights = /* @__PURE__ */ new Map();
	for (const word of words) {
		const having = documents.filter(({ counts }) => counts.has(word)).length;
		weights.set(word, Math.log(1 + (documents.length - having + .5) / (having + .5)));
	}
	return weights;
}
// src/commands/bench-retrieval.ts
const PIECES = 3;
/** Characters of a token of source code, or fewer. */
const CHARACTERS_PER_TOKEN = 3;
function openRetrieval(files, { pieceTokens }) {
	const size = Math.floor(pieceTokens / PIECES * CHARACTERS_PER_TOKEN);
	const piecesByBlob = /* @__PURE__ */ new Map();
	const cut = async (file) => splitLines(await files.read(file), size).map((text) => ({
		path: file.path,
		text,
		document: documentOf(text)
	}));
	const piecesOf = (file) => {
		const name = `${file.blob} ${file.path}`;
		const known = piecesByBlob.get(name) ?? cut(file);
		piecesByBlob.set(name, known);
		return known;
	};
	return { async piecesFor(commit, prefix) {
		const pieces = (await Promise.all((await files.at(commit)).map(piecesOf))).flat();
		const order = rank(prefix.slice(-1e3), pieces.map(({ document }) => document));
		const found = [];
		for (const index of order) {
			const { path, text } = pieces[index];
			if (prefix.includes(text.trim())) continue;
			found.push(`${commentOf(path)} ${path}\n${text.trimEnd()}`);
			if (found.length === PIECES) break;
		}
		return found;
	} };
}
/** Whole lines up to `size` characters each; a longer line is one of its own, cut. */
function splitLines(text, size) {
	const pieces = [];
	let piece = "";
	for (const line of text.split("\n")) {
		if (piece !== "" && piece.length + line.length + 1 > size) {
			pieces.push(piece);
			piece = "";
		}
		piece += `${piece === "" ? "" : "\n"}${line.slice(0, size)}`;
	}
	pieces.push(piece);
	return pieces.filter((kept) => kept.trim() !== "");
}
const commentOf = (path) => /\.pyi?$/.test(path) ? "#" : "//";
// src/commands/bench-dependencies.ts
/** How often a name may be passed on. */
const MAX_HOPS = 4;
/** More would not fit. */
const MAX_PIECES = 8;
const PIECE_SHARE = .5;
function openDependencies(files, { count, pieceTokens }) {
	const definitions = rememberByBlob((file, text) => readDefinitions(text, file), files);
	return { async piecesFor(commit, { path, language, prefix }) {
		const known = await files.at(commit);
		const fileByPath = new Map(known.map((file) => [file.path, file]));
		const source = {
			files,
			fileByPath,
			definitions,
			resolve: openModules([...fileByPath.keys()])
		};
		const pieces = [];
		for (const wanted of usedNames(readImports(prefix, language), prefix)) {
			const found = await follow(wanted, {
				path,
				hops: 0
			}, source);
			if (found === null) continue;
			const { full, short } = found.definition;
			const text = count(full) <= pieceTokens * PIECE_SHARE ? full : short;
			const piece = `${commentOf(found.path)} ${found.path}\n${text}`;
			if (!pieces.includes(piece)) pieces.push(piece);
			if (pieces.length === MAX_PIECES) break;
		}
		return pieces;
	} };
}
/** A member of a module that is imported whole counts as a name of its own. Called ones first, then the most recent. */
function usedNames(imports, prefix) {
	const test = prefix.slice(-1500);
	const members = imports.flatMap((entry) => entry.name === null && entry.local !== null ? membersOf(entry, test) : []);
	return [...imports.filter((entry) => entry.name !== null || entry.local === null), ...members].map((entry) => ({
		entry,
		weight: weightOf(entry, test)
	})).filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight).map(({ entry }) => entry);
}
function membersOf({ local, module }, test) {
	const pattern = new RegExp(`(?<![\\w$.])${quoted(local)}\\.([\\w$]+)`, "g");
	return [...new Set([...test.matchAll(pattern)].map(([, name]) => name))].map((name) => ({
		local: `${local}.${name}`,
		name,
		module
	}));
}
/** 0: not used. Places are below 1, so a call always comes before what is only named. */
function weightOf({ local, name }, test) {
	const used = local ?? name;
	if (used === null) return 0;
	const places = [...test.matchAll(new RegExp(`(?<![\\w$.])${quoted(used)}(?![\\w$])(\\s*\\()?`, "g"))];
	const last = places.at(-1);
	if (last === void 0) return 0;
	return (places.some(([, call]) => call !== void 0) ? 2 : 1) + last.index / 1501;
}
const quoted = (text) => text.replaceAll(/[$.*+?^()[\]{}|\\]/g, "\\$&");
/** From import to import, to the file that defines the name. */
async function follow({ name, module }, { path, hops }, source) {
	const language = languageOf$1(path);
	if (language === null || name === null || hops > MAX_HOPS) return null;
	const target = source.resolve(module, {
		path,
		language
	}) ?? submodule(module, name, {
		path,
		source
	});
	const file = target === null ? void 0 : source.fileByPath.get(target);
	if (target === null || file === void 0) return null;
	const definitions = await source.definitions(file);
	const definition = definitions.find((known) => known.name === name) ?? byDefault(definitions, name);
	if (definition) return {
		path: target,
		definition
	};
	for (const passed of readImports(await source.files.read(file), language)) {
		if (passed.local !== name && passed.local !== null) continue;
		const found = await follow({
			...passed,
			name: passed.name ?? name
		}, {
			path: target,
			hops: hops + 1
		}, source);
		if (found) return found;
	}
	return null;
}
/** `from shop import cart` may mean the file shop/cart.py. */
function submodule(module, name, { path, source }) {
	return languageOf$1(path) === "python" ? source.resolve(`${module}.${name}`, {
		path,
		language: "python"
	}) : null;
}
/** Nobody knows which one is exported by default; where there is only one, it is that. */
const byDefault = (definitions, name) => name === "default" && definitions.length === 1 ? definitions[0] : void 0;
function rememberByBlob(read, files) {
	const known = /* @__PURE__ */ new Map();
	return (file) => {
		const language = languageOf$1(file.path);
		if (language === null) return Promise.resolve([]);
		const found = known.get(file.blob) ?? files.read(file).then((text) => read(language, text));
		known.set(file.blob, found);
		return found;
	};
}
// src/commands/bench-tree.ts
/**
* The files of a repository that a method may read for an assertion of a commit.
*
* In: a commit. Out: production files as they are at the commit, and test files as they were before it: the same that the
* adapter is made of. A text is read once, however many commits it is part of. Knows nothing about prompts.
*/
/** A larger file is data or generated. */
const MAX_FILE_BYTES = 2e5;
/** Of each kind; with more, a choice by path would have to be made, and the first are as good as any. */
const MAX_FILES = 1e3;
function openKnownFiles(repository, rules) {
	const reader = new BlobReader(repository);
	const texts = /* @__PURE__ */ new Map();
	let last;
	const list = async (sha, kind) => {
		if (sha === null) return [];
		return (await listTree(repository, sha)).filter(({ path, sizeBytes }) => sizeBytes > 0 && sizeBytes <= MAX_FILE_BYTES && languageOf$1(path) !== null && classifyPath(path, rules) === kind).slice(0, MAX_FILES).map(({ path, blob }) => ({
			path,
			blob,
			kind
		}));
	};
	return {
		at(commit) {
			if (last?.sha !== commit.sha) {
				const files = async () => [...await list(commit.sha, "production"), ...await list(commit.parentSha, "test")];
				last = {
					sha: commit.sha,
					files: files()
				};
			}
			return last.files;
		},
		read({ blob }) {
			const known = texts.get(blob) ?? reader.read(blob).then(textOf);
			texts.set(blob, known);
			return known;
		},
		[Symbol.asyncDispose]: () => reader[Symbol.asyncDispose]()
	};
}
const textOf = (content) => content === null || isBinary(content) || isLfsPointer(content) ? "" : content.toString("utf8");
// src/commands/bench-questions.ts
async function questionsAbout(asked, { repository, rules, room, methods, adapterFor }) {
	try {
		var _usingCtx$2 = _usingCtx();
		const files = _usingCtx$2.a(openKnownFiles(repository, rules));
		const context = contexts({
			room,
			retrieval: openRetrieval(files, room),
			dependencies: openDependencies(files, room)
		});
		const questions = [];
		for (const method of methods) for (const [index, one] of asked.entries()) {
			const adapter = adapterFor(method, one);
			if (adapter === void 0) continue;
			const { assertion } = one;
			questions.push({
				method,
				index,
				assertion,
				adapter,
				prompt: await context(method, one)
			});
		}
		return questions;
	} catch (_) {
		_usingCtx$2.e = _;
	} finally {
		await _usingCtx$2.d();
	}
}
/** Methods that put text before the prompt; the pieces of an assertion are looked for once. */
function contexts({ room, retrieval, dependencies }) {
	const known = /* @__PURE__ */ new Map();
	const finders = {
		rag: ({ commit, assertion: { prefix } }) => retrieval.piecesFor(commit, prefix),
		drc: ({ commit, assertion }) => dependencies.piecesFor(commit, assertion)
	};
	return async (method, asked) => {
		const { prefix, path, start } = asked.assertion;
		const kind = /(?:^|-)(rag|drc)$/.exec(method)?.[1];
		if (kind === void 0) return prefix;
		const key = `${kind}\n${asked.commit.sha}\n${path}\n${start}`;
		const prompt = known.get(key) ?? room.withPieces(await finders[kind](asked), prefix);
		known.set(key, prompt);
		return prompt;
	};
}
/** Which adapter a method has that does not follow the history. */
function fixedAdapter(method, { fifth }, { shared, start, lora }) {
	if (method === "base" || method === "rag" || method === "drc") return null;
	if (method.startsWith("shared")) return shared ?? void 0;
	if (method === "static") return start ?? void 0;
	if (method === "repository-lora") return fifth === 5 ? lora ?? void 0 : void 0;
}
// src/scoring/sequence-matcher.ts
/**
* The similarity of Python's difflib: SequenceMatcher.ratio() with its defaults.
*
* In: two texts. Out: 2 · M / T, M characters in matching blocks of T characters in all. Knows nothing about code.
* From 200 characters up, characters that make up more than a hundredth of the second text do not start a match
* ("autojunk"): scores of long texts come out lower than those of an edit distance. Characters are code points.
* Source: docs.python.org/3/library/difflib.html, Ratcliff & Metzener 1988.
*/
function matchRatio(first, second) {
	const a = [...first];
	const b = [...second];
	if (a.length + b.length === 0) return 1;
	return 2 * matchedCount(a, b) / (a.length + b.length);
}
const AUTOJUNK_LENGTH = 200;
/** Sums the longest match and, recursively, those to its left and right. */
function matchedCount(a, b) {
	const positions = positionsByCharacter(b);
	const ranges = [{
		aStart: 0,
		aEnd: a.length,
		bStart: 0,
		bEnd: b.length
	}];
	let count = 0;
	for (let range = ranges.pop(); range !== void 0; range = ranges.pop()) {
		const block = longestMatch(a, b, {
			range,
			positions
		});
		if (block.size === 0) continue;
		count += block.size;
		ranges.push({
			...range,
			aEnd: block.a,
			bEnd: block.b
		});
		ranges.push({
			...range,
			aStart: block.a + block.size,
			bStart: block.b + block.size
		});
	}
	return count;
}
/** Where each character occurs, without the characters that are too frequent to start a match. */
function positionsByCharacter(b) {
	const positions = /* @__PURE__ */ new Map();
	for (const [index, character] of b.entries()) {
		const known = positions.get(character);
		if (known) known.push(index);
		else positions.set(character, [index]);
	}
	if (b.length < AUTOJUNK_LENGTH) return positions;
	const limit = Math.floor(b.length / 100) + 1;
	for (const [character, places] of positions) if (places.length > limit) positions.delete(character);
	return positions;
}
/** The earliest of the longest blocks; a block then grows over equal neighbours, frequent ones too. */
function longestMatch(a, b, { range, positions }) {
	let best = {
		a: range.aStart,
		b: range.bStart,
		size: 0
	};
	let lengthEndingAt = /* @__PURE__ */ new Map();
	for (let i = range.aStart; i < range.aEnd; i += 1) {
		const next = /* @__PURE__ */ new Map();
		for (const j of positions.get(a[i]) ?? []) {
			if (j < range.bStart || j >= range.bEnd) continue;
			const size = (lengthEndingAt.get(j - 1) ?? 0) + 1;
			next.set(j, size);
			if (size > best.size) best = {
				a: i - size + 1,
				b: j - size + 1,
				size
			};
		}
		lengthEndingAt = next;
	}
	return grow(best, range, {
		a,
		b
	});
}
function grow(block, range, { a, b }) {
	let { a: i, b: j, size } = block;
	while (i > range.aStart && j > range.bStart && a[i - 1] === b[j - 1]) {
		i -= 1;
		j -= 1;
		size += 1;
	}
	while (i + size < range.aEnd && j + size < range.bEnd && a[i + size] === b[j + size]) size += 1;
	return {
		a: i,
		b: j,
		size
	};
}
// src/scoring/paper-metrics.ts
/**
* Exact match and edit similarity as the paper's evaluation computes them, to compare with its numbers.
*
* In: a completion and the written value. Out: a claim or a number from 0 to 1. Knows nothing about models.
* Faithful to the released Python, also where it is generous: the completion is cut to the shape of the answer
* before the two are compared, and `#` starts a comment even inside of a string. Never report these under the
* names of metrics.ts.
*/
/** `42 and more words` matches `42`, and `"#000"` matches `"#fff"`. */
function paperExactMatch(completion, target) {
	return normalize(cutToTarget(completion, target)) === normalize(withoutComment(target));
}
/** Python's `difflib.SequenceMatcher(None, completion, target).ratio()` after the same cuts. */
function paperEditSimilarity(completion, target) {
	return matchRatio(cutToTarget(completion, target), withoutComment(target));
}
/** What Python's `str.strip()` and `str.split()` take for white space. */
const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const OUTER_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");
const INNER_SPACE = new RegExp(`${SPACE}+`);
const FILL_IN_TOKENS = /<\|fim_(?:prefix|suffix|middle)\|>/g;
const strip = (text) => text.replace(OUTER_SPACE, "");
const words = (text) => strip(text) === "" ? [] : strip(text).split(INNER_SPACE);
const before = (text, separator) => text.split(separator, 1)[0];
const withoutComment = (text) => strip(before(text, "#"));
function cutToTarget(completion, target) {
	const reference = withoutComment(target);
	let text = strip(completion.replace(FILL_IN_TOKENS, ""));
	if (!target.includes("\n")) text = before(text, "\n");
	text = withoutComment(text);
	if (reference === "") return text;
	if (!reference.includes(",")) text = strip(before(text, ","));
	if (words(reference).length === 1 && words(text).length > 1) text = words(text)[0];
	return text;
}
function normalize(text) {
	const trimmed = strip(text).replace(/[:, \t]+$/, "");
	return words(trimmed.replaceAll(", ", ",").replaceAll(" ,", ",")).join(" ");
}
// src/commands/bench-score.ts
/** What the model remembers of one adapter's reading is megabytes: now and then it is let go. */
const READERS_AT_ONCE = 32;
/** Less is taken for this: one value of probability 0 would be all of a mean. */
const LEAST_PROBABILITY = 1e-8;
const DIGITS = 5;
async function askQuestions(languageModel, questions) {
	const answers = [];
	let readers = 0;
	for (const [adapter, indices] of byAdapter(questions)) {
		readers += 1;
		if (readers % READERS_AT_ONCE === 0) await languageModel[Symbol.asyncDispose]();
		const reader = languageModel.reader({ adapter });
		for (const index of inReadingOrder(indices, questions)) {
			const { assertion, prompt } = questions[index];
			const { target, language } = assertion;
			const score = await reader.score({
				prefix: prompt,
				target,
				language
			});
			answers[index] = {
				score: describe(score, await reader.candidates({
					prefix: prompt,
					language,
					count: 1
				}), target),
				tokens: score.tokens
			};
		}
	}
	return answers;
}
/** Of an answer without probabilities. */
const scoreText = (answer, target) => [
	null,
	null,
	...compare(answer, target)
];
function describe({ nll, stopProbability }, { greedy }, target) {
	const end = -Math.log(Math.max(LEAST_PROBABILITY, stopProbability));
	return [
		rounded(nll),
		rounded(end),
		...compare(greedy, target)
	];
}
function compare(answer, target) {
	return [
		exactMatch$1(answer, target) ? 1 : 0,
		paperExactMatch(answer, target) ? 1 : 0,
		rounded(editSimilarity(answer, target)),
		rounded(paperEditSimilarity(answer, target))
	];
}
const rounded = (value) => Number(value.toFixed(DIGITS));
function byAdapter(questions) {
	const groups = /* @__PURE__ */ new Map();
	for (const [index, { adapter }] of questions.entries()) {
		const known = groups.get(adapter);
		if (known) known.push(index);
		else groups.set(adapter, [index]);
	}
	return groups;
}
/** By file, then from the top down: a prompt is then the start of the next one, where nothing stands before it. */
function inReadingOrder(indices, questions) {
	const of = (index) => questions[index].assertion;
	return [...indices].sort((a, b) => compareTexts(of(a).path, of(b).path) || of(a).start - of(b).start || a - b);
}
const compareTexts = (a, b) => a < b ? -1 : a > b ? 1 : 0;
// src/commands/bench-repository.ts
/**
* One repository of the list → the scores of its assertions by every method that needs no other repository.
*
*   history → chosen assertions → adapters of their commits → questions → scores
*/
/** Commits; doubled until they bring as many assertions as are asked for. */
const FIRST_DEPTH = 30;
async function benchRepository(workspace, { listed, settings }) {
	const { repository, config, pack } = workspace;
	requireFullHistory(repository);
	const until = await wantedCommit(repository, listed);
	const { choice, bounded } = await chooseOf(workspace, {
		listed,
		settings,
		until
	});
	const { byMethod, head } = await gatherAdapters(bounded, {
		settings,
		until,
		commits: new Set(choice.chosen.map(({ commit }) => commit.sha))
	});
	const room = openPromptRoom(pack);
	const fixed = await fixedAdapters(bounded, {
		listed,
		settings,
		until,
		choice
	});
	const adapterFor = (method, asked) => methodOf(method)?.parts === void 0 || method === "shared" ? fixedAdapter(method, asked, fixed) : byMethod.get(method)?.get(asked.commit.sha);
	const methods = settings.methods.filter((method) => !COMPARING.includes(method));
	const source = {
		repository,
		rules: config.paths,
		room,
		methods,
		adapterFor
	};
	const assertions = choice.chosen.map((asked) => describeAsked(asked, {
		room,
		methods
	}));
	await score(workspace, {
		asked: choice.chosen,
		assertions,
		source
	});
	const { name, split, created } = listed;
	return {
		scores: {
			name,
			split,
			created,
			commit: until,
			commits: choice.commits,
			against: null,
			assertions
		},
		head
	};
}
/** Of a quiet history more is walked: up to as many commits as the settings allow. The same whenever it is asked for. */
async function chooseOf(workspace, { listed, settings, until }) {
	const { repository, config, lineage } = workspace;
	for (let depth = FIRST_DEPTH;; depth *= 2) {
		const maxHistory = Math.min(depth, settings.maxHistory);
		const bounded = {
			...workspace,
			lineage: {
				...lineage,
				maxHistory
			}
		};
		const start = await findStart(bounded, until);
		const choice = await chooseAsked(repository, {
			name: listed.name,
			after: start.commit,
			until,
			count: settings.perRepository,
			rules: config.paths
		});
		if (choice.all.length >= settings.perRepository || maxHistory === settings.maxHistory || start.maxHistory === null) return {
			choice,
			bounded
		};
	}
}
async function score(workspace, { asked, assertions, source }) {
	const questions = await questionsAbout(asked, source);
	if (questions.length === 0) return;
	const { languageModel } = await workspace.models();
	for (const [place, { score, tokens }] of (await askQuestions(languageModel, questions)).entries()) {
		const { method, index } = questions[place];
		const assertion = assertions[index];
		assertion.scores[method] = score;
		assertion.tokens = tokens;
	}
}
async function fixedAdapters(workspace, { listed, settings, until, choice }) {
	const has = (method) => settings.methods.includes(method);
	const isLate = choice.chosen.some(({ fifth }) => fifth === 5);
	const { pack } = workspace;
	return {
		shared: readMeanAdapter(pack) ?? null,
		start: has("static") ? await startAdapter(workspace, until) : null,
		lora: has("repository-lora") && isLate ? await trainRepositoryLora(workspace, choice.all, listed.name) : null
	};
}
function describeAsked({ commit, position, fifth, assertion }, { room, methods }) {
	const { path, line, language, family, prefix, target } = assertion;
	const scores = {};
	if (methods.includes("copy")) scores.copy = scoreText(copyFromPrefix(prefix, language), target);
	return {
		commit: commit.sha,
		position,
		fifth,
		path,
		line,
		language,
		family,
		tokens: 0,
		inPrefix: standsIn(room.visible(prefix), target),
		scores
	};
}
/** As a whole: `1` does not stand in `10`. */
function standsIn(text, value) {
	const [place, wanted] = [` ${withoutLayout(text)} `, withoutLayout(value)];
	for (let at = place.indexOf(wanted); at >= 0; at = place.indexOf(wanted, at + 1)) {
		const [before, after] = [place[at - 1] ?? " ", place[at + wanted.length] ?? " "];
		if (!(WORD.test(before) && WORD.test(wanted[0] ?? "")) && !(WORD.test(after) && WORD.test(wanted.at(-1) ?? ""))) return true;
	}
	return false;
}
const WORD = /[\p{L}\p{N}_$]/u;
// src/commands/bench-compare.ts
/**
* The second round: each repository's assertions with the adapters of the others.
*
* In: the repositories that were measured, their newest adapters. Out: their scores with `mean` and `other` filled in. The
* other repository has the same language where there is one: an adapter of another language would be too easy to beat.
*/
/** What the comparison depends on; it is made again when this changes. */
function describeOthers(name, all) {
	const others = othersOf(name, all).map((other) => `${other.name}@${other.commit}`);
	return createHash("sha256").update(others.sort().join("\n")).digest("hex").slice(0, 16);
}
async function compareRepository(workspace, task) {
	const { own, all, heads, settings } = task;
	const { repository, config, pack } = workspace;
	const { choice } = await chooseOf(workspace, {
		...task,
		until: own.commit
	});
	const adapters = adaptersOf(own, all, heads);
	const assertions = own.assertions.map((assertion) => ({
		...assertion,
		scores: { ...assertion.scores }
	}));
	const methods = settings.methods.filter((method) => COMPARING.includes(method));
	const adapterFor = (method) => adapters[method];
	const source = {
		repository,
		rules: config.paths,
		room: openPromptRoom(pack),
		methods,
		adapterFor
	};
	await score(workspace, {
		asked: choice.chosen,
		assertions,
		source
	});
	return {
		...own,
		assertions,
		against: describeOthers(own.name, all)
	};
}
const othersOf = (name, all) => all.filter((other) => other.name !== name);
function adaptersOf(own, all, heads) {
	const others = othersOf(own.name, all);
	const alike = others.filter((other) => languageOf(other) === languageOf(own));
	const other = chooseOther(own.name, alike.length > 0 ? alike : others);
	if (other === void 0) return {};
	return {
		mean: meanAdapter(others.map(({ name, commit }) => heads.read(name, commit))),
		other: heads.read(other.name, other.commit)
	};
}
/** Most of its assertions are in; TypeScript and JavaScript are one. */
function languageOf({ assertions }) {
	return 2 * assertions.filter(({ language }) => language === "python").length > assertions.length ? "python" : "script";
}
// src/report/benchmark-columns.ts
/**
* Scores → the numbers of one method, or of the difference of two, grouped by repository. Pure.
*
* A difference takes only assertions that both methods were asked about, so it is one of like with like.
*/
const EVERYTHING = () => true;
const LAST_FIFTH = ({ fifth }) => fifth === 5;
/** Repositories that were made on the day of the cut or later. */
const madeSince = (cut) => (_, { created }) => created !== null && created >= cut;
const valuesOf = ({ repositories }, { method, measure }, part = EVERYTHING) => byRepository(repositories, part, (assertion) => measureOf(assertion, method, measure));
/** How much better the first is: more matches, or fewer nats. */
function gainsOf({ repositories }, { method, over, measure }, part = EVERYTHING) {
	const sign = measure === "nll" ? -1 : 1;
	return byRepository(repositories, part, (assertion) => {
		const [own, other] = [measureOf(assertion, method, measure), measureOf(assertion, over, measure)];
		return own === void 0 || other === void 0 ? void 0 : sign * (own - other);
	});
}
const meanOf = (benchmark, column, part) => estimate(valuesOf(benchmark, column, part));
const gainOf = (benchmark, column, part) => estimate(gainsOf(benchmark, column, part));
function byRepository(repositories, part, value) {
	return repositories.map((repository) => repository.assertions.flatMap((assertion) => part(assertion, repository) ? value(assertion) ?? [] : []));
}
// src/report/benchmark-plots.ts
const WIDTH = 780;
const LABEL_WIDTH = 310;
const ROW = 26;
const TOP = 56;
/** Horizontal, one row for each, the number at the end; a line marks zero. */
function barPlot(bars, { title, unit, format }) {
	const scale = scaleOf([0, ...bars.flatMap(({ value: { mean, low, high } }) => [
		mean,
		low,
		high
	]).filter(Number.isFinite)], {
		from: LABEL_WIDTH,
		to: 670
	});
	const rows = bars.map(({ label, value, isMarked = false }, index) => {
		const y = TOP + index * ROW + ROW / 2;
		const [from, to] = [Math.min(scale(0), scale(value.mean)), Math.max(scale(0), scale(value.mean))];
		return [
			text(300, y + 4, label, "label end"),
			`<rect x="${px(from)}" y="${y - 8}" width="${px(Math.max(1, to - from))}" height="16" rx="2" fill="${COLORS[isMarked ? 1 : 0]}"/>`,
			...interval(value, scale, y),
			text(680, y + 4, format(value.mean), "number")
		].join("\n");
	});
	const height = TOP + bars.length * ROW + 16;
	const zero = `<path class="axis" d="M${px(scale(0))} 52V${height - 12}"/>`;
	return sheet({
		title,
		unit,
		width: WIDTH,
		height
	}, [...rows, zero]);
}
const LEFT = 64;
/** Lines over steps with a band for the interval. */
function linePlot(lines, { steps, ...options }) {
	const { title, unit, format } = options;
	const height = 316 + lines.length * 20;
	const ends = lines.flatMap(({ values }) => values.flatMap((value) => value ? [
		value.mean,
		value.low,
		value.high
	] : []));
	const scale = scaleOf([0, ...ends.filter(Number.isFinite)], {
		from: 276,
		to: TOP
	});
	const x = (step) => LEFT + (step + .5) * 686 / steps.length;
	const drawn = lines.flatMap(({ label, values }, index) => {
		const color = COLORS[index % COLORS.length];
		const points = values.flatMap((value, step) => value ? [{
			...value,
			x: x(step)
		}] : []);
		const legend = 322 + index * 20;
		return [
			...points.map((point) => rod(point, scale, color)),
			`<polyline fill="none" stroke="${color}" stroke-width="2" points="${points.map((point) => `${px(point.x)},${px(scale(point.mean))}`).join(" ")}"/>`,
			...points.map((point) => `<circle cx="${px(point.x)}" cy="${px(scale(point.mean))}" r="4" fill="${color}"/>`),
			`<rect x="${LEFT}" y="${legend - 9}" width="12" height="12" rx="2" fill="${color}"/>`,
			text(84, legend + 2, label, "label")
		];
	});
	const names = steps.map((step, index) => text(x(index), 296, step, "label middle"));
	const marks = ticksOf([0, ...ends.filter(Number.isFinite)]).map((value) => `<path class="grid" d="M${LEFT} ${px(scale(value))}H750"/>${text(56, scale(value) + 4, format(value), "number end")}`);
	const zero = `<path class="axis" d="M${LEFT} ${px(scale(0))}H750"/>`;
	return sheet({
		title,
		unit,
		width: WIDTH,
		height
	}, [
		...marks,
		zero,
		...drawn,
		...names
	]);
}
function scaleOf(values, { from, to }) {
	const [low, high] = [Math.min(...values), Math.max(...values)];
	const range = high - low || 1;
	return (value) => from + (value - low) / range * (to - from);
}
/** A handful of round numbers over the range. */
function ticksOf(values) {
	const [low, high] = [Math.min(...values), Math.max(...values)];
	const rough = (high - low) / 4 || 1;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = ([
		1,
		2,
		5,
		10
	].find((factor) => factor * power >= rough) ?? 10) * power;
	const first = Math.ceil(low / step);
	return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}
function interval({ low, high }, scale, y) {
	if (!Number.isFinite(low)) return [];
	const [from, to] = [px(scale(low)), px(scale(high))];
	return [`<path class="interval" d="M${from} ${y}H${to}M${from} ${y - 4}v8M${to} ${y - 4}v8"/>`];
}
function rod({ x, low, high }, scale, color) {
	if (!Number.isFinite(low)) return "";
	return `<path d="M${px(x)} ${px(scale(low))}V${px(scale(high))}" stroke="${color}" stroke-width="8" stroke-opacity="0.25"/>`;
}
// src/report/benchmark-tables.ts
/**
* Scores → tables in Markdown: every method, the own adapter against others, and what it depends on. Pure.
*
* Rates are in percent, all others in nats per token. A cell is a mean and its 95 % interval.
*/
/** Methods of a table; one that is trained in each repository belongs to later commits only. */
const methodsIn = ({ settings }, inRepo) => settings.methods.filter((method) => inRepo || !methodOf(method)?.isInRepo);
const MEASURES = [
	["exact", "exact match"],
	["paperExact", "exact match, paper's"],
	["similarity", "edit similarity"],
	["nll", "nats per token"]
];
/** '' where no assertion belongs to the part. */
function methodTable(benchmark, { part = EVERYTHING, inRepo = false } = {}) {
	const { own } = benchmark.settings;
	const rows = methodsIn(benchmark, inRepo).flatMap((method) => {
		const cells = MEASURES.map(([measure]) => ({
			measure,
			estimate: meanOf(benchmark, {
				method,
				measure
			}, part)
		}));
		const [first] = cells;
		if (!first?.estimate) return [];
		return [[
			method === own ? `**${labelOf(method)}** (own)` : labelOf(method),
			`${first.estimate.count}`,
			...cells.map(({ measure, estimate }) => cell(estimate, measure))
		]];
	});
	return table([
		"method",
		"assertions",
		...MEASURES.map(([, title]) => title)
	], rows);
}
/** Above zero: the own adapter is better. */
function gainTable(benchmark, { part = EVERYTHING, inRepo = false } = {}) {
	const { own } = benchmark.settings;
	return table([
		"own against",
		"nats per token gained",
		"points of exact match",
		"repositories where own is better"
	], methodsIn(benchmark, inRepo).filter((rival) => rival !== own).flatMap((over) => {
		const nll = {
			method: own,
			over,
			measure: "nll"
		};
		const exact = gainOf(benchmark, {
			...nll,
			measure: "exact"
		}, part);
		if (exact === null) return [];
		const better = shareAboveZero(gainsOf(benchmark, nll, part));
		return [[
			labelOf(over),
			cell(gainOf(benchmark, nll, part), "nll"),
			cell(exact, "exact"),
			better === null ? "–" : `${percent(better)} %`
		]];
	}));
}
/** One row for each kind of assertion: exact match of each method, and what own gains over the first rival there is. */
function breakdownTable(benchmark, { title, kindOf, methods, over }) {
	const { own, methods: measured } = benchmark.settings;
	const kinds = new Set(benchmark.repositories.flatMap(({ assertions }) => assertions.map(kindOf)));
	const shown = methods.filter((method) => measured.includes(method));
	const rows = [...kinds].sort().map((kind) => {
		const part = (assertion) => kindOf(assertion) === kind;
		const count = valuesOf(benchmark, {
			method: own,
			measure: "exact"
		}, part).flat().length;
		const exact = shown.map((method) => cell(meanOf(benchmark, {
			method,
			measure: "exact"
		}, part), "exact"));
		return [
			kind,
			`${count}`,
			...exact,
			cell(gainOf(benchmark, {
				method: own,
				over,
				measure: "nll"
			}, part), "nll")
		];
	});
	return table([
		title,
		"assertions",
		...shown.map((method) => `${labelOf(method)}, %`),
		`nats gained over ${labelOf(over)}`
	], rows);
}
/** Each repository: how many, and what own gains. */
function repositoryTable(benchmark) {
	const { own, methods } = benchmark.settings;
	const rivals = [
		"shared",
		"mean",
		"other"
	].filter((rival) => methods.includes(rival) && rival !== own);
	const rows = benchmark.repositories.map((repository) => {
		const alone = {
			...benchmark,
			repositories: [repository]
		};
		const gains = rivals.map((over) => gainOf(alone, {
			method: own,
			over,
			measure: "nll"
		}));
		const exact = meanOf(alone, {
			method: own,
			measure: "exact"
		});
		return [
			repository.name,
			repository.split,
			`${repository.commits}`,
			`${repository.assertions.length}`,
			exact ? percent(exact.mean) : "–",
			...gains.map((gain) => gain ? signed(gain.mean) : "–")
		];
	});
	return table([
		"repository",
		"split",
		"commits",
		"assertions",
		"own exact, %",
		...rivals.map((rival) => `own − ${rival}, nats`)
	], rows);
}
function table(head, rows) {
	if (rows.length === 0) return "";
	const line = (cells) => `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
	return [
		line(head),
		`|${head.map((_, index) => index === 0 ? "---" : "--:").join("|")}|`,
		...rows.map(line)
	].join("\n");
}
function cell(value, measure) {
	if (value === null) return "–";
	const show = measure === "nll" ? (number) => number.toFixed(3) : percent;
	const { mean, low, high } = value;
	return Number.isFinite(low) ? `${show(mean)} [${show(low)}, ${show(high)}]` : show(mean);
}
const percent = (value) => (100 * value).toFixed(1);
const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
// src/report/benchmark-pictures.ts
/** Scores → the pictures of the document, by file name. Pure. What was not measured is not drawn. */
function picturesOf(benchmark) {
	const plots = {
		"exact-match.svg": exactMatch(benchmark),
		"gain.svg": gains(benchmark),
		"drift.svg": drift(benchmark)
	};
	return Object.fromEntries(Object.entries(plots).filter(([, svg]) => svg !== ""));
}
function exactMatch(benchmark) {
	const { own } = benchmark.settings;
	const bars = methodsIn(benchmark, false).flatMap((method) => {
		const value = meanOf(benchmark, {
			method,
			measure: "exact"
		});
		return value ? [{
			label: labelOf(method),
			value,
			isMarked: method === own
		}] : [];
	});
	const format = (value) => `${(100 * value).toFixed(1)} %`;
	return bars.length === 0 ? "" : barPlot(bars, {
		title: "Exact match",
		unit: "share of assertions, 95 % interval",
		format
	});
}
const nats = (value) => value.toFixed(3);
function gains(benchmark) {
	const { own } = benchmark.settings;
	const bars = methodsIn(benchmark, false).flatMap((over) => {
		const value = over === own ? null : gainOf(benchmark, {
			method: own,
			over,
			measure: "nll"
		});
		return value ? [{
			label: `over ${labelOf(over)}`,
			value
		}] : [];
	});
	return bars.length === 0 ? "" : barPlot(bars, {
		title: "What the own adapter gains",
		unit: "nats per token, 95 % interval; right of zero the own adapter is better",
		format: nats
	});
}
const FIFTHS = [
	"first",
	"second",
	"third",
	"fourth",
	"last"
];
function drift(benchmark) {
	const { own, methods } = benchmark.settings;
	const drawn = [
		SHARED,
		"mean",
		"other"
	].filter((rival) => rival !== own && methods.includes(rival)).map((over) => ({
		label: `own over ${labelOf(over)}`,
		values: FIFTHS.map((_, index) => gainOf(benchmark, {
			method: own,
			over,
			measure: "nll"
		}, ({ fifth }) => fifth === index + 1))
	})).filter(({ values }) => values.some((value) => value !== null));
	return drawn.length === 0 ? "" : linePlot(drawn, {
		title: "Gain along the history",
		unit: "nats per token, by fifths of the commits; bands are 95 % intervals",
		format: nats,
		steps: FIFTHS
	});
}
// src/report/benchmark-document.ts
/**
* Scores → the document and its plots. Pure: every number in it comes from the scores.
*
* Out: Markdown, and the SVG files that it shows, by name. It says what was measured with what, and how to do it again; it
* judges nothing.
*/
/** `folder`: of the plots, as the document names it. */
function renderBenchmark(benchmark, { folder }) {
	const plots = picturesOf(benchmark);
	const picture = (name, alt) => plots[name] ? `![${alt}](${folder}/${name})` : "";
	return {
		markdown: `${[
			introduction(benchmark),
			section("Every method", [
				CROSS_REPO,
				methodTable(benchmark),
				picture("exact-match.svg", "Exact match of every method")
			]),
			section("The own adapter against others", [
				GAINS,
				gainTable(benchmark),
				picture("gain.svg", "Nats gained by the own adapter")
			]),
			section("Later commits of the same repository", [IN_REPO, ...tablesOf(benchmark, {
				part: LAST_FIFTH,
				inRepo: true
			})]),
			...sinceCut(benchmark),
			section("Along the history", [
				DRIFT,
				byFifth(benchmark),
				picture("drift.svg", "Gain by fifths of the history")
			]),
			section("By what is asked", BREAKDOWNS.map((one) => breakdown(benchmark, one))),
			section("By repository", [repositoryTable(benchmark)]),
			section("How it is measured", [METHOD_NOTES])
		].filter(Boolean).join("\n\n")}\n`,
		plots
	};
}
const section = (title, parts) => {
	const filled = parts.filter(Boolean);
	return filled.length === 0 ? "" : [`## ${title}`, ...filled].join("\n\n");
};
function introduction({ settings, repositories }) {
	const assertions = repositories.reduce((sum, repository) => sum + repository.assertions.length, 0);
	const left = settings.left.map(({ method, reason }) => `\`${method}\` (${reason})`).join(", ");
	return [
		"# Benchmark",
		`${assertions} assertions of ${repositories.length} repositories, by code2lora ${settings.version} with the model pack \`${settings.pack}\` ${settings.packVersion} (base model in ${settings.precision}, pack ${settings.packDigest.slice(0, 12)}). At most ${settings.perRepository} assertions of a repository, of as few of its newest ${settings.maxHistory} commits as bring enough. **Own** is the pack's default: ${labelOf(settings.own)}.`,
		`Written by \`code2lora bench\`; do not edit.${left === "" ? "" : ` Left out, because the pack cannot do it: ${left}.`}`
	].join("\n\n");
}
const CROSS_REPO = "Each assertion is asked with the adapter of its own commit, which has read production code up to that commit and tests of earlier commits only. Rates are in percent; in brackets 95 % intervals, from a bootstrap over repositories.";
const GAINS = "Differences on the same assertions; above zero, the own adapter is better. \"Repositories where own is better\" is by nats per token.";
const IN_REPO = "The last fifth of each history. Here a LoRA that was trained on the repository's own earlier assertions can be compared too.";
const DRIFT = "Fifths of the commits that were walked, oldest first. A line that falls means that the adapter drifts.";
const tablesOf = (benchmark, part) => [methodTable(benchmark, part), gainTable(benchmark, part)];
function sinceCut(benchmark) {
	const { cut } = benchmark.settings;
	if (cut === null) return [];
	const text = `Repositories made on ${cut} or later: no model can have seen them.`;
	const tables = tablesOf(benchmark, { part: madeSince(cut) }).filter(Boolean);
	return tables.length === 0 ? [] : [section("Repositories made after the training data", [text, ...tables])];
}
const SHOWN = [
	"base",
	"copy",
	"rag",
	SHARED,
	"shared-rag",
	"other"
];
const BREAKDOWNS = [
	{
		title: "language",
		kindOf: ({ language }) => language
	},
	{
		title: "kind of assertion",
		kindOf: ({ family }) => family
	},
	{
		title: "the value stands in what the model reads",
		kindOf: ({ inPrefix }) => inPrefix ? "yes" : "no"
	}
];
function breakdown(benchmark, { title, kindOf }) {
	const { own } = benchmark.settings;
	return breakdownTable(benchmark, {
		title,
		kindOf,
		methods: [...SHOWN, own],
		over: rivalOf(benchmark)
	});
}
const byFifth = (benchmark) => breakdown(benchmark, {
	title: "fifth of the history",
	kindOf: ({ fifth }) => `${fifth}`
});
/** What the own adapter has to beat first. */
const rivalOf = ({ settings: { methods, own } }) => [
	"shared",
	"mean",
	"other",
	"base"
].find((method) => method !== own && methods.includes(method)) ?? "base";
const METHOD_NOTES = [
	"- **Exact match** does not look at the answer: the completion is read token by token up to where it ends by itself, and differs in layout only. **The paper’s** cuts the completion to the shape of the answer first. Edit similarity is the normalised Levenshtein distance.",
	"- **Nats per token** are of the value and its end; what ends it is one more token.",
	"- **Copied from the prefix**: the value at the last place above that looks the same (the same words before it, or the same call), else the most recent literal of the kind that the place asks for.",
	"- **RAG**: the three pieces most like the end of the prompt (BM25), of production files at the commit and of test files before it. **Dependency-resolved context**: the definitions of what the test imports and uses, signatures where they are long. Both get half of what the model can read, so that nothing of them is cut off.",
	"- **One shared LoRA** is the mean adapter of the pack, trained on the same data. **Mean adapter of the other repositories** and **another repository’s adapter** are made of the own adapters of the repositories in this benchmark at their newest commits; the other one is of the same language, drawn by the names.",
	"- **Code2LoRA-Static** is the adapter of the repository as it stood where the walk begins. **LoRA of the repository alone** is trained from nothing on the assertions of the first four fifths."
].join("\n");
// src/commands/bench-document.ts
/** Scores → the document, its plots, and the rows of the report. */
/** Returns what was written. */
function writeBenchmarkFiles(out, benchmark) {
	const folder = basename(out, ".md");
	const { markdown, plots } = renderBenchmark(benchmark, { folder });
	const files = Object.entries(plots).map(([name, svg]) => [join(dirname(out), folder, name), svg]);
	for (const [file, content] of [...files, [out, markdown]]) writeWhole(file, content);
	return [out, ...files.map(([file]) => file)];
}
function rowsOf(benchmark) {
	return methodsIn(benchmark, false).flatMap((method) => {
		const exact = meanOf(benchmark, {
			method,
			measure: "exact"
		});
		const nll = meanOf(benchmark, {
			method,
			measure: "nll"
		});
		return exact === null ? [] : [{
			method,
			label: labelOf(method),
			assertions: exact.count,
			exactMatch: exact.mean,
			nll: nll?.mean ?? null
		}];
	});
}
// src/commands/bench-settings.ts
/**
* What decides the scores besides the repositories: resolved once, and kept with them, so that one table is never made in
* two ways.
*
* In: options, a model pack. Out: settings with the methods that the pack can do. Knows nothing about repositories.
*/
const PER_REPOSITORY = 24;
const MAX_HISTORY = 240;
/** Throws UsageError for an unknown method, one that the pack cannot do, and a date that is none. */
function resolveBench(options, pack) {
	const { name, version, precision } = pack.manifest;
	const own = methodOfParts(chooseParts(pack.manifest, null));
	const { methods, left } = chooseMethods(options.methods, {
		pack,
		own
	});
	return {
		version: packageVersion(),
		pack: name,
		packVersion: version,
		packDigest: pack.digest,
		precision: precision.baseModel,
		methods: methods.map((method) => method.name),
		own: own.name,
		left,
		perRepository: options.perRepository ?? PER_REPOSITORY,
		maxHistory: options.maxHistory ?? MAX_HISTORY,
		cut: parseCut(options.cut)
	};
}
function chooseMethods(wanted, { pack, own }) {
	if (wanted !== void 0) {
		for (const name of wanted) requireMethod(name, pack);
		return {
			methods: METHODS$1.filter(({ name }) => wanted.includes(name)),
			left: []
		};
	}
	const judged = METHODS$1.filter((method) => !method.isExtra || method === own).map((method) => ({
		method,
		reason: obstacleOf(method, pack)
	}));
	return {
		methods: judged.flatMap(({ method, reason }) => reason === null ? [method] : []),
		left: judged.flatMap(({ method, reason }) => reason === null ? [] : [{
			method: method.name,
			reason
		}])
	};
}
function requireMethod(name, pack) {
	const method = methodOf(name);
	if (method === void 0) throw new UsageError(`Unknown method "${name}".\nExpected some of: ${METHODS$1.map((known) => known.name).join(", ")}.`);
	const reason = obstacleOf(method, pack);
	if (reason !== null) throw new UsageError(`The model pack "${pack.manifest.name}" cannot do "${name}": ${reason}.\nLeave it out, or use another pack.`);
}
/** Why a pack cannot do a method; null when it can. */
function obstacleOf({ name, parts, isInRepo }, { manifest }) {
	const { adaptation, meanAdapter, precision } = manifest;
	const needsMean = name.startsWith("shared") || parts !== void 0 && !parts.includes("gru");
	if (parts?.includes("memory") && !adaptation?.memory) return "it has no memory";
	if (needsMean && meanAdapter === null) return "it has no mean adapter";
	const needsGradient = isInRepo || parts?.includes("refinement");
	if (needsGradient && !adaptation?.refinement) return "it has no settings for refinement";
	if (needsGradient && precision.baseModel !== "fp32") return `gradients need weights in fp32, its base model is in ${precision.baseModel}`;
	return null;
}
function parseCut(text) {
	if (text === void 0) return null;
	if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
	throw new UsageError(`"${text}" is no day.\nExpected one such as 2025-06-01.`);
}
/** Of all that decides the adapter of a commit. */
const digestOf = ({ packDigest, own, perRepository, maxHistory, version }) => createHash("sha256").update(JSON.stringify([
	packDigest,
	own,
	perRepository,
	maxHistory,
	version
])).digest("hex");
/** Throws UsageError when scores were made with other settings. The cut decides about tables only. */
function requireSameBench(file, before, now) {
	const names = (settings) => Object.entries({
		...settings,
		left: null,
		cut: null
	}).map(([name, value]) => [name, String(value)]);
	const current = new Map(names(now));
	const changed = names(before).filter(([name, value]) => value !== current.get(name));
	if (changed.length === 0) return;
	const list = changed.map(([name, value]) => `${name} ${value} (now ${current.get(name)})`).join(", ");
	throw new UsageError(`${file} holds scores that were made with other options: ${list}.\nGive the same ones, or another --out.`);
}
// src/commands/bench.ts
/**
* `bench`: the tables of the paper on a list of repositories, in one command.
*
*   list → each repository measured → each compared with the others → scores → document with plots
*
* What is finished stays; a repository that cannot be read is a line in the report, not the end of the run.
*/
/** Throws UsageError for a list or an option that cannot be understood, and for scores made with other options. */
async function bench(options) {
	const run = openRun(options);
	const report = {
		schema: "code2lora/bench@1",
		pack: run.settings.pack,
		repositories: run.list.length,
		measured: 0,
		unchanged: 0,
		assertions: 0,
		broken: [],
		left: run.settings.left,
		rows: [],
		files: []
	};
	if (!options.reportOnly) {
		await measureAll(run, report);
		await compareAll(run, report);
	}
	const result = inListOrder(run);
	const assertions = result.repositories.reduce((sum, repository) => sum + repository.assertions.length, 0);
	if (assertions === 0) return report;
	writeScores(run.scoresFile, everything(run));
	const files = [run.scoresFile, ...writeBenchmarkFiles(run.out, result)];
	return {
		...report,
		assertions,
		rows: rowsOf(result),
		files
	};
}
function openRun(options) {
	const out = resolve(options.out ?? "docs/benchmark.md");
	if (!out.endsWith(".md")) throw new UsageError(`${out} is no document: give --out FILE.md.`);
	const work = resolve(options.work ?? ".code2lora-bench");
	const scoresFile = join(out.slice(0, -3), "scores.json");
	const known = readScores(scoresFile);
	const settings = settingsOf(options, known);
	return {
		list: readSplit(options),
		settings,
		options,
		out,
		scoresFile,
		work,
		clones: options.clones === void 0 ? join(work, "clones") : resolve(options.clones),
		heads: openHeads(join(work, "heads"), digestOf(settings)),
		done: new Map(known?.repositories.map((scores) => [scores.name, scores]))
	};
}
function readSplit({ repositories, split }) {
	const list = readRepositoryList(repositories);
	const chosen = list.filter((listed) => split === void 0 || listed.split === split);
	if (chosen.length > 0 || list.length === 0) return chosen;
	const known = [...new Set(list.map((listed) => listed.split))].join(", ");
	throw new UsageError(`${repositories} has no repository of the split "${split}".\nIt has: ${known}.`);
}
/** A document is written anew with the settings that the scores were made with. */
function settingsOf(options, known) {
	if (options.reportOnly && known) return {
		...known.settings,
		cut: options.cut ?? known.settings.cut
	};
	const settings = resolveBench(options, openModelPack(measuredPack(options)));
	if (known) requireSameBench("the file of scores", known.settings, settings);
	return settings;
}
function inListOrder({ list, done, settings }) {
	return {
		schema: "code2lora/benchmark@1",
		settings,
		repositories: list.flatMap(({ name, split, created }) => {
			const scores = done.get(name);
			return scores ? [{
				...scores,
				split,
				created
			}] : [];
		})
	};
}
/** Those that this list does not have come last, and in no table: they took time, and the next list may have them. */
function everything(run) {
	const inList = inListOrder(run);
	const names = new Set(run.list.map(({ name }) => name));
	const others = [...run.done.values()].filter(({ name }) => !names.has(name));
	return {
		...inList,
		repositories: [...inList.repositories, ...others]
	};
}
async function measureAll(run, report) {
	const { list, settings, options, heads, done } = run;
	const comparing = settings.methods.some((method) => COMPARING.includes(method));
	const tell = timeLeft({
		total: list.length,
		stage: "bench",
		advice: () => ADVICE
	});
	for (const [place, listed] of list.entries()) {
		options.onProgress?.(tell(place));
		await orBroken(report, listed, async () => {
			try {
				var _usingCtx$1 = _usingCtx();
				if (await isMeasured(run, listed, comparing)) {
					report.unchanged += 1;
					return;
				}
				done.delete(listed.name);
				const { scores, head } = await benchRepository(_usingCtx$1.a(await openListed(run, listed)), {
					listed,
					settings
				});
				if (head) heads.write(listed.name, scores.commit, head);
				done.set(listed.name, scores);
				report.measured += 1;
				writeScores(run.scoresFile, everything(run));
			} catch (_) {
				_usingCtx$1.e = _;
			} finally {
				await _usingCtx$1.d();
			}
		});
	}
}
const ADVICE = "Interrupted, it goes on where it stopped.";
async function compareAll(run, report) {
	const { list, settings, options, heads, done } = run;
	if (!settings.methods.some((method) => COMPARING.includes(method))) return;
	const tell = timeLeft({
		total: list.length,
		stage: "bench",
		advice: () => ADVICE
	});
	for (const [place, listed] of list.entries()) {
		options.onProgress?.(tell(place));
		const own = done.get(listed.name);
		const all = inListOrder(run).repositories;
		if (!own || own.against === describeOthers(listed.name, all)) continue;
		await orBroken(report, listed, async () => {
			try {
				var _usingCtx3 = _usingCtx();
				const workspace = _usingCtx3.a(await openListed(run, listed));
				done.set(listed.name, await compareRepository(workspace, {
					listed,
					settings,
					own,
					all,
					heads
				}));
				writeScores(run.scoresFile, everything(run));
			} catch (_) {
				_usingCtx3.e = _;
			} finally {
				await _usingCtx3.d();
			}
		});
	}
}
async function isMeasured({ done, heads, clones }, listed, comparing) {
	const known = done.get(listed.name);
	if (known === void 0 || comparing && !heads.has(known.name, known.commit)) return false;
	const folder = presentFolder(listed, clones);
	return folder === null || known.commit === await wantedCommit(await openRepository(folder), listed);
}
export { bench as t };
