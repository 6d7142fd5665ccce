/** What a run fetches, uploads and carries on of embeddings; the requests behind it are in travelling.test.ts. */
import { type EmbeddingsSource, openEmbeddings, WORTH_TEXTS } from '../../src/action/embeddings.ts';
import { GitHubError } from '../../src/errors.ts';
import type { Embeddings } from '../../src/github/embeddings-file.ts';
import type { RestoredEmbeddings } from '../../src/github/restore-embeddings.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('embeddings of a run');
const DAY_MS = 24 * 3600_000;
const STORED = '2026-01-01T00:00:00.000Z';
const DAY_1 = Date.parse(STORED) + DAY_MS;

const keyOf = (content: number, engine = '1') => `${'0'.repeat(16)}:${engine.repeat(8)}:file:${content}`;
const vectorsOf = (from: number, to: number, engine?: string): Map<string, Float32Array> =>
  new Map(
    Array.from({ length: to - from }, (_, index) => [keyOf(from + index, engine), Float32Array.of(index)]),
  );
const restoredState = (embeddings: Embeddings, embeddingsStoredAt: string | null) => ({
  ...{ embeddings, embeddingsStoredAt },
  ...{ createdAt: STORED, expiresAt: '2026-01-31T00:00:00Z' },
});
const artifactOf = (embeddings: Embeddings): RestoredEmbeddings => ({
  ...{ embeddings, total: embeddings.size, artifactId: '7', runId: 9, sizeBytes: 2048 },
  ...{ createdAt: STORED, expiresAt: '2026-01-31T00:00:00Z' },
});

/** A run with what GitHub would do for it; `found` is the artifact of embeddings that is there. */
function runWith(changes: Partial<EmbeddingsSource> & { found?: RestoredEmbeddings | null } = {}) {
  const { found = null, ...source } = changes;
  const uploads: Embeddings[] = [];
  const lines: string[] = [];
  let finds = 0;
  const embeddings = openEmbeddings({
    ...{ isStatic: false, restored: null },
    async find() {
      finds += 1;
      return found;
    },
    async upload(vectors) {
      uploads.push(vectors);
      return { id: '8' };
    },
    log: (line) => void lines.push(line),
    ...source,
  });
  const { cache } = embeddings;
  return {
    ...embeddings,
    ...{ uploads, lines },
    finds: () => finds,
    /** Asks for texts as an embedder does; returns how many were not known. */
    embed(texts: Iterable<string>): number {
      const missing = [...texts].filter((key) => cache.get(key) === undefined);
      for (const key of missing) cache.put(key, Float32Array.of(0));
      return missing.length;
    },
  };
}

test('a few texts are worth no request, a whole tree is; it is asked for once', async () => {
  const run = runWith({ found: artifactOf(vectorsOf(0, 100)) });
  await run.cache.prepareFor?.(WORTH_TEXTS - 1);
  assert.is(run.finds(), 0);
  await run.cache.prepareFor?.(WORTH_TEXTS);
  await run.cache.prepareFor?.(1000);
  assert.is(run.finds(), 1);
  assert.equal(run.lines, ['Restored 100 embeddings from artifact 7 of run 9, 2 KB.']);
  assert.is(run.embed(vectorsOf(90, 103).keys()), 3);
  assert.is(run.describe(), 'Embedded 3 texts; 10 more were known.');
});

test('a state that knows of no artifact is believed', async () => {
  const run = runWith({ restored: restoredState(vectorsOf(0, 3), null) });
  await run.cache.prepareFor?.(1000);
  assert.is(run.finds(), 0);
  assert.is(run.describe(), null);
  assert.is(run.embed(vectorsOf(0, 4).keys()), 1);
  assert.is(run.describe(), 'Embedded 1 text; 3 more were known.');
});

test('the state carries what is too little for an artifact, and what it has carried before', async () => {
  const run = runWith({ restored: restoredState(vectorsOf(0, 5), STORED) });
  run.embed(vectorsOf(5, 8).keys());
  const { embeddings, embeddingsStoredAt } = await run.store(DAY_1);
  assert.equal([...embeddings.keys()].sort(), [...vectorsOf(0, 8).keys()]);
  assert.is(embeddingsStoredAt, STORED);
  assert.equal([run.finds(), run.uploads.length], [0, 0]);
});

test('when enough has come together it is joined with what is there, and uploaded', async () => {
  const run = runWith({
    restored: restoredState(vectorsOf(100, 160), STORED),
    found: artifactOf(vectorsOf(0, 100)),
  });
  run.embed(vectorsOf(160, 164).keys());
  const carried = await run.store(DAY_1);
  assert.equal([...(run.uploads[0]?.keys() ?? [])].sort(), [...vectorsOf(0, 164).keys()].sort());
  assert.equal(carried, { embeddings: new Map(), embeddingsStoredAt: new Date(DAY_1).toISOString() });
  assert.is(run.lines.at(-1), 'Stored 164 embeddings as artifact 8.');
});

test('what was fetched is not uploaded again', async () => {
  const run = runWith({ found: artifactOf(vectorsOf(0, 100)) });
  await run.cache.prepareFor?.(100);
  assert.is(run.embed(vectorsOf(0, 101).keys()), 1);
  const { embeddings, embeddingsStoredAt } = await run.store(DAY_1);
  assert.equal([...embeddings.keys()], [keyOf(100)]);
  assert.is(embeddingsStoredAt, STORED);
  assert.equal(run.uploads, []);
});

test('an artifact is uploaded anew before GitHub deletes it, by the life that artifacts have here', async () => {
  const restored = restoredState(new Map(), STORED);
  const run = () => runWith({ restored, found: artifactOf(vectorsOf(0, 100)) });
  const early = run();
  await early.store(DAY_1 + 20 * DAY_MS);
  assert.equal([early.finds(), early.uploads.length], [0, 0]);
  const late = run();
  await late.store(DAY_1 + 22 * DAY_MS);
  assert.equal([late.finds(), late.uploads.map(({ size }) => size)], [1, [100]]);
  const gone = runWith({ restored });
  gone.embed(vectorsOf(0, 3).keys());
  const carried = await gone.store(DAY_1 + 90 * DAY_MS);
  assert.equal([carried.embeddings.size, carried.embeddingsStoredAt, gone.uploads.length], [3, null, 0]);
});

test('of a static model only what the tree has now is kept, by whatever processor it was embedded', async () => {
  const found = artifactOf(new Map([...vectorsOf(0, 200), ...vectorsOf(100, 110, '2')]));
  const run = runWith({ isStatic: true, found });
  await run.cache.prepareFor?.(170);
  assert.is(run.embed(vectorsOf(100, 270).keys()), 70);
  await run.store(DAY_1);
  const kept = new Map([...vectorsOf(100, 270), ...vectorsOf(100, 110, '2')]);
  assert.equal([...(run.uploads[0]?.keys() ?? [])].sort(), [...kept.keys()].sort());
});

test('of a static model the state carries no file that is gone; where nothing was embedded, all stays', async () => {
  const restored = restoredState(vectorsOf(0, 10), null);
  const run = runWith({ isStatic: true, restored });
  run.embed(vectorsOf(8, 12).keys());
  assert.equal([...(await run.store(DAY_1)).embeddings.keys()].sort(), [...vectorsOf(8, 12).keys()].sort());
  const idle = runWith({ isStatic: true, restored });
  assert.is((await idle.store(DAY_1)).embeddings.size, 10);
});

test('where GitHub fails, a line says so and nothing is lost that was there', async () => {
  const refusal = new GitHubError('Cannot GET it: no answer.\nCheck the network.');
  const find = () => Promise.reject(refusal);
  const run = runWith({ find, restored: restoredState(new Map(), STORED) });
  await run.cache.prepareFor?.(100);
  run.embed(vectorsOf(0, 100).keys());
  const carried = await run.store(DAY_1);
  assert.equal(run.lines, ['Embeddings cannot be restored. Cannot GET it: no answer. Check the network.']);
  assert.equal([carried.embeddings.size, carried.embeddingsStoredAt], [WORTH_TEXTS, STORED]);
  assert.equal(run.uploads, [], 'it would take the place of one with more in it');

  const full = runWith({ upload: () => Promise.reject(new GitHubError('Cannot upload: quota.\nDelete.')) });
  full.embed(vectorsOf(0, 100).keys());
  const kept = await full.store(DAY_1);
  assert.equal([kept.embeddings.size, kept.embeddingsStoredAt], [WORTH_TEXTS, null]);
  assert.equal(full.lines, [
    'Embeddings are not stored; the next run tries again. Cannot upload: quota. Delete.',
  ]);
});

test('a cache that a command disposes is whole for the next one', async () => {
  const { cache } = runWith();
  {
    await using lent = cache;
    lent.put(keyOf(1), Float32Array.of(1));
  }
  assert.equal([cache.size(), [...cache.entries()].length], [1, 1]);
});

test.run();
