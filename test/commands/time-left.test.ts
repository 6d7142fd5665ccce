import { timeLeft } from '../../src/commands/time-left.ts';
import { describeDuration, describeProgress } from '../../src/report/progress.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('commands/time-left');

/** Commits of two seconds each. */
function walk(total: number) {
  let ms = 0;
  const tell = timeLeft({
    total,
    stage: 'update',
    advice: (seconds) => `Advice for ${Math.round(seconds)} s.`,
    now: () => ms,
  });
  return Array.from({ length: total }, (_, index) => {
    ms += 2000;
    return tell(index + 1);
  });
}

test('says nothing before the first few, then how long it takes at the speed so far', () => {
  const told = walk(20);
  assert.equal(told[3], { stage: 'update', done: 4, total: 20 });
  assert.equal(told[4], { stage: 'update', done: 5, total: 20, secondsLeft: 30 });
  assert.is(told.at(-1)?.secondsLeft, 0);
  assert.ok(told.every(({ notice }) => notice === undefined));
});

test('a walk of more than a minute is announced once, with what can be done about it', () => {
  const notices = walk(1000).flatMap(({ notice }) => notice ?? []);
  assert.equal(notices, ['This will take about 33 min. Advice for 1990 s.']);
});

test('the line of progress says what is left, in words', () => {
  const event = { stage: 'update', done: 5, total: 20 };
  assert.is(describeProgress(event), 'reading history 5/20');
  assert.is(describeProgress({ ...event, secondsLeft: 30 }), 'reading history 5/20, about 30 s left');
  assert.equal([0.2, 89, 90, 3600, 5400, 36_000].map(describeDuration), [
    'about 1 s',
    'about 89 s',
    'about 2 min',
    'about 60 min',
    'about 1.5 h',
    'about 10 h',
  ]);
});

test.run();
