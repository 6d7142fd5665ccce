import { tmpdir } from 'node:os';
import { InternalError } from '../../src/errors.ts';
import { addGradients } from '../../src/runtime/gradient.ts';
import { float, Graph } from '../../src/runtime/onnx.ts';
import { openSession } from '../../src/runtime/session.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/gradient');
const STEP = 1e-2;
const [ROWS, COLUMNS] = [3, 4];
const x = random(5).normal(ROWS * COLUMNS);
const seedValues = random(6).normal(64);

/** Builds y from x, (3, 4); y may have any shape of so many numbers. */
type Build = (graph: Graph, x: string) => string;

async function valuesOf(build: Build, count: number, at: Float32Array) {
  const graph = new Graph('test', { weightsFolder: tmpdir() });
  const input = graph.input('x', 'F32', [ROWS, COLUMNS]);
  const y = build(graph, input);
  const seed = graph.op('Reshape', [
    graph.floats(seedValues.slice(0, count)),
    graph.op('Shape', [graph.op('Identity', [y])]),
  ]);
  const [gradient = ''] = addGradients(graph, { of: y, seed, wrt: [input] });
  const loss = graph.op('ReduceSum', [graph.op('Mul', [y, seed])], { keepdims: 0 });
  graph.output('loss', loss, { shape: [] });
  graph.output('gradient', gradient, { shape: [ROWS, COLUMNS] });
  await using session = await openSession(graph.model(), { weightsFolder: tmpdir(), threads: 1 });
  const results = await session.run({ x: { data: at, dims: [ROWS, COLUMNS] } });
  return { loss: results.loss?.data[0] as number, gradient: results.gradient?.data as Float32Array };
}

/** Largest difference to central differences, which are good to two or three digits. */
async function errorOf(build: Build, count: number): Promise<number> {
  const { gradient } = await valuesOf(build, count, x);
  const errors: number[] = [];
  for (const [index, value] of gradient.entries()) {
    const moved = (by: number) => x.map((number, i) => (i === index ? number + by : number));
    const [above, below] = [
      await valuesOf(build, count, moved(STEP)),
      await valuesOf(build, count, moved(-STEP)),
    ];
    errors.push(Math.abs((above.loss - below.loss) / (2 * STEP) - value));
  }
  return Math.max(...errors);
}

const table = random(7).normal(COLUMNS * 5);
const CASES: Record<string, { count: number; build: Build }> = {
  'x W + x': {
    count: 12,
    build: (graph, value) => {
      const weight = graph.floats(table.slice(0, 16), [4, 4]);
      return graph.op('Gemm', [value, weight, value], { transB: 1 });
    },
  },
  'W x, from the other side': {
    count: 20,
    build: (graph, value) => graph.op('Gemm', [graph.floats(table.slice(0, 15), [5, 3]), value]),
  },
  'a product with itself, and a sigmoid': {
    count: 12,
    build: (graph, value) => graph.op('Mul', [value, graph.op('Sigmoid', [value])]),
  },
  'softmax of a stack of products': {
    count: 9,
    build: (graph, value) => {
      const stack = graph.op('Unsqueeze', [value, graph.integers(0)]);
      const turned = graph.op('Transpose', [stack], { perm: [0, 2, 1] });
      return graph.op('Softmax', [graph.op('MatMul', [stack, turned])], { axis: -1 });
    },
  },
  'rows picked, one of them twice': {
    count: 16,
    build: (graph, value) => graph.op('Gather', [value, graph.integers(2, 0, 2, 1)]),
  },
  'a norm after a sum': {
    count: 12,
    build: (graph, value) => {
      const twice = graph.op('Add', [value, value]);
      const [normalised = ''] = graph.ops(
        'com.microsoft.SkipSimplifiedLayerNormalization',
        [twice, value, graph.floats(table.slice(0, 4))],
        { attributes: { epsilon: float(1e-3) }, used: [true, false, false, true] },
      );
      return normalised;
    },
  },
};

for (const [name, { count, build }] of Object.entries(CASES)) {
  test(`the gradient equals differences: ${name}`, async () => {
    const error = await errorOf(build, count);
    assert.ok(error < 5e-3, `differs by ${error}`);
  });
}

test('says which operator has no gradient, and when nothing depends on what is asked for', () => {
  const graph = new Graph('test', { weightsFolder: tmpdir() });
  const input = graph.input('x', 'F32', [2]);
  const rounded = graph.op('Round', [input]);
  const round = () => addGradients(graph, { of: rounded, seed: input, wrt: [input] });
  assert.throws(round, (error: Error) => error instanceof InternalError && /Round/.test(error.message));
  const other = graph.input('y', 'F32', [2]);
  const sum = graph.op('Add', [input, input]);
  const unrelated = () => addGradients(graph, { of: sum, seed: input, wrt: [other] });
  assert.throws(
    unrelated,
    (error: Error) => error instanceof InternalError && /not depend on y/.test(error.message),
  );
});

test.run();
