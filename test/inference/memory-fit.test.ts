import { fileURLToPath } from 'node:url';
import { emptyResidual } from '../../src/adaptation/refine.ts';
import { estimateMemory, totalBytes } from '../../src/inference/memory-estimate.ts';
import { fitPack } from '../../src/inference/memory-fit.ts';
import { availableBytes, memoryWarning } from '../../src/inference/memory-free.ts';
import { privateBytes } from '../../src/inference/memory-watch.ts';
import { openModels } from '../../src/inference/open.ts';
import { availablePrecisions, withPrecision } from '../../src/inference/precision.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { parseTransformerConfig } from '../../src/runtime/transformer-config.ts';
import { readJson } from '../../src/runtime/weight-files.ts';
import { assert, suite } from '../helpers/suite.ts';
import { SIZES, writeSparsePack } from './sparse-pack.ts';

const test = suite('inference/memory-fit');
const GB = 1024 ** 3;
const COPIES = ['base-model.q8.safetensors', 'base-model.q4.safetensors', 'hypernetwork.q8.safetensors'];
const pack = writeSparsePack({ copies: COPIES });
const WEIGHTS = 1_976_131_072; // 494 million parameters in float32, the output layer being the embedding table

test('float32 weights are mapped, quantised ones are held, and those in 16 bits are widened in memory', () => {
  const { check, state } = estimateMemory(pack);
  assert.is(check.mappedBytes, WEIGHTS);
  assert.is(state.mappedBytes, WEIGHTS + (SIZES['code2lora.safetensors'] as number));
  const quantized = withPrecision(pack, { baseModel: 'int8', encoder: 'fp32', hypernetwork: 'int8' });
  assert.is(estimateMemory(quantized).check.mappedBytes, 0);
  assert.ok(estimateMemory(quantized).check.privateBytes > (SIZES['base-model.q8.safetensors'] as number));
  assert.is(estimateMemory(quantized).state.mappedBytes, WEIGHTS);
  const half = estimateMemory(writeSparsePack({ dtype: 'BF16' })).check;
  assert.is(half.mappedBytes, 0);
  assert.ok(half.privateBytes > WEIGHTS);
});

test('the estimate is near what was measured with weights of this shape', () => {
  // Peak of anonymous memory, scoring with a context of 2048 tokens: docs/inference.md.
  const measured = { fp32: 768, int8: 957, int4: 870 };
  for (const [precision, megabytes] of Object.entries(measured)) {
    const chosen = { ...pack.manifest.precision, baseModel: precision as keyof typeof measured };
    const { privateBytes: estimated } = estimateMemory(withPrecision(pack, chosen)).check;
    const ratio = estimated / (megabytes * 1024 ** 2);
    assert.ok(ratio > 1 && ratio < 1.4, `${precision}: ${ratio}`);
  }
});

test.slow('takes the best precision that fits, each stage for itself, and says so', () => {
  const precisionFor = (limit: number) => fitPack(pack, limit).pack.manifest.precision;
  assert.equal(precisionFor(8 * GB), pack.manifest.precision);
  assert.equal(precisionFor(4 * GB), { baseModel: 'fp32', encoder: 'fp32', hypernetwork: 'int8' });
  assert.equal(precisionFor(2 * GB), { baseModel: 'int8', encoder: 'int8', hypernetwork: 'int8' });
  const { refusal, notice } = fitPack(pack, 4 * GB);
  assert.is(refusal, null);
  assert.match(notice ?? '', /to stay within 4\.0 GB of memory: hypernetwork in int8 instead of fp32$/);
  assert.equal(fitPack(pack, null), { pack, refusal: null, notice: null });
});

test('never takes a precision that the pack does not hold, nor more than it asks for', () => {
  assert.equal(availablePrecisions(pack, 'baseModel'), ['fp32', 'int8', 'int4']);
  assert.equal(availablePrecisions(pack, 'hypernetwork'), ['fp32', 'int8']);
  assert.equal(availablePrecisions(writeSparsePack(), 'baseModel'), ['fp32']);
  const asked = withPrecision(pack, { ...pack.manifest.precision, baseModel: 'int8' });
  assert.equal(availablePrecisions(asked, 'baseModel'), ['int8', 'int4']);
});

test('refuses with what is needed, what is allowed and what to do', () => {
  const { refusal } = fitPack(pack, GB);
  assert.match(
    refusal?.message ?? '',
    /"tiny" needs about 1\.\d GB of memory for reading the history: 1\.\d GB of its own and 0 MB of mapped weights; allowed are 1\.0 GB.*\n.*nano/,
  );
});

test('another encoder or hypernetwork makes another pack of it, another base model does not', () => {
  const { precision } = pack.manifest;
  assert.is(withPrecision(pack, { ...precision }), pack);
  assert.is(withPrecision(pack, { ...precision, baseModel: 'int8' }).digest, pack.digest);
  const others = [{ encoder: 'int8' }, { hypernetwork: 'int8' }, { encoder: 'int4' }] as const;
  const digests = others.map((change) => withPrecision(pack, { ...precision, ...change }).digest);
  assert.is(new Set([pack.digest, ...digests]).size, 4);
});

test('warns when less is free than the models need', () => {
  assert.ok(availableBytes() > 128 * 1024 ** 2);
  assert.is(memoryWarning(pack, 8 * GB), undefined);
  assert.match(memoryWarning(pack, 2 * GB) ?? '', /need about \d\.\d GB .*2\.0 GB are free/);
});

test.slow('nano stays within its estimate', async () => {
  if (process.platform !== 'linux') return;
  const nano = openModelPack(fileURLToPath(new URL('../../models/nano', import.meta.url)));
  await using models = openModels(nano, { device: 'cpu' });
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, privateBytes(models.pid as number) ?? 0);
  }, 10);
  const { embeddingSize } = nano.manifest.hypernetwork;
  await models.encoder.embedWindows(
    'def add(a, b):\n    return a + b\n'.repeat(200),
    nano.manifest.recipe.diff,
  );
  const adapter = await models.generator.generate(
    await models.updater.initialState(new Float32Array(embeddingSize)),
  );
  const question = {
    prefix: 'def test():\n    assert add(1, 2) == ',
    target: '3',
    language: 'python',
  } as const;
  const text = { prefix: 'x = 1\n'.repeat(100) + question.prefix, target: question.target };
  await models.languageModel.reader({ adapter }).score({ ...question, prefix: text.prefix });
  const examples = await models.learner.readExamples(Array(8).fill({ ...text, isWhole: true }));
  await models.learner.remember({}, examples);
  const config = parseTransformerConfig(readJson(nano.path('config.json')), 'config.json');
  const residual = emptyResidual(config, { rank: 8, seed: 'x' });
  await models.learner.refine({ frozen: null, residual, batches: [examples], learningRate: 1e-4 });
  clearInterval(timer);
  const { state, check } = estimateMemory(nano);
  const estimated = Math.max(totalBytes(state), totalBytes(check));
  assert.ok(most < estimated && most > estimated / 3, `${most} of ${estimated}`);
});

test.run();
