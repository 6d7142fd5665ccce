import type { Assertion } from '../../src/assertions/assertion.ts';
import { adapterFromTensors } from '../../src/lora/adapter.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { readSafetensors } from '../../src/runtime/safetensors.ts';
import { openLanguageModel } from '../../src/scoring/language-model.ts';
import { placeOf, scoreAssertions } from '../../src/scoring/score.ts';
import { assert, suite } from '../helpers/suite.ts';
import { TINY, tinyPack } from '../helpers/tiny-pack.ts';

const test = suite('scoring/score');
const pack = openModelPack((await tinyPack()).dir);
const languageModel = await openLanguageModel(pack);
test.after(() => languageModel[Symbol.asyncDispose]());
const adapter = adapterFromTensors(
  readSafetensors(pack.path(pack.manifest.meanAdapter as string)).tensors,
  TINY,
);

function assertion(path: string, prefix: string, target: string): Assertion {
  return {
    path,
    language: 'python',
    family: 'python/assert',
    test: '',
    line: 1,
    column: prefix.length + 1,
    endLine: 1,
    endColumn: prefix.length + target.length + 1,
    start: prefix.length,
    end: prefix.length + target.length,
    prefix,
    target,
    open: target === '',
    key: `${path} ${prefix}`,
    ignored: false,
  };
}

const assertions = [
  assertion('b.py', 'x = 1\nassert x == ', '1'),
  assertion('a.py', 'assert f() == ', '[1, 2]'),
  assertion('b.py', 'assert x == ', '1'),
  assertion('a.py', 'assert f() == ', ''),
];

test.slow('gives one score for each assertion, in their order', async () => {
  const progress: string[] = [];
  const scores = await scoreAssertions(languageModel, assertions, {
    adapter,
    count: 3,
    onProgress: (done, total) => progress.push(`${done}/${total}`),
  });
  assert.equal(
    scores.map((score) => score.assertion),
    assertions,
  );
  assert.equal(progress, ['1/4', '2/4', '3/4', '4/4']);
  for (const [index, { prefix, target }] of assertions.entries()) {
    if (target === '') continue;
    const request = { prefix, target, language: 'python' as const };
    const adapted = await languageModel.score(request, { adapter });
    const base = await languageModel.score(request);
    const score = scores[index];
    assert.is(score?.targetTokens, adapted.tokens);
    assert.ok(Math.abs((score?.nll ?? 0) - adapted.nll) < 1e-5);
    assert.ok(Math.abs((score?.baseNll ?? 0) - base.nll) < 1e-5);
    assert.ok(Math.abs((score?.standing?.worst ?? 0) + Math.min(...adapted.logProbabilities)) < 1e-5);
    assert.ok(Math.abs((score?.probability ?? 0) - adapted.probability) < 1e-5);
    assert.ok(Math.abs((score?.baseProbability ?? 0) - base.probability) < 1e-5);
    assert.ok((score?.candidates.length ?? 9) <= 3);
  }
});

test('a value that does not come first is held against values that could have been meant', async () => {
  const scores = await scoreAssertions(languageModel, assertions, { adapter, count: 3 });
  const asked = await scoreAssertions(languageModel, assertions, { adapter, count: 3, rivals: true });
  for (const [index, score] of asked.entries()) {
    const { rivals, ...rest } = score;
    assert.equal({ ...rest, rivals: null }, scores[index], 'nothing else changes');
    if (score.assertion.open || placeOf(score).isFirst) assert.is(rivals, null);
    if (rivals) assert.ok(rivals.best >= rivals.mean);
  }
  assert.ok(asked.some(({ rivals }) => rivals !== null));
});

test('an open assertion has candidates but no score', async () => {
  const [score] = await scoreAssertions(languageModel, assertions.slice(3), { adapter });
  const { candidates, completion, assertion: scored, ...numbers } = score as NonNullable<typeof score>;
  assert.equal(numbers, {
    targetTokens: 0,
    nll: null,
    baseNll: null,
    standing: null,
    rivals: null,
    probability: null,
    baseProbability: null,
    rank: null,
    exactMatch: false,
    editSimilarity: null,
  });
  assert.ok(scored.open && candidates.length > 0 && completion.length > 0);
});

test('a value that the model writes itself is an exact match with a rank', async () => {
  const open = await scoreAssertions(languageModel, assertions.slice(3), { adapter, count: 3 });
  const [first, second] = open[0]?.candidates ?? [];
  const prefix = assertions[3]?.prefix as string;
  const targets = [open[0]?.completion ?? '', second?.text ?? ''];
  const [greedy, other] = await scoreAssertions(
    languageModel,
    targets.map((target) => assertion('a.py', prefix, target)),
    { adapter, count: 3 },
  );
  assert.ok(greedy?.exactMatch);
  assert.is(greedy?.editSimilarity, 1);
  assert.is(other?.rank, 2);
  assert.is(other?.exactMatch, second?.text === open[0]?.completion);
  assert.ok((first?.probability ?? 0) >= (second?.probability ?? 1));
});

test('nothing to score is no error', async () => {
  assert.equal(await scoreAssertions(languageModel, [], { adapter: null }), []);
});

test.run();
