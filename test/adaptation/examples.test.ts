import { exampleFeeds, runsOf, targetCount } from '../../src/adaptation/examples.ts';
import { MASKED } from '../../src/runtime/attention.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('adaptation/examples');

const numbers = (feed: { data: ArrayLike<unknown> } | undefined) => Array.from(feed?.data ?? [], Number);
const example = (promptTokens: number, targetTokens = 1) => ({
  prompt: Array(promptTokens).fill(1),
  target: Array(targetTokens).fill(2),
});

test('lays the examples one after the other, each with its own positions and sight', () => {
  const feeds = exampleFeeds([
    { prompt: [5, 6], target: [7] },
    { prompt: [8], target: [9, 10] },
  ]);
  assert.equal(numbers(feeds.input_ids), [5, 6, 8, 9]);
  assert.equal(numbers(feeds.position_ids), [0, 1, 0, 1]);
  assert.equal(numbers(feeds.selected), [1, 2, 3]);
  assert.equal(numbers(feeds.targets), [7, 9, 10]);
  const M = Math.fround(MASKED);
  assert.equal(numbers(feeds.bias), [0, M, M, M, 0, 0, M, M, M, M, 0, M, M, M, 0, 0]);
  assert.equal(numbers(feeds.weights), Array(3).fill(Math.fround(1 / 3)));
});

test('rows of a part weigh as rows of the whole', () => {
  assert.equal(numbers(exampleFeeds([example(3, 2)], 8).weights), [1 / 8, 1 / 8]);
  assert.is(targetCount([example(3, 2), example(1, 4)]), 6);
});

test('reads so many together as are read fast, in their order', () => {
  const lengths = (...tokens: number[]) =>
    runsOf(tokens.map((count) => example(count))).map((run) => run.map(({ prompt }) => prompt.length));
  assert.equal(lengths(128, 128, 128), [[128, 128], [128]]);
  assert.equal(lengths(1, 256, 1), [[1], [256], [1]]);
  assert.equal(lengths(900, 10), [[900], [10]]);
  assert.equal(lengths(50, 50, 156, 1), [[50, 50, 156], [1]]);
  assert.equal(lengths(), []);
});

test.run();
