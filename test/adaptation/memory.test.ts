import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runsOf } from '../../src/adaptation/examples.ts';
import { type MemoryOptions, type MemoryState, openMemory } from '../../src/adaptation/memory.ts';
import { InternalError, ModelError } from '../../src/errors.ts';
import type { LoraAdapter } from '../../src/lora/adapter.ts';
import { joinAdapters } from '../../src/lora/join.ts';
import { quantizeTransformer } from '../../src/runtime/transformer-precision.ts';
import { readTransformer } from '../../src/runtime/transformer-weights.ts';
import { openDecoder, plainReading } from '../../src/scoring/decoder.ts';
import {
  goldenAdapter,
  goldenFolder,
  goldenModel,
  goldenTokens,
  largestDifference,
} from '../helpers/golden-decoder.ts';
import {
  expectedFloats,
  goldenExamples,
  goldenOptions,
  goldenWeightsPath,
  tolerance,
} from '../helpers/golden-memory.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('adaptation/memory');
const model = goldenModel();
const open = (options: Partial<MemoryOptions> = {}, base = model) =>
  openMemory(base, goldenWeightsPath, { ...goldenOptions, ...options });
const memory = await open();
test.after(() => memory[Symbol.asyncDispose]());
const [newest = []] = goldenExamples;

/** States after each commit. */
async function foldAll(used = memory): Promise<MemoryState[]> {
  const states: MemoryState[] = [];
  for (const examples of goldenExamples) states.push(await used.fold(states.at(-1) ?? {}, examples));
  return states;
}

/** Largest difference by the largest number that is expected. */
function relativeError(found: ArrayLike<number>, expected: Float32Array): number {
  return largestDifference(found, expected) / Math.max(...expected.map(Math.abs));
}

const sumsOf = (state: MemoryState) => Object.values(state).flatMap((sums) => [...sums]);

test('gives the sums of PyTorch, folding commit by commit', async () => {
  for (const [commit, state] of (await foldAll()).entries()) {
    assert.is(Object.keys(state).length, 6);
    for (const [name, sums] of Object.entries(state)) {
      const error = relativeError(sums, expectedFloats(`sums_${commit}.${name}`));
      assert.ok(error < tolerance, `commit ${commit}, ${name}: ${error}`);
    }
  }
});

test('recalls the adapter of PyTorch', async () => {
  const adapter = memory.adapter((await foldAll()).at(-1) as MemoryState) as LoraAdapter;
  assert.equal([adapter.rank, adapter.alpha], [goldenOptions.rank, goldenOptions.rank]);
  for (const [name, { A, B }] of Object.entries(adapter.pairs)) {
    assert.equal(A, expectedFloats(`lora_A.${name}`), name);
    const error = relativeError(B, expectedFloats(`lora_B.${name}`));
    assert.ok(error < tolerance, `${name}: ${error}`);
  }
});

test('a decoder with the adapter of both gives the logits of weights that hold both', async () => {
  const recalled = memory.adapter((await foldAll()).at(-1) as MemoryState) as LoraAdapter;
  await using decoder = await openDecoder(model, 64, { layerAdapters: true });
  const tokens = goldenTokens('input.ids');
  const read = async (adapter: LoraAdapter) => {
    const reading = plainReading(tokens, 0, [...tokens.keys()]);
    const context = { cache: decoder.newCache(), adapter: decoder.adapterInputs(adapter) };
    return Float32Array.from((await decoder.read(reading, context)).values);
  };
  const expected = logSoftmax(expectedFloats('logits'), model.config.vocabularySize);
  const joined = await read(joinAdapters(goldenAdapter(), recalled));
  assert.ok(largestDifference(joined, expected) < 1e-3, `${largestDifference(joined, expected)}`);
  assert.ok(largestDifference(await read(goldenAdapter()), expected) > 0.5);
});

function logSoftmax(logits: Float32Array, size: number): Float32Array {
  return logits.map((value, index) => {
    const row = logits.subarray(index - (index % size), index - (index % size) + size);
    return value - Math.log(row.reduce((sum, each) => sum + Math.exp(each), 0));
  });
}

test('many examples in several runs add up to what each alone gives', async () => {
  const prompt = (seed: number) => Array.from({ length: 60 }, (_, i) => 1 + ((i * 37 + seed * 11) % 127));
  const many = Array.from({ length: 12 }, (_, seed) => ({ prompt: prompt(seed), target: [seed + 1, 5, 0] }));
  assert.ok(runsOf(many).length > 1 && runsOf(many).length < many.length);
  const alone = await Promise.all(many.map((example) => memory.fold({}, [example])));
  const [first = [], ...others] = alone.map(sumsOf);
  const sum = first.map((value, i) => others.reduce((total, sums) => total + (sums[i] as number), value));
  assert.ok(relativeError(sumsOf(await memory.fold({}, many)), Float32Array.from(sum)) < 1e-5);
});

test('works on quantised weights, with nearly the same sums', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'code2lora-memory-'));
  const quantized = join(folder, 'model.q8.safetensors');
  await quantizeTransformer(model, { precision: 'int8', path: quantized });
  const files = {
    config: join(goldenFolder, 'config.json'),
    weights: [join(goldenFolder, 'model.safetensors')],
  };
  {
    await using inFewBits = await open({}, readTransformer({ ...files, quantized }));
    const [exact, rounded] = [await memory.fold({}, newest), await inFewBits.fold({}, newest)].map(sumsOf);
    const error = relativeError(rounded ?? [], Float32Array.from(exact ?? []));
    assert.ok(error > 0 && error < 0.1, `${error}`);
  }
  rmSync(folder, { recursive: true });
});

test('a commit without examples changes nothing, and nothing is recalled of nothing', async () => {
  const state = await memory.fold({}, newest);
  assert.is(await memory.fold(state, []), state);
  assert.is(memory.adapter({}), null);
  const zeros = Object.entries(state).map(([name, { length }]) => [name, new Float32Array(length)]);
  assert.is(memory.adapter(Object.fromEntries(zeros) as MemoryState), null);
});

test('the same examples give the same bytes, and their number does not change the size of what is recalled', async () => {
  const [once, again] = [await memory.fold({}, newest), await memory.fold({}, newest)];
  assert.equal(once, again);
  const twice = await memory.fold({}, [...newest, ...newest]);
  const [recalled, more] = [once, twice].map((state) => memory.adapter(state)?.pairs['1.o_proj']?.B);
  assert.ok(largestDifference(recalled ?? [], more ?? []) < 1e-5);
});

test('refuses a state of another memory, and an example that fits into no run', async () => {
  const state = await memory.fold({}, newest);
  const { '0.o_proj': sums = new Float32Array(0), ...others } = state;
  await rejects(memory.fold(others, newest), ModelError, /it is of 0.down_proj.*, expected 0.down_proj/);
  const shorter = { ...state, '0.o_proj': sums.slice(1) };
  await rejects(memory.fold(shorter, newest), ModelError, /0.o_proj has 8 numbers, expected 3 × 3/);
  const broken = { ...state, '0.o_proj': sums.map(() => Number.NaN) };
  assert.throws(() => memory.adapter(broken), /the memory of 0.o_proj has NaN/);
  const long = { prompt: Array(60).fill(1), target: [1, 2, 3, 4, 5, 6] };
  await rejects(memory.fold({}, [long]), InternalError, /has 65 tokens, expected 64 at most/);
});

test.run();
