/**
 * The few protobuf messages an ONNX model is made of, as bytes.
 *
 * In: plain data (names, attributes, dimensions). Out: one encoded message.
 * Knows nothing about operators or models. Field numbers: onnx.proto of ONNX 1.16 (stable since IR version 3);
 * wire format: protobuf.dev/programming-guides/encoding.
 */

/** ONNX element type numbers (TensorProto.DataType) by the names safetensors uses. */
export const ELEMENT_TYPES = { F32: 1, U8: 2, I8: 3, I32: 6, I64: 7, BOOL: 9, F16: 10, BF16: 16 } as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

/** A number is a fixed size, a string names a size that is known only at run time. */
export type Dimension = number | string;

/** JavaScript has one number type, ONNX has two: a bare number is an integer, `float(x)` is a float. */
export type Attribute = number | string | readonly number[] | FloatAttribute | FloatsAttribute;
interface FloatAttribute {
  float: number;
}
interface FloatsAttribute {
  floats: readonly number[];
}
export const float = (value: number): FloatAttribute => ({ float: value });
export const floats = (values: readonly number[]): FloatsAttribute => ({ floats: values });

/** Where the bytes of a tensor lie; `file` is relative to the weights folder of the session. */
export interface ExternalData {
  file: string;
  offset: number;
  length: number;
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Appends fields to one message. */
export class Message {
  private bytes = new Uint8Array(256);
  private size = 0;

  int(field: number, value: number): this {
    return this.tag(field, VARINT).varint(value);
  }

  float(field: number, value: number): this {
    this.tag(field, FIXED32).reserve(4);
    new DataView(this.bytes.buffer).setFloat32(this.size, value, true);
    this.size += 4;
    return this;
  }

  raw(field: number, value: Uint8Array): this {
    this.tag(field, LENGTH_DELIMITED).varint(value.length).reserve(value.length);
    this.bytes.set(value, this.size);
    this.size += value.length;
    return this;
  }

  text(field: number, value: string): this {
    return this.raw(field, Buffer.from(value, 'utf8'));
  }

  message(field: number, value: Message): this {
    return this.raw(field, value.finish());
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.size);
  }

  private tag(field: number, wireType: number): this {
    return this.varint((field << 3) | wireType);
  }

  /** Negative numbers are written as 64-bit two's complement, as protobuf's int64 wants. */
  private varint(value: number): this {
    this.reserve(10);
    if (value < 0) return this.longVarint(BigInt.asUintN(64, BigInt(value)));
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.bytes[this.size++] = (rest % 0x80) | 0x80;
    this.bytes[this.size++] = rest;
    return this;
  }

  private longVarint(value: bigint): this {
    let rest = value;
    for (; rest > 0x7fn; rest >>= 7n) this.bytes[this.size++] = Number(rest & 0x7fn) | 0x80;
    this.bytes[this.size++] = Number(rest);
    return this;
  }

  private reserve(count: number): void {
    if (this.size + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.size + count));
    grown.set(this.bytes.subarray(0, this.size));
    this.bytes = grown;
  }
}

export interface NodeFields {
  name: string;
  type: string;
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
}

/** NodeProto */
export function nodeMessage(node: NodeFields): Message {
  const message = new Message();
  for (const input of node.inputs) message.text(1, input);
  for (const output of node.outputs) message.text(2, output);
  message.text(3, node.name).text(4, node.type);
  if (node.domain) message.text(7, node.domain);
  for (const [name, value] of Object.entries(node.attributes))
    message.message(5, attributeMessage(name, value));
  return message;
}

/** AttributeProto: the value, then its kind (1 float, 2 int, 3 string, 6 floats, 7 ints). */
function attributeMessage(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'number') return message.int(3, value).int(20, 2);
  if (typeof value === 'string') return message.text(4, value).int(20, 3);
  if ('float' in value) return message.float(2, value.float).int(20, 1);
  if ('floats' in value) {
    for (const item of value.floats) message.float(7, item);
    return message.int(20, 6);
  }
  for (const item of value) message.int(8, item);
  return message.int(20, 7);
}

/** TensorProto with its bytes inside, or pointing into a file (data_location 1 = EXTERNAL). */
export function tensorMessage(
  name: string,
  elementType: ElementType,
  { shape, data }: { shape: readonly number[]; data: Uint8Array | ExternalData },
): Message {
  const message = new Message();
  for (const size of shape) message.int(1, size);
  message.int(2, ELEMENT_TYPES[elementType]).text(8, name);
  if (data instanceof Uint8Array) return message.raw(9, data);
  const entries = { location: data.file, offset: String(data.offset), length: String(data.length) };
  for (const [key, value] of Object.entries(entries))
    message.message(13, new Message().text(1, key).text(2, value));
  return message.int(14, 1);
}

/** ValueInfoProto: a graph input or output. */
export function valueMessage(name: string, elementType: ElementType, shape: readonly Dimension[]): Message {
  const dimensions = new Message();
  for (const size of shape) {
    const dimension = typeof size === 'number' ? new Message().int(1, size) : new Message().text(2, size);
    dimensions.message(1, dimension);
  }
  const tensorType = new Message().int(1, ELEMENT_TYPES[elementType]).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensorType));
}
