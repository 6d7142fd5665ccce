import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InternalError, ModelError } from '../../src/errors.ts';
import {
  decodeSafetensors,
  encodeSafetensors,
  readHeader,
  readSafetensors,
  readTensor,
  type Tensor,
} from '../../src/runtime/safetensors.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/safetensors');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-safetensors-'));
test.after(() => rmSync(folder, { recursive: true }));

/** A file from a header (object or JSON text) and a number of data bytes. */
function file(header: unknown, dataBytes: number | Uint8Array = 0): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const data = typeof dataBytes === 'number' ? new Uint8Array(dataBytes) : dataBytes;
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([prefix, json, data]);
}

const floats = (shape: number[], ...values: number[]): Tensor => ({
  dtype: 'F32',
  shape,
  data: Float32Array.from(values),
});

/** NaN does not equal NaN, its bytes do. */
const asBytes = (tensor: Tensor | undefined) =>
  tensor && { ...tensor, data: [...new Uint8Array(tensor.data.buffer)], type: tensor.data.constructor.name };

function refuses(bytes: Uint8Array, message: RegExp): void {
  assert.throws(
    () => decodeSafetensors(bytes, 'x.safetensors'),
    (error: unknown) => error instanceof ModelError && message.test(error.message),
  );
}

const one = (fields: object = {}) => ({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...fields } });

test('writes and reads back every type, an empty tensor and a tensor without dimensions', () => {
  const tensors = new Map<string, Tensor>([
    ['u8', { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 255) }],
    ['i64', { dtype: 'I64', shape: [2], data: BigInt64Array.of(-1n, 2n ** 60n) }],
    ['i32', { dtype: 'I32', shape: [1, 1], data: Int32Array.of(-7) }],
    ['f32', floats([2, 1], Number.NaN, -0)],
    ['empty', floats([0, 5])],
    ['scalar', floats([], 3)],
    ['ünicode "name"\n', floats([1], 4)],
    ['__proto__', floats([1], 5)],
  ]);
  const path = join(folder, 'all.safetensors');
  writeFileSync(path, encodeSafetensors(tensors, { format: 'pt', b: '2', a: '1' }));
  const read = readSafetensors(path);
  assert.equal(read.metadata, { a: '1', b: '2', format: 'pt' });
  assert.is(read.tensors.size, tensors.size);
  for (const [name, tensor] of tensors) assert.equal(asBytes(read.tensors.get(name)), asBytes(tensor), name);
});

test('the same content gives the same bytes, aligned, whatever the order of the map', () => {
  const pairs: [string, Tensor][] = [
    ['b', { dtype: 'U8', shape: [1], data: Uint8Array.of(9) }],
    ['10', floats([1], 1)],
    ['9', floats([1], 2)],
    ['long', { dtype: 'I64', shape: [1], data: BigInt64Array.of(3n) }],
  ];
  const bytes = encodeSafetensors(new Map(pairs), { x: '1', a: '2' });
  assert.equal(encodeSafetensors(new Map(pairs.toReversed()), { a: '2', x: '1' }), bytes);
  const path = join(folder, 'order.safetensors');
  writeFileSync(path, bytes);
  const entries = [...readHeader(path).entries.values()].sort((a, b) => a.offset - b.offset);
  assert.equal(
    entries.map(({ name }) => name),
    ['long', '10', '9', 'b'],
  );
  assert.ok(entries.every(({ dtype, offset }) => offset % (dtype === 'I64' ? 8 : 4) === 0));
});

test('an entry points at its bytes from the start of the file', () => {
  const path = join(folder, 'offset.safetensors');
  writeFileSync(
    path,
    encodeSafetensors(
      new Map([
        ['a', floats([2], 1, 2)],
        ['b', floats([1], 3)],
      ]),
    ),
  );
  const entry = readHeader(path).entries.get('b');
  assert.ok(entry);
  assert.is(readFileSync(path).readFloatLE(entry.offset), 3);
  assert.is(entry.file, path);
  assert.equal(readTensor(entry), floats([1], 3));
});

test('widens float16 and bfloat16 exactly: subnormal numbers, infinities, NaN and signed zero', () => {
  const f16 = Uint16Array.of(0x0001, 0x03ff, 0x0400, 0x3555, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x8000, 0xc000);
  const bf16 = Uint16Array.of(0x0001, 0x3f80, 0x7f7f, 0x7f80, 0xff80, 0x7fc0, 0x8000, 0xc049);
  const header = {
    half: { dtype: 'F16', shape: [10], data_offsets: [0, 20] },
    brain: { dtype: 'BF16', shape: [8], data_offsets: [20, 36] },
  };
  const data = Buffer.concat([Buffer.from(f16.buffer), Buffer.from(bf16.buffer)]);
  const { tensors } = decodeSafetensors(file(header, data), 'half');
  const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
  const values = (name: string) => [...(tensors.get(name)?.data ?? [])] as number[];
  const third = 0.333251953125;
  assert.equal(values('half'), [2 ** -24, 1023 * 2 ** -24, 2 ** -14, third, 65504, inf, -inf, nan, -0, -2]);
  const largest = (2 - 2 ** -7) * 2 ** 127;
  assert.equal(values('brain'), [2 ** -133, 1, largest, inf, -inf, nan, -0, -3.140625]);
  assert.ok(Object.is(values('half')[8], -0) && Object.is(values('brain')[6], -0));
  assert.is(tensors.get('half')?.dtype, 'F32');
});

test('refuses a file that is too short, or a header that is longer than the file or the limit', () => {
  refuses(new Uint8Array(5), /has 5 bytes, expected at least 8/);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(20n);
  refuses(prefix, /header ends at byte 28, the file at byte 8/);
  prefix.writeBigUInt64LE(2n ** 63n);
  refuses(prefix, /header has 9223372036854775808 bytes, expected 100000000 at most/);
});

test('refuses a header that is not a JSON object in UTF-8', () => {
  refuses(file('{"a"'), /not JSON in UTF-8/);
  refuses(file('[]'), /not a JSON object/);
  const invalid = file('{"__metadata__":{"a":"?"}}');
  invalid[invalid.indexOf(63)] = 0xff;
  refuses(invalid, /not JSON in UTF-8/);
});

test('refuses a name that occurs twice, also when it is written in two ways', () => {
  const entry = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
  refuses(file(`{"w":${entry},"w" :${entry}}`, 4), /has the key "w" twice/);
  refuses(file(`{"w":${entry},"\\u0077":${entry}}`, 4), /twice/);
  refuses(file('{"w":{"dtype":"I32","shape":[1],"data_offsets":[0,4],"dtype":"F32"}}', 4), /"dtype" twice/);
});

test('refuses an entry with an unknown type, a bad shape or offsets that do not fit it', () => {
  refuses(file({ w: 3 }), /tensor w is not described by an object/);
  refuses(file(one({ dtype: 'F4' }), 4), /dtype "F4", expected one of F32, F16, BF16/);
  refuses(file(one({ dtype: 'toString' }), 4), /dtype "toString"/);
  refuses(file(one({ shape: [-1] }), 4), /shape \[-1\]/);
  refuses(file(one({ shape: [0.5] }), 4), /shape \[0.5\]/);
  refuses(file(one({ shape: Array(9).fill(1) }), 4), /at most 8 whole numbers/);
  refuses(file(one({ shape: [2] }), 4), /has 4 bytes, expected 8 for F32 \(2\)/);
  refuses(file(one({ shape: [2 ** 52, 2 ** 52] }), 4), /has 4 bytes/);
  refuses(file(one({ data_offsets: [4, 0] }), 4), /expected \[begin, end\]/);
  refuses(file(one({ data_offsets: [0] }), 4), /expected \[begin, end\]/);
});

test('refuses tensors that overlap, leave a hole, or end before or after the file', () => {
  const two = (begin: number) => ({
    ...one(),
    v: { dtype: 'F32', shape: [1], data_offsets: [begin, begin + 4] },
  });
  refuses(file(two(0), 4), /inside of another tensor/);
  refuses(file(two(2), 6), /inside of another tensor/);
  refuses(file(two(8), 12), /no holes/);
  refuses(file(one(), 3), /ends at byte \d+, the file at byte \d+/);
  refuses(file(one(), 5), /its tensors end at byte \d+, the file at byte \d+/);
});

test('refuses metadata that is not made of strings', () => {
  refuses(file({ __metadata__: { a: 1 } }), /__metadata__ is not an object of strings/);
  refuses(file({ __metadata__: null }), /__metadata__/);
});

test('names the file when it is missing, a folder, or cut off after the header was read', () => {
  const isModelError = (pattern: RegExp) => (error: unknown) =>
    error instanceof ModelError && pattern.test(error.message);
  assert.throws(() => readHeader(join(folder, 'none')), isModelError(/Cannot read .*none: ENOENT/));
  assert.throws(() => readHeader(folder), isModelError(/Cannot read/));
  const path = join(folder, 'cut.safetensors');
  writeFileSync(path, encodeSafetensors(new Map([['a', floats([2], 1, 2)]])));
  const entry = readHeader(path).entries.get('a');
  assert.ok(entry);
  truncateSync(path, entry.offset + 4);
  assert.throws(() => readTensor(entry), isModelError(/4 of 8 bytes are there/));
});

test('decoding a slice of a larger buffer gives tensors of their own', () => {
  const bytes = encodeSafetensors(new Map([['a', floats([1], 1)]]));
  const shifted = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
  const { tensors } = decodeSafetensors(shifted, 'x');
  shifted.fill(0);
  assert.equal(tensors.get('a'), floats([1], 1));
});

test('does not encode a tensor whose data does not fit its shape or type', () => {
  const broken = (tensor: Tensor, name = 'a') =>
    assert.throws(
      () => encodeSafetensors(new Map([[name, tensor]])),
      (error: unknown) => error instanceof InternalError,
    );
  broken(floats([2], 1));
  broken({ dtype: 'F32', shape: [1], data: Uint8Array.of(1, 2, 3, 4) });
  broken(floats([1], 1), '__metadata__');
});

test.run();
