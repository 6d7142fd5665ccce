import { assert, suite } from '../helpers/suite.ts';
import { readOne } from './read.ts';

const test = suite('assertions/identity');
const python = async (text: string) => (await readOne('test_a.py', text)).key;
const script = async (text: string) => (await readOne('a.test.tsx', text)).key;

test('is the family and the tokens', async () => {
  assert.is(await python('assert x  == f( 1 )\n'), 'python/assert assert x == f ( 1 )');
});

test('leaves layout out: white space, comments, line breaks, the last comma', async () => {
  const key = await python('assert f(a) == [1, 2]\n');
  assert.is(
    await python(
      'if x:\n        assert f( a )==[  # one\n            1,\n            2,\n        ]  # end\n',
    ),
    key,
  );
  assert.is(await python('assert f(a) == \\\n    [1, 2]\n'), key);
  assert.is(await script('expect(a).toEqual({\n  b: 1,\n});'), await script('expect(a).toEqual({ b: 1 })'));
});

test('keeps strings to the letter', async () => {
  assert.is.not(await python('assert x == "a b"\n'), await python('assert x == "a  b"\n'));
  assert.is.not(await script('expect(a).toBe(`b\n c`)'), await script('expect(a).toBe(`b c`)'));
  assert.is.not(await script('expect(a).toBe(/a b/)'), await script('expect(a).toBe(/a  b/)'));
});

test('tells apart a tuple of one from a value in parentheses', async () => {
  assert.is.not(await python('assert x == f((1,))\n'), await python('assert x == f((1))\n'));
  assert.is(await python('assert x == (1, 2,)\n'), await python('assert x == (1, 2)\n'));
});

test('holds the left side, the value and the message', async () => {
  const keys = await Promise.all(
    ['assert a == 1', 'assert b == 1', 'assert a == 2', 'assert a != 1', 'assert a == 1, "m"'].map(python),
  );
  assert.is(new Set(keys).size, keys.length);
});

test('holds the left side of an approximate value', async () => {
  assert.is.not(await python('assert a == approx(1)\n'), await python('assert b == approx(1)\n'));
});

test.run();
