import { tmpdir } from 'node:os';
import { ModelError } from '../../src/errors.ts';
import { cpuQuota, instructionSet, physicalCores, threadCount } from '../../src/runtime/cpu.ts';
import { Graph } from '../../src/runtime/onnx.ts';
import type { TensorEntry } from '../../src/runtime/safetensors-header.ts';
import { engine, openSession } from '../../src/runtime/session.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('runtime/session');
const weightsFolder = tmpdir();

/** y = x Aᵀ Bᵀ with a rank that changes from run to run. */
function openLora() {
  const graph = new Graph('lora', { weightsFolder });
  const x = graph.input('x', 'F32', ['rows', 2]);
  const A = graph.input('A', 'F32', ['rank', 2]);
  const B = graph.input('B', 'F32', [3, 'rank']);
  const y = graph.op('Gemm', [graph.op('Gemm', [x, A], { transB: 1 }), B], { transB: 1 });
  graph.output('y', y, { shape: ['rows', 3] });
  return openSession(graph.model(), { weightsFolder, threads: 1 });
}

const zeros = (...dims: number[]) => ({
  data: new Float32Array(dims.reduce((product, size) => product * size, 1)),
  dims,
});

test('runs with another rank each time, also with rank 0', async () => {
  await using session = await openLora();
  for (const rank of [1, 4, 0]) {
    const { y } = await session.run({ x: zeros(2, 2), A: zeros(rank, 2), B: zeros(3, rank) });
    assert.equal(y?.dims, [2, 3]);
    assert.ok(y?.data.every((value) => value === 0));
  }
});

test('names the missing, the unknown and the misshapen feed', async () => {
  await using session = await openLora();
  const good = { x: zeros(1, 2), A: zeros(1, 2), B: zeros(3, 1) };
  await rejects(session.run({ x: good.x, A: good.A }), ModelError, /input B is missing/);
  await rejects(session.run({ ...good, C: good.x }), ModelError, /no input C/);
  await rejects(
    session.run({ ...good, A: zeros(1, 3) }),
    ModelError,
    /input A is float32 \(1, 3\).*\(rank=?\d?, 2\)/,
  );
  await rejects(
    session.run({ ...good, B: zeros(3, 2) }),
    ModelError,
    /input B .*\(3, 2\).*expected.*\(3, rank=1\)/,
  );
  await rejects(
    session.run({ ...good, x: { data: new Float32Array(3), dims: [1, 2] } }),
    ModelError,
    /3 values/,
  );
  await rejects(
    session.run({ ...good, x: { data: new Int32Array(2), dims: [1, 2] } }),
    ModelError,
    /x is int32/,
  );
});

test('reports a model that cannot be opened, and one whose weights are missing', async () => {
  await rejects(openSession(new Uint8Array(10), { weightsFolder }), ModelError, /Cannot open the model/);
  const graph = new Graph('absent', { weightsFolder });
  const entry: TensorEntry = {
    name: 'w',
    dtype: 'F32',
    shape: [1],
    file: `${weightsFolder}/absent-7f3a.bin`,
    offset: 0,
    length: 4,
  };
  graph.output('y', graph.op('Relu', [graph.weight(entry)]), { shape: [1] });
  await rejects(openSession(graph.model(), { weightsFolder }), ModelError, /absent-7f3a\.bin/);
});

test('may be closed twice', async () => {
  const session = await openLora();
  await session[Symbol.asyncDispose]();
  await session[Symbol.asyncDispose]();
});

test('names the engine with its version and the kind of processor', () => {
  const { name, version, cpu } = engine('cpu');
  assert.is(name, 'onnxruntime-node');
  assert.match(version, /^\d+\.\d+\.\d+/);
  assert.match(cpu, new RegExp(`^${process.arch}`));
});

test('counts cores as the machine and its container allow', () => {
  assert.is(cpuQuota('150000 100000\n'), 1.5);
  assert.is(cpuQuota('50000 100000'), 1);
  assert.is(cpuQuota('max 100000'), Number.POSITIVE_INFINITY);
  assert.is(cpuQuota(''), Number.POSITIVE_INFINITY);
  const processor = (core: number) => `processor : 0\nphysical id : 0\ncore id : ${core}\n`;
  assert.is(physicalCores([processor(0), processor(0), processor(1), processor(1)].join('\n')), 2);
  assert.is(physicalCores(''), Number.POSITIVE_INFINITY);
  assert.ok(threadCount() >= 1);
});

test('names the widest instruction set', () => {
  assert.is(instructionSet('flags : sse4_1 avx2 avx512f avx512_vnni\n'), 'avx512-vnni');
  assert.is(instructionSet('flags : sse4_1 avx2 avx512f\n'), 'avx512');
  assert.is(instructionSet('flags : sse4_1 avx2\n'), 'avx2');
  assert.is(instructionSet('flags : sse4_1\n'), 'sse');
  assert.is(instructionSet(''), '');
});

test.run();
