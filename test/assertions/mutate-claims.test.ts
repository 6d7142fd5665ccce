import { claimsEquality } from '../../src/assertions/mutate-claims.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('assertions/mutate-claims');

const EQUAL = [
  'assert f(x) == ',
  'assert f(x) == (',
  'assert x is ',
  'assert(a === ',
  'self.assertEqual(f("(", [1, 2]), ',
  'self.assertEqual(first=1, second=',
  'with pytest.raises(',
  'assert x == pytest.approx(',
  'expect(f(")")).toBe(',
  'expect(a).to.deep.equal(',
  't.is(f(a), ',
  'mock.assert_called_once_with(1, k=',
];
const OTHER = [
  'assert x != ',
  'assert(a !== ',
  'assert x > ',
  'assert x <= ',
  'assert x in ',
  'assert x is not ',
  'self.assertNotEqual(a, ',
  'self.assertIn(a, ',
  'np.testing.assert_array_less(a, ',
  'assert_not_equal(a, ',
  'expect(a).not.toBe(',
  'expect(a).to.not.deep.equal(',
  'expect(a).toBeGreaterThan(',
  'expect(a).toContain(',
  't.notEqual(a, ',
  'assert ',
];

test('knows the claims of which another value is wrong', () => {
  for (const prefix of EQUAL) assert.ok(claimsEquality(`x = "(("\n${prefix}`), prefix);
});

test('of other claims another value may be right too', () => {
  for (const prefix of OTHER) assert.not.ok(claimsEquality(`x = "(("\n${prefix}`), prefix);
});

test.run();
