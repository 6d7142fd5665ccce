/** The heuristic copies what stands above, and never needs to know the answer. */
import { copyFromPrefix } from '../../src/commands/bench-copy.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('commands/bench-copy');
const python = (prefix: string) => copyFromPrefix(prefix, 'python');
const script = (prefix: string) => copyFromPrefix(prefix, 'typescript');

test('the value of the last place with the same words before it, whole', () => {
  assert.is(python('assert total(a) == [1, 2]\nassert name == "x"\nassert size(b) == '), '"x"');
  assert.is(python('assert a == f(1, (2))  # two\nassert b == '), 'f(1, (2))');
  assert.is(
    script('expect(a).toEqual({ x: [1] });\nexpect(b).toBe(true);\nexpect(c).toEqual('),
    '{ x: [1] }',
  );
  assert.is(python('with pytest.raises(KeyError):\n    x\nwith pytest.raises('), 'KeyError');
});

test('of a call with several arguments, the last one of the nearest such call', () => {
  assert.is(python('    self.assertEqual(a, 3)\n    self.assertTrue(x)\n    self.assertEqual(b, '), '3');
  assert.is(script("  t.is(sum(1, 2), 3);\n  t.is(name(), 'x');\n  t.is(other(), "), "'x'");
});

test('without one, the most recent literal of the kind that the place asks for', () => {
  assert.is(python('x = 7\ny = "seven"\nassert len(y) == '), '7');
  assert.is(python('limit = 3\ny = "seven"\nassert y == '), '"seven"');
  assert.is(python('class OwnError(ValueError): ...\nx = 1\nwith pytest.raises('), 'ValueError');
  assert.is(script('const a = [4, "x"];\nexpect(a).toHaveLength('), '4');
});

test('comments are no values, and numbers in names are no numbers', () => {
  assert.is(python('size = 5\nv2 = other  # 99\nassert len(v2) == '), '5');
});

test('where there is nothing above, a usual value of the kind, or none', () => {
  assert.is(python('assert len(x) == '), '0');
  assert.is(script('expect(x).toBe('), '');
});

test.run();
