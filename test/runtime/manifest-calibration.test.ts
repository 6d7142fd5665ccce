import { ModelError } from '../../src/errors.ts';
import { checkCalibration } from '../../src/runtime/manifest-calibration.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/manifest-calibration');
const wrongValue = {
  intercept: -2,
  weights: { ratio: 0.2, nllPerToken: 0 },
  kinds: { string: -0.5 },
  curve: [
    { logOdds: -1, wrong: 0.1 },
    { logOdds: 1, wrong: 0.8 },
  ],
  prior: 0.1,
  surprisingFrom: 1.5,
  balancedPrecision: 0.9,
  priorPrecision: 0.5,
};
const check = (changes: object) =>
  checkCalibration({ wrongValue: { ...wrongValue, ...changes } }, 'calibration');

function refuses(changes: object, message: RegExp): void {
  assert.throws(
    () => check(changes),
    (error: unknown) => error instanceof ModelError && message.test(error.message),
    JSON.stringify(changes),
  );
}

test('a pack without one is as before', () => {
  assert.equal(checkCalibration({}, 'calibration'), {
    ...{ surprisingMaxProbability: 0.02, surprisingMinCandidate: 0.6 },
    ...{ falseAlarmRate: null, detectionRate: null, measuredOn: null, wrongValue: null },
  });
});

test('reads what was written, and gives what may be missing', () => {
  assert.equal(check({}).wrongValue, wrongValue);
  const { kinds, balancedPrecision, priorPrecision, ...least } = wrongValue;
  assert.equal(checkCalibration({ wrongValue: least }, 'calibration').wrongValue, {
    ...{ ...least, kinds: {}, balancedPrecision: null, priorPrecision: null },
  });
  assert.is(check({ surprisingFrom: null }).wrongValue?.surprisingFrom, null);
});

test('refuses evidence that it cannot read: what is left out would count nothing', () => {
  refuses(
    { weights: { ratio: 1, gutFeeling: 2 } },
    /calibration\.wrongValue\.weights is "gutFeeling", expected "nllPerToken"/,
  );
});

test('refuses a weight that speaks the wrong way, and a curve that falls', () => {
  refuses({ weights: { ratio: -1 } }, /weights\.ratio is -1, expected a number above 0/);
  refuses(
    { curve: [...wrongValue.curve, { logOdds: 2, wrong: 0.7 }] },
    /curve\[2\] is below the point before it/,
  );
  refuses(
    { curve: [...wrongValue.curve, { logOdds: 0, wrong: 0.9 }] },
    /curve\[2\] is below the point before it/,
  );
});

test('refuses shares that are none, and names that are none', () => {
  refuses({ prior: 2 }, /prior is 2, expected a number from 0 to 1/);
  refuses({ kinds: { 'No Kind': 1 } }, /expected the kind of a value/);
  refuses({ intercept: 'high' }, /intercept is "high", expected a number/);
});

test.run();
