/** The architectures of the published models, and quantised weights, on a software GPU against the CPU. */
import type { Precision } from '../src/runtime/manifest-models.ts';
import { relativeError } from '../src/scoring/precision-loss.ts';
import { modelValues } from './helpers/model-values.ts';
import { runScript, softwareGpu } from './helpers/software-gpu.ts';
import type { StageValues } from './helpers/stage-values.ts';
import { assert, suite } from './helpers/suite.ts';

const test = suite('device-models');
/** Largest difference that another device may make: CROSS_CPU_TOLERANCE of `verify`. */
const TOLERANCE = 1e-3;

async function gpuValues(precision: Precision): Promise<StageValues> {
  const ended = await runScript('test/helpers/model-values.ts', ['webgpu', precision], softwareGpu());
  assert.is(ended.code, 0, ended.stderr);
  assert.is(ended.stderr, '');
  return JSON.parse(ended.stdout) as StageValues;
}

function compare(found: StageValues, expected: StageValues, names: readonly string[]): void {
  for (const name of names) {
    const [values, others] = [expected[name] ?? [], found[name] ?? []];
    assert.ok(values.length > 0 && values.length === others.length, name);
    const difference = Math.max(...values.map((value, i) => Math.abs(value - (others[i] as number))));
    assert.ok(difference < TOLERANCE, `${name}: largest difference ${difference}`);
    // The last bits differ: these numbers do not come from the CPU.
    assert.not.equal(others, values, name);
  }
}

test.slow('a Llama decoder, a Qwen3 encoder with its own attention and a head compute on a GPU', async () => {
  compare(await gpuValues('fp32'), await modelValues('cpu', 'fp32'), ['llama', 'qwen3', 'head', 'wide']);
});

test.slow(
  'in 4 bits a GPU computes with the same weights, and rounds the inputs of wide layers alike',
  async () => {
    const gpu = await gpuValues('int4');
    compare(gpu, await modelValues('cpu', 'int4', { exact: true }), ['llama', 'qwen2', 'qwen3', 'head']);
    compare(gpu, await modelValues('cpu', 'int4'), ['wide']);
  },
);

test.slow(
  'in 8 bits a GPU computes with the same weights, and rounds the inputs of wide layers',
  async () => {
    const gpu = await gpuValues('int8');
    const exact = await modelValues('cpu', 'int8', { exact: true });
    compare(gpu, exact, ['llama', 'qwen2', 'qwen3', 'head']);
    // In blocks of 128, the CPU in blocks of 32.
    for (const { wide } of [gpu, await modelValues('cpu', 'int8')]) {
      const error = relativeError(Float32Array.from(exact.wide ?? []), Float32Array.from(wide ?? []));
      assert.ok(error > 1e-3 && error < 1e-2, `relative error ${error}`);
    }
  },
);

test.run();
