/**
 * Builds an ONNX model operator by operator.
 *
 * In: operators, small constants and the places of weights in their files. Out: the bytes of a model.
 * Weights never enter the bytes: they stay in the safetensors file and ONNX Runtime maps them from there.
 * Knows nothing about sessions or architectures. A value is its name, a string.
 */
import { isAbsolute, relative, sep } from 'node:path';
import { InternalError, ModelError } from '../errors.ts';
import {
  type Attribute,
  type Dimension,
  type ElementType,
  Message,
  nodeMessage,
  tensorMessage,
  valueMessage,
} from './onnx-protobuf.ts';
import type { TensorEntry } from './safetensors-header.ts';

export { type Attribute, type Dimension, type ElementType, float, floats } from './onnx-protobuf.ts';

type Attributes = Readonly<Record<string, Attribute>>;
export interface GraphNode {
  name: string;
  /** Without its domain. */
  type: string;
  domain: string;
  inputs: readonly string[];
  /** `''`: not wanted. */
  outputs: readonly string[];
  attributes: Attributes;
}

const OPSET = 21;
const CONTRIB_DOMAIN = 'com.microsoft';
const IR_VERSION = 10;

export class Graph {
  readonly name: string;
  private readonly weightsFolder: string;
  private readonly nodes: GraphNode[] = [];
  private readonly initializers = new Map<string, { place: string; message: Message }>();
  private readonly constantByContent = new Map<string, string>();
  private readonly inputs: Message[] = [];
  private readonly outputs: Message[] = [];
  private readonly outputNameByValue = new Map<string, string>();
  private valueCount = 0;

  /** All weights of a graph lie under one folder: ONNX Runtime refuses paths that leave it. */
  constructor(name: string, { weightsFolder }: { weightsFolder: string }) {
    this.name = name;
    this.weightsFolder = weightsFolder;
  }

  /** An input that every run must feed (ONNX Runtime for Node ignores feeds for optional ones). */
  input(name: string, elementType: ElementType, shape: readonly Dimension[]): string {
    this.inputs.push(valueMessage(name, elementType, shape));
    return name;
  }

  /** Makes `value` an output of the model under `name`. */
  output(name: string, value: string, { elementType = 'F32', shape }: OutputType): void {
    const isFree =
      this.nodes.some((node) => node.outputs.includes(value)) && !this.outputNameByValue.has(value);
    this.outputNameByValue.set(isFree ? value : this.op('Identity', [value]), name);
    this.outputs.push(valueMessage(name, elementType, shape));
  }

  /**
   * Adds an operator with one output and returns the output. Operators of ONNX Runtime itself are written
   * with their domain: `op('com.microsoft.FusedMatMul', …)`. An input may be `''`: left out.
   */
  op(type: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.ops(type, inputs, { attributes })[0] as string;
  }

  /** Adds an operator with several outputs; `used` says which of them are wanted (the others get no name). */
  ops(
    type: string,
    inputs: readonly string[],
    { attributes = {}, used = [true] }: { attributes?: Attributes; used?: readonly boolean[] },
  ): string[] {
    const dot = type.lastIndexOf('.');
    const domain = type.slice(0, Math.max(0, dot));
    const shortType = type.slice(dot + 1);
    const outputs = used.map((wanted) => (wanted ? `${shortType}_${this.valueCount++}` : ''));
    const name = `node_${this.nodes.length}`;
    this.nodes.push({ name, type: shortType, domain, inputs: [...inputs], outputs, attributes });
    return outputs;
  }

  /** A weight that stays in its file. The same name twice is the same weight (tied embeddings). */
  weight({ name, dtype, shape, file, offset, length }: TensorEntry): string {
    const data = { file: this.pathInFolder(file, name), offset, length };
    const place = `${dtype} ${shape} ${file} ${offset} ${length}`;
    return this.initializer(name, place, () => tensorMessage(name, dtype, { shape, data }));
  }

  /** A float tensor inside the model bytes: for tables and small vectors, not for weights. */
  floats(values: Float32Array, shape: readonly number[] = [values.length]): string {
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.constant('F32', shape, data);
  }

  /** A float without dimensions. */
  scalar(value: number): string {
    return this.floats(Float32Array.of(value), []);
  }

  /** A vector of integers: shapes, axes, row numbers. */
  integers(...values: number[]): string {
    const data = BigInt64Array.from(values, BigInt);
    return this.constant('I64', [values.length], new Uint8Array(data.buffer));
  }

  /** The operators so far; each comes after those whose outputs it takes. */
  operators(): readonly GraphNode[] {
    return [...this.nodes];
  }

  model(): Uint8Array {
    const graph = new Message();
    for (const node of this.nodes) graph.message(1, nodeMessage(this.withOutputNames(node)));
    graph.text(2, this.name);
    for (const { message } of this.initializers.values()) graph.message(5, message);
    for (const input of this.inputs) graph.message(11, input);
    for (const output of this.outputs) graph.message(12, output);
    const model = new Message().int(1, IR_VERSION).text(2, 'code2lora').message(7, graph);
    model.message(8, new Message().text(1, '').int(2, OPSET));
    return model.message(8, new Message().text(1, CONTRIB_DOMAIN).int(2, 1)).finish();
  }

  private withOutputNames(node: GraphNode): GraphNode {
    const rename = (value: string) => this.outputNameByValue.get(value) ?? value;
    return { ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) };
  }

  /** Equal constants share one initializer. */
  private constant(elementType: ElementType, shape: readonly number[], data: Uint8Array): string {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const content = `${elementType} ${shape} ${bytes.toString('latin1')}`;
    const name = this.constantByContent.get(content) ?? `constant_${this.constantByContent.size}`;
    this.constantByContent.set(content, name);
    return this.initializer(name, name, () => tensorMessage(name, elementType, { shape, data }));
  }

  private initializer(name: string, place: string, message: () => Message): string {
    const known = this.initializers.get(name);
    if (known && known.place !== place) {
      throw new InternalError(`Graph ${this.name}: weight ${name} is used with two places.`);
    }
    if (!known) this.initializers.set(name, { place, message: message() });
    return name;
  }

  private pathInFolder(file: string, name: string): string {
    const path = relative(this.weightsFolder, file);
    if (path.startsWith('..') || isAbsolute(path)) {
      throw new ModelError(
        `Cannot use weight ${name}: ${file} lies outside of ${this.weightsFolder}.\n` +
          'Put all weight files of a model into one folder.',
      );
    }
    return path.split(sep).join('/');
  }
}

interface OutputType {
  elementType?: ElementType;
  shape: readonly Dimension[];
}
