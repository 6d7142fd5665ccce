/**
 * Reads Python: `assert`, unittest methods, pytest, and `assert_*` helpers: the families of the Code2LoRA paper,
 * with the differences listed in docs/assertions.md.
 *
 * In: the captures of queries/python.scm. Out: claims and scopes. Knows nothing about files or positions.
 */
import { type ConditionSyntax, valueOfCall, valueOfCondition } from './asserted-value.ts';
import { type Claim, type LanguageReader, operandsOf, type Scope, textOf } from './claim.ts';
import { pythonRule } from './families.ts';
import type { Captures, Node } from './grammar.ts';
import { fillOpenComparisons } from './open-places.ts';

export const PYTHON: LanguageReader = { prepare: fillOpenComparisons, readClaim, readScope, testName };

function readClaim(captures: Captures, text: string): Claim | null {
  const { statement, call } = captures;
  if (statement) return readAssert(statement, text);
  return call ? readCall(call, captures, text) : null;
}

function readAssert(statement: Node, text: string): Claim | null {
  const asserted = operandsOf(statement)[0];
  if (!asserted) return null;
  return { family: 'python/assert', whole: statement, ...valueOfCondition(asserted, syntaxOf(text)) };
}

function readCall(call: Node, { name, object, arguments: list }: Captures, text: string): Claim | null {
  if (!name || !list) return null;
  const known = pythonRule(textOf(name, text));
  if (!known) return null;
  const isPytest = known.family.startsWith('python/pytest');
  if (isPytest && object && textOf(object, text) !== 'pytest') return null;
  const asserted = valueOfCall(list, known.rule, syntaxOf(text));
  return asserted && { family: known.family, whole: call, ...asserted };
}

const syntaxOf = (text: string): ConditionSyntax => ({ text, rightSide });

/** Of a chain such as `0 < x < 10`, the last operand. */
function rightSide(condition: Node): Node | null {
  return condition.type === 'comparison_operator' ? (operandsOf(condition).at(-1) ?? null) : null;
}

function readScope(captures: Captures, text: string): Scope | null {
  const scope = captures['scope.class'] ?? captures['scope.function'];
  const name = captures['scope.name'];
  if (!scope || !name) return null;
  const isTest = scope.type === 'function_definition' && /test/i.test(textOf(name, text));
  return { start: scope.startIndex, end: scope.endIndex, name: textOf(name, text), isTest };
}

/** Classes and functions down to the innermost function whose name contains "test". */
function testName(scopes: readonly Scope[]): string {
  const depth = scopes.findLastIndex(({ isTest }) => isTest);
  return scopes
    .slice(0, depth + 1)
    .map(({ name }) => name)
    .join('::');
}
