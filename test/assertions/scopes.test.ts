import { readScopes } from '../../src/assertions/scopes.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('assertions/scopes');
const scope = (name: string, start: number, end: number) => ({ name, start, end, isTest: true });
const around = readScopes([
  scope('b', 30, 40),
  scope('a', 0, 28),
  scope('inner', 5, 10),
  scope('later', 12, 20),
]);
const names = (offset: number) => around(offset).map(({ name }) => name);

test('gives the scopes around an offset, outermost first', () => {
  assert.equal(
    [names(0), names(5), names(9), names(10), names(19)],
    [['a'], ['a', 'inner'], ['a', 'inner'], ['a'], ['a', 'later']],
  );
});

test('gives none between and after the scopes', () => {
  assert.equal([names(28), names(30), names(40)], [[], ['b'], []]);
});

test.run();
