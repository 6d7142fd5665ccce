/**
 * The door to ONNX Runtime: opens a model and runs it.
 *
 * In: model bytes, the folder of its weights, named tensors. Out: named tensors.
 * Knows nothing about what a model computes. Every feed is checked against the model's inputs first, because
 * the messages of the native library do not say which tensor was wrong.
 */
import { createRequire } from 'node:module';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError } from '../errors.ts';
import { cpuFamily, threadCount } from './cpu.ts';

export interface FeedTensor {
  data: Float32Array | BigInt64Array | Int32Array;
  dims: readonly number[];
}
export type Feeds = Record<string, FeedTensor>;
export interface ResultTensor {
  data: Float32Array | BigInt64Array | Int32Array | Uint8Array;
  dims: readonly number[];
}

export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Computes all outputs. The event loop waits meanwhile: keep a run short. */
  run(feeds: Feeds): Promise<Record<string, ResultTensor>>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface SessionOptions {
  /** Every weight of the model lies under this folder. */
  weightsFolder: string;
  threads?: number;
  /** Copies weights into the kernels' own layout: required for quantised weights, wasteful for mapped float ones. */
  prepack?: boolean;
}

export async function openSession(model: Uint8Array, options: SessionOptions): Promise<Session> {
  const ort = await loadRuntime();
  const native = await ort.InferenceSession.create(model, nativeOptions(options)).catch((cause: unknown) => {
    throw new ModelError(`Cannot open the model with weights in ${options.weightsFolder}: ${reason(cause)}`, {
      cause,
    });
  });
  return new NativeSession(native, ort.Tensor);
}

/** What stored numbers depend on besides the model: names the program, its version and the kind of processor. */
export function engine(): { name: string; version: string; cpu: string } {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return { name: 'onnxruntime-node', version, cpu: cpuFamily() };
}

type Runtime = typeof import('onnxruntime-node');
const ELEMENT_NAMES = { Float32Array: 'float32', BigInt64Array: 'int64', Int32Array: 'int32' } as const;

class NativeSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  private readonly native: InferenceSession;
  private readonly TensorClass: Runtime['Tensor'];
  private isOpen = true;

  constructor(native: InferenceSession, TensorClass: Runtime['Tensor']) {
    this.native = native;
    this.TensorClass = TensorClass;
    this.inputNames = native.inputNames;
    this.outputNames = native.outputNames;
  }

  async run(feeds: Feeds): Promise<Record<string, ResultTensor>> {
    checkFeeds(feeds, this.native.inputMetadata);
    const tensors: Record<string, Tensor> = {};
    for (const [name, feed] of Object.entries(feeds)) {
      tensors[name] = new this.TensorClass(elementName(feed.data), feed.data as Float32Array, [...feed.dims]);
    }
    const results = await this.native.run(tensors).catch((cause: unknown) => {
      throw new ModelError(`Running the model failed: ${reason(cause)}`, { cause });
    });
    return results as Record<string, Tensor & ResultTensor>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isOpen) await this.native.release();
    this.isOpen = false;
  }
}

/** Loaded on first use: commands that need no model start faster, and a missing library gets a clear message. */
async function loadRuntime(): Promise<Runtime> {
  try {
    const ort = await import('onnxruntime-node');
    ort.env.logLevel = 'fatal'; // only has an effect before the first session
    return ort;
  } catch (cause) {
    throw new ModelError(
      `Cannot load onnxruntime-node on ${process.platform}-${process.arch}: ${reason(cause)}\n` +
        'Use Linux with glibc 2.28 or newer (not Alpine), macOS on Apple silicon, or Windows.',
      { cause },
    );
  }
}

function nativeOptions({ weightsFolder, threads = threadCount(), prepack = false }: SessionOptions) {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: false, // gives memory back after a long prompt, at no cost in speed
    logSeverityLevel: 4 as const,
    extra: {
      session: {
        force_spinning_stop: '1', // otherwise the idle pool of one session steals cores from another
        model_external_initializers_file_folder_path: weightsFolder,
        disable_prepacking: prepack ? '0' : '1',
      },
    },
  };
}

function checkFeeds(feeds: Feeds, inputs: readonly InferenceSession.ValueMetadata[]): void {
  const sizeByName = new Map<string, number>();
  for (const input of inputs) {
    const feed = feeds[input.name];
    if (!feed) throw new ModelError(`Cannot run the model: input ${input.name} is missing.`);
    if (input.isTensor) checkFeed(feed, input, sizeByName);
  }
  const unknown = Object.keys(feeds).find((name) => !inputs.some((input) => input.name === name));
  if (unknown !== undefined) throw new ModelError(`Cannot run the model: it has no input ${unknown}.`);
}

/** Named dimensions must have the same size wherever they occur; `sizeByName` remembers the first. */
function checkFeed(
  feed: FeedTensor,
  input: InferenceSession.TensorValueMetadata,
  sizeByName: Map<string, number>,
) {
  const count = feed.dims.reduce((product, size) => product * size, 1);
  const fits =
    feed.dims.length === input.shape.length &&
    input.shape.every((wanted, axis) => {
      const size = feed.dims[axis] as number;
      if (typeof wanted === 'number') return wanted === size;
      if (!sizeByName.has(wanted)) sizeByName.set(wanted, size);
      return sizeByName.get(wanted) === size;
    });
  if (fits && count === feed.data.length && elementName(feed.data) === input.type) return;
  const wanted = input.shape.map((size) =>
    typeof size === 'number' ? size : `${size}${known(sizeByName, size)}`,
  );
  throw new ModelError(
    `Cannot run the model: input ${input.name} is ${elementName(feed.data)} (${feed.dims.join(', ')}) with ` +
      `${feed.data.length} values, expected ${input.type} (${wanted.join(', ')}).`,
  );
}

function known(sizeByName: Map<string, number>, name: string): string {
  return sizeByName.has(name) ? `=${sizeByName.get(name)}` : '';
}

function elementName(data: FeedTensor['data']): 'float32' | 'int64' | 'int32' {
  return ELEMENT_NAMES[data.constructor.name as keyof typeof ELEMENT_NAMES];
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
