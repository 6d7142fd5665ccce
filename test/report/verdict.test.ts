import { reportAssertion, summarize, verdictOf } from '../../src/report/verdict.ts';
import { assert, suite } from '../helpers/suite.ts';
import { score } from './scores.ts';

const test = suite('report/verdict');
const thresholds = { surprisingMaxProbability: 0.02, surprisingMinCandidate: 0.6 };
const wrong = { exactMatch: false, candidates: [{ text: '7', probability: 0.7 }], completion: '7' };

test('a value that is the first choice is expected', () => {
  assert.is(verdictOf(score(), thresholds), 'expected');
});

test('the first choice is the best candidate, also where the greedy completion is another one', () => {
  assert.is(verdictOf(score({ completion: '0', exactMatch: false }), thresholds), 'expected');
});

test('a value that nothing speaks against is plausible', () => {
  assert.is(verdictOf(score({ ...wrong, probability: 0.1 }), thresholds), 'plausible');
});

test('is surprising only if the value is unlikely and another one likely, at the bounds too', () => {
  assert.is(verdictOf(score({ ...wrong, probability: 0.02 }), thresholds), 'surprising');
  assert.is(verdictOf(score({ ...wrong, probability: 0.021 }), thresholds), 'plausible');
  const vague = [{ text: '7', probability: 0.59 }];
  assert.is(verdictOf(score({ ...wrong, probability: 0.001, candidates: vague }), thresholds), 'plausible');
  assert.is(verdictOf(score({ ...wrong, probability: 0.001, candidates: [] }), thresholds), 'plausible');
});

test('a whole condition is never surprising', () => {
  assert.is(
    verdictOf(score({ ...wrong, probability: 0, assertion: { condition: true } }), thresholds),
    'plausible',
  );
});

test('an open assertion is never surprising', () => {
  const open = score({ ...wrong, probability: null, nll: null, assertion: { open: true, target: '' } });
  assert.is(verdictOf(open, thresholds), 'open');
  assert.is(reportAssertion(open, thresholds).written, null);
});

test('sums up: counts by verdict, means over scored assertions, nll by token', () => {
  const scores = [
    score(),
    score({ ...wrong, probability: 0.001, nll: 9, baseNll: 9, targetTokens: 4, editSimilarity: 0.5 }),
    score({
      probability: null,
      nll: null,
      baseNll: null,
      targetTokens: 0,
      exactMatch: false,
      assertion: { open: true },
    }),
  ];
  const summary = summarize(
    scores,
    scores.map((item) => reportAssertion(item, thresholds)),
  );
  assert.is(summary.assertions, 3);
  const { expected, plausible, surprising, open } = summary;
  assert.equal(
    { expected, plausible, surprising, open },
    { expected: 1, plausible: 0, surprising: 1, open: 1 },
  );
  assert.is(summary.exactMatch, 0.5);
  assert.is(summary.editSimilarity, 0.75);
  assert.is(summary.nll, 10 / 6);
  assert.is(summary.baseNll, 12 / 6);
});

test('says nothing about quality where nothing was scored', () => {
  const summary = summarize([], []);
  assert.equal(
    [summary.exactMatch, summary.editSimilarity, summary.nll, summary.baseNll],
    [null, null, null, null],
  );
});

test.run();
