import type { Example } from '../../src/adaptation/examples.ts';
import { emptyResidual, openRefiner } from '../../src/adaptation/refine.ts';
import { ModelError } from '../../src/errors.ts';
import type { LoraAdapter } from '../../src/lora/adapter.ts';
import { joinAdapters } from '../../src/lora/join.ts';
import { openDecoder } from '../../src/scoring/decoder.ts';
import { PromptReader } from '../../src/scoring/prompt-reader.ts';
import { goldenAdapter, goldenModel, largestDifference } from '../helpers/golden-decoder.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('adaptation/refine');
const model = goldenModel();
const frozen = goldenAdapter();
const examples: Example[] = [
  { prompt: [3, 14, 15, 92, 65], target: [35, 89] },
  { prompt: [2, 71, 82], target: [81, 82, 84] },
];
const refiner = await openRefiner(model, { maxTokens: 64 });
test.after(() => refiner[Symbol.asyncDispose]());
const decoder = await openDecoder(model, 64);
test.after(() => decoder[Symbol.asyncDispose]());

const empty = () => emptyResidual(model.config, { rank: 2, seed: 'test' });
const batches = (steps: number) => Array.from({ length: steps }, () => examples);
const refine = (steps: number, residual = empty()) =>
  refiner.refine({ frozen, residual, batches: batches(steps), learningRate: 0.02 });

/** Nats per target token, as a check computes them. */
async function loss(adapter: LoraAdapter): Promise<number> {
  const nlls: number[] = [];
  for (const { prompt, target } of examples) {
    const rows = await new PromptReader(decoder, adapter).read(prompt, target.slice(0, -1));
    for (const [index, token] of target.entries()) nlls.push(-(rows[index]?.[token] as number));
  }
  return nlls.reduce((sum, nll) => sum + nll, 0) / nlls.length;
}

test('steps make the examples more probable, as the decoder that checks them sees it', async () => {
  const { residual, losses } = await refine(12);
  const [before, after] = [await loss(frozen), await loss(joinAdapters(frozen, residual))];
  assert.ok(Math.abs(before - (losses[0] as number)) < 1e-4, `${before} and ${losses[0]}`);
  assert.ok(after < 0.5 * before, `from ${before} to ${after}`);
  assert.ok((losses.at(-1) as number) < 0.6 * before);
});

test('an empty residual changes nothing, and stays as it was given', async () => {
  const residual = empty();
  assert.is(await loss(joinAdapters(frozen, residual)), await loss(frozen));
  await refine(2, residual);
  assert.equal(residual, empty());
});

test('the same input gives the same bytes, another seed another start', async () => {
  const [one, two] = [await refine(4), await refine(4)];
  assert.equal(one, two);
  const other = emptyResidual(model.config, { rank: 2, seed: 'other' });
  assert.ok(largestDifference(other.pairs.q_proj?.A ?? [], empty().pairs.q_proj?.A ?? []) > 0.01);
});

test('refines without a frozen adapter too', async () => {
  const request = { frozen: null, residual: empty(), batches: batches(6), learningRate: 0.02 };
  const { losses } = await refiner.refine(request);
  assert.ok((losses.at(-1) as number) < (losses[0] as number));
});

test('refuses quantised weights', async () => {
  const quantised = { ...model, precision: 'int8' as const };
  await rejects(openRefiner(quantised, { maxTokens: 64 }), ModelError, /they are in int8, expected fp32/);
});

test.run();
