import {
  gainOver,
  mean,
  nllPerToken,
  type PairedScore,
  rankAmong,
} from '../../src/report/health-statistics.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('report/health-statistics');

/** Of `clusters` commits with four assertions each; a commit has an effect of its own. */
function scores(clusters: number, { gain = 0, spread = 0, seed = 1 } = {}): PairedScore[] {
  const source = random(seed);
  return Array.from({ length: clusters }, (_, cluster) => {
    const [shift = 0] = source.normal(1, spread);
    return [1, 2, 3, 4].map((tokens) => ({
      ...{ cluster: `${cluster}`, tokens, nll: tokens },
      otherNll: tokens * (1 + gain + shift),
    }));
  }).flat();
}

test('a gain is what the other one needs more, per token over all of them', () => {
  const long = { cluster: 'a', tokens: 9, nll: 0, otherNll: 9 };
  const short = { cluster: 'b', tokens: 1, nll: 2, otherNll: 0 };
  assert.is(gainOver([long, short], { seed: 's' }).mean, 0.7);
  assert.equal(gainOver([long], { seed: 's' }), { mean: 1, low: 1, high: 1 });
  assert.equal(gainOver([], { seed: 's' }), { mean: 0, low: 0, high: 0 });
});

test('the same seed gives the same interval, another one nearly the same', () => {
  const sample = scores(12, { gain: 0.1, spread: 0.2 });
  const [one, again, other] = ['x', 'x', 'y'].map((seed) => gainOver(sample, { seed }));
  assert.equal(one, again);
  assert.not.equal(one, other);
  assert.ok(Math.abs((one?.low ?? 0) - (other?.low ?? 0)) < 0.03);
});

test.slow('the interval holds the truth about as often as it says', () => {
  const trials = 200;
  const hits = Array.from({ length: trials }, (_, seed) => {
    const { low, high } = gainOver(scores(20, { gain: 0.3, spread: 0.5, seed: seed + 1 }), { seed: 's' });
    return low <= 0.3 && 0.3 <= high ? 1 : 0;
  });
  const share = mean(hits);
  assert.ok(share > 0.87 && share < 0.99, `${share}`);
});

test('assertions of one commit are no independent witnesses', () => {
  const sample = scores(8, { spread: 0.5 });
  const apart = sample.map((score, index) => ({ ...score, cluster: `${index}` }));
  const width = (of: PairedScore[]) => {
    const { low, high } = gainOver(of, { seed: 's' });
    return high - low;
  };
  assert.ok(width(sample) > 1.4 * width(apart), `${width(sample)} and ${width(apart)}`);
});

test('ranks begin at 1, and equals share a place', () => {
  assert.is(rankAmong(1, [2, 3]), 1);
  assert.is(rankAmong(3, [1, 2]), 3);
  assert.is(rankAmong(2, [2, 2, 5]), 2);
  assert.is(rankAmong(2, []), 1);
  assert.is(
    nllPerToken([
      { nll: 3, tokens: 2 },
      { nll: 0, tokens: 1 },
    ]),
    1,
  );
});

test.run();
