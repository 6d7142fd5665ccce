import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { openGenerator } from '../../src/lora/generate.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import type { Tensor, TensorEntry } from '../../src/runtime/safetensors.ts';
import { readTorchFile } from '../../src/runtime/torch-file.ts';
import {
  checkpointPack,
  checkpointValues,
  GOLDEN_CHECKPOINTS,
  goldenCheckpointPack,
  goldenCheckpointPath,
  goldenHypernetwork,
  goldenSizes,
} from '../helpers/golden-checkpoint.ts';
import { golden, goldenPack, goldenValues, largestDifference } from '../helpers/golden-hypernetwork.ts';
import { random } from '../helpers/random.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { TINY, TINY_MODULES, tinyHypernetwork, writeTinyPack } from '../helpers/tiny-pack.ts';

const test = suite('lora/generate');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-generate-'));
test.after(() => rmSync(folder, { recursive: true }));

/** Largest difference of all adapters, of the start and of each step, to those of PyTorch. */
async function goldenError(change?: (weights: Map<string, Tensor>) => void): Promise<number> {
  const pack = goldenPack(change ? { change } : {});
  await using generator = await openGenerator(pack);
  const differences: number[] = [];
  for (let step = 0; step <= golden.steps; step += 1) {
    const { pairs } = await generator.generate(goldenValues('expected.states', step));
    for (const [type, { A, B }] of Object.entries(pairs)) {
      differences.push(largestDifference(A, goldenValues(`expected.lora_A.${type}`, step)));
      differences.push(largestDifference(B, goldenValues(`expected.lora_B.${type}`, step)));
    }
  }
  assert.is(differences.length, (golden.steps + 1) * 6);
  return Math.max(...differences);
}

test('adapters equal those of PyTorch, with a scale above the clamp', async () => {
  const error = await goldenError();
  assert.ok(error <= golden.tolerance, String(error));
});

for (const name of GOLDEN_CHECKPOINTS) {
  test(`the authors' checkpoint "${name}" gives the adapters of PyTorch, mapped out of the .pt file`, async () => {
    await using generator = await openGenerator(goldenCheckpointPack(name));
    const isStatic = name.startsWith('static');
    const differences: number[] = [];
    for (let step = 0; step < (isStatic ? 1 : goldenSizes.steps + 1); step += 1) {
      const state = isStatic
        ? checkpointValues('input.repository')
        : checkpointValues(`${name}.states`, step);
      const { pairs, alpha } = await generator.generate(state);
      assert.is(alpha, goldenSizes.alpha);
      for (const [type, { A, B }] of Object.entries(pairs)) {
        differences.push(largestDifference(A, checkpointValues(`${name}.lora_A.${type}`, step)));
        differences.push(largestDifference(B, checkpointValues(`${name}.lora_B.${type}`, step)));
      }
    }
    assert.is(differences.length, isStatic ? 6 : 24);
    assert.ok(Math.max(...differences) <= goldenSizes.tolerance, `${differences}`);
  });
}

test('the row of the task matters, and only the first is read', async () => {
  const generate = async (change: (table: Float32Array) => void) => {
    const path = damagedCheckpoint('static_tasks', 'state_dict.task_embedding.weight', change);
    await using generator = await openGenerator(checkpointPack(path, goldenHypernetwork('static_tasks')));
    const { q_proj } = (await generator.generate(checkpointValues('input.repository'))).pairs;
    return largestDifference(q_proj?.A as Float32Array, checkpointValues('static_tasks.lora_A.q_proj', 0));
  };
  assert.ok((await generate((table) => void table.fill(9, 3))) <= goldenSizes.tolerance);
  assert.ok((await generate((table) => void table.fill(9, 0, 3))) > 1000 * goldenSizes.tolerance);
});

test('names the matrix when a weight of a checkpoint is NaN', async () => {
  const path = damagedCheckpoint(
    'static',
    'state_dict.heads_B.q_proj.bias',
    (bias) => void bias.fill(Number.NaN, 4, 5),
  );
  await using generator = await openGenerator(checkpointPack(path, goldenHypernetwork('static')));
  await rejects(
    generator.generate(checkpointValues('input.repository')),
    ModelError,
    /lora_B.q_proj has NaN at position 4 of 12/,
  );
});

test('the output norm and the scales matter: without one of them the adapters are others', async () => {
  const norm = await goldenError(
    (weights) => void weights.get('gru_state.output_norm.weight')?.data.fill(1 as never),
  );
  assert.ok(norm > 100 * golden.tolerance, String(norm));
  const scale = await goldenError(
    (weights) => void weights.get('head_state.log_scale_A.k_proj')?.data.fill(0 as never),
  );
  assert.ok(scale > 100 * golden.tolerance, String(scale));
});

test('gives a pair for each module type, in the sizes of the base model, within the bounds of the scale', async () => {
  const { dir } = writeTinyPack();
  await using generator = await openGenerator(openModelPack(dir));
  const state = random(3).normal(TINY.stateSize);
  const adapter = await generator.generate(state);
  assert.is(adapter.rank, TINY.rank);
  assert.is(adapter.alpha, TINY.alpha);
  const sizes = Object.entries(adapter.pairs).map(([type, { inFeatures, outFeatures }]) => [
    type,
    [inFeatures, outFeatures],
  ]);
  assert.equal(Object.fromEntries(sizes), TINY_MODULES);
  for (const { A, B } of Object.values(adapter.pairs)) {
    assert.ok(A.every((value) => Math.abs(value) <= Math.exp(-2) + 1e-6 && value !== 0));
    assert.ok(B.every((value) => Math.abs(value) <= Math.exp(-2) + 1e-6 && value !== 0));
  }
  assert.equal(await generator.generate(state), adapter);
});

test('the largest and the smallest scale are clamped', async () => {
  const hypernetwork = tinyHypernetwork();
  hypernetwork.get('head_state.log_scale_A.q_proj')?.data.fill(50 as never);
  hypernetwork.get('head_state.log_scale_B.q_proj')?.data.fill(-50 as never);
  const { dir } = writeTinyPack({ hypernetwork });
  await using generator = await openGenerator(openModelPack(dir));
  const { q_proj } = (await generator.generate(random(3).normal(TINY.stateSize))).pairs;
  const largest = (values: Float32Array | undefined) => Math.max(...(values ?? []).map(Math.abs));
  assert.ok(largest(q_proj?.A) > 0.2 && largest(q_proj?.A) <= Math.fround(0.3));
  assert.ok(largest(q_proj?.B) > 5e-6 && largest(q_proj?.B) <= Math.fround(1e-5));
});

test('names a state that has another length or is not finite, and a matrix that is not', async () => {
  const hypernetwork = tinyHypernetwork();
  (hypernetwork.get('head_state.heads_B.v_proj.bias')?.data as Float32Array)[1] = Number.NaN;
  const { dir } = writeTinyPack({ hypernetwork });
  await using generator = await openGenerator(openModelPack(dir));
  const state = random(3).normal(TINY.stateSize);
  await rejects(
    generator.generate(state.slice(1)),
    ModelError,
    /the hidden state has 23 numbers, expected 24/,
  );
  await rejects(
    generator.generate(state.with(2, Number.NaN)),
    ModelError,
    /the hidden state has NaN at position 2/,
  );
  await rejects(generator.generate(state), ModelError, /lora_B.v_proj has NaN at position 1 of 48/);
});

test('refuses weights that are missing or do not fit the rank, by name', async () => {
  const refuses = async (change: (weights: Map<string, Tensor>) => void, message: RegExp) => {
    const hypernetwork = tinyHypernetwork();
    change(hypernetwork);
    const { dir } = writeTinyPack({ hypernetwork });
    await rejects(openGenerator(openModelPack(dir)), ModelError, message);
  };
  const odd: Tensor = { dtype: 'F32', shape: [97, 20], data: new Float32Array(97 * 20) };
  await refuses(
    (weights) => void weights.set('head_state.heads_A.q_proj.weight', odd),
    /heads_A.q_proj.weight is F32 \(97, 20\), expected a multiple of 3 rows/,
  );
  await refuses(
    (weights) => void weights.delete('head_state.heads_B.q_proj.weight'),
    /heads_B.q_proj.weight is missing/,
  );
  await refuses(
    (weights) => void weights.delete('head_state.trunk.2.bias'),
    /trunk.2.bias is missing, expected F32 \(20\)/,
  );
  await refuses(
    (weights) => void weights.delete('head_state.log_scale_B.o_proj'),
    /log_scale_B.o_proj is missing, expected F32 \(\)/,
  );
});

/** A golden checkpoint with other numbers in one tensor. */
function damagedCheckpoint(
  name: (typeof GOLDEN_CHECKPOINTS)[number],
  tensor: string,
  change: (values: Float32Array) => void,
): string {
  const entry = readTorchFile(goldenCheckpointPath(name)).entries.get(tensor) as TensorEntry;
  const bytes = new Uint8Array(readFileSync(entry.file));
  change(new Float32Array(bytes.buffer, entry.offset, entry.length / 4));
  const path = join(folder, `${name}.pt`);
  writeFileSync(path, bytes);
  return path;
}

test.run();
