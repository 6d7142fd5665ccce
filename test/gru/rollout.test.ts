import { ModelError } from '../../src/errors.ts';
import { openUpdater } from '../../src/gru/rollout.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import type { Tensor } from '../../src/runtime/safetensors.ts';
import { checkpointValues, goldenCheckpointPack, goldenSizes } from '../helpers/golden-checkpoint.ts';
import { golden, goldenPack, goldenValues, largestDifference } from '../helpers/golden-hypernetwork.ts';
import { random } from '../helpers/random.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { TINY, tinyHypernetwork, writeTinyPack } from '../helpers/tiny-pack.ts';

const test = suite('gru/rollout');

/** States 0 … steps from the golden inputs, each step from the state before it. */
async function rollout(change?: (weights: Map<string, Tensor>) => void): Promise<Float32Array[]> {
  const pack = goldenPack(change ? { change } : {});
  await using updater = await openUpdater(pack);
  const states = [await updater.initialState(goldenValues('input.repository'))];
  for (let step = 0; step < golden.steps; step += 1) {
    states.push(await updater.step(states[step] as Float32Array, goldenValues('input.diffs', step)));
  }
  return states;
}

/** Largest difference of each state to PyTorch's. */
const errors = (states: readonly Float32Array[]) =>
  states.map((state, step) => largestDifference(state, goldenValues('expected.states', step)));

test('the first state and every step equal those of PyTorch, a step with a diff of zeros included', async () => {
  const differences = errors(await rollout());
  assert.is(differences.length, golden.steps + 1);
  assert.ok(Math.max(...differences) <= golden.tolerance, `${differences}`);
});

test('with the reset and update gates swapped they do not', async () => {
  const swapped = await rollout((weights) => {
    for (const name of ['weight_ih_l0', 'weight_hh_l0', 'bias_ih_l0', 'bias_hh_l0']) {
      const { data } = weights.get(`gru_state.gru.${name}`) as Tensor;
      const third = data.length / 3;
      const reset = data.slice(0, third);
      data.copyWithin(0, third, 2 * third);
      (data as Float32Array).set(reset as Float32Array, third);
    }
  });
  assert.ok((errors(swapped)[0] as number) <= golden.tolerance);
  assert.ok((errors(swapped)[1] as number) > 1000 * golden.tolerance);
});

test('a hidden bias inside of the reset gate matters: moved out of it, the result is another', async () => {
  const moved = await rollout((weights) => {
    const input = weights.get('gru_state.gru.bias_ih_l0')?.data as Float32Array;
    const hidden = weights.get('gru_state.gru.bias_hh_l0')?.data as Float32Array;
    for (let i = 2 * golden.hiddenSize; i < input.length; i += 1) {
      input[i] = (input[i] as number) + (hidden[i] as number);
      hidden[i] = 0;
    }
  });
  assert.ok((errors(moved)[1] as number) > 1000 * golden.tolerance);
});

for (const name of ['evolving', 'evolving_tasks'] as const) {
  test(`the authors' checkpoint "${name}" gives the states of PyTorch, mapped out of the .pt file`, async () => {
    await using updater = await openUpdater(goldenCheckpointPack(name));
    assert.is(updater.stepInput, 'diff');
    const states = [await updater.initialState(checkpointValues('input.repository'))];
    for (let step = 0; step < goldenSizes.steps; step += 1) {
      states.push(await updater.step(states[step] as Float32Array, checkpointValues('input.diffs', step)));
    }
    const differences = states.map((state, step) =>
      largestDifference(state, checkpointValues(`${name}.states`, step)),
    );
    assert.is(differences.length, 4);
    assert.ok(Math.max(...differences) <= goldenSizes.tolerance, `${differences}`);
  });
}

test('the state of a static model is the repository embedding of the newest commit', async () => {
  await using updater = await openUpdater(goldenCheckpointPack('static'));
  assert.is(updater.stepInput, 'repository');
  const [first, second] = [random(1).normal(12), random(2).normal(12)];
  const state = await updater.initialState(first);
  assert.equal(state, first);
  assert.equal(await updater.step(state, second), second);
  assert.equal(state, first);
  await rejects(
    updater.step(state, second.slice(1)),
    ModelError,
    /the repository embedding has 11 numbers, expected 12/,
  );
  await rejects(updater.initialState(second.with(3, Number.NaN)), ModelError, /repository embedding has NaN/);
});

test('the same input gives the same bits', async () => {
  assert.equal(await rollout(), await rollout());
});

test('names a vector that is too short or holds NaN or infinity', async () => {
  const { dir } = writeTinyPack();
  await using updater = await openUpdater(openModelPack(dir));
  const embedding = random(1).normal(TINY.embeddingSize);
  const state = await updater.initialState(embedding);
  await rejects(
    updater.initialState(embedding.slice(1)),
    ModelError,
    /the repository embedding has 63 numbers, expected 64/,
  );
  await rejects(
    updater.step(state.slice(1), embedding),
    ModelError,
    /the hidden state has 23 numbers, expected 24/,
  );
  const broken = embedding.with(5, Number.NaN);
  await rejects(updater.step(state, broken), ModelError, /the diff embedding has NaN at position 5 of 64/);
  await rejects(
    updater.step(state.with(0, Number.NEGATIVE_INFINITY), embedding),
    ModelError,
    /hidden state has -Infinity/,
  );
});

test('names the next hidden state when the weights make it NaN', async () => {
  const hypernetwork = tinyHypernetwork();
  (hypernetwork.get('gru_state.gru.bias_ih_l0')?.data as Float32Array)[0] = Number.NaN;
  const { dir } = writeTinyPack({ hypernetwork });
  await using updater = await openUpdater(openModelPack(dir));
  const embedding = random(1).normal(TINY.embeddingSize);
  const state = await updater.initialState(embedding);
  await rejects(
    updater.step(state, embedding),
    ModelError,
    /the next hidden state has NaN at position 0 of 24/,
  );
});

test('refuses weights that are missing, of another shape or of another type, by name', async () => {
  const refuses = async (change: (weights: Map<string, Tensor>) => void, message: RegExp) => {
    const hypernetwork = tinyHypernetwork();
    change(hypernetwork);
    const { dir } = writeTinyPack({ hypernetwork });
    await rejects(openUpdater(openModelPack(dir)), ModelError, message);
  };
  const name = 'gru_state.gru.weight_hh_l0';
  await refuses((weights) => void weights.delete(name), /weight_hh_l0 is missing, expected F32 \(72, 24\)/);
  await refuses(
    (weights) => void Object.assign(weights.get(name) as Tensor, { shape: [24, 72] }),
    /weight_hh_l0 is F32 \(24, 72\), expected F32 \(72, 24\)/,
  );
  const integers: Tensor = { dtype: 'I32', shape: [24], data: new Int32Array(24) };
  await refuses(
    (weights) => void weights.set('gru_state.diff_proj.1.bias', integers),
    /diff_proj.1.bias is I32 \(24\), expected F32 \(24\)/,
  );
});

test.run();
