import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError } from '../../src/errors.ts';
import { encodeSafetensors, readTensor } from '../../src/runtime/safetensors.ts';
import { readTorchFile } from '../../src/runtime/torch-file.ts';
import { openWeights } from '../../src/runtime/weights.ts';
import { goldenCheckpointPath, goldenSizes } from '../helpers/golden-checkpoint.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';
import {
  operations,
  pickle,
  type TorchFileSpec,
  torchTensor,
  writeTorchFile,
  writeZip,
} from '../helpers/torch-writer.ts';

const test = suite('runtime/torch-file');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-torch-'));
test.after(() => rmSync(folder, { recursive: true }));

function file(spec: TorchFileSpec, name = 'x.pt'): string {
  writeTorchFile(join(folder, name), spec);
  return join(folder, name);
}

function refuses(act: () => unknown, message: RegExp): void {
  assert.throws(act, (error: unknown) => {
    if (!(error instanceof ModelError)) throw error;
    assert.match(error.message, message);
    return true;
  });
}

const refusesFile = (spec: TorchFileSpec, message: RegExp) =>
  refuses(() => readTorchFile(file(spec)), message);

const storages = { 0: Float32Array.of(1, 2, 3, 4, 5, 6) };
const tensor = (fields: Partial<Parameters<typeof torchTensor>[0]> = {}) =>
  torchTensor({ storage: '0', shape: [2, 3], ...fields });

test('names nested tensors with dots and keeps the plain data beside them', () => {
  const value = {
    state: { 'w.weight': tensor(), deep: { b: tensor({ shape: [], offset: 5, count: 6 }) } },
    args: { lr: 0.5, tags: ['a'] },
    empty: {},
  };
  const { entries, data } = readTorchFile(file({ value, storages }));
  assert.equal([...entries.keys()], ['state.w.weight', 'state.deep.b']);
  assert.equal(data, { args: { lr: 0.5, tags: ['a'] }, empty: {} });
  const matrix = entries.get('state.w.weight');
  assert.equal([matrix?.dtype, matrix?.shape, matrix?.length], ['F32', [2, 3], 24]);
});

test('the places hold the numbers, also of views into one storage and of other types', () => {
  const value = {
    first: tensor({ shape: [2], count: 6 }),
    second: tensor({ shape: [2, 2], offset: 2, count: 6 }),
    halves: tensor({ storage: '1', shape: [2], type: 'BFloat16Storage' }),
    longs: tensor({ storage: '2', shape: [1], type: 'LongStorage' }),
  };
  const path = file({
    value,
    storages: { ...storages, 1: Uint8Array.of(0x80, 0x3f, 0, 0xc0), 2: new Uint8Array(8).fill(255) },
  });
  const read = Object.fromEntries(
    [...readTorchFile(path).entries].map(([name, entry]) => [name, [...readTensor(entry).data]]),
  );
  assert.equal(read, { first: [1, 2], second: [3, 4, 5, 6], halves: [1, -2], longs: [-1n] });
});

test('reads what torch wrote: shared storage of the GRU, tuples, arguments of argparse', () => {
  const { entries, data } = readTorchFile(goldenCheckpointPath('evolving_tasks'));
  const size = goldenSizes.hiddenSize;
  const [first, second] = ['weight_ih_l0', 'weight_hh_l0'].map((name) =>
    entries.get(`gru_state.gru.${name}`),
  );
  assert.equal(first?.shape, [3 * size, size]);
  assert.is(second?.offset, (first?.offset ?? 0) + (first?.length ?? 0));
  assert.equal(data.type_dims, { down_proj: [10, 6], k_proj: [6, 4], q_proj: [6, 6] });
  const { args } = readTorchFile(goldenCheckpointPath('static_tasks')).data as {
    args: Record<string, unknown>;
  };
  assert.equal([args.alpha, args.output_dir, args.limit_eval_repos], [4, '/runs/static', null]);
});

test('refuses tensors whose numbers do not lie row by row, by name', () => {
  refusesFile(
    { value: { s: { w: tensor({ strides: [1, 2] }) } }, storages },
    /tensor s\.w has shape \(2, 3\) and strides \(1, 2\): it is not contiguous\.\nSave it again after \.contiguous\(\)/,
  );
  const single = {
    w: tensor({ shape: [1, 6], strides: [99, 1] }),
    none: tensor({ shape: [0, 3], strides: [7, 7], count: 6 }),
  };
  assert.is(readTorchFile(file({ value: single, storages })).entries.size, 2);
});

test('refuses tensors that reach out of their storage, or storages of another size', () => {
  refusesFile(
    { value: { w: tensor({ offset: 1, count: 6 }) }, storages },
    /tensor w ends at number 7 of a storage of 6/,
  );
  refusesFile({ value: { w: tensor({ count: 7 }) }, storages }, /its storage has 24 bytes, expected 28/);
  refusesFile(
    { value: { w: tensor({ type: 'HalfStorage' }) }, storages },
    /its storage has 24 bytes, expected 12/,
  );
  refusesFile(
    { value: { w: tensor({ storage: '../data.pkl' }) }, storages },
    /no entry archive\/data\/\.\.\/data\.pkl/,
  );
  const huge = tensor({ shape: [2 ** 40, 2 ** 40], strides: [2 ** 40, 1], count: 6 });
  refusesFile({ value: { w: huge }, storages }, /tensor w ends at number 1\.2\d+e\+24 of a storage of 6/);
});

test('refuses numbers that are not aligned, since the processor would read others', () => {
  const change: TorchFileSpec['change'] = (parts) => {
    for (const part of parts) if (part.name.endsWith('data/0')) part.misalignment = 2;
  };
  refusesFile(
    { value: { w: tensor() }, storages, change },
    /tensor w starts at byte \d+, expected a multiple of 4/,
  );
});

test('refuses numbers of another byte order, and takes files from before it was written down', () => {
  refusesFile(
    { value: { w: tensor() }, storages, byteOrder: 'big' },
    /its byte order is "big", expected "little"/,
  );
  assert.is(readTorchFile(file({ value: { w: tensor() }, storages, byteOrder: null })).entries.size, 1);
});

test('refuses what is no dictionary, storages as data, and names that occur twice', () => {
  refusesFile({ value: [1] }, /does not hold a dictionary/);
  refusesFile(
    { value: { a: { 'b.c': tensor(), b: { c: tensor() } } }, storages },
    /two tensors named a\.b\.c/,
  );
  const storage = operations('(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x06tQ');
  refusesFile({ value: { a: storage }, storages }, /a is a storage, expected a tensor or plain data/);
  refusesFile({ value: { a: operations('ctorch\nFloatStorage\n') } }, /a is a storage type, expected/);
});

test.slow('refuses structures that hold themselves or unfold without end', () => {
  refusesFile({ value: { a: operations(']q\x01h\x01a') } }, /nests values more than 32 deep/);
  const doubling = operations('(Nq\x01', 'h\x01h\x01\x86q\x01'.repeat(25), 't');
  refusesFile({ value: { a: doubling } }, /has more than 1000000 values/);
});

test('refuses archives that hold something else', () => {
  const other = join(folder, 'other.pt');
  writeZip(other, [{ name: 'readme.txt', content: pickle({}) }]);
  refuses(() => readTorchFile(other), /has 0 entries <folder>\/data\.pkl, expected one/);
  refusesFile(
    { value: {}, change: (parts) => void parts.push({ name: 'b/data.pkl', content: pickle({}) }) },
    /has 2 entries/,
  );
  refusesFile(
    { value: {}, change: (parts) => void parts.push({ name: 'archive/constants.pkl', content: pickle({}) }) },
    /holds a TorchScript program, expected weights/,
  );
});

test('refuses a pickle with code inside of a whole file', () => {
  const value = { state: { w: tensor() }, args: operations('cposix\nsystem\n(X\x04\0\0\0truetR') };
  refusesFile(
    { value, storages },
    /x\.pt \(archive\/data\.pkl\): it names posix\.system, .*\nNothing in it was run/s,
  );
});

test.slow('a file with some bytes changed is read or refused, and no tensor of it lies outside', () => {
  const source = readFileSync(goldenCheckpointPath('evolving_tasks'));
  const { uniform } = random(11);
  const below = (count: number) => Math.floor(uniform() * count);
  const path = join(folder, 'changed.pt');
  const outcomes = { read: 0, refused: 0 };
  for (let run = 0; run < 400; run += 1) {
    const bytes = Buffer.from(source);
    // The pickle lies at the beginning, the directory at the end.
    for (let i = 0; i <= below(4); i += 1)
      bytes[below(2) === 0 ? below(4500) : bytes.length - 1 - below(5500)] = below(256);
    writeFileSync(path, bytes);
    try {
      const places = [...readTorchFile(path).entries.values()];
      assert.ok(places.every(({ offset, length }) => offset > 0 && offset + length < bytes.length));
      outcomes.read += 1;
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      outcomes.refused += 1;
    }
  }
  assert.ok(outcomes.read > 10 && outcomes.refused > 100, JSON.stringify(outcomes));
});

test('says plainly when a file has the wrong name or is from another time', () => {
  const torch = file({ value: { w: tensor() }, storages }, 'torch.safetensors');
  refuses(
    () => openWeights(torch),
    /as safetensors: it is a zip archive, .*\nRename it so that it ends with \.pt/s,
  );
  const safe = join(folder, 'safe.pt');
  writeFileSync(
    safe,
    encodeSafetensors(new Map([['w', { dtype: 'F32', shape: [1], data: Float32Array.of(1) }]])),
  );
  refuses(() => openWeights(safe), /as a torch file: it is a safetensors file\.\nRename it .* \.safetensors/);
  const legacy = join(folder, 'legacy.pt');
  writeFileSync(legacy, Buffer.from('80028a0a6cfc9c46f920', 'hex'));
  refuses(
    () => openWeights(legacy),
    /it is a bare pickle, as torch before 1\.6 wrote it\.\nLoad it with torch and save/,
  );
  writeFileSync(legacy, 'not weights');
  refuses(() => openWeights(legacy), /no end record: the file is cut off or no zip archive/);
  refuses(() => openWeights(join(folder, 'gone.pt')), /Cannot find the weights .*gone\.pt/);
});

test('a link with the right name is enough, whatever the file behind it is called', () => {
  const digest = file({ value: { w: tensor() }, storages }, 'e3b0c44298fc');
  symlinkSync(digest, join(folder, 'link.pt'));
  const entry = openWeights(join(folder, 'link.pt')).expect('w', [2, 3]);
  assert.is(entry.file, digest);
});

test.run();
