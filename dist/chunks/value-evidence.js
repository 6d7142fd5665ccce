import { Nt as EVIDENCE, rt as createRandom } from "./executor.js";
import { n as exactMatch, t as editSimilarity } from "./metrics.js";
// src/assertions/mutate-claims.ts
/**
* Whether an assertion claims that something equals the value, so that another value is wrong. Pure.
*
* In: the text up to the value. Read backwards from the value: an operator, or the name that is called with it. Of
* `x > 3`, `assertIn(x, xs)` or `.not.toBe(3)` another value may be right too.
*/
function claimsEquality(prefix) {
	const before = prefix.slice(-MAX_BACK).trimEnd();
	if (/(?:==|\bis)$/.test(before)) return !/!==$/.test(before);
	if (!/[(,=]$/.test(before) || /[<>!]=$/.test(before)) return false;
	const call = enclosingCall(before);
	if (call === null) return false;
	return call.name === "" ? claimsEquality(call.before) : !isOtherClaim(call);
}
/** An argument before the value can be long, but not longer. */
const MAX_BACK = 2e4;
/** The bracket that is open at the end, by counting back; strings that hold brackets of their own may deceive it. */
function enclosingCall(text) {
	const plain = text.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (string) => "_".repeat(string.length));
	let depth = 0;
	for (let at = plain.length - 1; at >= 0; at -= 1) if (")]}".includes(plain.charAt(at))) depth += 1;
	else if ("([{".includes(plain.charAt(at)) && --depth < 0) {
		const before = plain.slice(0, at);
		const name = /[\w$]*$/.exec(before)?.[0] ?? "";
		return {
			name,
			before: before.slice(0, before.length - name.length)
		};
	}
	return null;
}
const OTHER_CLAIM = /(?:^|_)not|Not|isnt|greater|less|above|below|least|most|contain|inclu|match|regex|has|oneof|within|members|start|end|keys?$/i;
/** `not` before the name counts, as in `expect(x).not.toBe(3)`; `assertIn` and `assert_in` end with their word. */
const isOtherClaim = ({ name, before }) => OTHER_CLAIM.test(name) || /In$|_in$/.test(name) || /\.not\.(?:\w+\.)*$/.test(before);
// src/assertions/mutate-tokens.ts
const VALUE_KINDS = [
	"number",
	"boolean",
	"null",
	"string",
	"exception",
	"name",
	"collection",
	"expression"
];
function readTokens(text, language) {
	const pattern = language === "python" ? PYTHON : JAVASCRIPT;
	return [...text.matchAll(pattern)].flatMap(({ index, 0: found, groups = {} }) => {
		const type = TYPES$1.find((name) => groups[name] !== void 0) ?? (groups.regex ? "mark" : void 0);
		return type ? [{
			type,
			text: found,
			start: index,
			end: index + found.length
		}] : [];
	});
}
const TYPES$1 = [
	"string",
	"number",
	"name",
	"mark"
];
/** Of the value as a whole: `[1, 2]` is a collection, `total(1)` an expression. */
function kindOfValue(value, language) {
	const tokens = readTokens(value, language);
	const [first, second] = tokens;
	if (first === void 0) return "expression";
	if (tokens.length === 1 && first.type !== "mark") return kindOfToken(first, language);
	if (tokens.length === 2 && /^[-+]$/.test(first.text) && second?.type === "number") return "number";
	if (isChain(tokens)) return isExceptionName(tokens.at(-1)?.text ?? "") ? "exception" : "name";
	return isBracketed(tokens) ? "collection" : "expression";
}
/** Of a token that stands alone or inside of a larger value. */
function kindOfToken({ type, text }, language) {
	if (type === "mark") return "expression";
	if (type !== "name") return type;
	const { booleans, nulls } = WORDS[language === "python" ? "python" : "javascript"];
	if (booleans.includes(text)) return "boolean";
	if (nulls.includes(text)) return "null";
	return isExceptionName(text) ? "exception" : "name";
}
const isExceptionName = (name) => /^[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit)$|^(?:Error|Exception|Warning|StopIteration)$/.test(name);
const WORDS = {
	python: {
		booleans: ["True", "False"],
		nulls: ["None"]
	},
	javascript: {
		booleans: ["true", "false"],
		nulls: ["null", "undefined"]
	}
};
/** `a`, `a.b`, `a.b.c`. */
const isChain = (tokens) => tokens.length % 2 === 1 && tokens.every(({ type, text }, index) => index % 2 === 0 ? type === "name" : text === ".");
const CLOSING = {
	"[": "]",
	"{": "}",
	"(": ")"
};
/** The bracket that the value begins with is closed by its last token. */
function isBracketed(tokens) {
	if (CLOSING[tokens[0]?.text ?? ""] === void 0) return false;
	let depth = 0;
	return tokens.findIndex(({ type, text }) => {
		if (type === "mark" && "[{(".includes(text)) depth += 1;
		if (type === "mark" && "]})".includes(text)) depth -= 1;
		return depth === 0;
	}) === tokens.length - 1;
}
const QUOTED = String.raw`"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'`;
const TRIPLE = String.raw`"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''`;
const NUMBER = String.raw`0[xX][\da-fA-F_]+n?|0[bB][01_]+n?|0[oO][0-7_]+n?|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?[njJ]?`;
const NAME = String.raw`[\p{L}_$][\p{L}\p{N}_$]*`;
const TICKS = "`(?:\\\\[\\s\\S]|[^`\\\\])*`";
const REST = String.raw`(?<number>${NUMBER})|(?<name>${NAME})|(?<mark>\S)`;
const PYTHON = new RegExp(String.raw`#[^\n]*|(?<string>[rbfuRBFU]{0,2}(?:${TRIPLE}|${QUOTED}))|${REST}`, "gu");
/** Where a value begins, a slash begins a regular expression; it is one mark, and nothing in it is changed. */
const REGEX = String.raw`(?<=(?:^|[(,=:[!&|?{};])\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*`;
const JAVASCRIPT = new RegExp(String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<string>${QUOTED}|${TICKS})|(?<regex>${REGEX})|${REST}`, "gu");
// src/assertions/mutate-context.ts
/** What stands above a value: the tokens of the lines before it, where mistakes come from. Pure. */
/** Characters: about a screen. What is far above is not what somebody confuses a value with. */
const NEARBY = 4e3;
/** From the start of a line on, because in the middle of a string the quotes would be the wrong way round. */
function nearbyTokens({ prefix, language }) {
	const from = prefix.length <= NEARBY ? 0 : prefix.indexOf("\n", prefix.length - NEARBY) + 1;
	return readTokens(prefix.slice(from), language);
}
const distinct = (items) => [...new Set(items)];
// src/assertions/mutate-exceptions.ts
/** The class of an exception → others that somebody could have expected: of the language, or of the file. Pure. */
/**
* A class that is neither above nor below the written one: what raises a `KeyError` raises a `LookupError` too. Of the
* file's own classes nobody knows which are above which.
*/
function exceptionOptions(place) {
	const own = place.value.split(".").at(-1)?.trim() ?? "";
	const parents = place.language === "python" ? PYTHON_PARENTS : JAVASCRIPT_PARENTS;
	const isFar = (name) => !ancestors(name, parents).includes(own) && !ancestors(own, parents).includes(name);
	const builtins = Object.keys(parents).filter((name) => isFar(name) && name.endsWith("Warning") === own.endsWith("Warning"));
	const nearby = nearbyTokens(place).filter(({ type, text }) => type === "name" && isExceptionName(text) && isFar(text));
	return [...builtins.map((value) => ({
		how: "another exception",
		value
	})), ...distinct(nearby.map(({ text }) => text)).map((value) => ({
		how: "another exception of the file",
		value
	}))];
}
function ancestors(name, parents) {
	const parent = parents[name];
	return parent === void 0 || parent === "" ? [name] : [name, ...ancestors(parent, parents)];
}
/** Class → the class above it; '' where that is the root of all. */
const PYTHON_PARENTS = {
	ValueError: "Exception",
	TypeError: "Exception",
	KeyError: "LookupError",
	IndexError: "LookupError",
	LookupError: "Exception",
	AttributeError: "Exception",
	RuntimeError: "Exception",
	NotImplementedError: "RuntimeError",
	OSError: "Exception",
	FileNotFoundError: "OSError",
	PermissionError: "OSError",
	TimeoutError: "OSError",
	ImportError: "Exception",
	AssertionError: "Exception",
	ZeroDivisionError: "ArithmeticError",
	OverflowError: "ArithmeticError",
	ArithmeticError: "Exception",
	UnicodeDecodeError: "ValueError",
	StopIteration: "Exception",
	DeprecationWarning: "Warning",
	UserWarning: "Warning",
	RuntimeWarning: "Warning",
	FutureWarning: "Warning",
	SyntaxWarning: "Warning",
	Warning: "Exception",
	Exception: ""
};
const JAVASCRIPT_PARENTS = {
	TypeError: "Error",
	RangeError: "Error",
	SyntaxError: "Error",
	ReferenceError: "Error",
	URIError: "Error",
	EvalError: "Error",
	Error: ""
};
// src/assertions/mutate-names.ts
function nameOptions(place) {
	const own = place.value.split(".").map((part) => part.trim());
	const chains = nearbyChains(place);
	const siblings = chains.filter((chain) => isSibling(chain, own));
	const alike = chains.filter((chain) => chain.length === own.length && isSameShape(chain, own));
	const builtins = TYPES[languageKey(place.language)].includes(place.value) ? TYPES[languageKey(place.language)].map((name) => [name]) : [];
	return [
		...optionsOf$1("another type", builtins),
		...optionsOf$1("another member", siblings),
		...siblings.length > 0 && own.length > 1 ? [] : optionsOf$1("another name", alike)
	];
}
const optionsOf$1 = (how, chains) => distinct(chains.map((chain) => chain.join("."))).slice(-24).map((value) => ({
	how,
	value
}));
/** Of the same object: `a.b.c` and `a.b.d`. */
const isSibling = (chain, own) => own.length > 1 && chain.length === own.length && chain.slice(0, -1).join(".") === own.slice(0, -1).join(".") && isSameShape(chain, own);
/** `UPPER_CASE`, `Capital` or `small`. */
function shapeOf(name) {
	const letters = name.replace(/^[_$]+/, "");
	if (/^[A-Z][A-Z\d_]+$/.test(letters)) return "upper";
	return /^\p{Lu}/u.test(letters) ? "capital" : "small";
}
const isSameShape = (a, b) => shapeOf(a.at(-1) ?? "") === shapeOf(b.at(-1) ?? "") && shapeOf(a[0] ?? "") === shapeOf(b[0] ?? "");
/** Names and members as they are read, without what is called, declared or a word of the language. */
function nearbyChains({ prefix, language }) {
	const tokens = nearbyTokens({
		prefix,
		language
	});
	const chains = [];
	for (let at = 0; at < tokens.length;) {
		const end = endOfChain(tokens, at);
		const parts = tokens.slice(at, end).filter(({ type }) => type === "name");
		const isCalled = tokens[end]?.text === "(";
		if (parts.length > 0 && !isCalled && parts.every((part) => isPlainName(part, language))) chains.push(parts.map(({ text }) => text));
		at = Math.max(end, at + 1);
	}
	return chains;
}
function endOfChain(tokens, start) {
	if (tokens[start]?.type !== "name") return start;
	let end = start + 1;
	while (tokens[end]?.text === "." && tokens[end + 1]?.type === "name") end += 2;
	return end;
}
/** A name of its own, and no word of a language. */
const isPlainName = (token, language) => kindOfToken(token, language) === "name" && !KEYWORDS.has(token.text);
const KEYWORDS = new Set("and as assert async await break case catch class const continue debugger def default del delete do elif else enum except export extends finally for from function get global if implements import in instanceof interface is lambda let new nonlocal not of or pass raise return set static super switch this throw try type typeof var void while with yield test it describe expect self cls".split(" "));
const languageKey = (language) => language === "python" ? "python" : "javascript";
const TYPES = {
	python: [
		"str",
		"int",
		"float",
		"bool",
		"list",
		"tuple",
		"dict",
		"set",
		"bytes"
	],
	javascript: [
		"String",
		"Number",
		"Boolean",
		"Array",
		"Object",
		"Map",
		"Set",
		"Promise",
		"Date"
	]
};
// src/assertions/mutation.ts
const pick = (items, { uniform }) => items[Math.floor(uniform() * items.length)];
// src/assertions/mutate-number.ts
/**
* A number → numbers that somebody could have written instead: off by one, another digit, the other sign, twice as
* much, zero, or another number of the file. Pure. A whole number stays whole, and 1.50 keeps its two decimals.
*/
function numberOptions(place, { signed = true } = {}) {
	const options = [
		...arithmetic(place.value),
		...digitOptions(place),
		...nearbyNumbers(place)
	];
	return signed ? options : options.filter(({ value }) => !/^[-+]/.test(value));
}
/** Null for other notations: hexadecimal, exponents, underscores, leading zeros. */
function parseDecimal(text) {
	const [, sign, whole = "", part = "", suffix = ""] = /^([-+]?)\s*(0|[1-9]\d*)(?:\.(\d+))?([njJ]?)$/.exec(text) ?? [];
	if (sign === void 0) return null;
	return {
		digits: BigInt(`${sign === "-" ? "-" : ""}${whole}${part}`),
		places: part.length,
		suffix
	};
}
function arithmetic(value) {
	const number = parseDecimal(value);
	if (!number) return [];
	const { digits } = number;
	const option = (how, changed) => ({
		how,
		value: render({
			...number,
			digits: changed
		})
	});
	return [
		option("off by one", digits + 1n),
		option("off by one", digits - 1n),
		option("other sign", -digits),
		option("doubled", digits * 2n),
		option("zero", 0n)
	];
}
function render({ digits, places, suffix }) {
	const sign = digits < 0n ? "-" : "";
	const all = `${digits < 0n ? -digits : digits}`.padStart(places + 1, "0");
	const point = all.length - places;
	return `${sign}${all.slice(0, point)}${places > 0 ? "." : ""}${all.slice(point)}${suffix}`;
}
/** One digit of many is replaced; the first one of a longer number not by a zero. */
function digitOptions({ value, chance }) {
	const [, lead = "", rest = ""] = /^([-+]?\s*(?:0[xXoObB])?)(.*)$/s.exec(value) ?? [];
	const places = [...rest.replace(/[eE][-+]?\d+.*$/, "")].flatMap((character, index) => /\d/.test(character) ? [index] : []);
	const at = pick(places, chance);
	if (at === void 0) return [];
	const most = /0b/i.test(lead) ? 2 : /0o/i.test(lead) ? 8 : 10;
	const least = at === places[0] && places.length > 1 ? 1 : 0;
	const digit = least + Math.floor(chance.uniform() * (most - least));
	return [{
		how: "other digit",
		value: `${lead}${rest.slice(0, at)}${digit}${rest.slice(at + 1)}`
	}];
}
/** Of the same form: whole or not. */
function nearbyNumbers(place) {
	const form = (text) => [
		text.includes("."),
		/^0[xob]/i.test(text),
		/[nj]$/i.test(text)
	].join();
	const wanted = form(place.value.replace(/^[-+]\s*/, ""));
	const numbers = nearbyTokens(place).filter(({ type, text }) => type === "number" && form(text) === wanted);
	const found = pick(numbers, place.chance);
	return found ? [{
		how: "another of the file",
		value: found.text
	}] : [];
}
// src/assertions/mutate-parts.ts
function partOptions(place, optionsOf) {
	const { value, language, chance } = place;
	const tokens = readTokens(value, language);
	const hasOwnNames = tokens.some(({ text }) => OWN_NAMES.has(text));
	const isLiteral = (token) => token.type !== "name" || !isPlainName(token, language);
	const parts = tokens.filter((_, at) => isPart(tokens, at, language));
	const part = pick(hasOwnNames ? parts.filter(isLiteral) : preferLiterals(parts, isLiteral), chance);
	if (!part) return [];
	const kind = kindOfToken(part, language);
	return optionsOf(kind, {
		...place,
		value: part.text
	}).map((option) => ({
		how: `one part: ${kind}`,
		value: value.slice(0, part.start) + option.value + value.slice(part.end)
	}));
}
const preferLiterals = (parts, isLiteral) => {
	const literals = parts.filter(isLiteral);
	return literals.length > 0 ? literals : [...parts];
};
/** Words that bring variables of their own. */
const OWN_NAMES = /* @__PURE__ */ new Set([
	"lambda",
	"for",
	"function",
	"async",
	"class"
]);
/** Whether a token is a value by itself: not a key, a member, a keyword argument, or what is called. */
function isPart(tokens, at, language) {
	const [token, before, after] = [
		tokens[at],
		tokens[at - 1]?.text,
		tokens[at + 1]?.text
	];
	if (token.type === "mark" || after === ":" && before !== "[") return false;
	if (token.type !== "name") return token.type !== "string" || after !== ".";
	if (before === "." || after === "." || after === "(" || after === "=" || after === "[") return false;
	return kindOfToken(token, language) !== "name" || isPlainName(token, language);
}
/** Nothing in a collection can be changed when nothing is in it. */
function emptyOptions({ value, language }) {
	const empty = value.replace(/\s/g, "");
	if (![
		"[]",
		"{}",
		"()"
	].includes(empty)) return [];
	return (language === "python" ? [
		"[]",
		"{}",
		"None",
		"['']"
	] : [
		"[]",
		"{}",
		"null",
		"['']"
	]).filter((other) => other !== empty).map((other) => ({
		how: "other empty value",
		value: other
	}));
}
// src/assertions/mutate-same.ts
const isSameValue = (a, b, language) => spelling(a, language) === spelling(b, language);
function spelling(text, language) {
	const joined = readTokens(text, language).map(spellToken).join(" ").replace(/, (?=[)\]}])/g, "");
	const sign = /^([-+]) #(\S+)$/.exec(joined);
	if (!sign) return joined;
	return sign[1] === "+" || sign[2] === "0" ? `#${sign[2]}` : joined;
}
function spellToken({ type, text }) {
	if (type === "number") return `#${spellNumber(text)}`;
	return type === "string" ? spellString(text) : ALIASES[text] ?? text;
}
/** Python's old names of one class. */
const ALIASES = {
	IOError: "OSError",
	EnvironmentError: "OSError",
	WindowsError: "OSError"
};
/** `1`, `1.0`, `1e0` and `0x1` are equal in both languages; a suffix is another type. */
function spellNumber(text) {
	const plain = text.replaceAll("_", "").toLowerCase();
	const suffix = /^0x/.test(plain) ? "" : /[nj]$/.exec(plain)?.[0] ?? "";
	const digits = suffix === "" ? plain : plain.slice(0, -1);
	if (/^\d{16,}$/.test(digits)) return `${BigInt(digits)}${suffix}`;
	return `${Number(digits)}${suffix}`;
}
/** Quotes and escapes of quotes are spelling; a prefix is not, but for Python's `u`. */
function spellString(text) {
	const [, prefix = "", quotes = "", content = ""] = /^([a-zA-Z]{0,2})("""|'''|["'`])([\s\S]*)\2$/.exec(text) ?? [];
	const mark = quotes === "`" && content.includes("${") ? "`" : "";
	return `${prefix.toLowerCase().replace("u", "")}${mark}"${content.replace(/\\(["'`])/g, "$1")}"`;
}
// src/assertions/mutate-string.ts
/**
* A string → strings that somebody could have written instead: another word, other case, one character off, or another
* string of the file. Pure. Quotes, prefix, escapes and the braces of templates stay as they are.
*/
function stringOptions(place) {
	const literal = parseLiteral(place.value);
	if (!literal) return [];
	return [
		{
			how: "other word",
			content: withOtherWord(literal, place)
		},
		{
			how: "other case",
			content: withOtherCase(literal, place)
		},
		{
			how: "one character off",
			content: withOtherCharacter(literal, place)
		},
		{
			how: "another of the file",
			content: otherContent(literal, place)
		}
	].flatMap(({ how, content }) => content === void 0 ? [] : [{
		how,
		value: `${literal.open}${content}${literal.close}`
	}]);
}
function parseLiteral(text) {
	const [, prefix = "", quotes, content = ""] = /^([a-zA-Z]{0,2})("""|'''|["'`])([\s\S]*)\2$/.exec(text) ?? [];
	return quotes === void 0 ? null : {
		open: prefix + quotes,
		content,
		close: quotes
	};
}
const isTemplate = ({ open }) => /^[a-z]*f/i.test(open) || open.endsWith("`");
/** Escapes, and what a template computes. */
const ESCAPE = String.raw`\\(?:u\{[^}]*\}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|x[\da-fA-F]{2}|N\{[^}]*\}|[\s\S])`;
const FIXED = new RegExp(ESCAPE, "g");
const FIXED_IN_TEMPLATE = new RegExp(String.raw`${ESCAPE}|\$?\{[^}]*\}`, "g");
/** Runs of letters and digits that may be changed. */
function wordsOf(literal) {
	const blank = (text) => " ".repeat(text.length);
	return [...literal.content.replace(isTemplate(literal) ? FIXED_IN_TEMPLATE : FIXED, blank).matchAll(/[\p{L}\p{N}]+/gu)].map(({ index, 0: text }) => ({
		text,
		start: index,
		end: index + text.length
	}));
}
const splice = (content, { start, end }, text) => content.slice(0, start) + text + content.slice(end);
/** A word of another string nearby, else of a name. */
function withOtherWord(literal, place) {
	const word = pick(wordsOf(literal).filter(({ text }) => /^\p{L}{2,}$/u.test(text)), place.chance);
	if (!word) return void 0;
	const tokens = nearbyTokens(place);
	const wordsIn = (type) => distinct(tokens.filter((token) => token.type === type).flatMap(({ text }) => text.match(/[A-Za-z]{2,}/g) ?? [])).filter((text) => text.toLowerCase() !== word.text.toLowerCase());
	const strings = wordsIn("string");
	const other = pick(strings.length > 0 ? strings : wordsIn("name"), place.chance);
	return other === void 0 ? void 0 : splice(literal.content, word, likeCase(other, word.text));
}
/** `name` for `User` is `Name`. */
function likeCase(text, model) {
	if (model.length > 1 && model === model.toUpperCase()) return text.toUpperCase();
	return /^\p{Lu}/u.test(model) ? text.charAt(0).toUpperCase() + text.slice(1) : text.charAt(0).toLowerCase() + text.slice(1);
}
function withOtherCase(literal, { chance }) {
	const word = pick(wordsOf(literal).filter(({ text }) => /[A-Za-z]/.test(text)), chance);
	if (!word) return void 0;
	const { text } = word;
	const first = text.charAt(0);
	const flipped = first === first.toUpperCase() ? first.toLowerCase() : first.toUpperCase();
	const isShout = text.length > 1 && text === text.toUpperCase();
	return splice(literal.content, word, isShout ? text.toLowerCase() : flipped + text.slice(1));
}
/** One left out, one twice, two that changed places, or another digit. */
function withOtherCharacter(literal, { chance }) {
	const word = pick(wordsOf(literal), chance);
	if (!word) return void 0;
	const { text } = word;
	const at = Math.floor(chance.uniform() * text.length);
	const [before, character, after] = [
		text.slice(0, at),
		text.charAt(at),
		text.slice(at + 1)
	];
	if (/\d/.test(character)) return splice(literal.content, word, `${before}${Math.floor(chance.uniform() * 10)}${after}`);
	if (/[^ -~]/.test(text)) return void 0;
	const typos = [
		`${before}${after}`,
		`${before}${character}${character}${after}`,
		`${before}${after.charAt(0)}${character}${after.slice(1)}`
	];
	return splice(literal.content, word, pick(typos, chance) ?? text);
}
/** Nobody takes a sentence for a word. */
const isLikeLength = (length, own) => length <= 4 * own + 4 && own <= 4 * length + 4;
/** The content of another string nearby that can stand between the same quotes. */
function otherContent({ content: own }, place) {
	const fits = (content) => content.length > 0 && isLikeLength(content.length, own.length) && !/["'`\\\n{}$]/.test(content);
	const contents = nearbyTokens(place).filter(({ type }) => type === "string").flatMap(({ text }) => parseLiteral(text)?.content ?? []);
	return pick(distinct(contents.filter(fits)), place.chance);
}
// src/assertions/mutate.ts
/** Null also for what is no claim of equality: of `x > 3` another bound may be true as well. */
function mutateAssertion(assertion, chance) {
	const { target, prefix, language, open, condition } = assertion;
	if (open || condition || !claimsEquality(prefix)) return null;
	const kind = kindOfAssertion(assertion);
	const place = {
		value: target.trim(),
		language,
		prefix,
		chance
	};
	const options = optionsOf(kind, place).filter(({ value }) => !isSameValue(value, place.value, language));
	const how = pick([...new Set(options.map((option) => option.how))], chance);
	const option = pick(options.filter((candidate) => candidate.how === how), chance);
	return option ? {
		kind,
		...option
	} : null;
}
/** What is asked for by `raises` is an exception, whatever it is called. */
function kindOfAssertion({ target, language, family }) {
	const kind = kindOfValue(target.trim(), language);
	return kind === "name" && /-(?:raises|warns)$/.test(family) ? "exception" : kind;
}
/** Each way of going wrong is as likely as the others, however many values it gives. */
function optionsOf(kind, place) {
	return OPTIONS[kind](place);
}
const OPTIONS = {
	number: numberOptions,
	boolean: ({ value }) => [{
		how: "negated",
		value: NEGATIONS[value] ?? value
	}],
	null: ({ value, language }) => nullOptions(value, language === "python"),
	string: stringOptions,
	exception: exceptionOptions,
	name: nameOptions,
	collection: (place) => [...emptyOptions(place), ...partOptions(place, partOf)],
	expression: (place) => partOptions(place, partOf)
};
/** A sign before a number inside of a larger value is not part of it. */
const partOf = (kind, place) => kind === "number" ? numberOptions(place, { signed: false }) : optionsOf(kind, place);
const NEGATIONS = {
	True: "False",
	False: "True",
	true: "false",
	false: "true"
};
function nullOptions(value, isPython) {
	return (isPython ? [
		"False",
		"True",
		"0",
		"''",
		"[]"
	] : [
		"null",
		"undefined",
		"false",
		"true",
		"0",
		"''"
	]).filter((other) => other !== value).map((other) => ({
		how: "another value",
		value: other
	}));
}
// src/assertions/alternatives.ts
/**
* Values that somebody could have meant in the place of a written one. Pure.
*
* In: an assertion, a source of chance. Out: other values of its kind, each once; none where nothing says what else the
* value could be. They are made as the mistakes of the mutation benchmark are, from the written value alone.
*/
/** At most `count`; some ways of going wrong give the same value again, so it is tried a few times more. */
function alternativesTo(assertion, { count, chance }) {
	const found = /* @__PURE__ */ new Set();
	for (let attempt = 0; attempt < ATTEMPTS * count && found.size < count; attempt += 1) {
		const mutation = mutateAssertion(assertion, chance);
		if (mutation === null) break;
		found.add(mutation.value);
	}
	return [...found];
}
const ATTEMPTS = 3;
// src/scoring/rivals.ts
/**
* How a written value stands beside other values: those that the model would write, and those that somebody could have meant.
*
* In: a model that has read up to the value, the assertion. Out: nats. Whether a value is hard to know is the same for it and
* for its rivals, so that what is left says more about the value itself than its probability does.
*/
/** Asked for each value; each is one short run. */
const COUNT = 6;
function placeAmong({ candidates, greedy }, target) {
	return {
		other: candidates.filter(({ text }) => !exactMatch(text, target))[0]?.probability ?? 0,
		isFirst: exactMatch(candidates[0]?.text ?? greedy, target)
	};
}
/**
* null: the value comes first, or there is nothing to compare with. The same value at the same place has the same rivals.
*/
async function askRivals(reader, assertion, { score: { nll }, completion }) {
	if (placeAmong(completion, assertion.target).isFirst) return null;
	const { prefix, language, path, target } = assertion;
	const chance = createRandom(`${path}\n${prefix.length}\n${target}`);
	const nlls = [];
	for (const value of alternativesTo(assertion, {
		count: COUNT,
		chance
	})) nlls.push((await reader.score({
		prefix,
		target: value,
		language
	})).nll);
	if (nlls.length === 0) return null;
	const mean = nlls.reduce((sum, other) => sum + other, 0) / nlls.length;
	return {
		best: nll - Math.min(...nlls),
		mean: nll - mean
	};
}
// src/scoring/score.ts
/** Scores and completes every assertion. Throws ModelError when the adapter does not fit the base model. */
async function scoreAssertions(languageModel, assertions, { adapter, count = 5, rivals = false, onProgress }) {
	const adapted = languageModel.reader({ adapter });
	const base = languageModel.reader();
	const scores = [];
	for (const [done, index] of readingOrder(assertions).entries()) {
		scores[index] = await scoreAssertion(assertions[index], {
			adapted,
			base,
			count,
			rivals
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
async function scoreAssertion(assertion, { adapted, base, count, rivals }) {
	if (assertion.open) return describe(assertion, { completion: await adapted.candidates({
		...assertion,
		count
	}) });
	const scores = {
		adapted: await adapted.score(assertion),
		base: await base.score(assertion)
	};
	const completion = await adapted.candidates({
		...assertion,
		count
	});
	const said = {
		score: scores.adapted,
		completion
	};
	return describe(assertion, {
		...scores,
		completion,
		rivals: rivals ? await askRivals(adapted, assertion, said) : null
	});
}
/** The written value among the candidates. */
const placeOf = ({ assertion, candidates, completion: greedy }) => placeAmong({
	candidates,
	greedy
}, assertion.target);
function describe(assertion, { completion, adapted, base, rivals = null }) {
	const { target, open } = assertion;
	const place = completion.candidates.findIndex(({ text }) => exactMatch(text, target));
	return {
		assertion,
		targetTokens: adapted?.tokens ?? 0,
		nll: adapted?.nll ?? null,
		baseNll: base?.nll ?? null,
		standing: adapted?.standing ?? null,
		rivals,
		probability: adapted?.probability ?? null,
		baseProbability: base?.probability ?? null,
		candidates: completion.candidates,
		rank: open || place < 0 ? null : place + 1,
		completion: completion.greedy,
		exactMatch: !open && exactMatch(completion.greedy, target),
		editSimilarity: open ? null : editSimilarity(completion.greedy, target)
	};
}
// src/report/isotonic.ts
/** `score` and `share` of the points rise. Shares are never 0 or 1 (Laplace's rule of succession). */
function fitIsotonic(observed, { leastCount }) {
	const blocks = [];
	for (const block of ofLeastCount(inEqualScores(observed), leastCount)) {
		blocks.push(block);
		while (falls(blocks)) mergeLast(blocks);
	}
	return blocks.map((block) => ({
		logOdds: round(block.score / block.count),
		wrong: round(shareOf(block))
	}));
}
/** Between two points in proportion; beyond the ends as at the ends. Without points: the score's own share. */
function readCurve(curve, score) {
	const above = curve.findIndex(({ logOdds }) => logOdds >= score);
	const high = curve[above] ?? curve.at(-1);
	const low = curve[above - 1] ?? high;
	if (!high || !low) return 1 / (1 + Math.exp(-score));
	if (above <= 0 || high.logOdds === low.logOdds) return high.wrong;
	return low.wrong + (score - low.logOdds) / (high.logOdds - low.logOdds) * (high.wrong - low.wrong);
}
/** Lowest first; equal scores are one block, because nothing tells them apart. */
function inEqualScores(observed) {
	const blocks = [];
	let last = NaN;
	for (const { score, isTrue } of [...observed].sort((a, b) => a.score - b.score)) {
		if (score !== last) blocks.push({
			count: 0,
			score: 0,
			truths: 0
		});
		last = score;
		const block = blocks.at(-1);
		block.count += 1;
		block.score += score;
		block.truths += isTrue ? 1 : 0;
	}
	return blocks;
}
/** Neighbours together until they are enough; what is left over at the end joins the last. */
function ofLeastCount(small, leastCount) {
	const blocks = [];
	for (const block of small) {
		const isOpen = (blocks.at(-1)?.count ?? leastCount) < leastCount;
		blocks.push({ ...block });
		if (isOpen) mergeLast(blocks);
	}
	if (blocks.length > 1 && blocks.at(-1).count < leastCount) mergeLast(blocks);
	return blocks;
}
function falls(blocks) {
	const [before, last] = [blocks.at(-2), blocks.at(-1)];
	return before !== void 0 && last !== void 0 && shareOf(before) >= shareOf(last);
}
function mergeLast(blocks) {
	const [a, b] = blocks.splice(-2);
	blocks.push({
		count: a.count + b.count,
		score: a.score + b.score,
		truths: a.truths + b.truths
	});
}
/** After Laplace: one that was never seen is not impossible. */
const shareOf = ({ count, truths }) => (truths + 1) / (count + 2);
const round = (value) => Number(value.toFixed(4));
// src/report/value-evidence.ts
/**
* What the models said of a written value → how likely it is wrong. Pure.
*
* In: probabilities and nats of the value, of the best other candidate, and of the base model. Out: evidence as numbers that
* grow with the doubt, and with the pack's calibration a probability. Knows nothing about thresholds and verdicts.
*/
/** Null for what has no value, and for a whole condition: nothing says what else it would be. */
function opinionOf(score) {
	const { assertion, nll, baseNll, standing, rivals, probability, targetTokens: tokens } = score;
	if (assertion.open || assertion.condition) return null;
	if (nll === null || baseNll === null || standing === null || probability === null) return null;
	return {
		kind: kindOfAssertion(assertion),
		nll,
		baseNll,
		...standing,
		tokens,
		probability,
		...placeOf(score),
		rivals
	};
}
/**
* Bounded, so that one odd number decides nothing by itself; the small constants stand for what a search with a handful
* of candidates cannot see.
*/
const READERS = {
	nllPerToken: ({ nll, tokens }) => Math.min(12, nll / Math.max(1, tokens)),
	worstToken: ({ worst }) => Math.min(15, worst),
	excessPerToken: ({ excess, tokens }) => clamp(excess / Math.max(1, tokens), -4, 12),
	worstExcess: ({ worstExcess }) => clamp(worstExcess, -4, 15),
	worstLead: ({ worstLead }) => Math.min(15, worstLead),
	improbability: ({ probability }) => Math.min(20, -Math.log(probability + 1e-9)),
	ratio: ({ other, probability }) => clamp(Math.log((other + .001) / (probability + 1e-6)), -6, 12),
	confidence: ({ other }) => other,
	notFirst: ({ isFirst }) => isFirst ? 0 : 1,
	bestRival: ({ rivals }) => clamp(rivals?.best ?? 0, -3, 3),
	meanRival: ({ rivals }) => clamp(rivals?.mean ?? 0, -4, 4),
	baseNllPerToken: ({ baseNll, tokens }) => Math.min(12, baseNll / Math.max(1, tokens)),
	loss: ({ nll, baseNll }) => clamp(nll - baseNll, -4, 4)
};
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
/** In the order of the names. */
const readEvidence = (opinion, names = EVIDENCE) => names.map((name) => READERS[name](opinion));
/** How much speaks against the value: log odds of the fit, which rank values but promise nothing. */
const doubtOf = (opinion, { intercept, weights, kinds }) => EVIDENCE.reduce((sum, name) => sum + (weights[name] ?? 0) * READERS[name](opinion), intercept + (kinds[opinion.kind] ?? 0));
/** Whether a calibration counts the values that could have been meant: else nobody needs to ask for them. */
const asksRivals = ({ wrongValue }) => (wrongValue?.weights.bestRival ?? 0) + (wrongValue?.weights.meanRival ?? 0) > 0;
/** That the value is wrong, as often as it was in the calibration, at its prior. */
const wrongProbability = (opinion, model) => atPrior(readCurve(model.curve, doubtOf(opinion, model)), model.prior);
/** A probability where half of all values are wrong → where this share is (Bayes; Elkan 2001, theorem 2). */
function atPrior(balanced, prior) {
	const wrong = balanced * prior;
	return wrong / (wrong + (1 - balanced) * (1 - prior));
}
/** Whether a value stands in a text as a whole: `12` not in `120`. */
function standsIn(value, text) {
	const wanted = value.trim();
	if (wanted === "") return false;
	const isWord = (character) => /[\p{L}\p{N}_$]/u.test(character);
	for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
		const cutsBefore = isWord(wanted.charAt(0)) && isWord(text.charAt(at - 1));
		const cutsAfter = isWord(wanted.slice(-1)) && isWord(text.charAt(at + wanted.length));
		if (!cutsBefore && !cutsAfter) return true;
	}
	return false;
}
export { standsIn as a, readCurve as c, askRivals as d, placeAmong as f, readEvidence as i, placeOf as l, VALUE_KINDS as m, doubtOf as n, wrongProbability as o, mutateAssertion as p, opinionOf as r, fitIsotonic as s, asksRivals as t, scoreAssertions as u };
