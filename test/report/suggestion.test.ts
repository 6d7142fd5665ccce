import { extractAssertions } from '../../src/assertions/extract.ts';
import { UsageError } from '../../src/errors.ts';
import type { AssertionReport, Suggestion } from '../../src/report/schema.ts';
import { isFaithful, makeSuggestion, proposedValue, spliceLine } from '../../src/report/suggestion.ts';
import { reportAssertion } from '../../src/report/verdict.ts';
import { suggestion, surprising } from '../helpers/action-report.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { score } from './scores.ts';

const test = suite('report/suggestion');

interface Wish {
  /** Which assertion of the file. */
  index?: number;
  probability?: number;
}

/** The suggestion for an assertion of a text, as if the adapter were sure of `value`. */
async function suggest(
  path: string,
  text: string,
  value: string,
  { index = 0, probability = 0.9 }: Wish = {},
): Promise<Suggestion | null> {
  const { assertions } = await extractAssertions(path, text);
  const assertion = assertions[index];
  if (!assertion) throw new Error(`no assertion ${index} in ${text}`);
  const candidates = [
    { text: value, probability },
    { text: 'None', probability: 0.04 },
  ];
  const thresholds = { surprisingMaxProbability: 0.05, surprisingMinCandidate: 0.85 };
  const report = reportAssertion({ ...score({ probability: 0.001, candidates }), assertion }, thresholds);
  return makeSuggestion(assertion, report, text);
}

/** The line that a suggestion leads to; null when there is none. */
async function lineFor(path: string, text: string, value: string, wish?: Wish): Promise<string | null> {
  const made = await suggest(path, text, value, wish);
  return made && spliceLine(made);
}

const CART = 'from cart import Cart\n\n\ndef test_total():\n    assert Cart().total() == 42  # why?\n';

test('puts the value in the place of the written one and leaves the rest of the line', async () => {
  assert.equal(await suggest('tests/test_cart.py', CART, '12'), {
    path: 'tests/test_cart.py',
    line: 5,
    column: 30,
    endColumn: 32,
    lineText: '    assert Cart().total() == 42  # why?',
    value: '12',
    probability: 0.9,
    runnerUp: { text: 'None', probability: 0.04 },
    written: '42',
    verdict: 'surprising',
    test: 'test_total',
  });
  assert.is(await lineFor('tests/test_cart.py', CART, '12'), '    assert Cart().total() == 12  # why?');
});

test('works in files with CRLF, with tabs, and without a last line break', async () => {
  const crlf = CART.replaceAll('\n', '\r\n');
  assert.is(await lineFor('test_a.py', crlf, '12'), '    assert Cart().total() == 12  # why?');
  const tabs = 'def test_a():\n\tassert f("\t") == 1';
  assert.is(await lineFor('test_a.py', tabs, '2'), '\tassert f("\t") == 2');
  assert.is(
    await lineFor('a.test.js', 'test("a", () => { expect(f()).toBe(1); });', '2'),
    'test("a", () => { expect(f()).toBe(2); });',
  );
});

test('counts columns in UTF-16 units', async () => {
  const made = await suggest('test_a.py', 'assert f("😀") == "😀"\n', '"é"');
  assert.equal([made?.column, made?.endColumn], [19, 23]);
  assert.is(made && spliceLine(made), 'assert f("😀") == "é"');
});

test('fills what was left open, with the comma or space that is missing', async () => {
  const cases: [path: string, text: string, line: string][] = [
    ['test_a.py', 'def test_a():\n    assert f() ==\n', '    assert f() == 7'],
    ['test_a.py', 'def test_a():\r\n    assert f() == \r\n', '    assert f() == 7'],
    ['test_a.py', 'assert f() == ...\n', 'assert f() == 7'],
    ['test_a.py', 'self.assertEqual(f())\n', 'self.assertEqual(f(), 7)'],
    ['a.test.ts', 'expect(f()).toBe();\n', 'expect(f()).toBe(7);'],
    ['a.test.ts', "expect(f()).toBe('TODO');\n", 'expect(f()).toBe(7);'],
    ['a.test.ts', 'expect(f()).toBe(/* ? */);\n', 'expect(f()).toBe(7);'],
    ['a.test.ts', 'assert.equal(f(), );\n', 'assert.equal(f(), 7);'],
  ];
  for (const [path, text, line] of cases) assert.is(await lineFor(path, text, '7'), line, text);
});

test('other assertions that are open do not stand in the way', async () => {
  const text = 'def test_a():\n    assert f() ==\n    assert g() ==\n    assert h() == 1\n';
  assert.is(await lineFor('test_a.py', text, '7', { index: 1 }), '    assert g() == 7');
  assert.is(await lineFor('test_a.py', text, '7', { index: 2 }), '    assert h() == 7');
});

test('an open value is only filled with one that is more likely right than wrong', async () => {
  assert.is(await suggest('a.test.ts', 'expect(f()).toBe();\n', '7', { probability: 0.49 }), null);
  assert.ok(await suggest('a.test.ts', 'expect(f()).toBe();\n', '7', { probability: 0.5 }));
});

test('a value over several lines is not touched', async () => {
  assert.is(await suggest('test_a.py', 'assert f() == [\n    1,\n]\n', '[2]'), null);
});

test('offers nothing that would change more than the value', async () => {
  const hostile = [
    '1\nimport os', // more lines
    '1; import os',
    '1, "message"',
    '1) or (True',
    '1 # ', // a comment would swallow what follows
    '1 and g() == 2', // another assertion than before
    '"unfinished',
    '[1, 2',
    '...', // open again
    '',
    ' 1',
    '1\u202e',
    '"\u200b"',
    '"\u0007"',
    '1 \\',
    'x'.repeat(401),
  ];
  for (const value of hostile) {
    assert.is(await suggest('test_a.py', 'assert f() == 42\n', value), null, JSON.stringify(value));
    assert.is(await suggest('test_a.py', 'assert (f() == 42)\n', value), null, JSON.stringify(value));
  }
  const script = ['1); evil(', '1 /* a */', '1 // a', '`${', '1, 2', '/* ? */', 'a => {', "'a"];
  for (const value of script) {
    assert.is(await suggest('a.test.ts', 'expect(f()).toBe(42);\n', value), null, JSON.stringify(value));
  }
});

test('takes strings with anything inside for the values they are', async () => {
  const values = [
    '"# 1; 2, 3)"',
    "'it\\'s'",
    '"src/**/*.ts"',
    '[1, (2, 3), {"a": 4}]',
    'Decimal("1.5")',
    '-1.5e-3',
  ];
  for (const value of values) {
    assert.is(await lineFor('test_a.py', 'assert f() == 42\n', value), `assert f() == ${value}`);
  }
});

test('a line that a reader could not see in full gets no suggestion', async () => {
  assert.is(await suggest('test_a.py', 'assert f("\u202e") == 42\n', '1'), null);
  assert.is(await suggest('test_a.py', `assert f("${'x'.repeat(500)}") == 42\n`, '1'), null);
});

test('assertions that are no finding get none', async () => {
  const { assertions } = await extractAssertions('test_a.py', 'assert f() == 42\n');
  const [assertion] = assertions;
  if (!assertion) throw new Error('no assertion');
  for (const verdict of ['expected', 'plausible'] as const) {
    assert.is(await makeSuggestion(assertion, surprising({ verdict }), 'assert f() == 42\n'), null);
  }
});

test('refuses a text that is not the one the assertion was read from', async () => {
  const { assertions } = await extractAssertions('test_a.py', 'assert f() == 42\n');
  const [assertion] = assertions;
  if (!assertion) throw new Error('no assertion');
  const report: AssertionReport = { ...surprising({ line: 1 }), path: 'test_a.py' };
  const changed = 'assert g() == 42\n';
  await rejects(makeSuggestion(assertion, report, changed), UsageError, /has changed/);
});

const LINE = '    assert cart.total() == 42';

test('faithful: what was made from the line applies to the line', () => {
  assert.is(isFaithful(suggestion(), LINE), true);
  assert.is(isFaithful(suggestion(), `${LINE} `), false, 'the line has changed');
});

test('faithful: a stranger cannot make it say or change something else', () => {
  const lies: Partial<Suggestion>[] = [
    { lineText: 'x' },
    { written: '4' },
    { written: null },
    { column: 29, written: '2' }, // in the middle of a number
    { endColumn: 29, written: '4' },
    { column: 12, endColumn: 16, written: 'cart', value: '' },
    { column: 0 },
    { endColumn: 60 },
    { column: 31, endColumn: 30 },
    { value: '42' },
    { value: "'42'; import os" },
    { value: '12\n    import os' },
    { value: '12\r' },
    { value: '12 # approved' },
    { value: '12\u202e' },
    { value: '12)' },
    { value: ', 12' },
    { value: 'x'.repeat(401) },
    { path: 'Makefile' },
    { verdict: 'open', written: null },
    { verdict: 'open' },
  ];
  for (const lie of lies) assert.is(isFaithful(suggestion(lie), LINE), false, JSON.stringify(lie));
});

test('faithful: an open value fills an empty place or a placeholder, and no other', () => {
  const line = 'expect(f()).toBe();';
  const filled = suggestion({
    ...{ path: 'a.test.ts', verdict: 'open', written: null, lineText: line },
    ...{ column: 18, endColumn: 18, value: '7', probability: 0.7 },
  });
  assert.is(isFaithful(filled, line), true);
  assert.is(isFaithful({ ...filled, value: ', 7' }, line), true);
  assert.is(isFaithful({ ...filled, value: '7 /* approved */' }, line), false);
  assert.is(isFaithful({ ...filled, probability: 0.2 }, line), false);
  const written = 'expect(f()).toBe(8);';
  assert.is(isFaithful({ ...filled, lineText: written, endColumn: 19 }, written), false);
  const todo = "expect(f()).toBe('TODO');";
  assert.is(isFaithful({ ...filled, lineText: todo, endColumn: 24 }, todo), true);
  assert.is(isFaithful({ ...filled, lineText: todo, endColumn: 24, value: ', 7' }, todo), false);
});

test('the value to show is without the comma or space before it', () => {
  assert.is(proposedValue(suggestion({ verdict: 'open', value: ', 7' })), '7');
  assert.is(proposedValue(suggestion({ verdict: 'open', value: ' 7' })), '7');
  assert.is(proposedValue(suggestion()), '12');
});

test.run();
