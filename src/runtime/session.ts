/**
 * The door to ONNX Runtime: opens a model and runs it.
 *
 * In: model bytes, the folder of its weights, named tensors. Out: named tensors.
 * Knows nothing about what a model computes. Every feed is checked against the model's inputs first, because
 * the messages of the native library do not say which tensor was wrong.
 */
import { dirname } from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError } from '../errors.ts';
import { cpuFamily, threadCount } from './cpu.ts';
import type { Device } from './device.ts';
import { deviceFailure, isDeviceFailure, type Machine, requireParts } from './device-failure.ts';
import { loadPackage, packagePath } from './packages.ts';

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
  /** Default: the CPU. Nothing else is tried when it fails; operators it lacks run on the CPU one by one. */
  device?: Device;
  threads?: number;
  /** Copies weights into the kernels' own layout: required for quantised weights, wasteful for mapped float ones. */
  prepack?: boolean;
}

/** Throws ModelError: for a device that is not there with what to install, for a model that does not open with the reason. */
export async function openSession(bytes: Uint8Array, options: SessionOptions): Promise<Session> {
  const { device = 'cpu', weightsFolder } = options;
  if (device !== 'cpu') requireParts(device, thisMachine());
  const ort = await loadRuntime();
  const native = await ort.InferenceSession.create(bytes, nativeOptions(options)).catch((cause: Error) => {
    if (device !== 'cpu' && isDeviceFailure(cause)) throw deviceFailure(device, thisMachine(), cause);
    const [place, next] = placeAndNext(device);
    const model = `the model with weights in ${weightsFolder}${place}`;
    throw new ModelError(`Cannot open ${model}: ${reason(cause)}${next}`, { cause });
  });
  return new NativeSession(native, ort.Tensor, device);
}

/** What stored numbers depend on besides the model. */
export interface Engine {
  name: string;
  version: string;
  /** Architecture and instruction set. */
  cpu: string;
  /** Missing in what earlier versions stored: those ran on the CPU. */
  device?: string;
}

/** Names the program, its version, the kind of processor and the device. */
export function engine(device: Device): Required<Engine> {
  const { version } = loadPackage<{ version: string }>('onnxruntime-node/package.json');
  return { name: 'onnxruntime-node', version, cpu: cpuFamily(), device };
}

/** What messages about devices depend on. */
export function thisMachine(): Machine {
  const runtimeFolder = dirname(packagePath('onnxruntime-node/package.json'));
  return { platform: process.platform, arch: process.arch, env: process.env, runtimeFolder };
}

type Runtime = typeof import('onnxruntime-node');
const ELEMENT_NAMES = { Float32Array: 'float32', BigInt64Array: 'int64', Int32Array: 'int32' } as const;

class NativeSession implements Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  private readonly native: InferenceSession;
  private readonly TensorClass: Runtime['Tensor'];
  private readonly device: Device;
  private isOpen = true;

  constructor(native: InferenceSession, TensorClass: Runtime['Tensor'], device: Device) {
    this.native = native;
    this.TensorClass = TensorClass;
    this.device = device;
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
      const [place, next] = placeAndNext(this.device);
      throw new ModelError(`Running the model${place} failed: ${reason(cause)}${next}`, { cause });
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
    const ort = loadPackage<Runtime>('onnxruntime-node');
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

function nativeOptions({
  weightsFolder,
  device = 'cpu',
  threads = threadCount(),
  prepack = false,
}: SessionOptions) {
  return {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: false, // gives memory back after a long prompt, at no cost in speed
    ...(device === 'dml' ? { enableMemPattern: false, executionMode: 'sequential' as const } : {}), // DirectML's rule
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

/** What a message says about the device, which only matters when it is not the CPU. */
function placeAndNext(device: Device): [string, string] {
  return device === 'cpu' ? ['', ''] : [` on "${device}"`, '\nTry "--device cpu".'];
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
