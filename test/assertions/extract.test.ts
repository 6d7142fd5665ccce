import { spliceValue } from '../../src/assertions/assertion.ts';
import {
  extractAssertions,
  MAX_TARGET_LENGTH,
  MAX_TARGET_LINES,
  parses,
} from '../../src/assertions/extract.ts';
import { UsageError } from '../../src/errors.ts';
import { assert, suite } from '../helpers/suite.ts';
import { read, readOne } from './read.ts';

const test = suite('assertions/extract');

test('counts offsets and columns in UTF-16 units, whatever is before the value', async () => {
  for (const before of ['é', '😀', '漢字', '👩‍👩‍👧', 'e\u0301', '\ud800']) {
    const text = `# ${before}\ns = "${before}"; assert f("${before}") == "${before}!"\n`;
    const { start, end, prefix, target, line, column, endColumn } = await readOne('test_a.py', text);
    assert.is(text.slice(start, end), `"${before}!"`);
    assert.is(prefix, text.slice(0, start));
    assert.is(target, `"${before}!"`);
    assert.equal([line, column], [2, start - text.indexOf('\n')]);
    assert.is(endColumn, column + target.length);
  }
});

test('gives the end of a value of several lines', async () => {
  const { line, column, endLine, endColumn } = await readOne(
    'a.test.ts',
    'x;\r\nexpect(a).toEqual([\r\n  1,\r\n]);\r\n',
  );
  assert.equal([line, column, endLine, endColumn], [2, 19, 4, 2]);
});

test('keeps a byte order mark in the text', async () => {
  const { prefix, column } = await readOne('test_a.py', '\ufeffassert x == 3\n');
  assert.is(prefix, '\ufeffassert x == ');
  assert.is(column, 14);
});

test('returns assertions in document order', async () => {
  const text = 'assert a == [\n    approx(1),\n]\nself.assertEqual(f(g, lambda: h), 2)\nassert b == 3\n';
  assert.equal(
    (await read('test_a.py', text)).map(({ line }) => line),
    [1, 4, 5],
  );
});

test.slow('reads every language by its extension', async () => {
  const paths = [
    'a.test.ts',
    'a.test.mts',
    'a.test.cts',
    'a.test.tsx',
    'a.test.js',
    'a.test.mjs',
    'a.test.cjs',
    'a.test.jsx',
  ];
  const languages = await Promise.all(
    paths.map(async (path) => (await readOne(path, 'expect(x).toBe(1)')).language),
  );
  assert.equal(languages, ['typescript', 'typescript', 'typescript', 'tsx', ...Array(4).fill('javascript')]);
});

test('leaves long values out and says how many', async () => {
  const long = `"${'x'.repeat(MAX_TARGET_LENGTH)}"`;
  const lines = `[${'1,\n'.repeat(MAX_TARGET_LINES)}]`;
  const { assertions, notices } = await extractAssertions(
    'test_a.py',
    `assert a == ${long}\nassert b == ${lines}\nassert c == 1\n`,
  );
  assert.equal(
    assertions.map(({ target }) => target),
    ['1'],
  );
  assert.equal(notices, [
    'test_a.py: 2 expected values are longer than 400 characters or 12 lines and left out',
  ]);
});

test('leaves out what is inside a syntax error and reads the rest', async () => {
  const { assertions, notices } = await extractAssertions(
    'a.test.ts',
    'expect(a).toBe(1);\nexpect(b).toBe(3 $ 4);\nexpect(c).toBe(2);\n',
  );
  assert.equal(
    assertions.map(({ target }) => target),
    ['1', '2'],
  );
  assert.equal(notices, ['a.test.ts: has syntax errors; assertions inside them are left out']);
});

test('says so when a file is too large or of another kind', async () => {
  const large = await extractAssertions('test_a.py', '#'.repeat(1_000_001));
  assert.equal(large, {
    assertions: [],
    notices: ['test_a.py: left out, it has 1000001 characters, more than the limit of 1000000'],
  });
  assert.match((await extractAssertions('a.rb', 'assert x')).notices[0] ?? '', /^a\.rb: .* not read$/);
});

test('gives the same result for the same text', async () => {
  const text = 'def test_a():\n    assert x == 1\n    self.assertEqual(a, [b])\n';
  assert.equal(await extractAssertions('test_a.py', text), await extractAssertions('test_a.py', text));
});

test('reads an empty file', async () => {
  assert.equal(await extractAssertions('test_a.py', ''), { assertions: [], notices: [] });
});

test('tells whether a text is free of syntax errors', async () => {
  assert.ok(await parses('a.test.tsx', 'const a = <b c={1} />;'));
  assert.not(await parses('a.test.ts', 'expect(x).toBe(;'));
  assert.not(await parses('test_a.py', 'assert x ==\n'));
  assert.not(await parses('a.rb', ''));
});

test('puts a value in and leaves every other character as it is', async () => {
  const text = '# é\r\nassert x == "old"  # why\r\n';
  assert.is(
    spliceValue(text, await readOne('test_a.py', text), '"new"'),
    '# é\r\nassert x == "new"  # why\r\n',
  );
});

test('refuses to put a value into a text that has changed', async () => {
  const assertion = await readOne('test_a.py', 'assert x == 1\n');
  assert.throws(
    () => spliceValue('assert y == 1\n', assertion, '2'),
    (error: unknown) => error instanceof UsageError,
  );
  assert.throws(() => spliceValue('assert x == 2\n', assertion, '3'), /test_a\.py:1: the file has changed/);
});

test.run();
