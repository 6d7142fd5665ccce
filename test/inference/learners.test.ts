import { emptyResidual } from '../../src/adaptation/refine.ts';
import { InternalError } from '../../src/errors.ts';
import { openPackMemory, openPackRefiner } from '../../src/inference/learners.ts';
import { type OpenModels, openModels } from '../../src/inference/open.ts';
import { withPrecision } from '../../src/inference/precision.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { readBaseModel } from '../../src/runtime/transformer-weights.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { adaptedPack } from '../helpers/tiny-adaptation.ts';
import { TINY, tinyPack } from '../helpers/tiny-pack.ts';

const test = suite('inference/learners');
const pack = openModelPack(adaptedPack(['gru', 'memory', 'refinement']).dir);
const TEXTS = ['3', '"red"'].map((target) => ({
  prefix: 'def f():\n    assert g() == ',
  target,
  isWhole: true,
}));

/** Everything that can be learned, once. */
async function learnAll({ learner, generator, languageModel }: OpenModels): Promise<unknown[]> {
  const examples = await learner.readExamples(TEXTS);
  const memory = await learner.remember({}, examples);
  const frozen = await generator.generate(new Float32Array(TINY.stateSize).fill(0.5));
  const residual = emptyResidual(readBaseModel(pack).config, { rank: 2, seed: 'a' });
  const refined = await learner.refine({ frozen, residual, batches: [examples], learningRate: 0.01 });
  const recalled = await learner.recall(memory);
  const score = await languageModel.score({ prefix: 'assert x == ', target: '1', language: 'python' });
  const again = await learner.remember(memory, examples);
  return [examples, memory, recalled, refined, score, again];
}

test.slow(
  'a process of its own learns the same as this one, bit for bit, also after the language model was open',
  async () => {
    const open = (host: 'child' | 'process') => openModels(pack, { device: 'cpu', host });
    await using here = open('process');
    await using child = open('child');
    const [examples, memory, recalled, ...rest] = await learnAll(here);
    assert.equal(await learnAll(child), [examples, memory, recalled, ...rest]);
    assert.is((examples as unknown[]).length, 2);
    assert.equal(Object.keys(memory as object).sort(), [
      '0.down_proj',
      '0.o_proj',
      '1.down_proj',
      '1.o_proj',
    ]);
    assert.not.equal(rest.at(-1), memory);
  },
);

test('a pack without a part says so', async () => {
  const plain = openModelPack((await tinyPack()).dir);
  await rejects(openPackMemory(plain), InternalError, /"tiny" has no memory/);
  await rejects(openPackRefiner(plain), InternalError, /"tiny" has no refinement/);
});

test('the precision of the base model is part of the identity of a pack that learns with it, and of no other', async () => {
  const plain = openModelPack((await tinyPack()).dir);
  const identities = [plain, pack].map((each) => {
    const precision = { ...each.manifest.precision, baseModel: 'int8' as const };
    return withPrecision(each, precision).digest === each.digest;
  });
  assert.equal(identities, [true, false]);
});

test.run();
