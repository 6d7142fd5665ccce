import { fitIsotonic, readCurve } from '../../src/report/isotonic.ts';
import { createRandom } from '../../src/runtime/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/isotonic');
const times = (count: number, score: number, isTrue: boolean) =>
  Array.from({ length: count }, () => ({ score, isTrue }));

test('gives each stretch its share, never 0 or 1', () => {
  const observed = [...times(30, -1, false), ...times(10, -1, true), ...times(40, 1, true)];
  assert.equal(fitIsotonic(observed, { leastCount: 20 }), [
    { logOdds: -1, wrong: 0.2619 },
    { logOdds: 1, wrong: 0.9762 },
  ]);
});

test('a curve that would fall is level', () => {
  const observed = [
    ...times(20, 0, false),
    ...times(20, 1, true),
    ...times(10, 2, true),
    ...times(10, 2, false),
  ];
  const curve = fitIsotonic(observed, { leastCount: 5 });
  assert.is(curve.length, 2);
  assert.equal(curve[1], { logOdds: 1.5, wrong: 0.7381 });
});

test('what was never seen at one end is no reason to fall', () => {
  const observed = [...times(24, 0, false), ...times(59, 1, false), ...times(1, 1, true)];
  const [only, second] = fitIsotonic(observed, { leastCount: 20 });
  assert.ok(only && second === undefined, JSON.stringify([only, second]));
});

test('a few observations at the end promise nothing of their own', () => {
  const observed = [...times(50, 0, false), ...times(50, 0, true), ...times(3, 9, true)];
  assert.is(fitIsotonic(observed, { leastCount: 20 }).length, 1);
});

test('never falls, and rests on enough, whatever is observed', () => {
  const random = createRandom('isotonic');
  for (let round = 0; round < 20; round += 1) {
    const observed = Array.from({ length: 200 }, () => {
      const score = random.normal();
      return { score, isTrue: random.uniform() < 0.5 + 0.1 * Math.sin(4 * score) };
    });
    const curve = fitIsotonic(observed, { leastCount: 20 });
    assert.ok(curve.length <= 10);
    for (const [index, { logOdds, wrong }] of curve.slice(1).entries()) {
      const before = curve[index] as (typeof curve)[number];
      assert.ok(logOdds > before.logOdds && wrong > before.wrong);
    }
  }
});

test('reads between the points in proportion, and beyond them as at the ends', () => {
  const curve = [
    { logOdds: 0, wrong: 0.2 },
    { logOdds: 2, wrong: 0.6 },
  ];
  assert.equal(
    [-5, 0, 1, 2, 9].map((score) => Number(readCurve(curve, score).toFixed(6))),
    [0.2, 0.2, 0.4, 0.6, 0.6],
  );
  assert.is(readCurve([], 0), 0.5);
});

test.run();
