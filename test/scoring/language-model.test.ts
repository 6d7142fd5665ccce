import { ModelError, UsageError } from '../../src/errors.ts';
import { adapterFromTensors } from '../../src/lora/adapter.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { readSafetensors } from '../../src/runtime/safetensors.ts';
import { openLanguageModel } from '../../src/scoring/language-model.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { TINY, tinyPack } from '../helpers/tiny-pack.ts';

const test = suite('scoring/language-model');
const pack = openModelPack((await tinyPack()).dir);
const languageModel = await openLanguageModel(pack);
test.after(() => languageModel[Symbol.asyncDispose]());
const adapter = adapterFromTensors(
  readSafetensors(pack.path(pack.manifest.meanAdapter as string)).tensors,
  TINY,
);

const file = `def test_total():\n${Array.from({ length: 9 }, (_, i) => `    assert f(${i}) == ${i * i}\n`).join('')}`;
/** One request for each assertion of the file. */
const requests = [...file.matchAll(/== (\d+)/g)].map((match) => ({
  prefix: file.slice(0, match.index + 3),
  target: match[1] as string,
  language: 'python' as const,
}));

test('scores every token of the target with its space', async () => {
  const [request] = requests;
  const score = await languageModel.score({ ...(request as (typeof requests)[0]), target: '12' });
  assert.is(score.tokens, 3);
  assert.is(score.logProbabilities.length, 3);
  assert.is(score.nll, -score.logProbabilities.reduce((sum, value) => sum + value, 0));
  assert.ok(score.stopProbability > 0 && score.stopProbability < 1);
  const parts = Math.exp(-score.nll) * score.stopProbability;
  assert.ok(score.probability >= parts && score.probability < 2 * parts);
});

test('an adapter changes the score, and the base model is the default', async () => {
  const request = requests[3] as (typeof requests)[0];
  const base = await languageModel.score(request);
  const again = await languageModel.score(request, { adapter: null });
  const adapted = await languageModel.score(request, { adapter });
  assert.is(base.nll, again.nll);
  assert.ok(Math.abs(base.nll - adapted.nll) > 1e-3);
});

test('the score of an assertion does not depend on what else is scored', async () => {
  for (const options of [{}, { adapter }]) {
    const together = await languageModel.scoreMany([...requests].reverse(), options);
    for (const [index, request] of requests.entries()) {
      const alone = await languageModel.score(request, options);
      const shared = together[requests.length - 1 - index];
      assert.ok(Math.abs(alone.nll - (shared?.nll ?? 0)) < 1e-5, `assertion ${index}`);
      assert.ok(Math.abs(alone.probability - (shared?.probability ?? 0)) < 1e-5);
    }
  }
});

test.slow('completions of one reader equal those of separate readers', async () => {
  const reader = languageModel.reader({ adapter });
  for (const request of requests.slice(0, 4)) {
    const shared = await reader.candidates({ ...request, maxTokens: 4 });
    const alone = await languageModel.candidates({ ...request, maxTokens: 4 }, { adapter });
    assert.is(shared.greedy, alone.greedy);
    assert.equal(
      shared.candidates.map(({ text }) => text),
      alone.candidates.map(({ text }) => text),
    );
    await reader.score(request);
  }
});

test('candidates are sorted, different and have probabilities that compare with a score', async () => {
  const request = { prefix: 'assert f(1) ==', language: 'python' as const };
  const { candidates } = await languageModel.candidates({ ...request, count: 5, maxTokens: 3 });
  assert.is(candidates.length, 5);
  assert.is(new Set(candidates.map(({ text }) => text)).size, 5);
  for (const [index, { text, probability }] of candidates.entries()) {
    assert.is(text, text.trim());
    assert.ok(index === 0 || probability <= (candidates[index - 1]?.probability ?? 0));
    const { probability: written } = await languageModel.score({ ...request, target: text });
    assert.ok(probability >= written * 0.95, `${text}: ${probability} < ${written}`);
  }
});

test('says that an empty value cannot be scored, and completes it', async () => {
  const request = { prefix: 'expect(x).toBe(', target: ' ', language: 'typescript' as const };
  await rejects(languageModel.score(request), UsageError, /empty value/);
  const { greedy } = await languageModel.candidates({ ...request, maxTokens: 2 });
  assert.is(greedy, greedy.trim());
});

test('a file without text before the value and a target beyond the context can be scored', async () => {
  const { nll } = await languageModel.score({ prefix: '', target: '1', language: 'python' });
  assert.ok(nll > 0);
  const { tokens } = await languageModel.score({ prefix: file, target: '7'.repeat(500), language: 'python' });
  assert.is(tokens, TINY.contextTokens / 8);
});

test('refuses an adapter of another base model', () => {
  const pairs = { q_proj: { A: new Float32Array(5), B: new Float32Array(5), inFeatures: 5, outFeatures: 5 } };
  assert.throws(
    () => languageModel.reader({ adapter: { rank: 1, alpha: 1, pairs } }),
    (error: unknown) => error instanceof ModelError && /q_proj/.test(error.message),
  );
});

test.run();
