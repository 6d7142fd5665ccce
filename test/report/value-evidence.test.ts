import {
  asksRivals,
  atPrior,
  opinionOf,
  readEvidence,
  standsIn,
  type ValueOpinion,
} from '../../src/report/value-evidence.ts';
import { EVIDENCE } from '../../src/runtime/manifest-calibration.ts';
import { assert, suite } from '../helpers/suite.ts';
import { score } from './scores.ts';

const test = suite('report/value-evidence');
const opinion: ValueOpinion = {
  ...{
    kind: 'number',
    nll: 3,
    worst: 2,
    worstExcess: 1,
    worstLead: 1.5,
    excess: 1.2,
    baseNll: 2,
    tokens: 2,
    probability: 0.04,
    other: 0.5,
    isFirst: false,
    rivals: { best: -1, mean: -2 },
  },
};
const evidence = (changes: Partial<ValueOpinion> = {}) =>
  Object.fromEntries(EVIDENCE.map((name, index) => [name, readEvidence({ ...opinion, ...changes })[index]]));

test('reads an opinion from a score: the other candidate is another value, not the same in other quotes', () => {
  const found = opinionOf(
    score({
      assertion: { target: "'a'" },
      candidates: [
        { text: '"a"', probability: 0.5 },
        { text: '"b"', probability: 0.2 },
      ],
    }),
  );
  assert.equal([found?.kind, found?.other, found?.isFirst], ['string', 0.2, true]);
});

test('knows the exception that is asked for by its family', () => {
  const assertion = { target: 'Invalid', family: 'python/pytest-raises' };
  assert.is(opinionOf(score({ assertion }))?.kind, 'exception');
});

test('all evidence grows with the doubt', () => {
  const more: [string, Partial<ValueOpinion>][] = [
    ['nllPerToken', { nll: 5 }],
    ['worstToken', { worst: 4 }],
    ['excessPerToken', { excess: 3 }],
    ['worstExcess', { worstExcess: 3 }],
    ['worstLead', { worstLead: 3 }],
    ['improbability', { probability: 0.001 }],
    ['ratio', { probability: 0.001 }],
    ['ratio', { other: 0.9 }],
    ['confidence', { other: 0.9 }],
    ['bestRival', { rivals: { best: 1, mean: -2 } }],
    ['meanRival', { rivals: { best: -1, mean: 0 } }],
    ['baseNllPerToken', { baseNll: 4 }],
    ['loss', { nll: 4 }],
  ];
  for (const [name, changes] of more)
    assert.ok((evidence(changes)[name] ?? 0) > (evidence()[name] ?? 0), name);
  assert.equal([evidence().notFirst, evidence({ isFirst: true }).notFirst], [1, 0]);
});

test('nothing is infinite: a value that cannot be, and no candidate at all', () => {
  for (const changes of [{ probability: 0, nll: 900 }, { other: 0, probability: 1, nll: 0 }, { tokens: 0 }])
    for (const [name, value] of Object.entries(evidence(changes)))
      assert.ok(Math.abs(value ?? 99) <= 21, name);
});

test('nobody asks for rivals that the calibration does not count', () => {
  const wrongValue = { intercept: 0, weights: {}, kinds: {}, curve: [], prior: 0.1, surprisingFrom: null };
  const counting = (weights: object) => ({
    wrongValue: { ...wrongValue, weights, balancedPrecision: null, priorPrecision: null },
  });
  assert.equal([{ wrongValue: null }, counting({ ratio: 1 }), counting({ meanRival: 0.2 })].map(asksRivals), [
    false,
    false,
    true,
  ]);
});

test('the prior moves a probability as Bayes says', () => {
  assert.is(atPrior(0.8, 0.5), 0.8);
  assert.ok(Math.abs(atPrior(0.9, 0.1) - 0.5) < 1e-12);
  assert.equal([atPrior(1, 0.1), atPrior(0, 0.1)], [1, 0]);
});

test('a value stands in a text as a whole only', () => {
  assert.ok(standsIn('12', 'x = 12;'));
  assert.not.ok(standsIn('12', 'x = 120; y = a12'));
  assert.ok(standsIn('12', 'x = 120; y = 12'));
  assert.ok(standsIn("'a'", "f('a')"));
  assert.not.ok(standsIn('', 'a'));
});

test.run();
