import { type Example, runsOf } from '../../src/adaptation/examples.ts';
import { emptyResidual, openRefiner } from '../../src/adaptation/refine.ts';
import { InternalError, ModelError } from '../../src/errors.ts';
import type { LoraAdapter, LoraPair } from '../../src/lora/adapter.ts';
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
async function loss(adapter: LoraAdapter, used = decoder, asked = examples): Promise<number> {
  const nlls: number[] = [];
  for (const { prompt, target } of asked) {
    const rows = await new PromptReader(used, adapter).read(prompt, target.slice(0, -1));
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

test.slow('a batch that takes several runs gives the loss of all its target tokens', async () => {
  const many = Array.from({ length: 14 }, (_, seed) => ({
    prompt: Array.from({ length: 40 + seed }, (_unused, i) => 1 + ((i * 37 + seed * 11) % 127)),
    target: [seed + 1, 5, 0].slice(0, 1 + (seed % 3)),
  }));
  assert.ok(runsOf(many).length > 1);
  const request = { frozen, residual: empty(), batches: [many, many, many, many], learningRate: 0.02 };
  const { residual, losses } = await refiner.refine(request);
  assert.ok(Math.abs((losses[0] as number) - (await loss(frozen, decoder, many))) < 1e-4);
  assert.ok((await loss(joinAdapters(frozen, residual), decoder, many)) < 0.9 * (losses[0] as number));
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

test.slow('refines beside a frozen adapter that changes single layers, as the decoder sees it', async () => {
  const own = {
    ...(goldenAdapter().pairs.o_proj as LoraPair),
    B: goldenAdapter().pairs.o_proj?.B.toReversed(),
  };
  const layered = { ...frozen, pairs: { ...frozen.pairs, '1.o_proj': own as LoraPair } };
  await using layerRefiner = await openRefiner(model, { maxTokens: 64, layerAdapters: true });
  await using layerDecoder = await openDecoder(model, 64, { layerAdapters: true });
  const request = { frozen: layered, residual: empty(), batches: batches(8), learningRate: 0.02 };
  const { residual, losses } = await layerRefiner.refine(request);
  assert.equal(Object.keys(residual.pairs), Object.keys(empty().pairs));
  const [before, after] = [
    await loss(layered, layerDecoder),
    await loss(joinAdapters(layered, residual), layerDecoder),
  ];
  assert.ok(Math.abs(before - (losses[0] as number)) < 1e-4, `${before} and ${losses[0]}`);
  assert.ok(Math.abs(before - (await loss(frozen))) > 0.01);
  assert.ok(after < 0.7 * before, `from ${before} to ${after}`);
});

test('refuses an example that is too long, a residual that changes single layers, and quantised weights', async () => {
  const long = { prompt: Array(64).fill(1), target: [1, 2] };
  const request = { frozen, residual: empty(), batches: [examples, [long]], learningRate: 0.02 };
  await rejects(refiner.refine(request), InternalError, /has 65 tokens, expected 64 at most/);
  const pair = empty().pairs.q_proj as LoraPair;
  const layered = { ...empty(), pairs: { '0.q_proj': pair } };
  await rejects(refine(1, layered), ModelError, /0.q_proj changes a single layer/);
  const quantised = { ...model, precision: 'int8' as const };
  await rejects(openRefiner(quantised, { maxTokens: 64 }), ModelError, /they are in int8, expected fp32/);
});

test.run();
