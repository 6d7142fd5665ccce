import { normalizeL2, poolVectors, splitWindows } from '../../src/embedding/windows.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('embedding/windows');
const ids = (count: number) => Array.from({ length: count }, (_, i) => i);
const recipe = { windowTokens: 8, overlapTokens: 2, minTokens: 3, maxWindows: 10 };

test('a text that fits is one window', () => {
  assert.equal(splitWindows(ids(8), recipe), { windows: [ids(8)], truncated: false });
});

test('windows overlap, and stop once one reaches the end', () => {
  const { windows } = splitWindows(ids(14), recipe);
  assert.equal(windows, [ids(8), [6, 7, 8, 9, 10, 11, 12, 13]]);
});

test('a last window that is too short is dropped', () => {
  // 14 + 6 - 2: the third window would start at 12 and have the tokens 12 … 15.
  assert.is(splitWindows(ids(16), recipe).windows.length, 3);
  assert.is(splitWindows(ids(15), { ...recipe, minTokens: 4 }).windows.length, 2);
  assert.equal(splitWindows(ids(2), recipe), { windows: [], truncated: false });
  assert.equal(splitWindows([], recipe), { windows: [], truncated: false });
});

test('says when there were more windows than the recipe reads', () => {
  const { windows, truncated } = splitWindows(ids(1000), { ...recipe, maxWindows: 3 });
  assert.is(windows.length, 3);
  assert.ok(truncated);
  assert.not.ok(splitWindows(ids(20), { ...recipe, maxWindows: 3 }).truncated);
});

test('pools in the order the recipe gives', () => {
  const vectors = [Float32Array.of(1, -4), Float32Array.of(3, -2)];
  assert.equal([...poolVectors(vectors, ['mean', 'max'])], [2, -3, 3, -2]);
  assert.equal([...poolVectors(vectors, ['max', 'mean'])], [3, -2, 2, -3]);
  assert.equal([...poolVectors(vectors, ['mean'])], [2, -3]);
});

test('normalises to length one and leaves zeros alone', () => {
  const unit = normalizeL2(Float32Array.of(3, 4));
  assert.ok(Math.abs((unit[0] as number) - 0.6) < 1e-6 && Math.abs((unit[1] as number) - 0.8) < 1e-6);
  assert.equal([...normalizeL2(Float32Array.of(0, 0))], [0, 0]);
});

test.run();
