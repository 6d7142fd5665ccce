import { authorsAssertionKeys } from '../../src/assertions/authors-keys.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('assertions/authors-keys');
const keysOf = async (text: string) => [...(await authorsAssertionKeys(text))];
const countOf = async (text: string) => (await authorsAssertionKeys(text)).size;
/** How many assertions of `after` are new to someone who knows `before`. */
async function newIn(before: string, after: string): Promise<number> {
  const known = await authorsAssertionKeys(before);
  return (await keysOf(after)).filter((key) => !known.has(key)).length;
}

const FILE = 'import a\n\n\ndef test_a():\n    assert a.x == 1\n    assert a.y == 2\n    assert a.z == 3\n';

test.slow('an edit makes every assertion below it new, and none above it', async () => {
  assert.is(await countOf(FILE), 3);
  assert.is(await newIn(FILE, `import b\n${FILE}`), 3);
  assert.is(await newIn(FILE, FILE.replace('y == 2', 'y == 5')), 2);
  assert.is(await newIn(FILE, FILE.replace('z == 3', 'z == 5')), 1);
  assert.is(await newIn(FILE, `${FILE}\n# the end\n`), 0);
  assert.is(await newIn(FILE, FILE.replace('    assert a.y == 2\n', '')), 1);
});

test('white space, parentheses around values and messages are no change', async () => {
  assert.is(await newIn(FILE, FILE.replace(/ {4}/g, '\t').replace('\n\n\n', '\n\n')), 0);
  assert.is(await newIn('assert x == 1\n', 'assert (x == (1)), "message"\n'), 0);
  assert.is(await newIn('assert (not x)\n', 'assert not x\n'), 0);
  assert.is(await newIn('assert f(1) is  not None\n', 'assert f(1) is not None, f"{x}"\n'), 0);
  assert.is(await newIn('\n\nassert x == 1\n', 'assert x == 1\n'), 0);
});

test('of a chain only the first two operands count, of a call what their prompt shows', async () => {
  assert.is(await newIn('assert 0 < x < 9\n', 'assert 0 < x < 8\n'), 0);
  assert.is(await newIn('self.assertRaises(A, f, 1)\n', 'self.assertRaises(A, g)\n'), 0);
  assert.is(await newIn('self.assertRaisesRegex(A, "a", f)\n', 'self.assertRaisesRegex(A, "a")\n'), 0);
  assert.is(await newIn('self.assertTrue(a, "b")\n', 'self.assertTrue(a)\n'), 0);
  assert.is(await newIn('np.assert_equal(a, b, err_msg="x")\n', 'np.assert_equal(a, b)\n'), 0);
  assert.is(await newIn('np.assert_equal(a, b)\n', 'assert_equal(a, b)\n'), 1);
  assert.is(await newIn('self.assertEqual(a, b, "x")\n', 'self.assertEqual(a, b, "y")\n'), 1);
  assert.is(await newIn('pytest.raises(A, match="x")\n', 'pytest.raises(A, match="y")\n'), 1);
  assert.is(await newIn('pytest.raises(A, f)\n', 'pytest.raises(A)\n'), 0);
});

test('knows their families and no other', async () => {
  const taken = [
    ...['assert x', 'assert x == 1', 'self.assertEqual(a, b)', 'self.assertLogs(a, b)', 'pytest.raises(A)'],
    ...['pytest.approx(1)', 'assert_called_with(1)', 'm.assert_called_with(1)', 'self.assert_ok(*args)'],
  ];
  for (const line of taken) assert.is(await countOf(`${line}\n`), 1, line);
  assert.is(await countOf('assert x == pytest.approx(1)\n'), 2);
  const left = [
    ...['self.assertEqual(a)', 'self.assertEqual(first=a, second=b)', 'case.assertEqual(a, b)'],
    ...['self.assertStartsWith(a, b)', 'pytest.warns(A)', 'raises(A)', 'm.assert_called()', 'm.assert_(x)'],
    ...['a.mock.assert_called_with(1)', 'unittest.mock.assert_x(1)', 'expect(x)'],
  ];
  for (const line of left) assert.is(await countOf(`${line}\n`), 0, line);
});

test('a file that CPython 3 does not parse has none', async () => {
  const broken = [
    ...['def (:\n', 'print "x"\n', 'exec "x"\n', 'x = 0777\n', 'x = 10L\n', 'if a <> b:\n    pass\n'],
    ...['try:\n    pass\nexcept A, e:\n    pass\n', '\uFEFF', 'x = "\0"\n', '  x = 1\n'],
    'class A:\n    def a(self):\n        pass\n   def b(self):\n        pass\n',
  ];
  for (const text of broken) assert.is(await countOf(`${text}assert x == 1\n`), 0, JSON.stringify(text));
  const sound = ['print("x")\n', 'x = 0\ny = 00\n', 'if a: b; c\n', 'try: pass\nexcept (A, B): pass\n'];
  for (const text of sound) assert.is(await countOf(`${text}assert x == 1\n`), 1, JSON.stringify(text));
});

test.run();
