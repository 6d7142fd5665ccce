import { InternalError, ModelError } from '../../src/errors.ts';
import type { LoraPair } from '../../src/lora/adapter.ts';
import { openDecoder } from '../../src/scoring/decoder.ts';
import { PromptReader } from '../../src/scoring/prompt-reader.ts';
import { greatest, type Hypothesis } from '../../src/scoring/search.ts';
import { goldenAdapter, goldenModel, goldenTokens, largestDifference } from '../helpers/golden-decoder.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('scoring/decoder');
const decoder = await openDecoder(goldenModel(), 64);
test.after(() => decoder[Symbol.asyncDispose]());

const ids = goldenTokens('input.ids');
const adapter = goldenAdapter();

/** Rows after each token but the first `known`, read in pieces of the given sizes. */
async function readInPieces(sizes: readonly number[]): Promise<Float32Array[]> {
  const reader = new PromptReader(decoder, adapter);
  const rows: Float32Array[] = [];
  let length = 0;
  for (const size of sizes) {
    length += size;
    const [row] = await reader.read(ids.slice(0, length));
    rows.push(row as Float32Array);
  }
  return rows;
}

test('continues greedily as transformers does, with and without an adapter', async () => {
  for (const [name, used] of [['greedy', null] as const, ['adapted_greedy', adapter] as const]) {
    const reader = new PromptReader(decoder, used);
    const tokens = [...ids];
    const expected = goldenTokens(`expected.${name}`);
    for (const _ of expected) {
      const [row] = await reader.read(tokens);
      tokens.push(greatest(row as Float32Array, 1)[0] as number);
    }
    assert.equal(tokens.slice(ids.length), expected, name);
  }
});

test('reading in pieces gives what reading at once gives', async () => {
  const [whole] = await readInPieces([24]);
  for (const sizes of [Array(24).fill(1), [10, 14], [23, 1], [7, 8, 9]]) {
    const last = (await readInPieces(sizes)).at(-1) as Float32Array;
    assert.ok(largestDifference(last, whole as Float32Array) < 1e-5, `pieces of ${sizes}`);
  }
});

test('going back to an earlier place gives what a new reader gives', async () => {
  const reader = new PromptReader(decoder, adapter);
  await reader.read(ids.slice(0, 20), [1, 2, 3]);
  await reader.read([...ids.slice(0, 5), 9, 9]);
  const [again] = await reader.read(ids.slice(0, 12));
  const [fresh] = await new PromptReader(decoder, adapter).read(ids.slice(0, 12));
  assert.ok(largestDifference(again as Float32Array, fresh as Float32Array) < 1e-5);
});

test('remembers the row of the last prompt', async () => {
  const reader = new PromptReader(decoder, null);
  const [first] = await reader.read(ids, [3, 4]);
  const [second] = await reader.read(ids);
  assert.is(largestDifference(first as Float32Array, second as Float32Array), 0);
});

test('continuations that are read together do not see each other', async () => {
  const reader = new PromptReader(decoder, adapter);
  await reader.read(ids);
  const slots = new Map<Hypothesis, readonly number[]>();
  const hypothesis = (token: number, parent: Hypothesis | null = null) => ({ token, parent }) as Hypothesis;
  const [a, b] = [hypothesis(7), hypothesis(90)];
  await reader.expand(ids, [a, b], slots);
  const children = [hypothesis(11, a), hypothesis(12, a), hypothesis(11, b)];
  const rows = await reader.expand(ids, children, slots);
  for (const [index, path] of [
    [7, 11],
    [7, 12],
    [90, 11],
  ].entries()) {
    const [alone] = await new PromptReader(decoder, adapter).read([...ids, ...path]);
    assert.ok(largestDifference(rows[index] as Float32Array, alone as Float32Array) < 1e-5, `path ${path}`);
  }
  const [after] = await reader.read([...ids, 7, 90]);
  const [fresh] = await new PromptReader(decoder, adapter).read([...ids, 7, 90]);
  assert.ok(largestDifference(after as Float32Array, fresh as Float32Array) < 1e-5, 'after a search');
});

test('rows are log-probabilities', async () => {
  const [row] = await readInPieces([24]);
  const sum = (row as Float32Array).reduce((total, value) => total + Math.exp(value), 0);
  assert.ok(Math.abs(sum - 1) < 1e-5);
});

test('refuses positions beyond its tables and an adapter of another size', async () => {
  const reader = new PromptReader(decoder, null);
  await rejects(reader.read(Array(65).fill(1)), InternalError, /position 64.*below 64/);
  const pairs = { q_proj: { A: new Float32Array(4), B: new Float32Array(4), inFeatures: 4, outFeatures: 4 } };
  assert.throws(
    () => new PromptReader(decoder, { rank: 1, alpha: 1, pairs }),
    (error: unknown) => error instanceof ModelError,
  );
  const layered = { '0.q_proj': goldenAdapter().pairs.q_proj as LoraPair };
  assert.throws(
    () => new PromptReader(decoder, { ...adapter, pairs: layered }),
    (error: unknown) => error instanceof ModelError && /0.q_proj changes a single layer/.test(error.message),
  );
});

test.run();
