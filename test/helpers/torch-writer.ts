/**
 * Writes files as torch.save does, and as it never would: the pickle and the zip archive are made by hand, so
 * that a test can damage any part of them.
 */
import { closeSync, openSync, writeSync } from 'node:fs';

/** A tensor whose numbers lie in `data/<storage>`. */
export interface TorchTensorSpec {
  storage: string;
  shape: readonly number[];
  /** Default: row by row without gaps. */
  strides?: readonly number[];
  offset?: number;
  /** Numbers in the storage; default: as many as the shape has. */
  count?: number;
  type?: string;
}

/** What becomes of a JavaScript value: tensors, dictionaries (objects), lists, tuples (frozen lists), plain values. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | readonly Plain[]
  | { [key: string]: Plain }
  | Tensor
  | Raw;
class Tensor {
  readonly spec: TorchTensorSpec;
  constructor(spec: TorchTensorSpec) {
    this.spec = spec;
  }
}
/** Operations written as they are. */
class Raw {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}
export const torchTensor = (spec: TorchTensorSpec): Tensor => new Tensor(spec);
export const operations = (...parts: readonly (string | Uint8Array)[]): Raw =>
  new Raw(Buffer.concat(parts.map((part) => Buffer.from(part as string, 'latin1'))));

/** A pickle of protocol 2 that makes one value. */
export function pickle(value: Plain): Uint8Array {
  return Buffer.concat([Buffer.from([0x80, 2]), ...valueParts(value), Buffer.from('.')]);
}

function* valueParts(value: Plain): Generator<Uint8Array> {
  if (value === null) yield text('N');
  else if (typeof value === 'boolean') yield Buffer.from([value ? 0x88 : 0x89]);
  else if (typeof value === 'number') yield Number.isInteger(value) ? integer(value) : double(value);
  else if (typeof value === 'string') yield unicode(value);
  else if (value instanceof Raw) yield value.bytes;
  else if (value instanceof Tensor) yield* tensorParts(value.spec);
  else if (Array.isArray(value)) yield* bracketed(value, Object.isFrozen(value) ? ['', 't'] : [']', 'e']);
  else yield* bracketed(Object.entries(value as object).flat() as Plain[], ['}', 'u']);
}

function* bracketed(
  values: readonly Plain[],
  [open, close]: readonly [string, string],
): Generator<Uint8Array> {
  yield text(`${open}(`);
  for (const value of values) yield* valueParts(value);
  yield text(close);
}

function* tensorParts(spec: TorchTensorSpec): Generator<Uint8Array> {
  const { storage, shape, offset = 0, type = 'FloatStorage' } = spec;
  const strides = spec.strides ?? shape.map((_, axis) => product(shape.slice(axis + 1)));
  yield text(`ctorch._utils\n_rebuild_tensor_v2\n((`);
  yield* valueParts('storage');
  yield text(`ctorch\n${type}\n`);
  for (const value of [storage, 'cpu', spec.count ?? product(shape)]) yield* valueParts(value);
  yield text('tQ');
  yield* valueParts(offset);
  for (const list of [shape, strides]) yield* bracketed(list, ['', 't']);
  yield Buffer.from([0x89]);
  yield text('ccollections\nOrderedDict\n)RtR');
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');

function integer(value: number): Uint8Array {
  const isShort = Math.abs(value) < 2 ** 31;
  const bytes = Buffer.alloc(isShort ? 5 : 10);
  bytes.write(isShort ? 'J' : '\x8a\x08', 'latin1');
  if (isShort) bytes.writeInt32LE(value, 1);
  else bytes.writeBigInt64LE(BigInt(value), 2);
  return bytes;
}

function double(value: number): Uint8Array {
  const bytes = Buffer.alloc(9);
  bytes.write('G', 'latin1');
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function unicode(value: string): Uint8Array {
  const bytes = Buffer.from(value, 'utf8');
  const head = Buffer.alloc(5);
  head.write('X', 'latin1');
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Appends bytes, or a hole of so many zeros, which takes no room on most disks. */
export type Put = (bytes: Uint8Array | number) => void;

export interface ZipPart {
  name: string;
  /** The bytes, or their number and what writes them. */
  content: Uint8Array | { length: number; write(put: Put): void };
  /** Damage: what the header before the entry, or its line in the directory, says instead. */
  localName?: string;
  listedOffset?: number;
  listedLength?: number;
  method?: number;
  flags?: number;
  /** Bytes by which the content misses a multiple of 64. */
  misalignment?: number;
}

export interface ZipSettings {
  /** Sizes and offsets in the fields of 64 bits, as in files of more than 4 GiB. */
  zip64?: boolean;
  entryCount?: number;
  comment?: string;
}

/** Writes the parts as stored entries, each content at a multiple of 64 bytes as torch does. */
export function writeZip(path: string, parts: readonly ZipPart[], settings: ZipSettings = {}): void {
  const file = openSync(path, 'w');
  try {
    let position = 0;
    const put: Put = (bytes) => {
      if (bytes instanceof Uint8Array) writeAll(file, bytes, position);
      position += typeof bytes === 'number' ? bytes : bytes.length;
    };
    const lines: Uint8Array[] = [];
    for (const part of parts) {
      lines.push(directoryLine(part, position, settings));
      put(localHeader(part, position));
      if (part.content instanceof Uint8Array) put(part.content);
      else part.content.write(put);
    }
    const directory = Buffer.concat(lines);
    const offset = position;
    put(directory);
    put(endRecords({ offset, bytes: directory.length, entries: parts.length }, settings));
  } finally {
    closeSync(file);
  }
}

/** One call may write less than it was given. */
function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

function localHeader(part: ZipPart, position: number) {
  const { name, localName = name, method = 0, flags = 0x808, misalignment = 0 } = part;
  const padding = ((64 - ((position + 30 + localName.length + 4) % 64)) % 64) + misalignment;
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(method, 8);
  header.writeUInt16LE(localName.length, 26);
  header.writeUInt16LE(padding + 4, 28);
  const extra = Buffer.alloc(padding + 4, 'Z');
  extra.write('FB', 'latin1');
  extra.writeUInt16LE(padding, 2);
  return Buffer.concat([header, text(localName), extra]);
}

function directoryLine(part: ZipPart, position: number, { zip64 = false }: ZipSettings): Uint8Array {
  const {
    name,
    listedLength = part.content.length,
    listedOffset = position,
    method = 0,
    flags = 0x808,
  } = part;
  const extra = Buffer.alloc(zip64 ? 28 : 0);
  const line = Buffer.alloc(46);
  line.writeUInt32LE(0x02014b50, 0);
  line.writeUInt16LE(flags, 8);
  line.writeUInt16LE(method, 10);
  line.writeUInt16LE(name.length, 28);
  line.writeUInt16LE(extra.length, 30);
  line.writeUInt32LE(zip64 ? 0xffffffff : listedLength, 20);
  line.writeUInt32LE(zip64 ? 0xffffffff : listedLength, 24);
  line.writeUInt32LE(zip64 ? 0xffffffff : listedOffset, 42);
  if (zip64) {
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    for (const [index, value] of [listedLength, listedLength, listedOffset].entries())
      extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index);
  }
  return Buffer.concat([line, text(name), extra]);
}

function endRecords(
  directory: { offset: number; bytes: number; entries: number },
  { zip64 = false, entryCount = directory.entries, comment = '' }: ZipSettings,
): Uint8Array {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(zip64 ? 0xffff : entryCount, 8);
  end.writeUInt16LE(zip64 ? 0xffff : entryCount, 10);
  end.writeUInt32LE(zip64 ? 0xffffffff : directory.bytes, 12);
  end.writeUInt32LE(zip64 ? 0xffffffff : directory.offset, 16);
  end.writeUInt16LE(comment.length, 20);
  if (!zip64) return Buffer.concat([end, text(comment)]);
  const large = Buffer.alloc(56 + 20);
  large.writeUInt32LE(0x06064b50, 0);
  large.writeBigUInt64LE(44n, 4);
  for (const [at, value] of [
    [24, entryCount],
    [32, entryCount],
    [40, directory.bytes],
    [48, directory.offset],
  ] as const)
    large.writeBigUInt64LE(BigInt(value), at);
  large.writeUInt32LE(0x07064b50, 56);
  large.writeBigUInt64LE(BigInt(directory.offset + directory.bytes), 64);
  large.writeUInt32LE(1, 72);
  return Buffer.concat([large, end, text(comment)]);
}

export interface TorchFileSpec extends ZipSettings {
  value: Plain;
  storages?: Readonly<Record<string, Uint8Array | Float32Array>>;
  byteOrder?: string | null;
  folder?: string;
  /** Changes the parts before they are written. */
  change?: (parts: ZipPart[]) => void;
}

/** Writes a file as torch.save would, but for `change`. */
export function writeTorchFile(path: string, spec: TorchFileSpec): void {
  const { value, storages = {}, byteOrder = 'little', folder = 'archive', change, ...settings } = spec;
  const parts: ZipPart[] = [{ name: `${folder}/data.pkl`, content: pickle(value) }];
  if (byteOrder !== null) parts.push({ name: `${folder}/byteorder`, content: text(byteOrder) });
  for (const [key, numbers] of Object.entries(storages)) {
    const content = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    parts.push({ name: `${folder}/data/${key}`, content });
  }
  parts.push({ name: `${folder}/version`, content: text('3\n') });
  change?.(parts);
  writeZip(path, parts, settings);
}
