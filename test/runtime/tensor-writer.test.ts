import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InternalError } from '../../src/errors.ts';
import { readSafetensors } from '../../src/runtime/safetensors.ts';
import { writeTensorFile } from '../../src/runtime/tensor-writer.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';

const test = suite('runtime/tensor-writer');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-writer-'));
test.after(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'x.safetensors');
const PLAN = {
  tensors: [
    { name: 'b', dtype: 'I32' as const, shape: [2] },
    { name: 'a', dtype: 'U8' as const, shape: [3] },
  ],
  metadata: { note: 'hi' },
};
const LEFT = () => readdirSync(folder);

test('writes pieces in any order, in the order of the plan', async () => {
  await writeTensorFile(path, PLAN, async (write) => {
    write('a', 1, Uint8Array.of(8, 9));
    write('b', 0, new Uint8Array(Int32Array.of(-1, 5).buffer));
    write('a', 0, Uint8Array.of(7));
  });
  const { tensors, metadata } = readSafetensors(path);
  assert.equal(metadata, { note: 'hi' });
  assert.equal([...tensors.keys()], ['b', 'a']);
  assert.equal([...(tensors.get('a')?.data ?? [])], [7, 8, 9]);
  assert.equal([...(tensors.get('b')?.data ?? [])], [-1, 5]);
});

test('a file that was there stays as it was until the new one is whole', async () => {
  writeFileSync(path, 'before');
  const failing = (fill: Parameters<typeof writeTensorFile>[2]) => writeTensorFile(path, PLAN, fill);
  await rejects(
    failing(async (write) => write('a', 0, Uint8Array.of(1))),
    InternalError,
    /Tensor b .* lacks 8 bytes/,
  );
  await rejects(
    failing(async (write) => write('a', 2, Uint8Array.of(1, 2))),
    InternalError,
    /Bytes 2 to 4 of tensor a/,
  );
  await rejects(
    failing(async (write) => write('c', 0, Uint8Array.of(1))),
    InternalError,
    /tensor c were not planned/,
  );
  await rejects(
    failing(() => Promise.reject(new RangeError('mine'))),
    RangeError,
    /mine/,
  );
  assert.equal(LEFT(), ['x.safetensors']);
});

test('removes what a killed writer left behind, not what a running one is writing', async () => {
  const ended = spawnSync(process.execPath, ['-e', '']).pid;
  for (const pid of [ended, process.ppid]) writeFileSync(`${path}.tmp-${pid}`, 'half');
  writeFileSync(join(folder, 'y.safetensors.tmp-1'), 'of another file');
  await writeTensorFile(path, { tensors: [] }, async () => undefined);
  assert.equal(LEFT().sort(), ['x.safetensors', `x.safetensors.tmp-${process.ppid}`, 'y.safetensors.tmp-1']);
});

test.slow('a disk that is full is an error with the space it needs, and leaves nothing behind', async () => {
  if (process.platform === 'win32') return; // no `ulimit` to play a full disk with
  const full = join(folder, 'full.safetensors');
  const program = `
    import { writeTensorFile } from ${JSON.stringify(new URL('../../src/runtime/tensor-writer.ts', import.meta.url).href)};
    const tensors = [{ name: 'a', dtype: 'U8', shape: [2_000_000] }];
    await writeTensorFile(${JSON.stringify(full)}, { tensors }, async (write) => write('a', 0, new Uint8Array(2_000_000)))
      .catch((error) => console.log(error.name + ': ' + error.message));`;
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', program];
  const { stdout } = spawnSync('sh', ['-c', 'ulimit -f 100; exec "$@"', 'sh', ...node], { encoding: 'utf8' });
  assert.match(stdout, /^UsageError: Cannot write .*full\.safetensors: .*\nIt needs 2 MB: free disk space/);
  assert.not.ok(LEFT().some((name) => name.startsWith('full')));
});

test.run();
