import {
  areaUnder,
  clustered,
  type Judged,
  precisionAt,
  precisionOf,
  rank,
  rocOf,
} from '../../src/report/mutation-statistics.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/mutation-statistics');

/** `w` wrong, `r` right, best score first; a bracket holds equal scores. */
function judged(text: string, group = 0): Judged[] {
  let [score, open] = [text.length, false];
  return [...text].flatMap((letter) => {
    if (letter === '[' || letter === ']') {
      open = letter === '[';
      score -= 1;
      return [];
    }
    if (!open) score -= 1;
    return [{ score, isWrong: letter === 'w', group }];
  });
}

test('the area is the share of pairs in order; equal scores count half', () => {
  assert.is(areaUnder(rank(judged('wwrr'))), 1);
  assert.is(areaUnder(rank(judged('rrww'))), 0);
  assert.is(areaUnder(rank(judged('wrwr'))), 0.75);
  assert.is(areaUnder(rank(judged('[wr]'))), 0.5);
  assert.is(areaUnder(rank(judged('w[wr]r'))), 0.875);
});

test('precision is that of the first cut with the recall, as if right and wrong were equally many', () => {
  const ranking = rank(judged('wwrwrrrw'));
  assert.is(precisionAt(ranking, 0.5), 1);
  assert.is(precisionAt(ranking, 0.75), 0.75);
  assert.is(precisionAt(rank(judged('wrrrr')), 1), 1);
  // three right ones for each wrong one: a false alarm weighs a third
  assert.is(precisionAt(rank(judged('rwrr')), 1), 0.75);
});

test('precision follows the prior', () => {
  const cut = { recall: 0.1, falseAlarms: 0.01 };
  assert.ok(Math.abs(precisionOf(cut, 0.5) - 10 / 11) < 1e-12);
  assert.ok(Math.abs(precisionOf(cut, 0.1) - 10 / 19) < 1e-12);
});

test('the curve goes from the strictest cut to all', () => {
  assert.equal(
    rocOf(rank(judged('w[wr]r'))).map(({ falseAlarms, recall }) => [falseAlarms, recall]),
    [
      [0, 0.5],
      [0.5, 1],
      [1, 1],
    ],
  );
});

test('weights count a repository as often as it is drawn', () => {
  const ranking = rank([...judged('wr', 0), ...judged('rw', 1)]);
  assert.is(areaUnder(ranking, Float64Array.of(1, 0)), 1);
  assert.is(areaUnder(ranking, Float64Array.of(0, 2)), 0);
});

test('the interval is that of repositories, not of values', () => {
  const groups = [0, 1, 2, 3];
  const good = groups.flatMap((group) => judged('wwwwwwwwrrrrrrrr', group));
  const ofGood = rank(good);
  assert.equal(
    clustered(groups, (weights) => areaUnder(ofGood, weights)),
    { value: 1, low: 1, high: 1 },
  );
  const mixed = rank(groups.flatMap((group) => judged(group < 2 ? 'wwwwrrrr' : 'rrrrwwww', group)));
  const { low, high } = clustered(groups, (weights) => areaUnder(mixed, weights));
  assert.ok(low < 0.1 && high > 0.9, `${low} ${high}`);
});

test('one repository says nothing about others', () => {
  const ranking = rank(judged('wwrr', 7));
  const { low, high } = clustered([7, 7], (weights) => areaUnder(ranking, weights));
  assert.equal([low, high], [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
});

test.run();
