import type { SourceLanguage } from '../../src/assertions/grammar.ts';
import { scanExpression, terminatorPattern } from '../../src/scoring/expression-end.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('scoring/expression-end');

/** The expression with its terminator marked by `⟂`, or the status. */
function scan(text: string, language: SourceLanguage = 'typescript'): string {
  const result = scanExpression(text, language);
  return result.status === 'ended' ? `${text.slice(0, result.end)}⟂` : result.status;
}

test('ends at a bracket that was not opened, a comma, a semicolon and a line break', () => {
  for (const language of ['python', 'typescript'] as const) {
    assert.is(scan('42)', language), '42⟂');
    assert.is(scan(' f(1, [2, {3: 4}])) # x', language), ' f(1, [2, {3: 4}])⟂');
    assert.is(scan('42]', language), '42⟂');
    assert.is(scan('42}', language), '42⟂');
    assert.is(scan('42, "message"', language), '42⟂');
    assert.is(scan('42; next()', language), '42⟂');
    assert.is(scan('42  \nnext', language), '42  ⟂');
    assert.is(scan('42\r\nnext', language), '42\r⟂');
  }
});

test('can end after an operand outside of brackets and strings only', () => {
  for (const language of ['python', 'typescript'] as const) {
    assert.is(scan('', language), 'blank');
    assert.is(scan(' \t', language), 'blank');
    assert.is(scan('4', language), 'ready');
    assert.is(scan(' f(1)', language), 'ready');
    assert.is(scan('f(1', language), 'open');
    assert.is(scan('[1,\n 2;', language), 'open');
    assert.is(scan('"a', language), 'open');
    assert.is(scan("'a, b)", language), 'open');
    assert.is(scan('"a"', language), 'ready');
  }
});

test('skips line breaks before the expression', () => {
  assert.is(scan('\n  42\n'), '\n  42⟂');
  assert.is(scan('\n\n'), 'blank');
});

test('reads brackets, commas and comment signs in strings as text', () => {
  assert.is(scan('"a), #b" # c', 'python'), '"a), #b" ⟂');
  assert.is(scan("'it\\'s, ok', 1", 'python'), "'it\\'s, ok'⟂");
  assert.is(scan('"// no", 1'), '"// no"⟂');
  assert.is(scan('"#fff"', 'python'), 'ready');
});

test('knows triple quotes in Python', () => {
  assert.is(scan('"""a\n"b", c)\n""" + x)', 'python'), '"""a\n"b", c)\n""" + x⟂');
  assert.is(scan("'''it's", 'python'), 'open');
  assert.is(scan('"""', 'python'), 'open');
  assert.is(scan('""', 'python'), 'ready');
  assert.is(scan('"",', 'python'), '""⟂');
  assert.is(scan('"""a\\"""', 'python'), 'open');
});

test('knows template strings with expressions in them', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text under test is a template string
  const nested = '`a ${f(`b, ${c}`)} \\` \\${, $x`';
  assert.is(scan(`${nested})`), `${nested}⟂`);
  assert.is(scan('`a ${b'), 'open');
  assert.is(scan('`a\nb'), 'open');
  assert.is(scan('`a\\'), 'open');
  assert.is(scan('`a`'), 'ready');
});

test('knows regular expressions and tells them from division', () => {
  assert.is(scan('/a, (b)[)/]\\//gi)'), '/a, (b)[)/]\\//gi⟂');
  assert.is(scan('[/,/, 2]'), 'ready');
  assert.is(scan('a / b, c / d'), 'a / b⟂');
  assert.is(scan('/a, '), 'open');
  assert.is(scan('x => /\\)/.test(x))'), 'x => /\\)/.test(x)⟂');
});

test('ends at a line comment; inside of brackets it is skipped', () => {
  assert.is(scan('42 # why', 'python'), '42 ⟂');
  assert.is(scan('42 // why'), '42 ⟂');
  assert.is(scan('[1, # )\n 2]', 'python'), 'ready');
  assert.is(scan('[1, // )\n 2] /* , */ + 1,'), '[1, // )\n 2] /* , */ + 1⟂');
  assert.is(scan('1 /* ,'), 'open');
  assert.is(scan('7 // 2, x', 'python'), '7 // 2⟂');
});

test('keeps operators, keywords and colons in the expression', () => {
  assert.is(scan('a and b or c if d else e', 'python'), 'ready');
  assert.is(scan('lambda x: x + 1)', 'python'), 'lambda x: x + 1⟂');
  assert.is(scan('a ? b : c)'), 'a ? b : c⟂');
  assert.is(scan('1 + \\\n 2\n', 'python'), '1 + \\\n 2⟂');
});

test('recognises text that can never become an expression', () => {
  assert.is(scan('f(1]'), 'broken');
  assert.is(scan('"a\nb'), 'broken');
  assert.is(scan('"a\\\nb'), 'open');
});

test('ends at once where there is no expression', () => {
  assert.is(scan(')'), '⟂');
  assert.is(scan(' # nothing', 'python'), ' ⟂');
});

test('recognises the tokens that end an expression', () => {
  const matches = (language: SourceLanguage) => {
    const pattern = terminatorPattern(language);
    const tokens = [
      ')',
      ');\n',
      ' )',
      ',',
      '\n',
      ' \n',
      ']',
      ' #',
      '//',
      ' //',
      '.',
      ' +',
      '',
      ' ',
      '/',
      ':',
    ];
    return tokens.filter((token) => pattern.test(token));
  };
  assert.equal(matches('python'), [')', ');\n', ' )', ',', '\n', ' \n', ']', ' #']);
  assert.equal(matches('javascript'), [')', ');\n', ' )', ',', '\n', ' \n', ']', '//', ' //']);
});

test.run();
