import { spliceValue } from '../../src/assertions/assertion.ts';
import { parses } from '../../src/assertions/extract.ts';
import { assert, suite } from '../helpers/suite.ts';
import { read, readOne } from './read.ts';

const test = suite('assertions/open-places');

/** The text with `42` in the open place. */
async function filled(path: string, text: string): Promise<string> {
  const assertion = await readOne(path, text);
  assert.ok(assertion.open, `open: ${text}`);
  assert.is(assertion.target, '');
  const result = spliceValue(text, assertion, '42');
  assert.ok(await parses(path, result), `parses: ${result}`);
  return result;
}
const python = (text: string) => filled('test_a.py', text);
const script = (text: string) => filled('a.test.ts', text);

test('finds the place of a missing argument, with or without its comma', async () => {
  assert.is(await python('self.assertEqual(x, )'), 'self.assertEqual(x, 42)');
  assert.is(await python('self.assertEqual(x,)'), 'self.assertEqual(x, 42)');
  assert.is(await python('self.assertEqual(x)'), 'self.assertEqual(x, 42)');
  assert.is(await script('assert.equal(x, );'), 'assert.equal(x, 42);');
  assert.is(await script('assert.is(x);'), 'assert.is(x, 42);');
  assert.is(await script('expect(x).toBe();'), 'expect(x).toBe(42);');
  assert.is(await script('expect(x).not.toEqual( );'), 'expect(x).not.toEqual(42 );');
});

test('finds it in an argument list of several lines', async () => {
  assert.is(await python('self.assertEqual(\n    x,\n)\n'), 'self.assertEqual(\n    x, 42\n)\n');
  assert.is(await script('assert.equal(\n  x, // left open\n);'), 'assert.equal(\n  x, 42 // left open\n);');
});

test('finds a missing right side at the end of a line', async () => {
  assert.is(await python('assert x ==\nassert_ok()\n'), 'assert x == 42\nassert_ok()\n');
  assert.is(await python('assert x == \n'), 'assert x == 42\n');
  assert.is(
    await python('def test_a():\n    assert f(x) !=  # later\n'),
    'def test_a():\n    assert f(x) != 42  # later\n',
  );
  assert.is(await python('assert x is\r\ny = 1\r\n'), 'assert x is 42\r\ny = 1\r\n');
  assert.is(await python('assert x in'), 'assert x in 42');
  assert.is(await script('assert(x === );'), 'assert(x === 42);');
});

test('does not take a comparison that goes on in the next line for an open one', async () => {
  const assertions = await read('test_a.py', 'assert (x ==\n    3)\nassert y ==\n');
  assert.equal(
    assertions.map(({ open, target }) => [open, target]),
    [
      [false, '3'],
      [true, ''],
    ],
  );
});

test('leaves the other assertions of a file with an open comparison as they are', async () => {
  const text = 'def test_a():\n    assert x ==\n    assert y == 2\n    assert z ==\n    assert w == "=="\n';
  const assertions = await read('test_a.py', text);
  assert.equal(
    assertions.map(({ target }) => target),
    ['', '2', '', '"=="'],
  );
  assert.ok(assertions.every(({ prefix, start }) => prefix.startsWith(text.slice(0, start))));
});

test('knows placeholders, and reports what is written', async () => {
  for (const written of ['...', '__', '_____', 'TODO', "'TODO'", '"TODO"']) {
    assert.is(await python(`assert x == ${written}  # c\n`), 'assert x == 42  # c\n');
    assert.is((await readOne('test_a.py', `assert x == ${written}\n`)).written, written);
  }
  assert.is(await script('expect(x).toBe(/* ? */);'), 'expect(x).toBe(42);');
  assert.is(await script('assert.equal(x, /* TODO: sum */);'), 'assert.equal(x, 42);');
  assert.is(await script('expect(x).toBe(undefined /* TODO */);'), 'expect(x).toBe(42);');
  assert.is(await script('expect(x).toBe(`TODO`);'), 'expect(x).toBe(42);');
});

test('does not call open what may be meant', async () => {
  const closed = async (path: string, text: string) => (await read(path, text)).every(({ open }) => !open);
  assert.ok(
    await closed(
      'a.test.ts',
      'expect(x).toBe(undefined); expect(x).toBe(undefined /* none */); expect(_).toBe(_);',
    ),
  );
  assert.ok(
    await closed('a.test.ts', 'expect(f).toThrow(); assert.throws(f); expect(f).toHaveBeenCalledWith();'),
  );
  assert.ok(
    await closed('test_a.py', 'm.assert_called_with()\nassert todo == "TODO: milk"\nself.assertTrue()\n'),
  );
  assert.ok(await closed('test_a.py', 'self.assertEqual(*pair)\nself.assertEqual(first=a)\n'));
});

test('covers the placeholder, or the empty place', async () => {
  const written = await readOne('test_a.py', 'assert x == ...\n');
  assert.equal([written.column, written.endColumn], [13, 16]);
  const empty = await readOne('test_a.py', 'assert x ==\n');
  assert.equal(
    [empty.column, empty.endColumn, empty.prefix, empty.written],
    [12, 12, 'assert x == ', undefined],
  );
});

test.run();
