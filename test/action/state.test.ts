/** Gains as they are carried from run to run, and a log that stays short. */
import { progressLog } from '../../src/action/progress-log.ts';
import { gainOf, withGain } from '../../src/action/state.ts';
import type { CheckReport } from '../../src/report/schema.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('state of the Action');
const gain = (commit: string, value: number) => ({ commit, assertions: 1, gain: value });

function checked(summary: Partial<CheckReport['summary']>): CheckReport {
  return {
    range: { head: 'c' },
    summary: { assertions: 3, nll: 1.5, baseNll: 2, ...summary },
  } as CheckReport;
}

test('the gain is what the base model loses against the adapted one', () => {
  assert.equal(gainOf(checked({})), { commit: 'c', assertions: 3, gain: 0.5 });
});

test('a check without a scored assertion has none', () => {
  assert.is(gainOf(checked({ nll: null, baseNll: null })), undefined);
  assert.equal(withGain([gain('a', 1)], undefined), [gain('a', 1)]);
});

test('the newest gain comes last, and a commit that is checked again has one only', () => {
  assert.equal(withGain([gain('a', 1), gain('c', 2)], gain('c', 3)), [gain('a', 1), gain('c', 3)]);
});

test('progress is a line in ten seconds, however many steps there are', () => {
  const lines: string[] = [];
  let now = 0;
  const show = progressLog(
    (line) => void lines.push(line),
    () => now,
  );
  for (let done = 1; done <= 250; done += 1) {
    now += 100;
    show({ stage: 'update', done, total: 250 });
  }
  assert.equal(lines, ['100 of 250 commits read', '200 of 250 commits read']);
});

test.run();
