import type { TransformerConfig } from '../../src/runtime/transformer-config.ts';
import {
  appendToCache,
  commonLength,
  createCache,
  pastFeeds,
  truncateCache,
} from '../../src/scoring/key-value-cache.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('scoring/key-value-cache');
const config = { layerCount: 1, keyValueHeadCount: 1, headSize: 2 } as TransformerConfig;

const results = (...values: number[]) => {
  const dims = [values.length / 2, 1, 2];
  return {
    'key.0': { data: Float32Array.from(values), dims },
    'value.0': { data: new Float32Array(values.length), dims },
  };
};

test('appends, goes back and grows beyond its first capacity', () => {
  const cache = createCache(config, 1);
  appendToCache(cache, [7], results(1, 2));
  appendToCache(cache, [8, 9], results(3, 4, 5, 6));
  truncateCache(cache, 2);
  appendToCache(cache, [5], results(8, 9));
  assert.equal(cache.tokens, [7, 8, 5]);
  const key = pastFeeds(cache)['past_key.0'];
  assert.equal([...(key?.data ?? [])], [1, 2, 3, 4, 8, 9]);
  assert.equal(key?.dims, [3, 1, 2]);
});

test('an empty cache feeds tensors without tokens', () => {
  const feeds = pastFeeds(createCache(config, 4));
  assert.equal(Object.keys(feeds), ['past_key.0', 'past_value.0']);
  assert.equal(feeds['past_value.0']?.dims, [0, 1, 2]);
});

test('going forward is not possible', () => {
  const cache = createCache(config, 4);
  appendToCache(cache, [7], results(1, 2));
  truncateCache(cache, 3);
  assert.is(cache.tokens.length, 1);
});

test('counts equal tokens at the start', () => {
  assert.is(commonLength([1, 2, 3], [1, 2, 4]), 2);
  assert.is(commonLength([1], [1, 2]), 1);
  assert.is(commonLength([], [1]), 0);
});

test.run();
