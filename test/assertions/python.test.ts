import { assert, suite } from '../helpers/suite.ts';
import { read, readOne, shown } from './read.ts';

const test = suite('assertions/python');
const python = (text: string) => shown('test_a.py', text);
const targets = async (text: string) => (await read('test_a.py', text)).map(({ target }) => target);

test('takes the right side of a comparison', async () => {
  assert.equal(await python('assert total(cart) == 12\n'), ['python/assert: assert total(cart) == → 12']);
  assert.equal(await targets('assert a != 1\nassert a < 2\nassert a >= 3\n'), ['1', '2', '3']);
  assert.equal(await targets('assert a is None\nassert a is not None\n'), ['None', 'None']);
  assert.equal(await targets('assert a in [1, 2]\nassert a not in b\n'), ['[1, 2]', 'b']);
});

test('takes the last operand of a chained comparison', async () => {
  assert.equal(await python('assert 0 < x < 10\n'), ['python/assert: assert 0 < x < → 10']);
});

test('takes all of an assert that compares nothing', async () => {
  assert.equal(await python('assert is_valid(x), "msg"\n'), [
    'python/assert: assert → is_valid(x) (condition)',
  ]);
  assert.equal(await targets('assert not x == 3\nassert isinstance(x, int)\nassert a == 1 and b == 2\n'), [
    'not x == 3',
    'isinstance(x, int)',
    'a == 1 and b == 2',
  ]);
});

test('looks through redundant parentheses and leaves the message out', async () => {
  assert.equal(await targets('assert (x ==\n  3), "three"\nassert y == (4)\n'), ['3', '4']);
  assert.equal(await targets('assert x == (\n    "a"\n    "b"\n)\n'), ['"a"\n    "b"']);
  assert.equal(await targets('assert x == (1,)\n'), ['(1,)']);
});

test('keeps comments and line breaks inside a value', async () => {
  assert.equal(await targets('assert x == [\n  1,  # one\n  2,\n]  # after\n'), ['[\n  1,  # one\n  2,\n]']);
  assert.equal(await targets('assert x == \\\n    3\n'), ['3']);
  assert.equal(await targets('assert x == f"{y!r} {z:>3}"\n'), ['f"{y!r} {z:>3}"']);
});

test('takes the second argument of a unittest method, never its message', async () => {
  assert.equal(await python('self.assertEqual(a, 2, "why")\n'), ['python/unittest: self.assertEqual(a, → 2']);
  assert.equal(await targets('self.assertAlmostEqual(a, 2.5, 3)\nself.assertIn(a, [1])\n'), ['2.5', '[1]']);
  assert.equal(await targets('self.assertRegex(text, r"^a")\nself.assertIsInstance(a, int)\n'), [
    'r"^a"',
    'int',
  ]);
});

test('finds the value among keyword arguments', async () => {
  assert.equal(
    await targets('self.assertEqual(first=a, second=2)\nself.assertEqual(a, msg="m", second=3)\n'),
    ['2', '3'],
  );
  assert.equal(await targets('self.assertIsInstance(a, cls=int)\nself.assertRaises(exception=KeyError)\n'), [
    'int',
    'KeyError',
  ]);
});

test('takes the condition of assertTrue and its like, or the right side when it compares', async () => {
  assert.equal(await python('self.assertTrue(a.ok)\n'), [
    'python/unittest: self.assertTrue(→ a.ok (condition)',
  ]);
  assert.equal(await targets('self.assertTrue(a == 1)\nself.assertIsNone(b)\n'), ['1', 'b']);
});

test('takes the exception of raises and warns', async () => {
  assert.equal(await python('with pytest.raises(ValueError, match="x") as e:\n    f()\n'), [
    'python/pytest-raises: with pytest.raises(→ ValueError',
  ]);
  assert.equal(await targets('with raises((A, B)):\n    f()\nwith pytest.warns(UserWarning):\n    f()\n'), [
    '(A, B)',
    'UserWarning',
  ]);
  assert.equal(await targets('with self.assertRaisesRegex(KeyError, "x"):\n    f()\n'), ['KeyError']);
  assert.equal(await python('parser.raises(ValueError)\n'), []);
});

test('takes the value inside approx instead of the call around it', async () => {
  assert.equal(await python('assert x == pytest.approx(3.5, abs=0.1)\n'), [
    'python/pytest-approx: assert x == pytest.approx(→ 3.5',
  ]);
  assert.equal(await targets('assert x == {"a": approx(1)}\n'), ['{"a": approx(1)}']);
  assert.equal(await targets('expected = approx(1)\n'), ['1']);
});

test('takes the last argument of an assert_ helper', async () => {
  assert.equal(await python('mock.assert_called_with(1, "a")\n'), [
    'python/assert-helper: mock.assert_called_with(1, → "a"',
  ]);
  assert.equal(await targets('m.assert_called_once_with(1)\nm.assert_called_with(k=1, b=2)\n'), ['1', '2']);
  assert.equal(await targets('assert_response(r, 200)\nm.assert_not_called()\n'), ['200']);
});

test('knows where numpy and pandas expect the value', async () => {
  assert.equal(
    await targets('np.testing.assert_allclose(a, [1, 2], 1e-3)\nassert_frame_equal(a, right=b)\n'),
    ['[1, 2]', 'b'],
  );
});

test('leaves out a call whose arguments are spread', async () => {
  assert.equal(
    await python('self.assertEqual(*pair)\nself.assertEqual(a, *rest)\nm.assert_called_with(*args)\n'),
    [],
  );
});

test('leaves out methods that no table names', async () => {
  assert.equal(await python('self.assertContains(response, "x")\nself.check(a, b)\n'), []);
});

test('names the enclosing test', async () => {
  const nested =
    'class TestCart:\n    class Inner:\n        def test_total(self):\n            def check():\n                assert x == 1\n';
  assert.is((await readOne('test_a.py', nested)).test, 'TestCart::Inner::test_total');
  assert.is((await readOne('test_a.py', 'async def test_a():\n    assert x == 1\n')).test, 'test_a');
  assert.is((await readOne('test_a.py', 'def helper():\n    assert x == 1\n')).test, '');
  assert.is((await readOne('test_a.py', 'assert x == 1\n')).test, '');
});

test('reads Python 2 as far as it parses', async () => {
  assert.equal(await targets('print "a"\nassert x <> 3\n'), ['3']);
});

test.run();
