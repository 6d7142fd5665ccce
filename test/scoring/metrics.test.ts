import { readFileSync } from 'node:fs';
import { editSimilarity, exactMatch, withoutLayout } from '../../src/scoring/metrics.ts';
import { paperEditSimilarity, paperExactMatch } from '../../src/scoring/paper-metrics.ts';
import { matchRatio } from '../../src/scoring/sequence-matcher.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('scoring/metrics');

interface Golden {
  cases: [completion: string, target: string, exactMatch: boolean, editSimilarity: number][];
}
const golden = JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')) as Golden;

test('an exact match ignores layout and the kind of quotes', () => {
  assert.ok(exactMatch('[1,  2]', '[1, 2]'));
  assert.ok(exactMatch(" {\n 'a': 1 }", '{"a":1}'));
  assert.ok(exactMatch(`'say "hi"'`, '"say \\"hi\\""'));
  assert.ok(exactMatch(`"it's"`, "'it\\'s'"));
  assert.ok(exactMatch('not  x', 'not x'));
  assert.ok(exactMatch("b'a'", 'b"a"'));
  assert.ok(exactMatch("''", '""'));
});

test('an exact match sees everything else', () => {
  assert.not(exactMatch('42 and more', '42'));
  assert.not(exactMatch('"#fff"', '"#000"'));
  assert.not(exactMatch('"a b"', '"a  b"'));
  assert.not(exactMatch('notx', 'not x'));
  assert.not(exactMatch('`a`', "'a'"));
  assert.not(exactMatch('"a"', '"""a"""'));
  assert.not(exactMatch('f(1', 'f(1)'));
  assert.not(exactMatch('', '0'));
});

test('removes layout without joining words', () => {
  assert.is(withoutLayout(' a  if b\n else [ c , d ]'), 'a if b else[c,d]');
  assert.is(withoutLayout(`f('''a'b''', "x", \`y \${z}\`)`), `f('''a'b''',"x",\`y \${z}\`)`);
  assert.is(withoutLayout("it's"), "it's");
});

test('edit similarity is one minus the share of changed characters', () => {
  assert.is(editSimilarity('kitten', 'sitting'), 1 - 3 / 7);
  assert.is(editSimilarity('', ''), 1);
  assert.is(editSimilarity('', 'ab'), 0);
  assert.is(editSimilarity('[1,2]', '[1, 2]'), 1);
  assert.is(editSimilarity('😀', '😁'), 0);
});

test('the paper metrics equal those of Python, also for long texts', () => {
  const longest = Math.max(...golden.cases.map(([, target]) => target.length));
  assert.ok(golden.cases.length > 250 && longest > 500);
  const wrong = golden.cases.filter(
    ([completion, target, match, similarity]) =>
      paperExactMatch(completion, target) !== match ||
      Math.abs(paperEditSimilarity(completion, target) - similarity) > 1e-12,
  );
  assert.equal(wrong.slice(0, 5), []);
});

test('the paper metrics still forgive what ours do not', () => {
  for (const [completion, target] of [
    ['42 and more words', '42'],
    ['"#fff"', '"#000"'],
    ['1 + 2', '1'],
  ] as const) {
    assert.ok(paperExactMatch(completion, target));
    assert.not(exactMatch(completion, target));
  }
  assert.not(paperExactMatch("'a'", '"a"'));
});

test('long texts lose similarity to the rule about frequent characters', () => {
  const text = 'ab'.repeat(120);
  assert.is(matchRatio(`x${text}`, `y${text}`), 0);
  assert.is(matchRatio(`x${text.slice(0, 99)}`, `y${text.slice(0, 99)}`), 0.99);
});

test.run();
