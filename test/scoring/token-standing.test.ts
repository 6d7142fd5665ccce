import { standingOf, summarizeStandings } from '../../src/scoring/token-standing.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('scoring/token-standing');
const logs = (...shares: number[]) => Float32Array.from(shares, Math.log);
const isNear = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

test('where all tokens are alike, none is a surprise', () => {
  const { excess, lead } = standingOf(logs(0.25, 0.25, 0.25, 0.25), 2);
  isNear(excess, 0);
  isNear(lead, 0);
});

test('a token that the model excluded stands worse than one that nobody could know', () => {
  const sure = standingOf(logs(0.97, 0.01, 0.01, 0.01), 3);
  const unsure = standingOf(logs(0.49, 0.49, 0.01, 0.01), 3);
  isNear(sure.lead, Math.log(97));
  isNear(unsure.lead, Math.log(49));
  isNear(unsure.excess, -Math.log(0.01) - (-2 * 0.49 * Math.log(0.49) - 2 * 0.01 * Math.log(0.01)));
  assert.ok(sure.excess > unsure.excess);
});

test('what cannot be adds nothing to the entropy', () => {
  isNear(standingOf(logs(1, 0, 0), 0).excess, 0);
});

test('a value stands as badly as its worst token, and its excess is summed', () => {
  const standings = [
    { excess: 2, lead: 0.5 },
    { excess: -1, lead: 3 },
  ];
  assert.equal(summarizeStandings([-1, -4], standings), {
    ...{ worst: 4, worstExcess: 2, worstLead: 3, excess: 1 },
  });
});

test.run();
