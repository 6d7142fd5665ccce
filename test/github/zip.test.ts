import { GitHubError } from '../../src/errors.ts';
import { readZip } from '../../src/github/zip.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { patched, renamed, zipOf } from './zip-files.ts';

const test = suite('github/zip');
const limits = { 'a.json': 1000, 'b.bin': 2_000_000 };
const read = (zip: Buffer) => readZip(zip, { place: 'artifact 7', limits });
const good = { 'a.json': '{}', 'b.bin': new Uint8Array([1, 2, 3]) };

test('reads exactly the expected files, stored or packed', async () => {
  for (const compress of [false, true]) {
    const files = await read(await zipOf(good, { compress }));
    assert.equal([...files.keys()], ['a.json', 'b.bin']);
    assert.is(files.get('a.json')?.toString(), '{}');
    assert.equal([...(files.get('b.bin') ?? [])], [1, 2, 3]);
  }
});

test('names what it reads and what is wrong with it', async () => {
  await rejects(
    read(Buffer.from('not a zip')),
    GitHubError,
    /^Cannot read artifact 7: .*\n.*not a zip that code2lora/,
  );
});

test('refuses a file too many, a missing one, and one twice', async () => {
  await rejects(
    read(await zipOf({ ...good, 'c.txt': '' })),
    GitHubError,
    /it holds "c\.txt", expected a\.json, b\.bin/,
  );
  await rejects(read(await zipOf({ 'a.json': '{}' })), GitHubError, /it lacks b\.bin/);
  const twice = [...Object.entries(good), ['a.json', '[]'] as const];
  const entries = twice.map(([name, content]) => ({ name, content }));
  await rejects(read(await zipOf(entries)), GitHubError, /"a\.json" twice/);
});

test('refuses folders, paths that lead outside, absolute ones and backslashes', async () => {
  for (const name of ['../a.json', '/a/a.json', 'x\\a.json', 'b/a.json']) {
    const standIn = 'q'.repeat(name.length);
    const zip = renamed(await zipOf({ [standIn]: '{}', 'b.bin': '' }), standIn, name);
    await rejects(read(zip), GitHubError, /Cannot read artifact 7/);
  }
});

test('refuses a link and an encrypted file', async () => {
  const link = await zipOf([
    { name: 'a.json', content: '/etc/passwd', mode: 0o120777 },
    { name: 'b.bin', content: '' },
  ]);
  await rejects(read(link), GitHubError, /"a\.json" is a link/);
  await rejects(
    read(patched(await zipOf(good, { compress: true }), 'flags', (flags) => flags | 1)),
    GitHubError,
    /encrypted/,
  );
});

test('refuses what is larger than expected, before it is unpacked', async () => {
  const large = await zipOf({ ...good, 'a.json': ' '.repeat(1001) });
  await rejects(read(large), GitHubError, /"a\.json" has 1001 bytes, at most 1000 are expected/);
});

test('refuses what grows too much, and what lies about its size', async () => {
  const bomb = await zipOf({ ...good, 'b.bin': new Uint8Array(1_900_000) }, { compress: true });
  await rejects(read(bomb), GitHubError, /"b\.bin" grows from \d+ to 1900000 bytes/);
  const spaces = await zipOf({ 'a.json': ' '.repeat(5000), 'b.bin': '' }, { compress: true });
  await rejects(read(patched(spaces, 'uncompressedSize', () => 10)), GitHubError, /too many bytes/);
});

test('every cut of a zip is an error, never a crash', async () => {
  const zip = await zipOf(good);
  for (let length = 0; length < zip.length; length += 7)
    await rejects(read(zip.subarray(0, length)), GitHubError);
});

test.run();
