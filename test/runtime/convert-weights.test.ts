import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError, UsageError } from '../../src/errors.ts';
import { quantizeTensors, widenTensors } from '../../src/runtime/convert-weights.ts';
import { BLOCK_FORMATS, quantizeRows } from '../../src/runtime/quantize.ts';
import {
  encodeSafetensors,
  readHeader,
  readSafetensors,
  type TensorEntry,
} from '../../src/runtime/safetensors.ts';
import { random } from '../helpers/random.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('runtime/convert-weights');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-convert-'));
test.after(() => rmSync(folder, { recursive: true }));

/** Entries of a file with a float32 matrix and a vector. */
function entriesOf(name: string, values: Float32Array, shape: number[]): TensorEntry[] {
  const path = join(folder, name);
  const vector = { dtype: 'F32' as const, shape: [3], data: Float32Array.of(1, -0, 2 ** -149) };
  writeFileSync(
    path,
    encodeSafetensors(
      new Map([
        ['m', { dtype: 'F32', shape, data: values }],
        ['v', vector],
      ]),
    ),
  );
  return [...readHeader(path).entries.values()];
}

const matrix = entriesOf('source.safetensors', random(1).normal(30 * 100), [30, 100]).slice(0, 1);
const temporaries = () => readdirSync(folder).filter((name) => name.includes('.tmp-'));

test('the same weights give the same bytes, with their precision written into the file', async () => {
  for (const precision of ['int8', 'int4'] as const) {
    const paths = [1, 2].map((run) => join(folder, `${precision}-${run}.safetensors`));
    for (const path of paths) await quantizeTensors(matrix, { precision, path });
    const [first, second] = paths.map((path) => readFileSync(path));
    assert.ok(first?.equals(second as Buffer));
    const { metadata, tensors } = readSafetensors(paths[0] as string);
    assert.equal(metadata, { schema: 'code2lora/quantized@1', precision });
    assert.equal([...tensors.keys()].sort(), ['m.codes', 'm.scales']);
  }
});

test.slow('a matrix of several pieces is quantised and widened like one', async () => {
  const values = Float32Array.from({ length: 6_000_000 }, (_, index) => (index % 8191) - 4095);
  const wide = entriesOf('wide.safetensors', values, [6, 1_000_000]).slice(0, 1);
  const path = join(folder, 'wide.q8.safetensors');
  const seen: number[] = [];
  const onProgress = ({ done, total }: { done: number; total: number }) => seen.push(done / total);
  await quantizeTensors(wide, { precision: 'int8', path, onProgress });
  assert.equal(seen, [4 / 6, 1]);
  const { codes, scales } = quantizeRows(values, 1_000_000, BLOCK_FORMATS.int8);
  const { tensors } = readSafetensors(path);
  const bytesOf = ({ buffer }: { buffer: ArrayBufferLike }) => Buffer.from(buffer as ArrayBuffer);
  assert.ok(bytesOf(tensors.get('m.codes')?.data as Uint8Array).equals(bytesOf(codes)));
  assert.ok(bytesOf(tensors.get('m.scales')?.data as Float32Array).equals(bytesOf(scales)));
  await widenTensors(wide, { path });
  assert.ok(bytesOf(readSafetensors(path).tensors.get('m')?.data as Float32Array).equals(bytesOf(values)));
});

test('widens 16-bit floats exactly, vectors and scalars too', async () => {
  const path = join(folder, 'half.safetensors');
  const header = Buffer.from(
    '{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[],"data_offsets":[4,6]}} ',
  );
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(
    path,
    Buffer.concat([prefix, header, Buffer.from(Uint16Array.of(0x3c00, 0xc000, 0x4040).buffer)]),
  );
  const wide = join(folder, 'half.f32.safetensors');
  await widenTensors([...readHeader(path).entries.values()], { path: wide });
  const { tensors } = readSafetensors(wide);
  assert.equal([...(tensors.get('h')?.data ?? [])], [1, -2]);
  assert.equal(tensors.get('b'), { dtype: 'F32', shape: [], data: Float32Array.of(3) });
});

test('refuses NaN, other types and other shapes, and leaves nothing behind', async () => {
  const path = join(folder, 'refused.safetensors');
  const damaged = random(1).normal(64);
  damaged[40] = Number.NaN;
  const convert = (entries: TensorEntry[]) => quantizeTensors(entries, { precision: 'int8', path });
  await rejects(
    convert(entriesOf('nan.safetensors', damaged, [2, 32]).slice(0, 1)),
    ModelError,
    /tensor m of .* holds NaN/,
  );
  await rejects(
    convert(entriesOf('cube.safetensors', damaged, [2, 4, 8]).slice(0, 1)),
    ModelError,
    /shape is \(2, 4, 8\)/,
  );
  await rejects(
    convert(matrix.map((entry) => ({ ...entry, dtype: 'I32' as const }))),
    ModelError,
    /it is I32, expected floats/,
  );
  const shorter = matrix.map((entry) => ({ ...entry, offset: entry.offset + 1000 }));
  await rejects(convert(shorter), ModelError, /bytes are there/);
  assert.not.ok(readdirSync(folder).includes('refused.safetensors'));
  assert.equal(temporaries(), []);
});

test('stops when it is told to, and says so when the folder cannot be written', async () => {
  const controller = new AbortController();
  const path = join(folder, 'aborted.safetensors');
  const options = {
    precision: 'int8' as const,
    path,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  };
  await rejects(
    quantizeTensors([...matrix, ...matrix.map((m) => ({ ...m, name: 'n' }))], options),
    DOMException,
    /aborted/,
  );
  assert.equal(temporaries(), []);
  mkdirSync(join(folder, 'a-folder.safetensors'));
  for (const wrong of [join(folder, 'absent', 'x.safetensors'), join(folder, 'a-folder.safetensors')]) {
    await rejects(quantizeTensors(matrix, { precision: 'int8', path: wrong }), UsageError, /It needs 1 MB/);
  }
  assert.equal(temporaries(), []);
});

test.slow('a killed conversion leaves no file of that name, and the next one clears up', async () => {
  const path = join(folder, 'killed.safetensors');
  const source = (file: string) => JSON.stringify(new URL(`../../src/runtime/${file}`, import.meta.url).href);
  const program = `
    import { quantizeTensors } from ${source('convert-weights.ts')};
    const entry = ${JSON.stringify(matrix[0])};
    const many = Array.from({ length: 1000 }, (_, index) => ({ ...entry, name: 'm' + index }));
    await quantizeTensors(many, { precision: 'int8', path: ${JSON.stringify(path)}, onProgress: ({ done }) => {
      if (done === 30_000) { console.log('half way'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); }
    } });`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
  await once(child.stdout, 'data');
  assert.is(temporaries().length, 1);
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.not.ok(readdirSync(folder).includes('killed.safetensors'));
  assert.is(temporaries().length, 1);
  await quantizeTensors(matrix, { precision: 'int8', path });
  assert.equal(temporaries(), []);
  assert.ok(readFileSync(path).equals(readFileSync(join(folder, 'int8-1.safetensors'))));
});

test.run();
