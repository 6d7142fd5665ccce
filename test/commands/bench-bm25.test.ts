/** Words and ranks by BM25: against a value worked out by hand. */
import { documentOf, rank, wordsOf } from '../../src/commands/bench-bm25.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('commands/bench-bm25');

test('a name is its parts and itself', () => {
  assert.equal(wordsOf('readTotalPrice(x)'), ['readtotalprice', 'read', 'total', 'price', 'x']);
  assert.equal(wordsOf('read_total HTTPServer size'), [
    'read_total',
    'read',
    'total',
    'httpserver',
    'http',
    'server',
    'size',
  ]);
});

test('the text with the rare word comes first, one without any word not at all', () => {
  const texts = ['the cart the cart', 'the total of the cart', 'nothing here', 'the cart'];
  assert.equal(rank('the total', texts.map(documentOf)), [1, 0, 3]);
});

test('of texts with the same words the shorter one comes first, of equal ones the first', () => {
  const texts = ['price and a lot of other words', 'price', 'price'];
  assert.equal(rank('price', texts.map(documentOf)), [1, 2, 0]);
});

test('more of the same word counts less and less', () => {
  // both words are in two of the texts; four of one are worth 4 · 2.5 / 5.5, less than one of each: 2 · 2.5 / 2.5
  const texts = ['aa aa aa aa cc cc', 'aa bb cc cc cc cc', 'bb dd dd dd dd dd'];
  assert.equal(rank('aa bb', texts.map(documentOf)).slice(0, 2), [1, 0]);
});

test.run();
