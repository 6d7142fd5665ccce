/**
 * Reads JavaScript and TypeScript: `expect` chains, `assert` objects and functions, the `t` of AVA and tap.
 *
 * In: the captures of queries/javascript.scm. Out: claims and scopes. Knows nothing about files or positions.
 * An assertion is recognised by the names it is called by, not by what the file imports.
 */
import type { ArgumentRule } from './argument-rules.ts';
import { valueOfCall } from './asserted-value.ts';
import { type Claim, type LanguageReader, type Scope, textOf } from './claim.ts';
import { ASSERT, BARE, CHAI, matcherRule } from './families.ts';
import type { Captures, Node } from './grammar.ts';

export const JAVASCRIPT: LanguageReader = { prepare: (text) => text, readClaim, readScope, testName };

const COMPARISONS = new Set(['==', '===', '!=', '!==', '<', '>', '<=', '>=', 'instanceof', 'in']);
/** Between `expect(x)` and a Jest matcher; tests of types have others, as in `expect(x).type.toBe<T>()`. */
const MODIFIERS = new Set(['not', 'resolves', 'rejects']);
const EXPECT_CALLEE = /^(?:chai\.)?expect(?:\.\w+)?$/;
const TEST_OBJECT = /^(?:t|tt|st|s\dt|t\d|tap)$/;
const TEST_FUNCTION = /^[fx]?(?:describe|context|suite|it|test|specify|feature|scenario|experiment)$/;
const TEST_METHOD =
  /^(?:describe|context|suite|it|test|step|only|skip|todo|fails|failing|concurrent|sequential|serial|parallel)$/;

function readClaim({ call, name, object, arguments: list }: Captures, text: string): Claim | null {
  if (!call || !name || !list) return null;
  const method = textOf(name, text);
  const known = object ? methodRule(method, object, text) : bareRule(method);
  const asserted = known && valueOfCall(list, known.rule, { text, rightSide });
  return asserted && { family: known.family, whole: call, ...asserted };
}

interface KnownCall {
  family: string;
  rule: ArgumentRule;
}

const knownCall = (family: string, rule: ArgumentRule | undefined): KnownCall | null =>
  rule ? { family, rule } : null;
const bareRule = (name: string): KnownCall | null => knownCall('js/assert', BARE.get(name));

function methodRule(method: string, object: Node, text: string): KnownCall | null {
  const matcher = matcherRule(method);
  // Most calls of a test file end here, before their chain is walked.
  if (!matcher && !CHAI.has(method) && !ASSERT.has(method)) return null;
  const { root, names, isExpect } = readChain(object, text);
  if (isExpect && matcher) {
    return knownCall('js/expect', names.every((name) => MODIFIERS.has(name)) ? matcher : undefined);
  }
  if (isExpect) return knownCall('js/chai-expect', CHAI.get(method));
  if (names.includes('should')) return knownCall('js/chai-should', CHAI.get(method));
  if (root === 'assert' || (root === 'chai' && names.includes('assert'))) {
    return knownCall('js/assert', ASSERT.get(method));
  }
  return TEST_OBJECT.test(root) ? knownCall('js/t', ASSERT.get(method)) : null;
}

interface Chain {
  /** The identifier a chain starts with; '' when it starts with anything else. */
  root: string;
  /** Property names after the root. */
  names: string[];
  isExpect: boolean;
}

/** Walks `expect(x).to.deep` or `t.assert` from its end to its root, through the calls in between. */
function readChain(object: Node, text: string): Chain {
  const names: string[] = [];
  for (let node: Node | null = object; node; ) {
    if (node.type === 'call_expression') {
      node = node.childForFieldName('function');
      if (node && EXPECT_CALLEE.test(textOf(node, text))) return { root: '', names, isExpect: true };
    } else if (node.type === 'member_expression') {
      const property = node.childForFieldName('property');
      if (property) names.push(textOf(property, text));
      node = node.childForFieldName('object');
    } else {
      return { root: node.type === 'identifier' ? textOf(node, text) : '', names, isExpect: false };
    }
  }
  return { root: '', names, isExpect: false };
}

function rightSide(condition: Node): Node | null {
  const operator = condition.type === 'binary_expression' ? condition.childForFieldName('operator') : null;
  return operator && COMPARISONS.has(operator.type) ? condition.childForFieldName('right') : null;
}

function readScope(captures: Captures, text: string): Scope | null {
  const { scope, 'scope.callee': callee, 'scope.name': title } = captures;
  if (!scope || !callee || !title) return null;
  const isTest = isTestCallee(callee, text);
  // An identifier we do not know may be a suite of uvu: `const API = suite('API'); API('works', …)`.
  if (!isTest && callee.type !== 'identifier') return null;
  return { start: scope.startIndex, end: scope.endIndex, name: textOf(title, text).slice(1, -1), isTest };
}

function isTestCallee(callee: Node, text: string): boolean {
  if (callee.type === 'identifier') return TEST_FUNCTION.test(textOf(callee, text));
  // test.each(table)('title', …), describe.skipIf(condition)('title', …)
  if (callee.type === 'call_expression') return true;
  const property = callee.type === 'member_expression' ? callee.childForFieldName('property') : null;
  return property !== null && TEST_METHOD.test(textOf(property, text));
}

/** Titles from the outside in; of unknown functions with a title only the outermost, and only if alone. */
function testName(scopes: readonly Scope[]): string {
  const tests = scopes.filter(({ isTest }) => isTest);
  return (tests.length > 0 ? tests : scopes.slice(0, 1)).map(({ name }) => name).join(' > ');
}
