import { newAssertions } from '../../src/assertions/newness.ts';
import { assert, suite } from '../helpers/suite.ts';
import { read } from './read.ts';

const test = suite('assertions/newness');

/** Lines of the new version that hold a new assertion. */
async function newLines(before: string | null, after: string, path = 'test_a.py'): Promise<number[]> {
  const old = before === null ? null : await read(path, before);
  return newAssertions(old, await read(path, after)).map(({ line }) => line);
}

const CART = 'def test_a():\n    assert a == 1\n    assert b == 2\n';

test('calls all of a new file new', async () => {
  assert.equal(await newLines(null, CART), [2, 3]);
});

test('calls nothing new when lines above moved', async () => {
  assert.equal(await newLines(CART, `import os\n\n${CART}`), []);
});

test('calls nothing new when an assertion is indented or wrapped', async () => {
  assert.equal(
    await newLines(
      CART,
      'def test_a():\n    with c:\n        assert a == 1\n        assert (b\n           == 2)\n'.replace(
        '(b\n           == 2)',
        'b  ==  2',
      ),
    ),
    [],
  );
  assert.equal(
    await newLines(
      'self.assertEqual(a, [1, 2])\n',
      'if x:\n    self.assertEqual(\n        a,\n        [1, 2],\n    )\n',
    ),
    [],
  );
});

test('calls nothing new when a test or its class was renamed', async () => {
  assert.equal(await newLines(CART, CART.replace('test_a', 'test_b')), []);
  const script = "describe('a', () => { it('b', () => { expect(c).toBe(1) }) })";
  assert.equal(await newLines(script, script.replace("'a'", "'x'").replace("'b'", "'y'"), 'a.test.ts'), []);
});

test('calls nothing new when the order changed', async () => {
  assert.equal(await newLines(CART, 'def test_a():\n    assert b == 2\n    assert a == 1\n'), []);
});

test('calls a changed value new, and a changed left side', async () => {
  assert.equal(await newLines(CART, CART.replace('b == 2', 'b == 3')), [3]);
  assert.equal(await newLines(CART, CART.replace('assert a', 'assert c')), [2]);
});

test('calls exactly one new when a duplicate is added', async () => {
  assert.equal(await newLines(CART, CART.replace('    assert b', '    assert a == 1\n    assert b')), [3]);
  assert.equal(await newLines(CART, `${CART}def test_b():\n    assert a == 1\n`), [5]);
  assert.equal(await newLines(CART, `def test_0():\n    assert a == 1\n${CART}`), [2]);
});

test('calls nothing new when a duplicate is removed', async () => {
  assert.equal(await newLines('assert a == 1\nassert a == 1\n', 'assert a == 1\n'), []);
});

test('matches within the same test first, then anywhere in the file', async () => {
  const before = 'def test_a():\n    assert x == 1\ndef test_b():\n    assert x == 1\n';
  const after =
    'def test_c():\n    assert x == 1\ndef test_a():\n    assert x == 1\ndef test_d():\n    assert x == 1\n';
  assert.equal(await newLines(before, after), [6]);
});

test('compares a renamed file with the assertions of its old path', async () => {
  const before = await read('test_old.py', CART);
  assert.equal(newAssertions(before, await read('test_new.py', CART)), []);
});

test('calls an assertion new that came from another file', async () => {
  const before = await read('test_b.py', 'assert z == 9\n');
  const moved = newAssertions(before, await read('test_b.py', 'assert z == 9\nassert a == 1\n'));
  assert.equal(
    moved.map(({ line }) => line),
    [2],
  );
});

test('does not change what it is given', async () => {
  const [before, after] = [await read('test_a.py', CART), await read('test_a.py', CART)];
  const copies = structuredClone([before, after]);
  newAssertions(before, after);
  assert.equal([before, after], copies);
});

test.run();
