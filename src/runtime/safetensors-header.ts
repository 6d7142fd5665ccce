/**
 * The header of a safetensors file: from bytes that nobody vouches for, and the way back.
 *
 * In: the JSON text and the sizes around it. Out: the place of every tensor, or a ModelError that says what
 * is wrong. Knows nothing about files or weights. The rules are those of the format's own reader
 * (huggingface/safetensors, "Format"): no duplicate keys, no overlaps, no holes, every length fits its shape.
 */
import { ModelError } from '../errors.ts';

/** Bytes of one value. */
export const DTYPE_BYTES = { F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, U8: 1 } as const;
export type Dtype = keyof typeof DTYPE_BYTES;

/** Where a tensor lies: `offset` counts from the start of the file. */
export interface TensorEntry {
  name: string;
  dtype: Dtype;
  shape: number[];
  file: string;
  offset: number;
  length: number;
}

export interface Header {
  entries: Map<string, TensorEntry>;
  metadata: Record<string, string>;
}

/** The limit of the reference reader. */
export const MAX_HEADER_BYTES = 100_000_000;
const MAX_TENSORS = 100_000;
const MAX_DIMENSIONS = 8;
const PREFIX_BYTES = 8;

/** Reads the length of the header from the first eight bytes of a file of `fileBytes` bytes. */
export function headerLength(prefix: Uint8Array, fileBytes: number, file: string): number {
  if (prefix.length < PREFIX_BYTES) {
    fail(file, `it has ${prefix.length} bytes, expected at least ${PREFIX_BYTES}`);
  }
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES)
    fail(file, `its header has ${length} bytes, expected ${MAX_HEADER_BYTES} at most`);
  if (PREFIX_BYTES + Number(length) > fileBytes) {
    fail(file, `its header ends at byte ${PREFIX_BYTES + Number(length)}, the file at byte ${fileBytes}`);
  }
  return Number(length);
}

/** Checks the header and turns its offsets, which count from the end of the header, into those of the file. */
export function parseHeader(header: Uint8Array, fileBytes: number, file: string): Header {
  const fields = parseObject(header, file);
  const { __metadata__: metadata = {}, ...tensors } = fields;
  const names = Object.keys(tensors);
  if (names.length > MAX_TENSORS)
    fail(file, `it lists ${names.length} tensors, expected ${MAX_TENSORS} at most`);
  const dataStart = PREFIX_BYTES + header.length;
  const entries = names.map((name) => parseEntry(name, tensors[name], { file, dataStart }));
  checkCoverage(entries, { file, dataStart, fileBytes });
  return {
    entries: new Map(entries.map((entry) => [entry.name, entry])),
    metadata: parseMetadata(metadata, file),
  };
}

/** What a header says about a tensor whose bytes follow those of the one before it. */
export type TensorPlan = Pick<TensorEntry, 'name' | 'dtype' | 'shape'>;

export const tensorBytes = ({ dtype, shape }: Pick<TensorPlan, 'dtype' | 'shape'>): number =>
  shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]);

/** JSON, padded with spaces to a multiple of eight bytes; the tensors lie one after the other, in this order. */
export function encodeHeader(
  tensors: readonly TensorPlan[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const fields: [string, unknown][] = [];
  const notes = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (notes.length > 0) fields.push(['__metadata__', Object.fromEntries(notes)]);
  let position = 0;
  for (const { name, dtype, shape } of tensors) {
    const end = position + tensorBytes({ dtype, shape });
    fields.push([name, { dtype, shape, data_offsets: [position, end] }]);
    position = end;
  }
  // Not an object of all fields: that would put names such as "10" before the others.
  const json = `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  return Buffer.from(json.padEnd(json.length + ((8 - (Buffer.byteLength(json) % 8)) % 8)), 'utf8');
}

function parseObject(header: Uint8Array, file: string): Record<string, unknown> {
  let fields: unknown;
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
    fields = JSON.parse(text);
  } catch (cause) {
    fail(file, 'its header is not JSON in UTF-8', cause);
  }
  if (!isObject(fields)) fail(file, 'its header is not a JSON object');
  const twice = duplicateKey(text);
  if (twice !== undefined) fail(file, `its header has the key ${twice} twice`);
  return fields;
}

/** JSON.parse silently keeps the last of two equal keys; another reader may keep the first. */
function duplicateKey(text: string): string | undefined {
  const keysByDepth: Set<string>[] = [];
  for (const [token, key] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') keysByDepth.push(new Set());
    else if (token === '}') keysByDepth.pop();
    else if (key !== undefined) {
      const name = JSON.parse(key) as string;
      const keys = keysByDepth.at(-1);
      if (keys?.has(name)) return key;
      keys?.add(name);
    }
  }
  return undefined;
}

function parseEntry(
  name: string,
  value: unknown,
  { file, dataStart }: { file: string; dataStart: number },
): TensorEntry {
  if (!isObject(value)) fail(file, `tensor ${name} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(DTYPE_BYTES, dtype)) {
    fail(
      file,
      `tensor ${name} has dtype ${show(dtype)}, expected one of ${Object.keys(DTYPE_BYTES).join(', ')}`,
    );
  }
  if (!isSizes(shape) || shape.length > MAX_DIMENSIONS) {
    fail(file, `tensor ${name} has shape ${show(shape)}, expected at most ${MAX_DIMENSIONS} whole numbers`);
  }
  if (!isSizes(offsets) || offsets.length !== 2 || (offsets[0] as number) > (offsets[1] as number)) {
    fail(file, `tensor ${name} has data_offsets ${show(offsets)}, expected [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  const expected = shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype as Dtype]);
  if (end - begin !== expected) {
    fail(
      file,
      `tensor ${name} has ${end - begin} bytes, expected ${expected} for ${dtype} (${shape.join(', ')})`,
    );
  }
  return { name, dtype: dtype as Dtype, shape, file, offset: dataStart + begin, length: end - begin };
}

/** The tensors fill the data from its first byte to the end of the file, each byte once. */
function checkCoverage(
  entries: readonly TensorEntry[],
  { file, dataStart, fileBytes }: { file: string; dataStart: number; fileBytes: number },
): void {
  const inOrder = [...entries].sort((a, b) => a.offset - b.offset || a.length - b.length);
  let position = dataStart;
  for (const { name, offset, length } of inOrder) {
    if (offset < position) fail(file, `tensor ${name} starts at byte ${offset}, inside of another tensor`);
    if (offset > position)
      fail(file, `tensor ${name} starts at byte ${offset}, expected ${position} (no holes)`);
    position = offset + length;
    if (position > fileBytes)
      fail(file, `tensor ${name} ends at byte ${position}, the file at byte ${fileBytes}`);
  }
  if (position !== fileBytes)
    fail(file, `its tensors end at byte ${position}, the file at byte ${fileBytes}`);
}

function parseMetadata(value: unknown, file: string): Record<string, string> {
  if (!isObject(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    fail(file, 'its __metadata__ is not an object of strings');
  }
  return value as Record<string, string>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);

const show = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);

function fail(file: string, found: string, cause?: unknown): never {
  throw new ModelError(`Cannot read ${file} as safetensors: ${found}.\nRestore or download the file again.`, {
    cause,
  });
}
