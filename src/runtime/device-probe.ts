/**
 * How long a device takes for a small piece of the work that models do.
 *
 * In: a device and the width of the model's layers. Out: milliseconds, without what only the first run costs.
 * Knows nothing about models beyond that they multiply matrices: many rows at once where a text is read, one
 * row at a time, again and again, where a value is searched.
 */
import { tmpdir } from 'node:os';
import { ModelError } from '../errors.ts';
import type { Device } from './device.ts';
import { Graph } from './onnx.ts';
import { openSession, type Session } from './session.ts';

export interface ProbeOptions {
  /** Features of a layer: the products are (rows, width) by (width, width). */
  width: number;
  /** Stops as soon as it has taken longer. */
  limitMs?: number;
}

/** A chain of products, as long as a few layers. */
const PRODUCTS = 8;
/** One window of text, and for it as many single rows as a search asks about. */
const WINDOW_ROWS = 256;
const SEARCH_STEPS = 4;
const REPETITIONS = 3;

/** Throws ModelError when the device does not open, fails or computes something else than it should. */
export async function timeProbe(device: Device, options: ProbeOptions): Promise<number> {
  const { width, limitMs = Number.POSITIVE_INFINITY } = options;
  await using session = await openSession(chainModel(width), { weightsFolder: tmpdir(), device });
  const steps = SEARCH_STEPS * (await fastestRun(session, 1, width));
  if (steps > limitMs) return steps;
  return steps + (await fastestRun(session, WINDOW_ROWS, width));
}

/** Each product leaves ones as they are: what comes out shows whether the device can be trusted. */
function chainModel(width: number): Uint8Array {
  const graph = new Graph('probe', { weightsFolder: tmpdir() });
  const weight = graph.floats(new Float32Array(width * width).fill(1 / width), [width, width]);
  let value = graph.input('x', 'F32', ['rows', width]);
  for (let product = 0; product < PRODUCTS; product += 1) {
    value = graph.op('Gemm', [value, weight], { transB: 1 });
  }
  graph.output('y', value, { shape: ['rows', width] });
  return graph.model();
}

async function fastestRun(session: Session, rows: number, width: number): Promise<number> {
  const x = { data: new Float32Array(rows * width).fill(1), dims: [rows, width] };
  let fastest = Number.POSITIVE_INFINITY;
  for (let run = 0; run <= REPETITIONS; run += 1) {
    const begun = performance.now();
    const y = (await session.run({ x })).y?.data as Float32Array;
    // The first run compiles the kernels.
    if (run > 0) fastest = Math.min(fastest, performance.now() - begun);
    if (!y.every((value) => Math.abs(value - 1) < 1e-3)) throw wrongResult();
  }
  return fastest;
}

const wrongResult = (): ModelError =>
  new ModelError(
    'The device computes wrong products.\nUse "--device cpu", and update the driver of the GPU.',
  );
