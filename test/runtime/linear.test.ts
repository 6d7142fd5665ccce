import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { quantizeTensors } from '../../src/runtime/convert-weights.ts';
import { type LinearLayer, linear, tableRows } from '../../src/runtime/linear.ts';
import { Graph } from '../../src/runtime/onnx.ts';
import { readQuantized } from '../../src/runtime/quantized-weights.ts';
import { encodeSafetensors, readHeader, type TensorEntry } from '../../src/runtime/safetensors.ts';
import { openSession } from '../../src/runtime/session.ts';
import { dequantize } from '../helpers/dequantize.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/linear');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-linear-'));
test.after(() => rmSync(folder, { recursive: true }));

interface Size {
  rows: number;
  columns: number;
}

function writeLayer({ rows, columns }: Size): {
  weight: TensorEntry;
  bias: TensorEntry;
  values: Float32Array;
  offsets: Float32Array;
} {
  const path = join(folder, `layer-${rows}-${columns}.safetensors`);
  const [values, offsets] = [random(1).normal(rows * columns), random(2).normal(rows)];
  writeFileSync(
    path,
    encodeSafetensors(
      new Map([
        ['weight', { dtype: 'F32', shape: [rows, columns], data: values }],
        ['bias', { dtype: 'F32', shape: [rows], data: offsets }],
      ]),
    ),
  );
  const { entries } = readHeader(path);
  return {
    weight: entries.get('weight') as TensorEntry,
    bias: entries.get('bias') as TensorEntry,
    values,
    offsets,
  };
}

async function run(layer: LinearLayer, x: Float32Array, { rows, columns }: Size): Promise<Float32Array> {
  const graph = new Graph('linear', { weightsFolder: folder });
  const input = graph.input('x', 'F32', ['tokens', columns]);
  graph.output('y', linear(graph, input, layer), { shape: ['tokens', rows] });
  const prepack = layer.quantized !== undefined;
  await using session = await openSession(graph.model(), { weightsFolder: folder, prepack, threads: 1 });
  const { y } = await session.run({ x: { data: x, dims: [x.length / columns, columns] } });
  return Float32Array.from(y?.data as Float32Array);
}

/** x Wᵀ + b in double precision. */
function product(
  x: Float32Array,
  weights: Float32Array,
  { rows, columns, offsets }: Size & { offsets: Float32Array },
) {
  return Float32Array.from({ length: (x.length / columns) * rows }, (_, index) => {
    const [token, row] = [Math.floor(index / rows), index % rows];
    let sum = offsets[row] as number;
    for (let i = 0; i < columns; i += 1)
      sum += (x[token * columns + i] as number) * (weights[row * columns + i] as number);
    return sum;
  });
}

/** ‖a − b‖ / ‖a‖ */
function error(a: Float32Array, b: Float32Array): number {
  const square = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(square(a.map((value, index) => value - (b[index] as number))) / square(a));
}

const SIZES: Size[] = [
  { rows: 24, columns: 32 },
  { rows: 33, columns: 130 },
  { rows: 16, columns: 896 },
];

test('multiplies by weights as they lie in the file', async () => {
  for (const size of SIZES) {
    const { weight, bias, values, offsets } = writeLayer(size);
    const x = random(3).normal(5 * size.columns);
    assert.ok(error(product(x, values, { ...size, offsets }), await run({ weight, bias }, x, size)) < 1e-6);
  }
});

test('a quantised layer equals the product of its dequantised weights, within the rounding of its inputs', async () => {
  for (const precision of ['int8', 'int4'] as const) {
    for (const size of SIZES) {
      const { weight, bias, values, offsets } = writeLayer(size);
      const path = join(folder, `${size.rows}.${precision}.safetensors`);
      await quantizeTensors([weight], { precision, path });
      const quantized = readQuantized(path, new Map([['weight', [size.rows, size.columns] as const]])).matrix(
        'weight',
      );
      const weights = dequantize(quantized as NonNullable<typeof quantized>);
      // Of normal numbers: half a step of 1/128 of the largest of a block, uniformly distributed.
      assert.ok(error(values, weights) < (precision === 'int8' ? 0.007 : 0.12), `${precision} weights`);
      for (const tokens of [1, 7]) {
        const x = random(3).normal(tokens * size.columns);
        const found = await run({ weight, bias, quantized }, x, size);
        const difference = error(product(x, weights, { ...size, offsets }), found);
        assert.ok(
          difference < 0.01,
          `${precision}, ${size.columns} columns, ${tokens} tokens: ${difference}`,
        );
      }
    }
  }
});

test('reads single rows of a table', async () => {
  const { weight, values } = writeLayer({ rows: 24, columns: 32 });
  const graph = new Graph('table', { weightsFolder: folder });
  graph.output('y', tableRows(graph, weight, graph.input('rows', 'I64', ['count'])), {
    shape: ['count', 32],
  });
  await using session = await openSession(graph.model(), { weightsFolder: folder });
  const { y } = await session.run({ rows: { data: BigInt64Array.of(3n, 3n, 0n), dims: [3] } });
  const row = (index: number) => [...values.subarray(index * 32, (index + 1) * 32)];
  assert.equal(Array.from(y?.data as Float32Array), [...row(3), ...row(3), ...row(0)]);
});

test('refuses a matrix of 16-bit floats that is not quantised', () => {
  const { weight } = writeLayer({ rows: 24, columns: 32 });
  const graph = new Graph('half', { weightsFolder: folder });
  assert.throws(
    () => linear(graph, 'x', { weight: { ...weight, dtype: 'F16' } }),
    (failure: unknown) => failure instanceof ModelError && /weight of .* is F16\./.test(failure.message),
  );
});

test.run();
