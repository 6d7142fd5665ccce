/**
 * How long it takes to read weights once where they lie, at the memory's own speed.
 *
 * In: places of matrices. Out: a session whose run reads all of them: the sum of each row, by ONNX Runtime's own
 * vectorised reduction on all threads, over the same mapped pages as the model. Knows nothing about what they are for.
 */
import { Graph } from '../../src/runtime/onnx.ts';
import type { TensorEntry } from '../../src/runtime/safetensors.ts';
import { openSession } from '../../src/runtime/session.ts';
import { commonFolder } from '../../src/runtime/weight-files.ts';
import { timed } from './rows.ts';

export interface WeightReader extends AsyncDisposable {
  bytes: number;
  /** Reads every weight once; milliseconds. */
  read(): Promise<number>;
}

export async function openWeightReader(matrices: readonly TensorEntry[]): Promise<WeightReader> {
  const weightsFolder = commonFolder(matrices.map(({ file }) => file));
  const graph = new Graph('read', { weightsFolder });
  // An input, so that the sums are not computed once when the session opens.
  const axes = graph.input('axes', 'I64', [1]);
  for (const entry of matrices) {
    const sums = graph.op('ReduceSum', [graph.weight(entry), axes], { keepdims: 0 });
    graph.output(`sums.${entry.name}`, sums, { shape: ['rows'] });
  }
  const session = await openSession(graph.model(), { weightsFolder });
  const feed = { axes: { data: BigInt64Array.of(-1n), dims: [1] } };
  return {
    bytes: matrices.reduce((sum, { length }) => sum + length, 0),
    read: () => timed(() => session.run(feed)),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}
