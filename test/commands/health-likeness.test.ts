import {
  likenessOf,
  participationRatio,
  stateCosine,
  stateDistance,
  stateNorm,
} from '../../src/commands/health-likeness.ts';
import type { LoraAdapter } from '../../src/lora/adapter.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('commands/health-likeness');

/** ΔW of one row: rank 1, so that B = [1] makes it A. */
const vector = (...values: number[]): LoraAdapter => ({
  ...{ rank: 1, alpha: 1 },
  pairs: {
    q_proj: {
      A: Float32Array.from(values),
      B: Float32Array.of(1),
      inFeatures: values.length,
      outFeatures: 1,
    },
  },
});
const close = (found: number | null, expected: number) =>
  assert.ok(found !== null && Math.abs(found - expected) < 1e-6, `${found}, expected ${expected}`);
const mean = vector(10, 0, 0, 0);
const references = { mean, layerCount: 1 };

test('the participation ratio counts directions away from the mean adapter', () => {
  const [x, y, z] = [vector(10, 1, 0, 0), vector(10, 0, 1, 0), vector(10, 0, 0, 1)];
  close(participationRatio([x, y, z], references), 3);
  close(participationRatio([x, vector(10, 5, 0, 0)], references), 1);
  close(participationRatio([x, vector(10, -2, 0, 0), y], references), 9 / 5); // cos² is 1 for one pair of three
});

test('one that is the mean adapter leaves it in no direction', () => {
  const [x, y] = [vector(10, 1, 0, 0), vector(10, 0, 1, 0)];
  close(participationRatio([mean, x, y], references), 2);
  assert.is(participationRatio([mean, x], references), null);
  assert.is(participationRatio([x, y], { ...references, mean: null }), null);
});

test('is about the number of adapters when they have nothing in common', () => {
  const source = random(7);
  const adapters = Array.from({ length: 6 }, () => vector(...source.normal(4000)));
  const ratio = participationRatio(adapters, { mean: vector(...Array(4000).fill(0.01)), layerCount: 1 });
  assert.ok((ratio ?? 0) > 5.5 && (ratio ?? 9) <= 6.0001, `${ratio}`);
});

test('likeness has a number for each reference that is there', () => {
  const own = vector(3, 4, 0, 0);
  const full = likenessOf(own, {
    references: { ...references, panel: [{ name: 'o', adapter: vector(0, 2, 0, 0) }] },
    previous: own,
  });
  close(full.norm, 5);
  close(full.meanCosine, 0.6);
  close(full.panelCosine, 0.8);
  close(full.previousCosine, 1);
  close(full.residualFraction, Math.sqrt(65) / 5);
  assert.is(full.panelCosines.length, 1);
  const bare = likenessOf(own, { references: { mean: null, panel: [], layerCount: 1 }, previous: null });
  const { meanCosine, panelCosine, previousCosine, residualFraction, participationRatio: ratio } = bare;
  assert.equal([meanCosine, panelCosine, previousCosine, residualFraction, ratio], Array(5).fill(null));
});

test('states are compared by direction and by distance', () => {
  const [a, b] = [Float32Array.of(3, 4), Float32Array.of(-3, -4)];
  assert.equal([stateNorm(a), stateCosine(a, a), stateCosine(a, b), stateDistance(a, b)], [5, 1, -1, 2]);
  assert.is(stateCosine(a, Float32Array.of(0, 0)), 0);
});

test.run();
