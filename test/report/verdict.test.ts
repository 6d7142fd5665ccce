import { reportAssertion, summarize, verdictOf } from '../../src/report/verdict.ts';
import type { WrongValue } from '../../src/runtime/manifest-calibration.ts';
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

const wrongValue: WrongValue = {
  intercept: -1,
  weights: { ratio: 1 },
  kinds: { number: 0.5 },
  curve: [
    { logOdds: -2, wrong: 0.1 },
    { logOdds: 2, wrong: 0.9 },
  ],
  prior: 0.5,
  surprisingFrom: 3,
  balancedPrecision: 0.9,
  priorPrecision: 0.9,
};
const calibrated = { ...thresholds, wrongValue };

test('a calibration decides in the place of the limits, and gives its probability', () => {
  // log odds: -1 + 0.5 + ln(0.701 / 0.020001) = 3.057
  const doubted = score({ ...wrong, probability: 0.02, candidates: [{ text: '7', probability: 0.7 }] });
  assert.is(verdictOf(doubted, { ...calibrated, surprisingMinCandidate: 1 }), 'surprising');
  assert.is(reportAssertion(doubted, calibrated).wrongProbability, 0.9);
  const trusted = score({ ...wrong, probability: 0.03 });
  assert.is(verdictOf(trusted, { ...calibrated, surprisingMaxProbability: 1 }), 'plausible');
  const { wrongProbability = 1 } = reportAssertion(score({ probability: 0.3, candidates: [] }), calibrated);
  assert.ok(wrongProbability < 0.2, String(wrongProbability));
});

test('the probability is that at the prior of the calibration', () => {
  const doubted = score({ ...wrong, probability: 0.001 });
  const rare = { ...calibrated, wrongValue: { ...wrongValue, prior: 0.1 } };
  assert.ok(Math.abs((reportAssertion(doubted, rare).wrongProbability ?? 0) - 0.5) < 1e-12);
  assert.is(verdictOf(doubted, rare), 'surprising');
});

test('limits that the user has set decide even so; the probability stays', () => {
  const doubted = score({ ...wrong, probability: 0.02 });
  const own = { ...calibrated, areLimitsSet: true };
  assert.is(verdictOf(doubted, { ...own, surprisingMaxProbability: 0.01 }), 'plausible');
  assert.is(verdictOf(doubted, own), 'surprising');
  assert.is(reportAssertion(doubted, own).wrongProbability, 0.9);
});

test('without a calibration nothing is said of how likely a value is wrong', () => {
  assert.not.ok('wrongProbability' in reportAssertion(score(), thresholds));
  assert.not.ok('wrongProbability' in reportAssertion(score(), { ...thresholds, wrongValue: null }));
});

test('never surprising by a calibration: a first choice, a condition, a value without an alternative', () => {
  const sure = { ...calibrated, wrongValue: { ...wrongValue, intercept: 99 } };
  assert.is(verdictOf(score(), sure), 'expected');
  assert.is(verdictOf(score({ ...wrong, candidates: [] }), sure), 'plausible');
  const condition = score({ ...wrong, assertion: { condition: true } });
  assert.is(verdictOf(condition, sure), 'plausible');
  assert.not.ok('wrongProbability' in reportAssertion(condition, sure));
  const open = score({ probability: null, nll: null, baseNll: null, assertion: { open: true, target: '' } });
  assert.not.ok('wrongProbability' in reportAssertion(open, sure));
  assert.is(
    verdictOf(score(wrong), { ...sure, wrongValue: { ...sure.wrongValue, surprisingFrom: null } }),
    'plausible',
  );
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
