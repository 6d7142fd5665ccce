import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  contentId,
  type EmbeddingCache,
  memoryCache,
  openEmbeddingCache,
} from '../../src/embedding/cache.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('embedding/cache');
const folder = mkdtempSync(join(tmpdir(), 'code2lora-cache-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

test('gives back the same bits after it was closed and opened again', async () => {
  const vector = Float32Array.of(1.5, -0, 3.4e38, Number.MIN_VALUE);
  {
    await using cache = openEmbeddingCache(join(folder, 'a'));
    cache.put('key', vector);
    assert.is(cache.get('key'), vector);
  }
  await using cache = openEmbeddingCache(join(folder, 'a'));
  assert.equal(Buffer.from((cache.get('key') as Float32Array).buffer), Buffer.from(vector.buffer));
  assert.is(cache.get('other'), undefined);
  assert.is(cache.size(), 1);
});

test('keeps an empty vector apart from a missing one', async () => {
  await using cache = openEmbeddingCache(join(folder, 'b'));
  cache.put('empty', new Float32Array(0));
  assert.is(cache.get('empty')?.length, 0);
});

test('a memory cache behaves the same', async () => {
  await using cache = memoryCache();
  cache.put('key', Float32Array.of(2));
  assert.equal([...(cache.get('key') ?? [])], [2]);
});

test('lists what it holds: what is written, what is not yet, what a vector was replaced by', async () => {
  const first = Float32Array.of(1, 2);
  const listed = (cache: EmbeddingCache) => new Map(cache.entries());
  {
    await using cache = openEmbeddingCache(join(folder, 'c'));
    cache.put('first', first);
    cache.put('empty', new Float32Array(0));
    assert.equal(
      listed(cache),
      new Map([
        ['first', first],
        ['empty', new Float32Array(0)],
      ]),
    );
  }
  await using cache = openEmbeddingCache(join(folder, 'c'));
  const second = Float32Array.of(3);
  cache.put('first', second);
  cache.put('second', second);
  assert.equal([...cache.entries()].length, 3);
  assert.equal(listed(cache).get('first'), second);
  const memory = memoryCache();
  for (const [key, vector] of cache.entries()) memory.put(key, vector);
  assert.equal(listed(memory), listed(cache));
});

test('the content id is that of the text', () => {
  assert.is(contentId('a'), contentId('a'));
  assert.is.not(contentId('a'), contentId('b'));
});

test.slow('a process killed while it writes leaves what was written before readable', async () => {
  const place = join(folder, 'killed');
  const program = `
    import { openEmbeddingCache } from ${JSON.stringify(new URL('../../src/embedding/cache.ts', import.meta.url).href)};
    const first = openEmbeddingCache(${JSON.stringify(place)});
    for (let i = 0; i < 100; i += 1) first.put('kept' + i, new Float32Array(1024).fill(i));
    await first[Symbol.asyncDispose]();
    const cache = openEmbeddingCache(${JSON.stringify(place)});
    for (let i = 0; ; i += 1) {
      cache.put('key' + i, new Float32Array(1024).fill(i));
      if (i % 100 === 99) { await new Promise((done) => setTimeout(done, 1)); console.log(i); }
    }`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
  await new Promise<void>((resolve) => {
    let lines = 0;
    child.stdout.on('data', (chunk) => {
      lines += String(chunk).split('\n').length - 1;
      if (lines > 5) resolve();
    });
  });
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  await using cache = openEmbeddingCache(place);
  for (let i = 0; i < 100; i += 1) assert.is(cache.get(`kept${i}`)?.[1023], i);
  for (let i = 0; i < cache.size(); i += 1) {
    const vector = cache.get(`key${i}`);
    if (vector) assert.ok(vector.length === 1024 && vector.every((value) => value === i));
  }
});

test.run();
