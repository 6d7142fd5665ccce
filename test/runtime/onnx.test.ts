import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InternalError, ModelError } from '../../src/errors.ts';
import { float, floats, Graph } from '../../src/runtime/onnx.ts';
import type { TensorEntry } from '../../src/runtime/safetensors-header.ts';
import { openSession } from '../../src/runtime/session.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/onnx');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-onnx-'));
test.after(() => rmSync(folder, { recursive: true }));

const newGraph = () => new Graph('test', { weightsFolder: folder });

async function run(graph: Graph, feeds: Parameters<Awaited<ReturnType<typeof openSession>>['run']>[0]) {
  await using session = await openSession(graph.model(), { weightsFolder: folder, threads: 1 });
  return await session.run(feeds);
}

function weightFile(name: string, values: number[]): TensorEntry {
  const file = join(folder, name);
  writeFileSync(file, Float32Array.from([0, ...values])); // the weight starts at byte 4
  return {
    name: 'w',
    dtype: 'F32',
    shape: [1, values.length],
    file,
    offset: 4,
    length: values.length * 4,
  } as const;
}

test('maps a weight from the middle of its file', async () => {
  const graph = newGraph();
  const x = graph.input('x', 'F32', ['rows', 2]);
  const w = graph.weight(weightFile('w.bin', [10, 100]));
  graph.output('y', graph.op('Gemm', [x, w, graph.scalar(0.5)], { transB: 1 }), { shape: ['rows', 1] });
  const { y } = await run(graph, { x: { data: Float32Array.of(1, 2, 3, 4), dims: [2, 2] } });
  assert.equal([...(y?.data ?? [])], [210.5, 430.5]);
  assert.equal(y?.dims, [2, 1]);
});

test('writes every kind of attribute and negative integers', async () => {
  const graph = newGraph();
  const x = graph.input('x', 'F32', [2, 3]);
  const turned = graph.op('Transpose', [x], { perm: [1, 0] });
  const leaky = graph.op('LeakyRelu', [turned], { alpha: float(0.5) });
  const rounded = graph.op('Mod', [leaky, graph.op('Constant', [], { value_floats: floats([10, 10]) })], {
    fmod: 1,
  });
  const direct = graph.op('com.microsoft.FusedMatMul', [rounded, x], { alpha: float(2) });
  graph.output('y', graph.op('Reshape', [direct, graph.integers(-1)]), { shape: [9] });
  const { y } = await run(graph, { x: { data: Float32Array.of(1, -2, 13, 1, 1, 1), dims: [2, 3] } });
  assert.equal([...(y?.data ?? [])], [4, -2, 28, 0, 6, -24, 8, -10, 80]);
});

test('returns several outputs and leaves out the unwanted ones', async () => {
  const graph = newGraph();
  const x = graph.input('x', 'F32', [1, 2]);
  const ones = graph.floats(Float32Array.of(1, 1));
  const type = 'com.microsoft.SkipSimplifiedLayerNormalization';
  const names = graph.ops(type, [x, x, ones], { used: [true, false, false, true] });
  assert.equal(names.slice(1, 3), ['', '']);
  graph.output('normalised', names[0] as string, { shape: [1, 2] });
  graph.output('sum', names[3] as string, { shape: [1, 2] });
  const { normalised, sum } = await run(graph, { x: { data: Float32Array.of(3, -3), dims: [1, 2] } });
  assert.equal([...(normalised?.data ?? [])].map(Number).map(Math.round), [1, -1]);
  assert.equal(sum?.data, Float32Array.of(6, -6));
});

test('one value can be two outputs, and an input can be an output', async () => {
  const graph = newGraph();
  const x = graph.input('x', 'F32', [1]);
  const doubled = graph.op('Add', [x, x]);
  graph.output('first', doubled, { shape: [1] });
  graph.output('second', doubled, { shape: [1] });
  graph.output('same', x, { shape: [1] });
  const results = await run(graph, { x: { data: Float32Array.of(4), dims: [1] } });
  assert.equal(
    [results.first, results.second, results.same].map((tensor) => tensor?.data[0]),
    [8, 8, 4],
  );
});

test('shares equal constants and equal weights', () => {
  const graph = newGraph();
  assert.is(graph.integers(1, 2), graph.integers(1, 2));
  assert.is.not(graph.integers(1), graph.scalar(1));
  assert.is.not(graph.floats(Float32Array.of(1)), graph.scalar(1));
  const entry = weightFile('shared.bin', [1, 2]);
  assert.is(graph.weight(entry), graph.weight(entry));
  assert.throws(
    () => graph.weight({ ...entry, offset: 8 }),
    (error: unknown) => error instanceof InternalError,
  );
});

test('refuses a weight outside of the folder', () => {
  const entry = { ...weightFile('inside.bin', [1]), file: join(folder, '..', 'outside.bin') };
  assert.throws(
    () => newGraph().weight(entry),
    (error: unknown) => error instanceof ModelError && /outside of .*one folder/s.test(error.message),
  );
});

test('writes the same bytes for the same graph', () => {
  const build = () => {
    const graph = newGraph();
    graph.output('y', graph.op('Relu', [graph.input('x', 'F32', ['n'])]), { shape: ['n'] });
    return graph.model();
  };
  assert.equal(build(), build());
});

test.run();
