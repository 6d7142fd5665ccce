import { assert, suite } from '../helpers/suite.ts';
import { read, readOne, shown } from './read.ts';

const test = suite('assertions/javascript');
const script = (text: string) => shown('a.test.ts', text);
const targets = async (text: string, path = 'a.test.ts') =>
  (await read(path, text)).map(({ target }) => target);

test('takes the argument of a Jest matcher', async () => {
  assert.equal(await script('expect(total(cart)).toBe(12);'), ['js/expect: expect(total(cart)).toBe(→ 12']);
  assert.equal(
    await targets(
      'expect(a).not.toEqual({ b: 1 }); await expect(p).resolves.toMatchObject([1]); expect(s).toHaveLength(3);',
    ),
    ['{ b: 1 }', '[1]', '3'],
  );
  assert.equal(
    await targets("expect(f).toThrow('no'); expect(f).rejects.toThrow(TypeError); expect(f).toThrow();"),
    ["'no'", 'TypeError'],
  );
});

test('takes the last argument of matchers that have several, and of unknown ones', async () => {
  assert.equal(await targets("expect(f).toHaveBeenCalledWith(1, 'b'); expect(o).toHaveProperty('a.b', 3);"), [
    "'b'",
    '3',
  ]);
  assert.equal(await targets("expect(e).toHaveAttribute('href', '/x'); expect(n).toBeWithin(1, 9);"), [
    "'/x'",
    '9',
  ]);
});

test('reads an inline snapshot, and no other', async () => {
  assert.equal(await targets("expect(a).toMatchInlineSnapshot(`\n  1\n`); expect(a).toMatchSnapshot('n');"), [
    '`\n  1\n`',
  ]);
});

test('says nothing about matchers without a value', async () => {
  assert.equal(
    await script('expect(a).toBeNull(); expect(f).toHaveBeenCalled(); expect(a).toMatchInlineSnapshot();'),
    [],
  );
});

test('tells tests of types from tests of values', async () => {
  assert.equal(await script('expect(a).type.toBe<string>(); expectTypeOf(a).toEqualTypeOf<number>();'), []);
});

test('reads Chai, also after a chained assertion', async () => {
  assert.equal(await script('expect(a).to.deep.equal([1]);'), [
    'js/chai-expect: expect(a).to.deep.equal(→ [1]',
  ]);
  assert.equal(
    await targets("expect(a).to.eql(1); expect(a).to.have.lengthOf(2); expect(a).to.be.an('array');"),
    ['1', '2', "'array'"],
  );
  assert.equal(await targets("expect(a).to.have.property('b').that.equals(3);"), ["'b'", '3']);
  assert.equal(await script("a.should.equal(3); f(a).should.have.property('b', 4);"), [
    'js/chai-should: a.should.equal(→ 3',
    "js/chai-should: a.should.equal(3); f(a).should.have.property('b', → 4",
  ]);
});

test('takes the second argument of assert functions', async () => {
  assert.equal(await script("assert.equal(a, 1, 'why');"), ['js/assert: assert.equal(a, → 1']);
  assert.equal(
    await targets(
      'assert.is(a, 1); assert.is.not(a, 2); assert.not.equal(a, 3); assert.strict.deepEqual(a, [4]);',
    ),
    ['1', '2', '3', '[4]'],
  );
  assert.equal(
    await targets('assert.throws(f, /re/); assert.throws(f); assert.type(a, "string"); assert.fail("x");'),
    ['/re/', '"string"'],
  );
  assert.equal(
    await targets('strictEqual(a, 1); deepEqual(b, {}); assertEquals(c, 3); chai.assert.equal(d, 4);'),
    ['1', '{}', '3', '4'],
  );
});

test('takes the right side of an asserted comparison, or the whole condition', async () => {
  assert.equal(await script('assert(a.length === 3);'), ['js/assert: assert(a.length === → 3']);
  assert.equal(await targets('assert.ok((a > 2)); assert(a instanceof Map); t.true(a === b);'), [
    '2',
    'Map',
    'b',
  ]);
  assert.equal(await script('assert.ok(isValid(a));'), ['js/assert: assert.ok(→ isValid(a) (condition)']);
});

test('reads the t of AVA, tap, tape and node:test', async () => {
  assert.equal(await script("t.is(a, 'x');"), ["js/t: t.is(a, → 'x'"]);
  assert.equal(
    await targets(
      't.deepEqual(a, [1]); st.equal(a, 2); t.same(a, {}); t.strictSame(a, []); t.assert.strictEqual(a, 3);',
    ),
    ['[1]', '2', '{}', '[]', '3'],
  );
  assert.equal(await targets("t.throws(f, { message: 'x' }); t.plan(3); t.end();"), ["{ message: 'x' }"]);
});

test('leaves out calls of the same name on other objects', async () => {
  assert.equal(await script('map.has(a, 1); text.match(/a/); lodash.isEqual(a, b); expect.any(String);'), []);
});

test('leaves out a call whose arguments are spread', async () => {
  assert.equal(await script('expect(a).toBe(...b); assert.equal(...pair); assert.equal(a, ...rest);'), []);
});

test('reads type arguments, casts and JSX', async () => {
  assert.equal(await targets('expect<number>(a).toBe<number>(3 as Cents); assert.equal<Foo>(a, b!);'), [
    '3 as Cents',
    'b!',
  ]);
  assert.equal(await targets("test('a', () => { expect(<A b={1}>x</A>).toEqual(<B />); });", 'a.test.tsx'), [
    '<B />',
  ]);
  assert.equal(await targets('expect(<A />).toEqual(<B>é</B>);', 'a.test.jsx'), ['<B>é</B>']);
});

test('names the enclosing test by its titles', async () => {
  const nested =
    "describe('cart', () => { describe.each([1])('of %s', () => { test.only(`adds`, function () { expect(a).toBe(1) }) }) })";
  assert.is((await readOne('a.test.js', nested)).test, 'cart > of %s > adds');
  assert.is(
    (await readOne('a.test.js', "const API = suite('API'); API('works', () => assert.is(a, 1));")).test,
    'works',
  );
  assert.is(
    (await readOne('a.test.js', "describe('a', () => { wrap('b', () => { expect(a).toBe(1) }) })")).test,
    'a',
  );
  assert.is(
    (await readOne('a.test.js', "test('a', (t) => { t.test('b', (t) => t.is(c, 1)) })")).test,
    'a > b',
  );
  assert.is((await readOne('a.test.js', "app.get('/', () => { expect(a).toBe(1) })")).test, '');
});

test('keeps the outer of two values inside each other', async () => {
  assert.equal(await targets('expect(f).toSatisfy((x) => { expect(x).toBe(1); return true; });'), [
    '(x) => { expect(x).toBe(1); return true; }',
  ]);
  assert.equal(await targets('expect(() => { expect(a).toBe(1) }).toThrow(E);'), ['1', 'E']);
});

test.run();
