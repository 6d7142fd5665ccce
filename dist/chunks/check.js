import { i as __toESM } from "./rolldown-runtime.js";
import { B as require_picomatch, C as adapterFeeds, M as MODULE_TYPES, S as openSession, a as requireHead, n as modelInfo, o as snapshotInfo, r as openWorkspace } from "./workspace.js";
import { a as UsageError, n as InternalError } from "./errors.js";
import { c as isAncestor, n as countCommits, t as ancestorAt, u as parseRange } from "./ancestry.js";
import { a as baseProjection, c as Graph, f as moduleSizes, i as MASKED, l as openTokenizer, o as buildLayers, s as floatWeight, u as readBaseModel } from "./generate.js";
import { t as planRetention } from "./retention.js";
import { n as writeLastCheck, t as readLastCheck } from "./last-check.js";
import { a as selectRecent, i as selectRange, r as selectAll } from "./selection.js";
import { t as withStateLock } from "./state-lock.js";
import { n as createTimer, t as updateAdapter } from "./update.js";
import { t as _usingCtx } from "./usingCtx.js";
// src/scoring/metrics.ts
var import_picomatch = /* @__PURE__ */ __toESM(require_picomatch(), 1);
/**
* How close a completion comes to the value that was written.
*
* In: two texts. Out: a claim or a number from 0 to 1. Knows nothing about models. The completion is taken as it is:
* nothing is cut off after a look at the answer (the paper's code does that, see paper-metrics.ts).
*
* Two texts count as equal when they differ in layout only: spaces and line breaks outside of strings, and the
* kind of quotes around a string (`'a'` and `"a"`; not backticks and not triple quotes).
*/
/** Whether both texts are the same expression but for layout. */
const exactMatch = (completion, target) => withoutLayout(completion) === withoutLayout(target);
/**
* 1 − d / n: d is the Levenshtein distance of the texts without layout, in characters, n the length of the longer
* one (Levenshtein 1966; the normalised form of Yujian & Bo 2007, section 1). Two empty texts are equal: 1.
*/
function editSimilarity(completion, target) {
	const a = [...withoutLayout(completion)];
	const b = [...withoutLayout(target)];
	const longer = Math.max(a.length, b.length);
	return longer === 0 ? 1 : 1 - editDistance(a, b) / longer;
}
/** An expression with double quotes, and with spaces only where two words would run together. */
function withoutLayout(text) {
	let result = "";
	for (const [token] of text.matchAll(TOKEN)) {
		const needsSpace = WORD.test(token) && WORD.test(result.slice(-1));
		result += `${needsSpace ? " " : ""}${withDoubleQuotes(token)}`;
	}
	return result;
}
const TOKEN = /"""[\s\S]*?"""|'''[\s\S]*?'''|`(?:\\[\s\S]|[^`\\])*`|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[\p{L}\p{N}_$]+|\S/gu;
const WORD = /^[\p{L}\p{N}_$]/u;
function withDoubleQuotes(token) {
	if (!(token.length > 1 && /^(?:'(?!'')|"(?!""))/.test(token))) return token;
	return `"${token.slice(1, -1).replace(/\\(['"])/g, "$1").replaceAll("\"", "\\\"")}"`;
}
/** Fewest insertions, deletions and replacements from one list to the other; one row of the table at a time. */
function editDistance(a, b) {
	const row = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (const [i, item] of a.entries()) {
		let diagonal = row[0];
		row[0] = i + 1;
		for (let j = 1; j <= b.length; j += 1) {
			const above = row[j];
			const left = row[j - 1];
			row[j] = Math.min(above + 1, left + 1, diagonal + (b[j - 1] === item ? 0 : 1));
			diagonal = above;
		}
	}
	return row[b.length];
}
// src/report/verdict.ts
/**
* A score → a verdict, and many verdicts → a summary. Pure.
*
* In: AssertionScore. Out: AssertionReport and Summary. Knows nothing about how scores are made or shown.
*/
/**
* expected: the adapter's first choice is what is written. surprising: it is confident in something else.
* open: no value is written. plausible: all the rest, whether it has the value among its candidates or no
* opinion worth showing.
*/
function verdictOf(score, thresholds) {
	if (score.assertion.open || score.probability === null) return "open";
	const [first] = score.candidates;
	if (exactMatch(first?.text ?? score.completion, score.assertion.target)) return "expected";
	if (score.assertion.condition) return "plausible";
	const best = first?.probability ?? 0;
	return score.probability <= thresholds.surprisingMaxProbability && best >= thresholds.surprisingMinCandidate ? "surprising" : "plausible";
}
/** The report of one assertion: the names and units of the JSON schema. */
function reportAssertion(score, thresholds) {
	const { assertion, candidates } = score;
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
// src/scoring/decoder-graph.ts
/**
* The base model as a decoder that takes a LoRA adapter as inputs.
*
* In: a base model. Out: a model that reads tokens after a cached past and gives the logits of selected rows.
* Knows nothing about prompts or search. One session serves the base model (rank 0) and every adapter:
*
*   y = x Wᵀ + (x Aᵀ) Bᵀ      A: (rank, inFeatures)   B: (outFeatures, rank), scaling already in B
*
* The pairs are shared by all layers. Inputs: input_ids (tokens), position_ids (1, tokens), bias (tokens, seen),
* selected (rows, at least one), past_key.N and past_value.N (past, heads, headSize), lora_A.T and lora_B.T.
* Outputs: logits and log_probabilities (rows, vocabulary), key.N and value.N (tokens, heads, headSize).
*/
/** Builds the decoder; `lora: false` leaves the adapter inputs out (to check that rank 0 equals the base model). */
function buildDecoderGraph(model, { maxPositions, lora = true }) {
	const graph = new Graph("decoder", { weightsFolder: model.weightsFolder });
	const project = baseProjection(graph, model);
	addOutputs(graph, model, buildLayers(graph, model, {
		inputIds: graph.input("input_ids", "I64", ["tokens"]),
		positionIds: graph.input("position_ids", "I64", [1, "tokens"]),
		bias: graph.input("bias", "F32", ["tokens", "seen"]),
		selected: graph.input("selected", "I64", ["rows"]),
		past: pastInputs(graph, model.config),
		project: lora ? withAdapter(graph, model.config, project) : project,
		maxPositions
	}));
	return graph.model();
}
function addOutputs(graph, model, layers) {
	const { config } = model;
	const table = config.tiesEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight";
	const logits = graph.op("Gemm", [layers.hidden, floatWeight(graph, model, table)], { transB: 1 });
	const scoreShape = ["rows", config.vocabularySize];
	graph.output("log_probabilities", graph.op("LogSoftmax", [logits], { axis: -1 }), { shape: scoreShape });
	graph.output("logits", logits, { shape: scoreShape });
	const shape = [
		"tokens",
		config.keyValueHeadCount,
		config.headSize
	];
	for (const [layer, key] of layers.keys.entries()) graph.output(`key.${layer}`, key, { shape });
	for (const [layer, value] of layers.values.entries()) graph.output(`value.${layer}`, value, { shape });
}
function pastInputs(graph, { layerCount, keyValueHeadCount, headSize }) {
	const inputs = (kind) => Array.from({ length: layerCount }, (_, layer) => graph.input(`past_${kind}.${layer}`, "F32", [
		"past",
		keyValueHeadCount,
		headSize
	]));
	return {
		keys: inputs("key"),
		values: inputs("value")
	};
}
function withAdapter(graph, config, project) {
	const sizes = moduleSizes(config);
	for (const type of MODULE_TYPES) {
		graph.input(`lora_A.${type}`, "F32", ["rank", sizes[type].inFeatures]);
		graph.input(`lora_B.${type}`, "F32", [sizes[type].outFeatures, "rank"]);
	}
	return (x, module) => {
		const narrow = graph.op("Gemm", [x, `lora_A.${module.type}`], { transB: 1 });
		return graph.op("Gemm", [
			narrow,
			`lora_B.${module.type}`,
			project(x, module)
		], { transB: 1 });
	};
}
// src/scoring/key-value-cache.ts
/** `capacity`: tokens there is room for at first; the buffers grow when it is not enough. */
function createCache(config, capacity) {
	const { layerCount, keyValueHeadCount: heads, headSize } = config;
	const buffers = /* @__PURE__ */ new Map();
	for (let layer = 0; layer < layerCount; layer += 1) for (const kind of ["key", "value"]) buffers.set(`${kind}.${layer}`, new Float32Array(capacity * heads * headSize));
	return {
		tokens: [],
		buffers,
		heads,
		headSize
	};
}
/** Forgets all tokens from number `length` on. */
function truncateCache(cache, length) {
	cache.tokens.length = Math.min(cache.tokens.length, length);
}
/** Adds tokens with the keys and values a run gave for them. */
function appendToCache(cache, tokens, results) {
	const used = cache.tokens.length * cache.heads * cache.headSize;
	for (const [name, buffer] of cache.buffers) {
		const added = results[name]?.data;
		const roomy = used + added.length <= buffer.length ? buffer : grown(buffer, used + added.length);
		roomy.set(added, used);
		cache.buffers.set(name, roomy);
	}
	cache.tokens.push(...tokens);
}
/** Views of the buffers, not copies: (past, keyValueHeads, headSize). */
function pastFeeds({ tokens, buffers, heads, headSize }) {
	const dims = [
		tokens.length,
		heads,
		headSize
	];
	const size = tokens.length * heads * headSize;
	const feeds = {};
	for (const [name, buffer] of buffers) feeds[`past_${name}`] = {
		data: buffer.subarray(0, size),
		dims
	};
	return feeds;
}
/** Number of tokens that two texts have in common at their start. */
function commonLength(a, b) {
	const limit = Math.min(a.length, b.length);
	let length = 0;
	while (length < limit && a[length] === b[length]) length += 1;
	return length;
}
function grown(buffer, size) {
	const larger = new Float32Array(Math.max(size, 2 * buffer.length));
	larger.set(buffer);
	return larger;
}
// src/scoring/decoder.ts
/**
* An open decoder: tokens → log-probabilities of the token after each of them.
*
* In: tokens, what each of them sees, an adapter. Out: log-probabilities of selected rows. Knows nothing about
* text. Tokens need not be one text: a search feeds several continuations of the same text in one run, and the
* bias keeps them apart (as in the attention over a tree of tokens of SpecInfer, Miao et al. 2023, section 4).
*/
async function openDecoder(model, maxPositions) {
	const { config, weightsFolder } = model;
	const session = await openSession(buildDecoderGraph(model, { maxPositions }), { weightsFolder });
	const sizes = moduleSizes(config);
	return {
		maxPositions,
		newCache: () => createCache(config, maxPositions),
		adapterInputs: (adapter) => adapterFeeds(adapter, sizes),
		async read(reading, { cache, adapter }) {
			checkReading(reading, maxPositions);
			const results = await session.run({
				...readingFeeds(reading, cache),
				...pastFeeds(cache),
				...adapter
			});
			appendToCache(cache, reading.tokens, results);
			return {
				values: results.log_probabilities?.data,
				count: reading.selected.length,
				vocabularySize: config.vocabularySize
			};
		},
		[Symbol.asyncDispose]: () => session[Symbol.asyncDispose]()
	};
}
/** Plain reading on: each token sees everything before it. */
function plainReading(tokens, past, selected) {
	return {
		tokens,
		positions: tokens.map((_, index) => past + index),
		sees: tokens.map((_, index) => ({
			below: past + index,
			others: []
		})),
		selected
	};
}
/** One row as a view. */
function rowOf({ values, vocabularySize }, row) {
	return values.subarray(row * vocabularySize, (row + 1) * vocabularySize);
}
function readingFeeds({ tokens, positions, sees, selected }, { tokens: past }) {
	const seen = past.length + tokens.length;
	const bias = new Float32Array(tokens.length * seen).fill(MASKED);
	for (const [row, { below, others }] of sees.entries()) {
		const start = row * seen;
		bias.fill(0, start, start + below);
		for (const slot of others) bias[start + slot] = 0;
		bias[start + past.length + row] = 0;
	}
	const integers = (values) => BigInt64Array.from(values, BigInt);
	return {
		input_ids: {
			data: integers(tokens),
			dims: [tokens.length]
		},
		position_ids: {
			data: integers(positions),
			dims: [1, tokens.length]
		},
		bias: {
			data: bias,
			dims: [tokens.length, seen]
		},
		selected: {
			data: integers(selected),
			dims: [selected.length]
		}
	};
}
/** The kernels do not check positions against their tables, and fail on zero rows. */
function checkReading({ positions, selected }, maxPositions) {
	const furthest = Math.max(...positions);
	if (selected.length > 0 && furthest < maxPositions) return;
	throw new InternalError(`A reading selects ${selected.length} rows and reaches position ${furthest}, expected at least one row and positions below ${maxPositions}.`);
}
// src/scoring/prompt.ts
/** Room for the target and its end token, of the context (64 of 512 tokens). */
const TARGET_SHARE = 1 / 8;
/** Text longer than this many characters for each token of the context is not even tokenised. */
const CHARACTERS_PER_TOKEN = 12;
/** Tokens that a target may have: what the context leaves beside the longest prompt. */
function targetLimit(contextTokens) {
	return Math.max(1, Math.floor(contextTokens * TARGET_SHARE));
}
function encodePrompt(prefix, { tokenizer, contextTokens, endToken }) {
	const text = prefix.replace(/[ \t]+$/, "");
	const tokens = tokenizer.encode(text.slice(firstCharacter(text, contextTokens)));
	return {
		tokens: tokens.length === 0 ? [endToken] : tokens.slice(firstToken(tokens.length, contextTokens)),
		space: prefix.slice(text.length)
	};
}
/** The target as training saw it; what does not fit into the context is left out. */
function encodeTarget(target, { space }, settings) {
	return settings.tokenizer.encode(space + target).slice(0, targetLimit(settings.contextTokens));
}
/** The smallest multiple of an eighth of the context from which the rest fits. */
function firstToken(count, contextTokens) {
	const step = Math.max(1, Math.floor(contextTokens / 8));
	return Math.max(0, Math.ceil((count - contextTokens + targetLimit(contextTokens)) / step) * step);
}
/** The first line after a multiple of twice the context, near enough to the end to be worth tokenising. */
function firstCharacter(text, contextTokens) {
	const step = 2 * contextTokens;
	const excess = text.length - CHARACTERS_PER_TOKEN * contextTokens;
	if (excess <= 0) return 0;
	const anchor = Math.ceil(excess / step) * step;
	const line = text.indexOf("\n", anchor) + 1;
	return line === 0 ? anchor : line;
}
// src/scoring/prompt-reader.ts
/** Tokens read in one run: longer runs would hold up the event loop and need a large bias. */
const CHUNK_TOKENS = 512;
var PromptReader = class {
	decoder;
	adapter;
	cache;
	/** Tokens of one text at the start of the cache; those after them belong to a search. */
	plainLength = 0;
	last;
	constructor(decoder, adapter) {
		this.decoder = decoder;
		this.adapter = decoder.adapterInputs(adapter);
		this.cache = decoder.newCache();
	}
	/** Reads a prompt and a target. Rows: after the prompt, then after each token of the target. */
	async read(prompt, target = []) {
		if (target.length === 0 && this.last && isSame(this.last.prompt, prompt)) return [this.last.row];
		this.last = void 0;
		truncateCache(this.cache, this.plainLength);
		const start = Math.min(commonLength(this.cache.tokens, prompt), prompt.length - 1);
		truncateCache(this.cache, start);
		const tokens = [...prompt.slice(start), ...target];
		const firstRow = prompt.length - 1 - start;
		const rows = [];
		for (let from = 0; from < tokens.length; from += CHUNK_TOKENS) {
			const chunk = tokens.slice(from, from + CHUNK_TOKENS);
			rows.push(...await this.readChunk(chunk, Math.max(0, firstRow - from)));
		}
		this.plainLength = this.cache.tokens.length;
		this.last = {
			prompt: [...prompt],
			row: rows[0].slice()
		};
		return rows;
	}
	/**
	* Reads the last token of each hypothesis after `prompt`, which must have been read last. `slots` remembers
	* where the tokens of earlier hypotheses lie.
	*/
	async expand(prompt, hypotheses, slots) {
		if (slots.size === 0) this.startSearch(prompt.length);
		const past = this.cache.tokens.length;
		const seenBy = hypotheses.map(({ parent }) => (parent && slots.get(parent)) ?? []);
		for (const [index, hypothesis] of hypotheses.entries()) slots.set(hypothesis, [...seenBy[index], past + index]);
		return this.run({
			tokens: hypotheses.map(({ token }) => token),
			positions: seenBy.map((others) => prompt.length + others.length),
			sees: seenBy.map((others) => ({
				below: prompt.length,
				others
			})),
			selected: hypotheses.map((_, index) => index)
		});
	}
	startSearch(promptLength) {
		truncateCache(this.cache, promptLength);
		this.plainLength = promptLength;
	}
	/** Rows from `firstRow` on; a chunk without any still has to select one, which is dropped. */
	async readChunk(tokens, firstRow) {
		const wanted = tokens.map((_, index) => index).slice(firstRow);
		const reading = plainReading(tokens, this.cache.tokens.length, wanted.length > 0 ? wanted : [0]);
		return (await this.run(reading)).slice(0, wanted.length);
	}
	async run(reading) {
		const rows = await this.decoder.read(reading, {
			cache: this.cache,
			adapter: this.adapter
		});
		return Array.from({ length: rows.count }, (_, row) => rowOf(rows, row));
	}
};
const isSame = (a, b) => a.length === b.length && commonLength(a, b) === a.length;
// src/scoring/expression-end.ts
/** Reads a text from its start. */
function scanExpression(text, language) {
	const state = {
		closers: [],
		last: ""
	};
	const pattern = language === "python" ? PYTHON : SCRIPT;
	for (let position = 0; position < text.length;) {
		const [kind, lexeme] = readLexeme(state.closers.at(-1) === "`" ? TEMPLATE : pattern, text, position);
		const end = lexeme === "/" && pattern === SCRIPT && startsOperand(state.last) ? skipRegex(text, position) : position + lexeme.length;
		const outcome = end === null ? "open" : apply(kind, lexeme, state);
		if (outcome === "ended") return {
			status: "ended",
			end: position
		};
		if (outcome === "unfinished") return { status: /(?<!\\)\n/.test(text.slice(position)) ? "broken" : "open" };
		if (outcome !== void 0) return { status: outcome };
		position = end;
	}
	if (state.closers.length > 0) return { status: "open" };
	return { status: state.last === "" ? "blank" : "ready" };
}
/** Matches a token that ends an expression when the text before it could end. */
function terminatorPattern(language) {
	return language === "python" ? PYTHON_TERMINATOR : SCRIPT_TERMINATOR;
}
const PYTHON_TERMINATOR = /^[ \t]*[)\]},;\r\n#]/;
const SCRIPT_TERMINATOR = /^[ \t]*(?:[)\]},;\r\n]|\/\/)/;
const QUOTED = /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/.source;
const TRIPLE = /"""(?:\\[\s\S]|(?!""")[^\\])*"""|'''(?:\\[\s\S]|(?!''')[^\\])*'''/.source;
const COMMON = /(?<open>[([{])|(?<close>[)\]}])|(?<separator>[,;])|(?<other>[\w$]+|[\s\S])/.source;
const PYTHON = new RegExp(`(?<space>[ \\t\\r]+|\\\\\\r?\\n)|(?<newline>\\n)|(?<comment>#[^\\n]*)|(?<string>${TRIPLE})|(?<triple>"""|''')|(?<quoted>${QUOTED})|(?<unfinished>["'])|${COMMON}`, "y");
const SCRIPT = new RegExp(`(?<space>[ \\t\\r]+|/\\*[\\s\\S]*?\\*/)|(?<newline>\\n)|(?<comment>//[^\\n]*)|(?<block>/\\*)|(?<quoted>${QUOTED})|(?<unfinished>["'])|(?<template>\`)|${COMMON}`, "y");
/** Inside of a template string: text, `\${` or the closing backtick. */
const TEMPLATE = /(?<string>(?:\\[\s\S]|\$(?!\{)|[^`\\$])+)|(?<open>\$\{)|(?<close>`)|(?<escape>\\)/y;
/** Names of groups that mean the same as another kind, or an outcome. */
const ALIASES = {
	quoted: "string",
	template: "open",
	triple: "endless",
	block: "endless",
	escape: "endless"
};
function readLexeme(pattern, text, position) {
	pattern.lastIndex = position;
	const match = pattern.exec(text);
	const [kind, lexeme] = Object.entries(match.groups ?? {}).find(([, found]) => found !== void 0);
	return [ALIASES[kind] ?? kind, lexeme];
}
const CLOSER = {
	"(": ")",
	"[": "]",
	"{": "}",
	"${": "}",
	"`": "`"
};
function apply(kind, lexeme, state) {
	const isOutside = state.closers.length === 0;
	if (kind === "endless") return "open";
	if (kind === "unfinished") return "unfinished";
	if (kind === "space") return void 0;
	if (kind === "newline") return isOutside && state.last !== "" ? "ended" : void 0;
	if (kind === "comment") return isOutside ? "ended" : void 0;
	if (isOutside && (kind === "separator" || kind === "close")) return "ended";
	if (kind === "close" && state.closers.pop() !== lexeme) return "broken";
	if (kind === "open") state.closers.push(CLOSER[lexeme]);
	state.last = lexeme;
}
/** A slash after an operator or an opening bracket begins a regular expression, after an operand it divides. */
const startsOperand = (last) => /^(?:|[(,=:[!&|?{};+\-*%<>~^]|\$\{|return|typeof|in|of)$/.test(last);
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
function skipRegex(text, position) {
	REGEX.lastIndex = position;
	return REGEX.test(text) ? REGEX.lastIndex : null;
}
// src/scoring/vocabulary.ts
function createVocabulary(tokenizer, { endToken }) {
	const texts = [];
	const stopsByPattern = /* @__PURE__ */ new Map();
	const text = (token) => {
		texts[token] ??= tokenizer.tokenText(token);
		return texts[token];
	};
	return {
		text,
		decode: (tokens) => {
			const joined = tokens.map(text).join("");
			return joined.includes("�") ? tokenizer.decode(tokens) : joined;
		},
		isStop: (token, language) => {
			const pattern = terminatorPattern(language);
			const stops = stopsByPattern.get(pattern) ?? [];
			stopsByPattern.set(pattern, stops);
			stops[token] ??= token === endToken || pattern.test(text(token));
			return stops[token];
		},
		isEndOf: (longer, token, language) => longer !== token && text(longer).startsWith(text(token)) && terminatorPattern(language).test(text(longer).slice(text(token).length))
	};
}
/** Probability that the next token ends the expression. */
function stopProbability(logProbabilities, { vocabulary, language }) {
	return sumOver(logProbabilities, (token) => vocabulary.isStop(token, language));
}
/** Probability that the next token is `token` and the end of the expression in one. */
function joinedProbability(logProbabilities, { token, vocabulary, language }) {
	return sumOver(logProbabilities, (longer) => vocabulary.isEndOf(longer, token, language));
}
/** Tokens below this are not even looked at: together they have less than a thousandth. */
const MIN_LOG_PROBABILITY = Math.log(1e-8);
function sumOver(logProbabilities, isWanted) {
	let sum = 0;
	for (let token = 0; token < logProbabilities.length; token += 1) {
		const logProbability = logProbabilities[token];
		if (logProbability > MIN_LOG_PROBABILITY && isWanted(token)) sum += Math.exp(logProbability);
	}
	return Math.min(1, sum);
}
// src/scoring/search.ts
/** Less probable continuations are not followed, less probable ends not counted. */
const MIN_PROBABILITY = 1e-5;
/** Searches from the log-probabilities of the first token. */
async function search(first, settings) {
	const found = {
		probabilityByText: /* @__PURE__ */ new Map(),
		greedy: ""
	};
	let hypotheses = [ROOT];
	let rows = [first];
	for (let depth = 1; hypotheses.length > 0; depth += 1) {
		const branches = hypotheses.flatMap((hypothesis, index) => {
			return branch(hypothesis, rows[index], {
				settings,
				found
			});
		});
		if (depth > settings.maxTokens) break;
		hypotheses = prune(branches, {
			settings,
			found
		});
		if (hypotheses.length > 0) rows = await settings.expand(hypotheses);
	}
	return {
		candidates: ranked(found).slice(0, settings.count),
		greedy: found.greedy.trim()
	};
}
/** The positions of the `count` greatest values, greatest first; of equal ones the lower position. */
function greatest(values, count) {
	const positions = [];
	let least = Number.NEGATIVE_INFINITY;
	for (let position = 0; position < values.length; position += 1) {
		const value = values[position];
		if (positions.length === count && value <= least) continue;
		if (positions.length === count) positions.pop();
		let place = positions.length;
		while (place > 0 && values[positions[place - 1]] < value) place -= 1;
		positions.splice(place, 0, position);
		least = values[positions.at(-1)];
	}
	return positions;
}
const PART_OF_CHARACTER = "�";
const ROOT = {
	parent: null,
	token: -1,
	tokens: [],
	text: "",
	isReady: false,
	logProbability: 0,
	isGreedy: true
};
/** The continuations of one hypothesis by one token; what is complete goes to `found`. */
function branch(parent, row, { settings, found }) {
	const { vocabulary, language, count } = settings;
	const isStop = (token) => vocabulary.text(token) === "" || parent.isReady && vocabulary.isStop(token, language);
	if (parent.isReady) complete(found, parent.text, Math.exp(parent.logProbability) * stopProbability(row, settings));
	const tokens = greatest(row, 2 * count + 2);
	return tokens.filter((token) => !isStop(token)).map((token) => ({
		token,
		logProbability: parent.logProbability + row[token],
		isGreedy: parent.isGreedy && token === tokens[0]
	})).filter(({ isGreedy, logProbability }) => isGreedy || logProbability > Math.log(MIN_PROBABILITY)).flatMap((step) => append(parent, step, {
		settings,
		found
	}));
}
/** The hypothesis with one more token: nothing if its text is complete or can never be. */
function append(parent, step, { settings, found }) {
	const tokens = [...parent.tokens, step.token];
	const text = settings.vocabulary.decode(tokens);
	const scan = scanExpression(text, settings.language);
	const kept = scan.status === "ended" ? text.slice(0, scan.end) : text;
	if (step.isGreedy && (scan.status === "ended" || tokens.length <= settings.maxTokens)) found.greedy = kept;
	if (scan.status === "ended") complete(found, kept, Math.exp(step.logProbability));
	if (scan.status === "ended" || scan.status === "broken") return [];
	return [{
		...step,
		parent,
		tokens,
		text,
		isReady: scan.status === "ready"
	}];
}
/** Adds up the paths that give the same text. An empty value is none, nor is one with a part of a character. */
function complete(found, text, probability) {
	const trimmed = text.trim();
	if (trimmed === "" || trimmed.includes(PART_OF_CHARACTER) || probability < MIN_PROBABILITY) return;
	const { probabilityByText } = found;
	probabilityByText.set(trimmed, (probabilityByText.get(trimmed) ?? 0) + probability);
}
/** Keeps the greedy hypothesis and the most probable others, while they can still get among the candidates. */
function prune(hypotheses, { settings, found }) {
	const worst = ranked(found)[settings.count - 1]?.probability ?? 0;
	const least = Math.log(Math.max(MIN_PROBABILITY, worst));
	return [...hypotheses].sort((a, b) => b.logProbability - a.logProbability).filter(({ isGreedy, logProbability }, rank) => isGreedy || rank <= settings.count && logProbability > least);
}
function ranked({ probabilityByText }) {
	return [...probabilityByText].map(([text, probability]) => ({
		text,
		probability
	})).sort((a, b) => b.probability - a.probability || (a.text < b.text ? -1 : 1));
}
// src/scoring/language-model.ts
/** Opens the language model of a pack; its weights are mapped, not copied. Throws ModelError. */
async function openLanguageModel(pack) {
	const { tokenizer: tokenizerFile, contextTokens, endToken } = pack.manifest.baseModel;
	const model = readBaseModel(pack);
	const tokenizer = openTokenizer(pack.path(tokenizerFile));
	const settings = {
		tokenizer,
		contextTokens,
		endToken
	};
	const decoder = await openDecoder(model, contextTokens);
	const shared = {
		decoder,
		vocabulary: createVocabulary(tokenizer, { endToken }),
		settings,
		encode: rememberLast((prefix) => encodePrompt(prefix, settings))
	};
	const reader = ({ adapter = null } = {}) => createReader(shared, adapter);
	return {
		reader,
		score: async (request, options) => reader(options).score(request),
		candidates: async (request, options) => reader(options).candidates(request),
		scoreMany: async (requests, options) => scoreInOrder(reader(options), requests),
		[Symbol.asyncDispose]: () => decoder[Symbol.asyncDispose]()
	};
}
function createReader({ decoder, vocabulary, settings, encode }, adapter) {
	const promptReader = new PromptReader(decoder, adapter);
	return {
		async score({ prefix, target, language }) {
			if (target.trim() === "") throw emptyTarget();
			const prompt = encode(prefix);
			const tokens = encodeTarget(target, prompt, settings);
			return scoreOf(await promptReader.read(prompt.tokens, tokens), {
				tokens,
				vocabulary,
				language
			});
		},
		async candidates({ prefix, language, count = 5, maxTokens = 32 }) {
			const { tokens } = encode(prefix);
			const [first] = await promptReader.read(tokens);
			const slots = /* @__PURE__ */ new Map();
			const expand = (hypotheses) => promptReader.expand(tokens, hypotheses, slots);
			return search(first, {
				vocabulary,
				language,
				count,
				maxTokens: Math.min(maxTokens, targetLimit(settings.contextTokens)),
				expand
			});
		}
	};
}
/** An assertion is asked about three times: scored by two models and completed by one. */
function rememberLast(compute) {
	let last;
	return (key) => {
		if (last?.key !== key) last = {
			key,
			value: compute(key)
		};
		return last.value;
	};
}
function emptyTarget() {
	return new UsageError("Cannot score an empty value.\nAsk for candidates where no value is written yet.");
}
/**
* `rows[i]` is what the model says before token i of the target; the last row is about the end. As in a search,
* the value may also end within its last token: P = Π P(tokens but the last) · (P(last) · P(stop) + P(last and end)).
*/
function scoreOf(rows, { tokens, ...ending }) {
	const logProbabilities = tokens.map((token, index) => rows[index]?.[token]);
	const nll = -logProbabilities.reduce((sum, value) => sum + value, 0);
	const stop = stopProbability(rows[tokens.length], ending);
	const joined = joinedProbability(rows[tokens.length - 1], {
		...ending,
		token: tokens.at(-1)
	});
	const beforeLast = Math.exp(-nll - logProbabilities.at(-1));
	return {
		nll,
		tokens: tokens.length,
		logProbabilities,
		stopProbability: stop,
		probability: Math.min(1, Math.exp(-nll) * stop + beforeLast * joined)
	};
}
/** Shorter prefixes of a file first: each is the start of the next. */
async function scoreInOrder(reader, requests) {
	const order = requests.map((request, index) => ({
		request,
		index
	}));
	order.sort((a, b) => a.request.prefix < b.request.prefix ? -1 : 1);
	const scores = [];
	for (const { request, index } of order) scores[index] = await reader.score(request);
	return scores;
}
// src/scoring/score.ts
/** Scores and completes every assertion. Throws ModelError when the adapter does not fit the base model. */
async function scoreAssertions(languageModel, assertions, { adapter, count = 5, onProgress }) {
	const adapted = languageModel.reader({ adapter });
	const base = languageModel.reader();
	const scores = [];
	for (const [done, index] of readingOrder(assertions).entries()) {
		scores[index] = await scoreAssertion(assertions[index], {
			adapted,
			base,
			count
		});
		onProgress?.(done + 1, assertions.length);
	}
	return scores;
}
/** Indices by file, then by place. */
function readingOrder(assertions) {
	const fileNumber = /* @__PURE__ */ new Map();
	for (const { path } of assertions) if (!fileNumber.has(path)) fileNumber.set(path, fileNumber.size);
	const fileOf = (index) => fileNumber.get(assertions[index]?.path);
	const startOf = (index) => assertions[index]?.start;
	return [...assertions.keys()].sort((a, b) => fileOf(a) - fileOf(b) || startOf(a) - startOf(b));
}
async function scoreAssertion(assertion, { adapted, base, count }) {
	return describe(assertion, {
		...assertion.open ? {} : {
			adapted: await adapted.score(assertion),
			base: await base.score(assertion)
		},
		completion: await adapted.candidates({
			...assertion,
			count
		})
	});
}
function describe(assertion, { completion, adapted, base }) {
	const { target, open } = assertion;
	const place = completion.candidates.findIndex(({ text }) => exactMatch(text, target));
	return {
		assertion,
		targetTokens: adapted?.tokens ?? 0,
		nll: adapted?.nll ?? null,
		baseNll: base?.nll ?? null,
		probability: adapted?.probability ?? null,
		baseProbability: base?.probability ?? null,
		candidates: completion.candidates,
		rank: open || place < 0 ? null : place + 1,
		completion: completion.greedy,
		exactMatch: !open && exactMatch(completion.greedy, target),
		editSimilarity: open ? null : editSimilarity(completion.greedy, target)
	};
}
// src/commands/check.ts
/**
* The story of one commit, second half: from the adapter to checked assertions.
*
* Assertions of a range (or all) → scored with the adapted and the base model → report. The adapter has
* read production code only, so an expected value can never have reached it.
*/
/** Updates the adapter to HEAD and checks the assertions that changed since the last check. */
async function run(options = {}) {
	const timer = createTimer();
	const workspace = await openWorkspace(options);
	const head = requireHead(workspace.repository);
	const updated = await timer.time("update", () => update(workspace, head, options));
	const report = await checkSelection(workspace, {
		selection: await timer.time("select", () => selectSinceLastCheck(workspace, head)),
		updated,
		timer,
		...options
	});
	writeLastCheck(workspace.stateFolder, report);
	return report;
}
/** Checks the assertions of a range of commits, or all of them, with the adapter of the range's end. */
async function check(options = {}) {
	const timer = createTimer();
	const workspace = await openWorkspace(options);
	const { repository, config } = workspace;
	const { base, head } = await endsOf(repository, options.range);
	const updated = await timer.time("update", () => update(workspace, head, options));
	return checkSelection(workspace, {
		selection: await timer.time("select", async () => {
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
		}),
		updated,
		timer,
		...options
	});
}
/** Brings the adapter up to a commit, one process at a time. */
async function update(workspace, until, options) {
	return withStateLock(workspace, options, async () => {
		try {
			var _usingCtx$1 = _usingCtx();
			const cache = _usingCtx$1.a(workspace.openCache());
			const updated = await updateAdapter(workspace, {
				until,
				cache,
				onProgress: options.onProgress
			});
			if (updated.commits > 0) dropOldSnapshots(workspace, updated.snapshot.manifest.id);
			return updated;
		} catch (_) {
			_usingCtx$1.e = _;
		} finally {
			await _usingCtx$1.d();
		}
	});
}
/** The retention rule without its costly question: `prune` asks which branches are gone. */
function dropOldSnapshots({ store, config }, currentId) {
	const { keepNewest } = config.snapshots;
	const { snapshots } = store.list();
	const { drop } = planRetention(snapshots, {
		keepNewest,
		keepIds: [currentId],
		isReachable: () => true
	});
	for (const { manifest } of drop) store.remove(manifest.id);
}
/** The thresholds of the configuration, or the pack's calibration. */
function thresholdsOf({ config, pack }) {
	const { calibration } = pack.manifest;
	return {
		surprisingMaxProbability: config.check.surprisingMaxProbability ?? calibration.surprisingMaxProbability,
		surprisingMinCandidate: config.check.surprisingMinCandidate ?? calibration.surprisingMinCandidate
	};
}
/** Scores assertions with the adapter of a snapshot. */
async function scoreWith(workspace, snapshot, assertions, options) {
	try {
		var _usingCtx3 = _usingCtx();
		if (assertions.length === 0) return [];
		return await scoreAssertions(_usingCtx3.a(await openLanguageModel(workspace.pack)), assertions, {
			adapter: snapshot.adapter,
			count: workspace.config.check.candidates,
			onProgress: (done, total) => options.onProgress?.({
				stage: "check",
				done,
				total
			})
		});
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
async function checkSelection(workspace, input) {
	const { selection, updated, timer } = input;
	const { snapshot } = updated;
	const { chosen, notices } = limit(workspace, selection);
	const scores = await timer.time("check", () => scoreWith(workspace, snapshot, chosen, input));
	const thresholds = thresholdsOf(workspace);
	const assertions = scores.map((score) => reportAssertion(score, thresholds));
	const { root, branch } = workspace.repository;
	return {
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
		model: modelInfo(workspace.pack),
		snapshot: snapshotInfo(snapshot.manifest),
		assertions,
		summary: summarize(scores, assertions),
		notices: [.../* @__PURE__ */ new Set([
			...updated.notices,
			...selection.notices,
			...notices
		])],
		timings: timer.timings()
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
export { update as a, thresholdsOf as i, run as n, reportAssertion as o, scoreWith as r, check as t };
