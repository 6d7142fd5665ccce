import { v as classifyPath, y as languageOf } from "./workspace.js";
import { n as InternalError } from "./errors.js";
import { t as ancestorAt } from "./ancestry.js";
import { a as isBinary, i as BlobReader, r as readChanges, s as listTree } from "./diff.js";
import { t as _usingCtx } from "./usingCtx.js";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { Language, Parser, Query } from "web-tree-sitter";
// src/assertions/claim.ts
const textOf = (node, text) => text.slice(node.startIndex, node.endIndex);
/** Children that mean something. */
const operandsOf = (node) => node.namedChildren.filter(({ type }) => type !== "comment" && type !== "line_continuation");
/** `(value)` → `value`: redundant parentheses belong to the layout. */
function withoutParentheses(node) {
	let inner = node;
	for (let next = node; next;) {
		inner = next;
		next = inner.type === "parenthesized_expression" ? operandsOf(inner)[0] : void 0;
	}
	return inner;
}
/**
* Claims in document order, none inside the value of another. Where a value is an assertion of its own,
* as in `x == pytest.approx(3)`, the inner value is the one to predict.
*/
function outermostClaims(claims) {
	const sorted = [...claims].sort((a, b) => a.value.start - b.value.start || b.value.end - a.value.end);
	const kept = [];
	for (const claim of sorted) {
		const last = kept.at(-1);
		if (!last || claim.value.start >= last.value.end) kept.push(claim);
		else if (isWholeValue(claim, last)) kept.splice(-1, 1, {
			...claim,
			whole: last.whole
		});
	}
	return kept;
}
const isWholeValue = ({ whole }, { value }) => whole.startIndex === value.start && whole.endIndex === value.end;
// src/assertions/grammar.ts
/**
* Parses source text with tree-sitter. The only file that knows web-tree-sitter.
*
* In: a language and a text. Out: whatever the caller reads from the tree while it is open, or a sentence
* that says why the text was not parsed (too large, too slow). Knows nothing about assertions.
* Offsets and columns of tree-sitter's WebAssembly build are UTF-16 units, those of JavaScript strings.
*/
const MAX_LENGTH = 1e6;
/** Generous: the answer should not depend on how busy the machine is. One megabyte takes about a second. */
const TIMEOUT_MS = 5e3;
const GRAMMARS = {
	python: {
		wasm: "tree-sitter-python.wasm",
		query: "python.scm"
	},
	javascript: {
		wasm: "tree-sitter-javascript.wasm",
		query: "javascript.scm"
	},
	typescript: {
		wasm: "tree-sitter-typescript.wasm",
		query: "javascript.scm"
	},
	tsx: {
		wasm: "tree-sitter-tsx.wasm",
		query: "javascript.scm"
	}
};
/** Hands the tree of a text to `read`; the tree is freed afterwards, so nodes must not leave `read`. */
async function readTree({ language, text }, read, limits = {}) {
	const { maxLength = MAX_LENGTH, timeoutMs = TIMEOUT_MS } = limits;
	if (text.length > maxLength) return { skipped: `it has ${text.length} characters, more than the limit of ${maxLength}` };
	return parse(await loadGrammar(language), {
		text,
		read,
		timeoutMs
	});
}
function parse({ parser, query }, { text, read, timeoutMs }) {
	const deadline = performance.now() + timeoutMs;
	const progressCallback = () => performance.now() > deadline;
	const tree = parser.parse(text, null, { progressCallback });
	const skipped = `reading it takes longer than ${timeoutMs} ms`;
	if (tree === null) {
		parser.reset();
		return { skipped };
	}
	try {
		const root = tree.rootNode;
		const requireTime = () => {
			if (performance.now() > deadline) throw new OutOfTime();
		};
		const matches = () => query.matches(root, { progressCallback }).map(capturesByName);
		const value = read({
			hasSyntaxErrors: root.hasError,
			matches,
			requireTime
		});
		requireTime();
		return { value };
	} catch (error) {
		if (error instanceof OutOfTime) return { skipped };
		throw error;
	} finally {
		tree.delete();
	}
}
/** Never leaves this file. */
var OutOfTime = class extends Error {};
const capturesByName = ({ captures }) => Object.fromEntries(captures.map(({ name, node }) => [name, node]));
const grammars = /* @__PURE__ */ new Map();
let runtime;
/** Loads a grammar once, on first use. */
function loadGrammar(language) {
	const known = grammars.get(language);
	if (known) return known;
	const loading = openGrammar(language);
	grammars.set(language, loading);
	return loading;
}
async function openGrammar(name) {
	runtime ??= Parser.init();
	await runtime;
	const { wasm, query } = GRAMMARS[name];
	const path = createRequire(import.meta.url).resolve(`@vscode/tree-sitter-wasm/wasm/${wasm}`);
	const language = await Language.load(await readFile(path));
	return {
		parser: new Parser().setLanguage(language),
		query: new Query(language, await readQuery(query))
	};
}
/** The queries lie beside this file in src/, and in dist/queries/ beside the bundle or above its chunks. */
async function readQuery(file) {
	for (const folder of ["./queries/", "../queries/"]) {
		const text = await readFile(new URL(folder + file, import.meta.url), "utf8").catch(() => void 0);
		if (text !== void 0) return text;
	}
	throw new InternalError(`The query ${file} is missing from the installed package. Install code2lora again.`);
}
// src/assertions/identity.ts
/** Nodes that are one token whatever is inside. */
const ATOMS = /* @__PURE__ */ new Set([
	"string",
	"template_string",
	"regex",
	"jsx_text"
]);
const IGNORED = /* @__PURE__ */ new Set(["comment", "line_continuation"]);
const CLOSING = /* @__PURE__ */ new Set([
	")",
	"]",
	"}"
]);
/** `text` is the text as written; the tree may be of a repaired text of the same length. */
function normalizedText(node, text) {
	const tokens = [];
	const cursor = node.walk();
	for (let isInside = true; isInside;) {
		const type = cursor.nodeType;
		if (!ATOMS.has(type) && cursor.gotoFirstChild()) continue;
		if (CLOSING.has(type) && tokens.at(-1) === "," && !isTupleOfOne(cursor.currentNode.parent)) tokens.pop();
		if (!IGNORED.has(type)) tokens.push(text.slice(cursor.startIndex, cursor.endIndex));
		while (isInside && !cursor.gotoNextSibling()) isInside = cursor.gotoParent();
	}
	cursor.delete();
	return tokens.join(" ");
}
/** `(1,)` is not `(1)`. */
const isTupleOfOne = (node) => node?.type === "tuple" && node.namedChildCount === 1;
// src/assertions/open-places.ts
/**
* Open assertions: those whose expected value the author has not written yet.
*
* In: the node of a value, or an argument list that lacks it. Out: the place where the value goes.
* Knows nothing about families of assertions.
*/
/** Stands for a missing right side while tree-sitter reads the text: a letter no program is written with. */
const FILLER = "ꀀ";
const PLACEHOLDER = /^(?:\.\.\.|_{2,}|TODO|'TODO'|"TODO"|`TODO`)$/;
const PLACEHOLDER_COMMENT = /^\/\*\s*(?:\?+|\.\.\.|TODO\b[\s\S]*)\s*\*\/$/;
/** `assert x ==` at the end of a line; the operator is captured. */
const OPEN_COMPARISON = /^([ \t]*assert\b.*?[ \t\w)\]}'"])(==|!=|<=|>=|\bis|(?<!\bnot[ \t]+)\bin)(?=[ \t]*(?:#.*)?\r?$)/gm;
/**
* Makes `assert x ==` at the end of a line parse, without moving any character: the operator becomes `<` and
* a name that `placeOf` recognises. tree-sitter would take the next line for the right side, often without
* an error.
*/
function fillOpenComparisons(text) {
	return text.replace(OPEN_COMPARISON, (written, left) => hasOpenBracket(left) ? written : `${left}<${FILLER}`);
}
/** Inside brackets the comparison may go on in the next line. */
function hasOpenBracket(line) {
	const code = line.replace(/"[^"]*"|'[^']*'/g, "");
	return code.split(/[([{]/).length > code.split(/[)\]}]/).length;
}
/** The place of a value that is written, or of the placeholder that stands for it. */
function placeOf(node, text) {
	const value = withoutParentheses(node);
	const { startIndex: start, endIndex: end } = value;
	const written = textOf(value, text);
	if (written === FILLER || value.isMissing) return afterOperator(end, text);
	if (PLACEHOLDER.test(written)) return {
		start,
		end,
		lead: "",
		isOpen: true
	};
	const comment = written === "undefined" ? value.nextNamedSibling : null;
	if (comment !== null && PLACEHOLDER_COMMENT.test(textOf(comment, text))) return {
		start,
		end: comment.endIndex,
		lead: "",
		isOpen: true
	};
	return {
		start,
		end,
		lead: "",
		isOpen: false
	};
}
/** The place in an argument list where the argument after the last one goes. */
function placeAfterLast(list, text) {
	const tokens = list.children.slice(0, -1);
	const last = tokens.findLast(({ type }) => type !== "comment");
	const end = last?.endIndex ?? list.startIndex + 1;
	if (last && last.type !== "(" && last.type !== ",") return {
		start: end,
		end,
		lead: ", ",
		isOpen: true
	};
	const comment = tokens.at(-1);
	if (comment && PLACEHOLDER_COMMENT.test(textOf(comment, text))) return {
		start: comment.startIndex,
		end: comment.endIndex,
		lead: "",
		isOpen: true
	};
	return last?.type === "," ? afterOperator(end, text) : {
		start: end,
		end,
		lead: "",
		isOpen: true
	};
}
/** Right after an operator or comma; a space is used when it is there and the line or list ends after it. */
function afterOperator(offset, text) {
	const usesSpace = /^ (?:[)\r\n]|$)/.test(text.slice(offset, offset + 2));
	const start = usesSpace ? offset + 1 : offset;
	return {
		start,
		end: start,
		lead: usesSpace ? "" : " ",
		isOpen: true
	};
}
// src/assertions/argument-rules.ts
/**
* Picks the expected value out of an argument list by a rule.
*
* In: the node of an argument list and a rule. Out: the node of the value, the place where it is missing, or
* null when this call says nothing that can be predicted. Knows nothing about names of assertions.
*/
function pickArgument(list, rule, text) {
	const items = readArguments(list, text);
	const positional = items.filter(({ keyword }) => keyword === null);
	const node = namedArgument(items, rule) ?? positionalArgument(items, positional, rule.at);
	if (node !== null) return {
		node,
		place: placeOf(node, text)
	};
	return rule.isRequired === true && positional.length === rule.at && items.every(isPlain) ? {
		node: null,
		place: placeAfterLast(list, text)
	} : null;
}
const SPREADS = /* @__PURE__ */ new Set([
	"list_splat",
	"dictionary_splat",
	"spread_element"
]);
const MESSAGE_KEYWORDS = /* @__PURE__ */ new Set([
	"msg",
	"message",
	"err_msg"
]);
const isPlain = ({ isSpread, keyword }) => !isSpread && (keyword === null || MESSAGE_KEYWORDS.has(keyword));
function readArguments(list, text) {
	return operandsOf(list).map((node) => readArgument(node, text));
}
function readArgument(node, text) {
	const name = node.type === "keyword_argument" ? node.childForFieldName("name") : null;
	const value = name && node.childForFieldName("value");
	if (name && value) return {
		node: value,
		keyword: textOf(name, text),
		isSpread: false
	};
	return {
		node,
		keyword: null,
		isSpread: SPREADS.has(node.type)
	};
}
function namedArgument(items, { keywords = [] }) {
	return items.find(({ keyword }) => keyword !== null && keywords.includes(keyword))?.node ?? null;
}
function positionalArgument(items, positional, at) {
	if (at === "last") return lastArgument(items, positional);
	const upTo = positional.slice(0, at + 1);
	return upTo.length === at + 1 && upTo.every(isPlain) ? upTo[at]?.node ?? null : null;
}
function lastArgument(items, positional) {
	const last = positional.at(-1);
	if (last) return last.isSpread ? null : last.node;
	return items.findLast(({ keyword }) => keyword !== null && !MESSAGE_KEYWORDS.has(keyword))?.node ?? null;
}
// src/assertions/asserted-value.ts
/**
* The value of an assertion, from its call or its condition.
*
* In: nodes, and how the language writes a comparison. Out: where the value is, and whether it is all that is
* asserted. Knows nothing about names of assertions.
*/
/** Null when the call asserts nothing that can be predicted, such as `expect(x).toBeNull()`. */
function valueOfCall(list, rule, syntax) {
	const picked = pickArgument(list, rule, syntax.text);
	if (!picked) return null;
	if (rule.isCondition && picked.node) return valueOfCondition(picked.node, syntax);
	return {
		value: picked.place,
		isCondition: false
	};
}
/** The right side of a comparison; of anything else, all of it. */
function valueOfCondition(condition, { text, rightSide }) {
	const expected = rightSide(withoutParentheses(condition));
	if (expected) return {
		value: placeOf(expected, text),
		isCondition: false
	};
	const { startIndex: start, endIndex: end } = condition;
	return {
		value: {
			start,
			end,
			lead: "",
			isOpen: false
		},
		isCondition: true
	};
}
// src/assertions/families.ts
const CONDITION = {
	at: 0,
	isCondition: true,
	keywords: ["expr", "obj"]
};
const FIRST = {
	at: 0,
	isRequired: true
};
const FIRST_IF_GIVEN = { at: 0 };
const SECOND = {
	at: 1,
	isRequired: true
};
const SECOND_IF_GIVEN = { at: 1 };
const THIRD = {
	at: 2,
	isRequired: true
};
const LAST = { at: "last" };
/** `first, second` and the names unittest and numpy have for the second. */
const PYTHON_SECOND = {
	...SECOND,
	keywords: "second b expr2 container cls expected_regex list2 tuple2 set2 d2 seq2 dictionary desired y right expected".split(" ")
};
const PYTHON_EXCEPTION = {
	...FIRST,
	keywords: "expected_exception exception expected_warning exception_class".split(" ")
};
const PYTHON_APPROX = {
	...FIRST,
	keywords: ["expected"]
};
const UNITTEST = table([
	[PYTHON_SECOND, "assertEqual assertNotEqual assertIs assertIsNot assertIn assertNotIn assertIsInstance assertNotIsInstance assertIsSubclass assertNotIsSubclass assertAlmostEqual assertNotAlmostEqual assertGreater assertGreaterEqual assertLess assertLessEqual assertRegex assertNotRegex assertCountEqual assertMultiLineEqual assertSequenceEqual assertListEqual assertTupleEqual assertSetEqual assertDictEqual assertStartsWith assertNotStartsWith assertEndsWith assertNotEndsWith assertHasAttr assertNotHasAttr assertEquals assertNotEquals assertAlmostEquals assertNotAlmostEquals assertRegexpMatches assertNotRegexpMatches assertItemsEqual assertDictContainsSubset"],
	[CONDITION, "assertTrue assertFalse assertIsNone assertIsNotNone assert_"],
	[PYTHON_EXCEPTION, "assertRaises assertRaisesRegex assertRaisesRegexp assertWarns assertWarnsRegex"]
]);
const PYTEST = table([[PYTHON_EXCEPTION, "raises warns"], [PYTHON_APPROX, "approx"]]);
/** Helpers whose arguments are known; any other `assert_*` takes its last argument. */
const PYTHON_HELPERS = table([
	[PYTHON_SECOND, "assert_equal assert_not_equal assert_array_equal assert_allclose assert_almost_equal assert_approx_equal assert_array_almost_equal assert_array_almost_equal_nulp assert_array_max_ulp assert_array_less assert_string_equal assert_frame_equal assert_series_equal assert_index_equal assert_extension_array_equal assert_is assert_is_not assert_in assert_not_in assert_is_instance assert_greater assert_greater_equal assert_less assert_less_equal assert_regex assert_list_equal assert_dict_equal assert_set_equal assert_tuple_equal assert_sequence_equal assert_count_equal assert_items_equal"],
	[CONDITION, "assert_true assert_false assert_is_none assert_is_not_none"],
	[PYTHON_EXCEPTION, "assert_raises assert_raises_regex assert_raises_regexp assert_warns"]
]);
/** Rule and family of a Python call, by the name that is called. */
function pythonRule(name) {
	const unittest = UNITTEST.get(name);
	if (unittest) return {
		family: "python/unittest",
		rule: unittest
	};
	const pytest = PYTEST.get(name);
	if (pytest) return {
		family: `python/pytest-${name}`,
		rule: pytest
	};
	if (!name.startsWith("assert_")) return void 0;
	return {
		family: "python/assert-helper",
		rule: PYTHON_HELPERS.get(name) ?? LAST
	};
}
/** `expect(actual).toBe(expected)` of Jest, Vitest, Playwright. Snapshots in other files have no value here. */
const EXPECT = table([[FIRST, "toBe toEqual toStrictEqual toBeCloseTo toBeGreaterThan toBeGreaterThanOrEqual toBeLessThan toBeLessThanOrEqual toContain toContainEqual toMatch toMatchObject toHaveLength toBeInstanceOf toBeTypeOf toBeOneOf toHaveBeenCalledTimes toBeCalledTimes toHaveReturnedTimes"], [null, "toMatchSnapshot toMatchFileSnapshot toThrowErrorMatchingSnapshot toHaveScreenshot toMatchAriaSnapshot"]]);
/** Rule of a Jest matcher; a matcher that is not in the table takes its last argument, if it has any. */
function matcherRule(name) {
	if (!/^to[A-Z]/.test(name)) return void 0;
	const rule = EXPECT.get(name);
	return rule === void 0 ? LAST : rule ?? void 0;
}
/** `expect(actual).to.equal(expected)` and `actual.should.equal(expected)` of Chai and should.js. */
const CHAI = table([
	[FIRST, "equal equals eq eql eqls above gt greaterThan least gte below lt lessThan most lte lengthOf length instanceof instanceOf closeTo approximately match matches string members oneOf exactly"],
	[FIRST_IF_GIVEN, "a an include includes contain contains keys key throw throws Throw respondTo respondsTo callCount startWith endWith rejectedWith"],
	[SECOND_IF_GIVEN, "within"],
	[LAST, "property ownProperty calledWith calledOnceWith calledWithExactly calledOnceWithExactly"]
]);
/** `assert.equal(actual, expected)` of node:assert, uvu, Chai, QUnit; `t.is(actual, expected)` of AVA, tap, tape. */
const ASSERT = table([
	[SECOND, "equal equals notEqual strictEqual notStrictEqual deepEqual deepEquals notDeepEqual deepStrictEqual notDeepStrictEqual partialDeepStrictEqual looseEqual looseEquals deepLooseEqual notDeepLooseEqual eql is isEqual isNotEqual same notSame strictSame strictNotSame looseSame like notLike propEqual notPropEqual match doesNotMatch notMatch matchObject regex notRegex type notType typeOf notTypeOf instance instanceOf notInstanceOf isa isA has notHas hasStrict include notInclude deepInclude includes isAbove isAtLeast isBelow isAtMost lengthOf closeTo approximately sameMembers sameDeepMembers sameOrderedMembers includeMembers oneOf property notProperty hasAllKeys hasAnyKeys snapshot fixture resolveMatch"],
	[SECOND_IF_GIVEN, "not throws throwsAsync rejects"],
	[THIRD, "propertyVal notPropertyVal deepPropertyVal nestedPropertyVal"],
	[CONDITION, "ok notOk true false truthy falsy assert isOk isNotOk isTrue isFalse isNull isNotNull isUndefined isDefined exists notExists"]
]);
/** Functions called by their bare name: imported from node:assert, tape-like libraries, Deno's standard library. */
const BARE = table([
	[CONDITION, "assert"],
	[SECOND, "equal notEqual strictEqual notStrictEqual deepEqual notDeepEqual deepStrictEqual notDeepStrictEqual assertEquals assertNotEquals assertStrictEquals assertNotStrictEquals assertAlmostEquals assertMatch assertNotMatch assertObjectMatch assertInstanceOf assertStringIncludes assertArrayIncludes"],
	[SECOND_IF_GIVEN, "assertThrows assertRejects"]
]);
function table(rows) {
	return new Map(rows.flatMap(([rule, names]) => names.split(" ").map((name) => [name, rule])));
}
// src/assertions/javascript.ts
const JAVASCRIPT = {
	prepare: (text) => text,
	readClaim: readClaim$1,
	readScope: readScope$1,
	testName: testName$1
};
const COMPARISONS = /* @__PURE__ */ new Set([
	"==",
	"===",
	"!=",
	"!==",
	"<",
	">",
	"<=",
	">=",
	"instanceof",
	"in"
]);
/** Between `expect(x)` and a Jest matcher; tests of types have others, as in `expect(x).type.toBe<T>()`. */
const MODIFIERS = /* @__PURE__ */ new Set([
	"not",
	"resolves",
	"rejects"
]);
const EXPECT_CALLEE = /^(?:chai\.)?expect(?:\.\w+)?$/;
const TEST_OBJECT = /^(?:t|tt|st|s\dt|t\d|tap)$/;
const TEST_FUNCTION = /^[fx]?(?:describe|context|suite|it|test|specify|feature|scenario|experiment)$/;
const TEST_METHOD = /^(?:describe|context|suite|it|test|step|only|skip|todo|fails|failing|concurrent|sequential|serial|parallel)$/;
function readClaim$1({ call, name, object, arguments: list }, text) {
	if (!call || !name || !list) return null;
	const method = textOf(name, text);
	const known = object ? methodRule(method, object, text) : bareRule(method);
	const asserted = known && valueOfCall(list, known.rule, {
		text,
		rightSide: rightSide$1
	});
	return asserted && {
		family: known.family,
		whole: call,
		...asserted
	};
}
const knownCall = (family, rule) => rule ? {
	family,
	rule
} : null;
const bareRule = (name) => knownCall("js/assert", BARE.get(name));
function methodRule(method, object, text) {
	const matcher = matcherRule(method);
	if (!matcher && !CHAI.has(method) && !ASSERT.has(method)) return null;
	const { root, names, isExpect } = readChain(object, text);
	if (isExpect && matcher) return knownCall("js/expect", names.every((name) => MODIFIERS.has(name)) ? matcher : void 0);
	if (isExpect) return knownCall("js/chai-expect", CHAI.get(method));
	if (names.includes("should")) return knownCall("js/chai-should", CHAI.get(method));
	if (root === "assert" || root === "chai" && names.includes("assert")) return knownCall("js/assert", ASSERT.get(method));
	return TEST_OBJECT.test(root) ? knownCall("js/t", ASSERT.get(method)) : null;
}
/** Walks `expect(x).to.deep` or `t.assert` from its end to its root, through the calls in between. */
function readChain(object, text) {
	const names = [];
	for (let node = object; node;) if (node.type === "call_expression") {
		node = node.childForFieldName("function");
		if (node && EXPECT_CALLEE.test(textOf(node, text))) return {
			root: "",
			names,
			isExpect: true
		};
	} else if (node.type === "member_expression") {
		const property = node.childForFieldName("property");
		if (property) names.push(textOf(property, text));
		node = node.childForFieldName("object");
	} else return {
		root: node.type === "identifier" ? textOf(node, text) : "",
		names,
		isExpect: false
	};
	return {
		root: "",
		names,
		isExpect: false
	};
}
function rightSide$1(condition) {
	const operator = condition.type === "binary_expression" ? condition.childForFieldName("operator") : null;
	return operator && COMPARISONS.has(operator.type) ? condition.childForFieldName("right") : null;
}
function readScope$1(captures, text) {
	const { scope, "scope.callee": callee, "scope.name": title } = captures;
	if (!scope || !callee || !title) return null;
	const isTest = isTestCallee(callee, text);
	if (!isTest && callee.type !== "identifier") return null;
	return {
		start: scope.startIndex,
		end: scope.endIndex,
		name: textOf(title, text).slice(1, -1),
		isTest
	};
}
function isTestCallee(callee, text) {
	if (callee.type === "identifier") return TEST_FUNCTION.test(textOf(callee, text));
	if (callee.type === "call_expression") return true;
	const property = callee.type === "member_expression" ? callee.childForFieldName("property") : null;
	return property !== null && TEST_METHOD.test(textOf(property, text));
}
/** Titles from the outside in; of unknown functions with a title only the outermost, and only if alone. */
function testName$1(scopes) {
	const tests = scopes.filter(({ isTest }) => isTest);
	return (tests.length > 0 ? tests : scopes.slice(0, 1)).map(({ name }) => name).join(" > ");
}
// src/assertions/muting.ts
/**
* `code2lora-ignore` in a comment mutes an assertion: on one of its lines, or alone on the line above.
* `code2lora-ignore-file` in the first five lines mutes the file.
*
* In: the comments of a file. Out: a question that can be asked of each assertion.
*/
const MARK = /code2lora-ignore(-file)?(?![\w-])/;
const FILE_MARK_ROWS = 5;
function readMuting(comments, text) {
	const rows = /* @__PURE__ */ new Set();
	for (const comment of comments) {
		const mark = MARK.exec(textOf(comment, text));
		if (!mark) continue;
		if (mark[1] === void 0) rows.add(mutedRow(comment, text));
		else if (comment.startPosition.row < FILE_MARK_ROWS) return () => true;
	}
	return (assertion) => rows.size > 0 && rowsOf(assertion).some((row) => rows.has(row));
}
function rowsOf({ startPosition, endPosition }) {
	return Array.from({ length: endPosition.row - startPosition.row + 1 }, (_, row) => startPosition.row + row);
}
/** A comment that has its line for itself speaks of the line below it. */
function mutedRow(comment, text) {
	const before = text.slice(text.lastIndexOf("\n", comment.startIndex - 1) + 1, comment.startIndex);
	const { row } = comment.endPosition;
	return before.trim() === "" ? row + 1 : row;
}
// src/assertions/positions.ts
function readPositions(text) {
	const starts = [0];
	for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
	return (offset) => {
		const line = countUpTo(starts, offset);
		return {
			line,
			column: offset - (starts[line - 1] ?? 0) + 1
		};
	};
}
/** Number of values in a sorted list that are not greater than `limit`. */
function countUpTo(sorted, limit) {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = low + high >> 1;
		if ((sorted[middle] ?? Number.POSITIVE_INFINITY) <= limit) low = middle + 1;
		else high = middle;
	}
	return low;
}
// src/assertions/python.ts
/**
* Reads Python: `assert`, unittest methods, pytest, and `assert_*` helpers: the families of the Code2LoRA paper,
* with the differences listed in docs/assertions.md.
*
* In: the captures of queries/python.scm. Out: claims and scopes. Knows nothing about files or positions.
*/
const PYTHON = {
	prepare: fillOpenComparisons,
	readClaim,
	readScope,
	testName
};
function readClaim(captures, text) {
	const { statement, call } = captures;
	if (statement) return readAssert(statement, text);
	return call ? readCall(call, captures, text) : null;
}
function readAssert(statement, text) {
	const asserted = operandsOf(statement)[0];
	if (!asserted) return null;
	return {
		family: "python/assert",
		whole: statement,
		...valueOfCondition(asserted, syntaxOf(text))
	};
}
function readCall(call, { name, object, arguments: list }, text) {
	if (!name || !list) return null;
	const known = pythonRule(textOf(name, text));
	if (!known) return null;
	if (known.family.startsWith("python/pytest") && object && textOf(object, text) !== "pytest") return null;
	const asserted = valueOfCall(list, known.rule, syntaxOf(text));
	return asserted && {
		family: known.family,
		whole: call,
		...asserted
	};
}
const syntaxOf = (text) => ({
	text,
	rightSide
});
/** Of a chain such as `0 < x < 10`, the last operand. */
function rightSide(condition) {
	return condition.type === "comparison_operator" ? operandsOf(condition).at(-1) ?? null : null;
}
function readScope(captures, text) {
	const scope = captures["scope.class"] ?? captures["scope.function"];
	const name = captures["scope.name"];
	if (!scope || !name) return null;
	const isTest = scope.type === "function_definition" && /test/i.test(textOf(name, text));
	return {
		start: scope.startIndex,
		end: scope.endIndex,
		name: textOf(name, text),
		isTest
	};
}
/** Classes and functions down to the innermost function whose name contains "test". */
function testName(scopes) {
	const depth = scopes.findLastIndex(({ isTest }) => isTest);
	return scopes.slice(0, depth + 1).map(({ name }) => name).join("::");
}
// src/assertions/scopes.ts
function readScopes(scopes) {
	const sorted = [...scopes].sort((a, b) => a.start - b.start || b.end - a.end);
	const starts = sorted.map(({ start }) => start);
	const parents = readParents(sorted);
	return (offset) => {
		const around = [];
		for (let index = countUpTo(starts, offset) - 1; index >= 0; index = parents[index] ?? -1) {
			const scope = sorted[index];
			if (scope && offset < scope.end) around.unshift(scope);
		}
		return around;
	};
}
/** Index of the next scope around each; -1 for none. */
function readParents(sorted) {
	const open = [];
	return sorted.map(({ start }, index) => {
		while (open.length > 0 && (sorted[open.at(-1) ?? 0]?.end ?? 0) <= start) open.pop();
		const parent = open.at(-1) ?? -1;
		open.push(index);
		return parent;
	});
}
const READERS = {
	python: PYTHON,
	javascript: JAVASCRIPT,
	typescript: JAVASCRIPT,
	tsx: JAVASCRIPT
};
/** Reads the assertions of one file. A file that cannot be read gives a notice, never an error. */
async function extractAssertions(path, text) {
	const language = languageOf(path);
	if (language === null) return nothing(`${path}: assertions of this kind of file are not read`);
	const parsed = READERS[language].prepare(text);
	const source = {
		path,
		language,
		text,
		parsed
	};
	const reading = await readTree({
		language,
		text: parsed
	}, (tree) => readAssertions(tree, source));
	return "value" in reading ? reading.value : nothing(`${path}: left out, ${reading.skipped}`);
}
const nothing = (notice) => ({
	assertions: [],
	notices: [notice]
});
function readAssertions(tree, source) {
	const { parsed } = source;
	const matches = tree.matches();
	const reader = READERS[source.language];
	const claims = matches.flatMap((captures) => reader.readClaim(captures, parsed) ?? []).filter(isSound);
	const surroundings = readSurroundings(matches, {
		reader,
		parsed
	});
	const assertions = outermostClaims(claims).map((claim) => {
		tree.requireTime();
		return toAssertion(claim, source, surroundings);
	});
	const fitting = assertions.filter(isPredictable);
	return {
		assertions: fitting,
		notices: [...errorNotices(tree, source), ...lengthNotices(assertions.length - fitting.length, source)]
	};
}
/** Inside a syntax error nobody knows what is asserted; that a value is missing may be the error itself. */
const isSound = ({ whole, value }) => value.isOpen || !whole.hasError;
function readSurroundings(matches, { reader, parsed }) {
	const scopesAround = readScopes(matches.flatMap((captures) => reader.readScope(captures, parsed) ?? []));
	return {
		testName: (offset) => reader.testName(scopesAround(offset)),
		isMuted: readMuting(matches.flatMap(({ comment }) => comment ?? []), parsed),
		positions: readPositions(parsed)
	};
}
function toAssertion(claim, { path, language, text }, around) {
	const { family, whole, isCondition } = claim;
	const { start, end, lead, isOpen } = claim.value;
	const [from, to] = [around.positions(start), around.positions(end)];
	const written = text.slice(start, end);
	return {
		path,
		language,
		family,
		test: around.testName(whole.startIndex),
		line: from.line,
		column: from.column,
		endLine: to.line,
		endColumn: to.column,
		start,
		end,
		prefix: text.slice(0, start) + lead,
		target: isOpen ? "" : written,
		open: isOpen,
		...isOpen && written !== "" ? { written } : {},
		...isCondition ? { condition: true } : {},
		key: `${family} ${normalizedText(whole, text)}`,
		ignored: around.isMuted(whole)
	};
}
const isPredictable = ({ target, line, endLine }) => target.length <= 400 && endLine - line < 12;
function lengthNotices(count, { path }) {
	if (count === 0) return [];
	return [`${path}: ${count} expected ${count === 1 ? "value is" : "values are"} longer than 400 characters or 12 lines and left out`];
}
function errorNotices({ hasSyntaxErrors }, { path }) {
	return hasSyntaxErrors ? [`${path}: has syntax errors; assertions inside them are left out`] : [];
}
// src/assertions/newness.ts
/** `before` is null when there was no file. After a rename it holds the assertions of the old path. */
function newAssertions(before, after) {
	const inTest = countBy(before ?? [], identityInTest);
	const inFile = countBy(before ?? [], identityInFile);
	return after.filter((assertion) => {
		const isKnown = take(inTest, identityInTest(assertion));
		if (isKnown) take(inFile, identityInFile(assertion));
		return !isKnown;
	}).filter((assertion) => !take(inFile, identityInFile(assertion)));
}
const identityInFile = ({ key }) => key;
const identityInTest = ({ test, key }) => `${test}\n${key}`;
function countBy(assertions, identity) {
	const counts = /* @__PURE__ */ new Map();
	for (const assertion of assertions) {
		const name = identity(assertion);
		counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	return counts;
}
/** Uses up one of a kind; false when there is none left. */
function take(counts, name) {
	const left = counts.get(name) ?? 0;
	if (left > 0) counts.set(name, left - 1);
	return left > 0;
}
// src/commands/selection.ts
/** On a first run, look back until this many assertions are found … */
const FIRST_RUN_ASSERTIONS = 10;
/** … or this many commits are passed. */
const FIRST_RUN_COMMITS = 256;
/** Assertions that are new at `head` and were not at `base`; `null` is the empty tree. */
async function selectRange(repository, { base, head, rules }) {
	try {
		var _usingCtx$1 = _usingCtx();
		const reader = _usingCtx$1.a(new BlobReader(repository));
		const assertions = [];
		const notices = [];
		for (const change of await readChanges(repository, base, head)) {
			if (!isTestFile(change.path, rules) || change.newBlob === null) continue;
			const before = change.oldBlob ? await extractBlob(reader, change.previousPath ?? change.path, change.oldBlob) : null;
			const after = await extractBlob(reader, change.path, change.newBlob);
			assertions.push(...newAssertions(before?.assertions ?? null, after.assertions));
			notices.push(...after.notices);
		}
		return {
			assertions,
			notices
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** Every assertion of a commit. */
async function selectAll(repository, { head, rules }) {
	try {
		var _usingCtx3 = _usingCtx();
		const reader = _usingCtx3.a(new BlobReader(repository));
		const assertions = [];
		const notices = [];
		for (const { path, blob } of await listTree(repository, head)) {
			if (!isTestFile(path, rules)) continue;
			const extracted = await extractBlob(reader, path, blob);
			assertions.push(...extracted.assertions);
			notices.push(...extracted.notices);
		}
		return {
			base: null,
			head,
			description: "of the whole repository",
			assertions,
			notices
		};
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
/** The first run has no last check to continue from: it looks back until there is something to say. */
async function selectRecent(repository, { head, rules }) {
	for (let commits = 1;; commits *= 2) {
		const base = await ancestorAt(repository, head, commits);
		const found = await selectRange(repository, {
			base,
			head,
			rules
		});
		if (found.assertions.length >= FIRST_RUN_ASSERTIONS || base === null || commits >= FIRST_RUN_COMMITS) return {
			base,
			head,
			description: base === null ? "of the whole history" : `of the last ${commits} commit${commits > 1 ? "s" : ""}`,
			...found
		};
	}
}
/** Extracts the assertions of one stored file; a binary file has none. */
async function extractBlob(reader, path, blob) {
	const content = await reader.read(blob);
	if (content === null || isBinary(content)) return {
		assertions: [],
		notices: []
	};
	return extractAssertions(path, content.toString("utf8"));
}
/** A file that may hold assertions we can read. */
const isTestFile = (path, rules) => languageOf(path) !== null && classifyPath(path, rules) === "test";
export { selectRecent as a, selectRange as i, isTestFile as n, newAssertions as o, selectAll as r, extractAssertions as s, extractBlob as t };
