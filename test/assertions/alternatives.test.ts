import { alternativesTo } from '../../src/assertions/alternatives.ts';
import { createRandom } from '../../src/runtime/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('assertions/alternatives');
const assertion = (target: string, changes: { prefix?: string; open?: boolean } = {}) => ({
  ...{ target, language: 'python' as const, family: 'python/assert', open: false },
  prefix: 'def test_size():\n    assert size() == ',
  ...changes,
});
const alternatives = (target: string, changes = {}, seed = 'a') =>
  alternativesTo(assertion(target, changes), { count: 6, chance: createRandom(seed) });

test('other values of the same kind, each once, never the value itself', () => {
  const found = alternatives('12');
  assert.is(found.length, 6);
  assert.is(new Set(found).size, 6);
  assert.not.ok(found.includes('12'));
  for (const value of found) assert.match(value, /^-?\d+$/);
});

test('of a truth value there is only the other one', () => {
  assert.equal(alternatives('True'), ['False']);
});

test('the same chance gives the same values', () => {
  assert.equal(alternatives('"red"', {}, 'b'), alternatives('"red"', {}, 'b'));
});

test('where nothing says what else it could be, there is none', () => {
  assert.equal(alternatives('12', { prefix: 'assert size() > ' }), []);
  assert.equal(alternatives('12', { open: true }), []);
});

test.run();
