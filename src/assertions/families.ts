/**
 * The table: which argument of which assertion is the expected value.
 *
 * In: the name of a function or method. Out: the rule of its expected value, or undefined. Names only; how a
 * call is recognised is the business of the language readers. docs/assertions.md shows the same table.
 */
import type { ArgumentRule } from './argument-rules.ts';

export const CONDITION: ArgumentRule = { at: 0, isCondition: true, keywords: ['expr', 'obj'] };

const FIRST: ArgumentRule = { at: 0, isRequired: true };
const FIRST_IF_GIVEN: ArgumentRule = { at: 0 };
const SECOND: ArgumentRule = { at: 1, isRequired: true };
const SECOND_IF_GIVEN: ArgumentRule = { at: 1 };
const THIRD: ArgumentRule = { at: 2, isRequired: true };
const LAST: ArgumentRule = { at: 'last' };

/** `first, second` and the names unittest and numpy have for the second. */
const PYTHON_SECOND: ArgumentRule = {
  ...SECOND,
  keywords: (
    'second b expr2 container cls expected_regex list2 tuple2 set2 d2 seq2 dictionary ' +
    'desired y right expected'
  ).split(' '),
};
const PYTHON_EXCEPTION: ArgumentRule = {
  ...FIRST,
  keywords: 'expected_exception exception expected_warning exception_class'.split(' '),
};
const PYTHON_APPROX: ArgumentRule = { ...FIRST, keywords: ['expected'] };

const UNITTEST = table([
  [
    PYTHON_SECOND,
    'assertEqual assertNotEqual assertIs assertIsNot assertIn assertNotIn assertIsInstance assertNotIsInstance ' +
      'assertIsSubclass assertNotIsSubclass assertAlmostEqual assertNotAlmostEqual assertGreater assertGreaterEqual ' +
      'assertLess assertLessEqual assertRegex assertNotRegex assertCountEqual assertMultiLineEqual ' +
      'assertSequenceEqual assertListEqual assertTupleEqual assertSetEqual assertDictEqual assertStartsWith ' +
      'assertNotStartsWith assertEndsWith assertNotEndsWith assertHasAttr assertNotHasAttr ' +
      'assertEquals assertNotEquals assertAlmostEquals assertNotAlmostEquals assertRegexpMatches ' +
      'assertNotRegexpMatches assertItemsEqual assertDictContainsSubset',
  ],
  [CONDITION, 'assertTrue assertFalse assertIsNone assertIsNotNone assert_'],
  [PYTHON_EXCEPTION, 'assertRaises assertRaisesRegex assertRaisesRegexp assertWarns assertWarnsRegex'],
]);

const PYTEST = table([
  [PYTHON_EXCEPTION, 'raises warns'],
  [PYTHON_APPROX, 'approx'],
]);

/** Helpers whose arguments are known; any other `assert_*` takes its last argument. */
const PYTHON_HELPERS = table([
  [
    PYTHON_SECOND,
    'assert_equal assert_not_equal assert_array_equal assert_allclose assert_almost_equal assert_approx_equal ' +
      'assert_array_almost_equal assert_array_almost_equal_nulp assert_array_max_ulp assert_array_less ' +
      'assert_string_equal assert_frame_equal assert_series_equal assert_index_equal assert_extension_array_equal ' +
      'assert_is assert_is_not assert_in assert_not_in assert_is_instance assert_greater assert_greater_equal ' +
      'assert_less assert_less_equal assert_regex assert_list_equal assert_dict_equal assert_set_equal ' +
      'assert_tuple_equal assert_sequence_equal assert_count_equal assert_items_equal',
  ],
  [CONDITION, 'assert_true assert_false assert_is_none assert_is_not_none'],
  [PYTHON_EXCEPTION, 'assert_raises assert_raises_regex assert_raises_regexp assert_warns'],
]);

/** Rule and family of a Python call, by the name that is called. */
export function pythonRule(name: string): { family: string; rule: ArgumentRule } | undefined {
  const unittest = UNITTEST.get(name);
  if (unittest) return { family: 'python/unittest', rule: unittest };
  const pytest = PYTEST.get(name);
  if (pytest) return { family: `python/pytest-${name}`, rule: pytest };
  if (!name.startsWith('assert_')) return undefined;
  return { family: 'python/assert-helper', rule: PYTHON_HELPERS.get(name) ?? LAST };
}

/** `expect(actual).toBe(expected)` of Jest, Vitest, Playwright. Snapshots in other files have no value here. */
const EXPECT = table<ArgumentRule | null>([
  [
    FIRST,
    'toBe toEqual toStrictEqual toBeCloseTo toBeGreaterThan toBeGreaterThanOrEqual toBeLessThan ' +
      'toBeLessThanOrEqual toContain toContainEqual toMatch toMatchObject toHaveLength toBeInstanceOf ' +
      'toBeTypeOf toBeOneOf toHaveBeenCalledTimes toBeCalledTimes toHaveReturnedTimes',
  ],
  [
    null,
    'toMatchSnapshot toMatchFileSnapshot toThrowErrorMatchingSnapshot toHaveScreenshot toMatchAriaSnapshot',
  ],
]);

/** Rule of a Jest matcher; a matcher that is not in the table takes its last argument, if it has any. */
export function matcherRule(name: string): ArgumentRule | undefined {
  if (!/^to[A-Z]/.test(name)) return undefined;
  const rule = EXPECT.get(name);
  return rule === undefined ? LAST : (rule ?? undefined);
}

/** `expect(actual).to.equal(expected)` and `actual.should.equal(expected)` of Chai and should.js. */
export const CHAI = table([
  [
    FIRST,
    'equal equals eq eql eqls above gt greaterThan least gte below lt lessThan most lte lengthOf length ' +
      'instanceof instanceOf closeTo approximately match matches string members oneOf exactly',
  ],
  [
    FIRST_IF_GIVEN,
    'a an include includes contain contains keys key throw throws Throw respondTo respondsTo callCount ' +
      'startWith endWith rejectedWith',
  ],
  [SECOND_IF_GIVEN, 'within'],
  [LAST, 'property ownProperty calledWith calledOnceWith calledWithExactly calledOnceWithExactly'],
]);

/** `assert.equal(actual, expected)` of node:assert, uvu, Chai, QUnit; `t.is(actual, expected)` of AVA, tap, tape. */
export const ASSERT = table([
  [
    SECOND,
    'equal equals notEqual strictEqual notStrictEqual deepEqual deepEquals notDeepEqual deepStrictEqual ' +
      'notDeepStrictEqual partialDeepStrictEqual looseEqual looseEquals deepLooseEqual notDeepLooseEqual eql ' +
      'is isEqual isNotEqual same notSame strictSame strictNotSame looseSame like notLike propEqual notPropEqual ' +
      'match doesNotMatch notMatch matchObject regex notRegex type notType typeOf notTypeOf instance instanceOf ' +
      'notInstanceOf isa isA has notHas hasStrict include notInclude deepInclude includes isAbove isAtLeast ' +
      'isBelow isAtMost lengthOf closeTo approximately sameMembers sameDeepMembers sameOrderedMembers ' +
      'includeMembers oneOf property notProperty hasAllKeys hasAnyKeys snapshot fixture resolveMatch',
  ],
  [SECOND_IF_GIVEN, 'not throws throwsAsync rejects'],
  [THIRD, 'propertyVal notPropertyVal deepPropertyVal nestedPropertyVal'],
  [
    CONDITION,
    'ok notOk true false truthy falsy assert isOk isNotOk isTrue isFalse isNull isNotNull isUndefined isDefined ' +
      'exists notExists',
  ],
]);

/** Functions called by their bare name: imported from node:assert, tape-like libraries, Deno's standard library. */
export const BARE = table([
  [CONDITION, 'assert'],
  [
    SECOND,
    'equal notEqual strictEqual notStrictEqual deepEqual notDeepEqual deepStrictEqual notDeepStrictEqual ' +
      'assertEquals assertNotEquals assertStrictEquals assertNotStrictEquals assertAlmostEquals assertMatch ' +
      'assertNotMatch assertObjectMatch assertInstanceOf assertStringIncludes assertArrayIncludes',
  ],
  [SECOND_IF_GIVEN, 'assertThrows assertRejects'],
]);

function table<Rule = ArgumentRule>(rows: readonly (readonly [Rule, string])[]): ReadonlyMap<string, Rule> {
  return new Map(rows.flatMap(([rule, names]) => names.split(' ').map((name) => [name, rule] as const)));
}
