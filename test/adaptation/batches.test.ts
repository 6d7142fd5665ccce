import { drawBatches, keepNewest } from '../../src/adaptation/batches.ts';
import type { Example } from '../../src/adaptation/examples.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('adaptation/batches');
const examples = (from: number, count: number): Example[] =>
  Array.from({ length: count }, (_, index) => ({ prompt: [from + index], target: [0] }));
const numbers = (batch: readonly Example[]) => batch.map(({ prompt }) => prompt[0] as number);
const old = examples(100, 20);
const newest = examples(0, 6);
const request = { newest, buffer: [...old, ...newest], batch: 8, steps: 30, seed: 'a' };

test('half of each batch is new, the rest of what is kept, and nothing is twice in it', () => {
  const batches = drawBatches(request).map(numbers);
  assert.is(batches.length, 30);
  for (const batch of batches) {
    assert.is(batch.length, 8);
    assert.is(new Set(batch).size, 8);
    assert.ok(batch.slice(0, 4).every((number) => number < 100));
  }
  const seen = new Set(batches.flat());
  assert.is(seen.size, 26, 'all have their turn');
});

test('few examples give small batches', () => {
  const alone = { ...request, newest: newest.slice(0, 1), buffer: newest.slice(0, 1), steps: 2 };
  assert.equal(drawBatches(alone).map(numbers), [[0], [0]]);
  const [batch] = drawBatches({ ...alone, buffer: [...old.slice(0, 2), ...newest.slice(0, 1)] });
  assert.equal(numbers(batch ?? []).sort(), [0, 100, 101]);
});

test('the same seed gives the same batches, another seed others', () => {
  assert.equal(drawBatches(request), drawBatches(request));
  assert.not.equal(drawBatches(request), drawBatches({ ...request, seed: 'b' }));
});

test('keeps the newest', () => {
  assert.equal(keepNewest([1, 2, 3], 2), [2, 3]);
  assert.equal(keepNewest([1], 2), [1]);
});

test.run();
