/**
 * How long it takes to read so many bytes once, at the memory's own speed.
 *
 * In: places of matrices, or a size. Out: a session whose run reads all of them: the sum of each row, by ONNX Runtime's
 * own vectorised reduction on all threads. Private memory is the stricter measure: it may be read faster than a mapped
 * file. Knows nothing about what the weights are for.
 */
import { tmpdir } from 'node:os';
import { Graph } from '../../src/runtime/onnx.ts';
import type { TensorEntry } from '../../src/runtime/safetensors.ts';
import { openSession } from '../../src/runtime/session.ts';
import { commonFolder } from '../../src/runtime/weight-files.ts';
import { timed } from './rows.ts';

export interface MemoryReader extends AsyncDisposable {
  bytes: number;
  /** Reads everything once; milliseconds. */
  read(): Promise<number>;
}

const AXES = { data: BigInt64Array.of(-1n), dims: [1] };

/** The weights where they lie: the same mapped pages as those of the model. */
export async function openWeightReader(matrices: readonly TensorEntry[]): Promise<MemoryReader> {
  const weightsFolder = commonFolder(matrices.map(({ file }) => file));
  const graph = new Graph('read', { weightsFolder });
  // An input, so that the sums are not computed once when the session opens.
  const axes = graph.input('axes', 'I64', [1]);
  for (const entry of matrices) {
    const sums = graph.op('ReduceSum', [graph.weight(entry), axes], { keepdims: 0 });
    graph.output(`sums.${entry.name}`, sums, { shape: ['rows'] });
  }
  const session = await openSession(graph.model(), { weightsFolder });
  return {
    bytes: matrices.reduce((sum, { length }) => sum + length, 0),
    read: () => timed(() => session.run({ axes: AXES })),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

const ROW = 16_384;

/** A gigabyte of this process's own memory. */
export async function openPrivateReader(): Promise<MemoryReader> {
  const values = new Float32Array(ROW * ROW).fill(1);
  const graph = new Graph('read', { weightsFolder: tmpdir() });
  const inputs = [graph.input('values', 'F32', [ROW, ROW]), graph.input('axes', 'I64', [1])];
  graph.output('sums', graph.op('ReduceSum', inputs, { keepdims: 0 }), { shape: ['rows'] });
  const session = await openSession(graph.model(), { weightsFolder: tmpdir() });
  const feeds = { values: { data: values, dims: [ROW, ROW] }, axes: AXES };
  return {
    bytes: values.byteLength,
    read: () => timed(() => session.run(feeds)),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
