/**
 * Embeddings on disk, by content id and encoder id.
 *
 * In: a key and a vector. Out: the vector, byte for byte. Knows nothing about git or models.
 *
 * LMDB: one memory-mapped file, transactions that survive a kill at any moment (copy on write, no log to
 * repair), readers that never block the writer, several processes at once, prebuilt for every platform we
 * run on. A plain folder of files would cost a system call or three for each of thousands of blobs; SQLite
 * in Node is either experimental or compiled on the user's machine. (The only file that imports lmdb.)
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { open, RootDatabase } from 'lmdb';
import { UsageError } from '../errors.ts';
import { loadPackage } from '../runtime/packages.ts';

export interface EmbeddingCache {
  get(key: string): Float32Array | undefined;
  put(key: string, vector: Float32Array): void;
  /** Number of stored vectors. */
  size(): number;
  /** All of them, in no order that anybody chose. */
  entries(): Iterable<[key: string, vector: Float32Array]>;
  /**
   * Hears that so many texts are about to be asked for at once, a whole tree or history. A cache that can get vectors from
   * elsewhere does it here.
   */
  prepareFor?(texts: number): Promise<void>;
  /** Waits until everything put so far is on disk, then closes. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Upper bound of the map, not of the file: pages are taken as they are needed. */
const MAP_SIZE_BYTES = 4 * 1024 ** 3;

/** Opens (or makes) the cache in a folder. */
export function openEmbeddingCache(folder: string): EmbeddingCache {
  mkdirSync(folder, { recursive: true });
  // Loaded here: a program that keeps embeddings in memory only need not have it.
  const lmdb = loadPackage<{ open: typeof open }>('lmdb');
  const database: RootDatabase<Buffer, string> = lmdb.open({
    path: `${folder}/embeddings.mdb`,
    encoding: 'binary',
    mapSize: MAP_SIZE_BYTES,
    noMemInit: true,
  });
  // LMDB commits in batches: what is not yet committed is answered from here.
  const pending = new Map<string, Float32Array>();
  let failure: Error | undefined;
  return {
    get: (key) => pending.get(key) ?? toVector(database.get(key)),
    put(key, vector) {
      pending.set(key, vector);
      database.put(key, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)).then(
        () => pending.delete(key),
        (error: Error) => {
          failure = error;
        },
      );
    },
    size: () => Number((database.getStats() as { entryCount: number }).entryCount),
    *entries() {
      const uncommitted = new Map(pending);
      yield* uncommitted;
      for (const { key, value } of database.getRange()) {
        const vector = uncommitted.has(key) ? undefined : toVector(value);
        if (vector) yield [key, vector];
      }
    },
    async [Symbol.asyncDispose]() {
      await database.flushed;
      await database.close();
      if (failure) throw cannotWrite(folder, failure);
    },
  };
}

/** A cache that lives in memory only, for checks that must not write. */
export function memoryCache(): EmbeddingCache {
  const vectors = new Map<string, Float32Array>();
  return {
    get: (key) => vectors.get(key),
    put: (key, vector) => void vectors.set(key, vector),
    size: () => vectors.size,
    entries: () => vectors.entries(),
    [Symbol.asyncDispose]: async () => vectors.clear(),
  };
}

/** Id of a text's content. */
export const contentId = (text: string): string => createHash('sha256').update(text).digest('hex');

const cannotWrite = (folder: string, cause: Error): UsageError =>
  new UsageError(
    `Cannot write the embedding cache in ${folder}: ${cause.message}.\n` +
      'Free disk space or make the folder writable, then run the command again; it goes on where it stopped.',
    { cause },
  );

/** LMDB hands out a view of a page that may be reused: copy, aligned for floats. */
function toVector(stored: Buffer | undefined): Float32Array | undefined {
  if (stored === undefined || stored.byteLength % 4 !== 0) return undefined;
  const copy = new Uint8Array(stored.byteLength);
  copy.set(stored);
  return new Float32Array(copy.buffer);
}
