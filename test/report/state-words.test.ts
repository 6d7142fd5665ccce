import { describeState, stateLength } from '../../src/report/state-words.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/state-words');

test('an adapter of the GRU alone is as old as its steps', () => {
  assert.is(describeState({ steps: 331 }), 'after 331 steps of the GRU');
  assert.is(stateLength({ steps: 1 }), '1 step');
});

test('one with other parts says which, and without the GRU how many commits it has seen', () => {
  const learned = { steps: 0, parts: ['memory', 'refinement'], commits: 446 };
  assert.is(describeState(learned), 'after 446 commits, with memory and refinement');
  assert.is(stateLength(learned), '446 commits');
  const both = { steps: 12, parts: ['gru', 'memory'], commits: 40 };
  assert.is(describeState(both), 'after 12 steps of the GRU, with memory');
});

test('one without any part is the mean adapter', () => {
  assert.is(describeState({ steps: 0, parts: [], commits: 3 }), 'is the mean one of the model pack');
});

test.run();
