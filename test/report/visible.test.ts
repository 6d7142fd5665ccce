import { lineEnd, oneLine, percent, safeLogLine, visible } from '../../src/report/visible.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/visible');

test('makes visible what a reader could not see', () => {
  const unseen: [string, string][] = [
    ['a\u0000b\u001b[2J\u007f\u0085', 'a\\u0000b\\u001b[2J\\u007f\\u0085'],
    ['access\u202e\u2066 // admin\u2069', 'access\\u202e\\u2066 // admin\\u2069'],
    ['user\u200bname\ufeff\u00ad\u2060', 'user\\u200bname\\ufeff\\u00ad\\u2060'],
    ['tag\u{e0041}\u{e0100}', 'tag\\u{e0041}\\u{e0100}'],
    ['\u3164\u034f', '\\u3164\\u034f'],
    ['half \ud800 of a pair', 'half \\ud800 of a pair'],
    ['a\u2028b\u2029c\td\r\n', 'a\\u2028b\\u2029c\\td\\r\\n'],
  ];
  for (const [text, shown] of unseen) assert.is(visible(text), shown);
});

test('leaves alone what can be seen', () => {
  for (const text of ['naïve — ¿qué?', '漢字', 'שלום', '😀 ❤️', 'a  b']) assert.is(visible(text), text);
});

test('is one line, cut visibly and never in the middle of a character', () => {
  assert.is(oneLine('[\n    1,\r\n    2,\n]', 80), '[ 1, 2, ]');
  assert.is(oneLine('x'.repeat(500), 10), `${'x'.repeat(9)}…`);
  assert.is(oneLine('12345678😀😀', 10), '12345678…');
  assert.is(oneLine('1234567890', 10), '1234567890');
});

test('of a path the end is kept', () => {
  assert.is(lineEnd('tests/test_cart.py', 80), 'tests/test_cart.py');
  assert.is(lineEnd(`${'deep/'.repeat(50)}test_cart.py`, 20), '…p/deep/test_cart.py');
});

test('cutting takes no longer for a longer text', () => {
  const start = performance.now();
  oneLine('\n'.repeat(5_000_000), 80);
  lineEnd('/'.repeat(5_000_000), 80);
  assert.ok(performance.now() - start < 200);
});

test('a percentage never claims certainty', () => {
  const shown = [0, 0.0001, 0.0099, 0.01, 0.064, 0.5, 0.985, 0.99, 0.991, 0.9999, 1].map(percent);
  assert.equal(shown, ['<1%', '<1%', '<1%', '1%', '6%', '50%', '99%', '99%', '>99%', '>99%', '>99%']);
});

test('a line of the log is never a command of the runner', () => {
  const hostile = [
    '::error file=a.py::gotcha',
    '  ::stop-commands::x',
    '\u0009::add-mask::a',
    'fine\n::set-output name=a::b',
    '\r::warning::x',
    '##[error]old style',
    'in the middle ##[add-path]/tmp',
  ];
  for (const line of hostile.map(safeLogLine)) {
    assert.not.match(line, /[\r\n]/);
    assert.not.match(line, /^\s*::/);
    assert.not.ok(line.includes('##['), line);
  }
  assert.is(safeLogLine('src/a.ts::name is fine'), 'src/a.ts::name is fine');
});

test.run();
