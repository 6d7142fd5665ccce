import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { windowInput } from '../../src/embedding/window-input.ts';
import { openTokenizer } from '../../src/runtime/tokenizer.ts';
import { temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { tinyTokenizer } from '../helpers/tiny-tokenizer.ts';

const test = suite('embedding/window-input');
const path = join(temporaryFolder(), 'tokenizer.json');
writeFileSync(path, JSON.stringify(tinyTokenizer().file));
const tokenizer = openTokenizer(path);
const END = 0;

test('without a setting the window is read as it was cut', () => {
  const ids = tokenizer.encode('assert x == 1');
  assert.equal(windowInput(ids, 8, { tokenizer, retokenize: false, endToken: null }), ids);
  assert.equal(windowInput(ids, 8, { tokenizer, retokenize: false, endToken: END }), [...ids, END]);
});

test('tokenised again, pieces at the edges join', () => {
  const pieces = ['e', 'x', 'p', 'y'].flatMap((letter) => tokenizer.encode(letter));
  const settings = { tokenizer, retokenize: true, endToken: null };
  assert.equal(windowInput(pieces, 8, settings), tokenizer.encode('expy'));
  assert.is(windowInput(pieces, 8, settings).length, 2);
});

test('tokenised again, a character cut in two becomes U+FFFD, and what grows too long is cut on the right', () => {
  const half = tokenizer.encode('é').slice(0, 1);
  const window = [...tokenizer.encode('x'), ...half];
  const whole = tokenizer.encode('x\uFFFD');
  assert.is(whole.length, 4);
  const settings = { tokenizer, retokenize: true, endToken: null };
  assert.equal(windowInput(window, 8, settings), whole);
  assert.equal(windowInput(window, 2, settings), whole.slice(0, 2));
});

test('tokenised again, the end token takes the place of the last one that does not fit', () => {
  const ids = tokenizer.encode('a b c d');
  const settings = { tokenizer, retokenize: true, endToken: END };
  assert.equal(windowInput(ids, ids.length, settings), [...ids.slice(0, -1), END]);
  assert.equal(windowInput(ids, ids.length + 1, settings), [...ids, END]);
});

test.run();
