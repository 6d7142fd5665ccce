import {
  asVerdicts,
  calibrate,
  chooseCut,
  judgeAcross,
  valuesOf,
} from '../../src/report/mutation-judging.ts';
import { areaUnder, rank } from '../../src/report/mutation-statistics.ts';
import { checkCalibration } from '../../src/runtime/manifest-calibration.ts';
import { assert, suite } from '../helpers/suite.ts';
import { madeRepositories } from './mutants.ts';

const test = suite('report/mutation-judging');
const LIMITS = { precision: 0.8, falseAlarms: 0.01 };

test.slow('tells mistakes from written values, better where they cost more', () => {
  const area = (gap: number, side: 'base' | 'adapted') =>
    areaUnder(rank(judgeAcross(valuesOf(madeRepositories({ gap })), side)));
  assert.ok(area(3, 'adapted') > 0.9, String(area(3, 'adapted')));
  assert.ok(area(3, 'base') < area(3, 'adapted'));
  assert.ok(Math.abs(area(0, 'adapted') - 0.5) < 0.1, String(area(0, 'adapted')));
});

test.slow('a value is never judged by a fit that has seen its repository', () => {
  const repositories = madeRepositories({ repositories: 3 });
  const before = judgeAcross(valuesOf(repositories), 'adapted').filter(({ group }) => group === 0);
  const [first, ...others] = repositories as [(typeof repositories)[number], ...typeof repositories];
  // what is written and what is a mistake are swapped in the first repository only
  const mutants = first.mutants.map((mutant) => ({
    ...mutant,
    written: mutant.mutated,
    mutated: mutant.written,
  }));
  const after = judgeAcross(valuesOf([{ ...first, mutants }, ...others]), 'adapted').filter(
    ({ group }) => group === 0,
  );
  const scores = (judged: typeof before) => judged.map(({ score }) => score).sort();
  assert.equal(scores(after), scores(before));
});

test.slow('what is promised is true', () => {
  const judged = judgeAcross(valuesOf(madeRepositories({ repositories: 12, mutants: 60 })), 'adapted');
  for (const [low, high] of [
    [0, 0.3],
    [0.3, 0.7],
    [0.7, 1],
  ] as const) {
    const inside = judged.filter(({ wrong }) => wrong >= low && wrong <= high);
    const promised = inside.reduce((sum, { wrong }) => sum + wrong, 0) / inside.length;
    const observed = inside.filter(({ isWrong }) => isWrong).length / inside.length;
    assert.ok(Math.abs(promised - observed) < 0.06, `${promised} ${observed}`);
  }
});

test.slow('a first choice and a value without an alternative are never called surprising', () => {
  const judged = judgeAcross(valuesOf(madeRepositories()), 'adapted');
  const verdicts = asVerdicts(judged);
  for (const [index, { value }] of judged.entries()) {
    const { isFirst, other } = value.score.adapted;
    assert.is(Number.isFinite(verdicts[index]?.score), !isFirst && other > 0);
  }
});

test('the cut finds most while both limits hold', () => {
  const verdicts = [
    ...[9, 8, 7, 5].map((score) => ({ score, isWrong: true, group: 0 })),
    ...[6, 4, 3, 2].map((score) => ({ score, isWrong: false, group: 0 })),
  ];
  assert.is(chooseCut(verdicts, { precision: 0.8, falseAlarms: 0.25 })?.score, 5);
  assert.is(chooseCut(verdicts, { precision: 0.8, falseAlarms: 0 })?.score, 7);
  assert.is(chooseCut(verdicts.slice(4), { precision: 0.8, falseAlarms: 0 }), null);
});

test.slow('gives a calibration that a manifest can hold, and the prior changes what follows only', () => {
  const repositories = madeRepositories({ gap: 3 });
  const calibration = calibrate(repositories, { ...LIMITS, prior: 0.1 });
  const whole = {
    surprisingMaxProbability: 0.02,
    surprisingMinCandidate: 0.6,
    measuredOn: 'made',
    ...calibration,
  };
  assert.equal(checkCalibration(JSON.parse(JSON.stringify(whole)), 'calibration'), whole);
  const { wrongValue, falseAlarmRate, detectionRate } = calibration;
  assert.ok((falseAlarmRate ?? 1) <= 0.01 && (detectionRate ?? 0) > 0.1);
  assert.ok((wrongValue?.balancedPrecision ?? 0) >= 0.8);
  assert.ok((wrongValue?.priorPrecision ?? 1) < (wrongValue?.balancedPrecision ?? 0));
  const rarer = calibrate(repositories, { ...LIMITS, prior: 0.01 }).wrongValue;
  assert.equal({ ...rarer, prior: 0, priorPrecision: 0 }, { ...wrongValue, prior: 0, priorPrecision: 0 });
  assert.ok((rarer?.priorPrecision ?? 1) < (wrongValue?.priorPrecision ?? 0));
});

test.slow('where nothing tells mistakes apart, nothing is ever surprising', () => {
  const { wrongValue, detectionRate } = calibrate(madeRepositories({ gap: -3 }), { ...LIMITS, prior: 0.1 });
  assert.equal([wrongValue?.surprisingFrom, wrongValue?.balancedPrecision, detectionRate], [null, null, 0]);
});

test.run();
