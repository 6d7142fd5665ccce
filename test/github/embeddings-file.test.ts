import { memoryCache } from '../../src/embedding/cache.ts';
import { createEmbedder } from '../../src/embedding/embedder.ts';
import { openEncoder } from '../../src/embedding/encoder.ts';
import { GitHubError, ModelError } from '../../src/errors.ts';
import {
  contentOf,
  decodeEmbeddings,
  EMBEDDINGS_FILE,
  embeddingsOf,
  encodeEmbeddings,
} from '../../src/github/embeddings-file.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { decodeSafetensors, type EncodableTensor, encodeSafetensors } from '../../src/runtime/safetensors.ts';
import { assert, suite } from '../helpers/suite.ts';
import { TINY, tinyPack } from '../helpers/tiny-pack.ts';
import { staticPack } from '../helpers/tiny-recipes.ts';

const test = suite('github/embeddings-file');
const keyOf = (content: string, kind = 'file') =>
  `${'0'.repeat(16)}:${'1'.repeat(8)}:${kind}:${content.repeat(40)}`;
const read = (tensors: Record<string, EncodableTensor>) =>
  decodeEmbeddings(encodeSafetensors(new Map(Object.entries(tensors))), 'artifact 7');
const vector = (...numbers: number[]): EncodableTensor => ({
  ...{ dtype: 'F32', shape: [numbers.length] },
  data: Float32Array.from(numbers),
});

function throws(run: () => unknown, type: new (...args: never[]) => Error, message: RegExp): void {
  assert.throws(run, (error: Error) => error instanceof type && message.test(error.message));
}

/** What the embedder puts into its cache for one file, one diff and one text too short for a window. */
async function embedded(dir: string) {
  const pack = openModelPack(dir);
  const cache = memoryCache();
  await using encoder = await openEncoder(pack);
  const embedder = createEmbedder(pack, encoder, cache);
  const file = (blob: string, text: string) => ({
    path: blob,
    blob: blob.repeat(40),
    readText: async () => text,
  });
  await embedder.embedRepository([file('a', 'def total(items):\n    return sum(items)\n'), file('b', 'x')]);
  await embedder.embedDiff('+def total(items):\n+    return sum(items)\n');
  return { pack, embeddings: new Map(cache.entries()) };
}

test('every bit comes back, of numbers that fit into 16 bits and of others, and of texts too short', () => {
  const embeddings = new Map([
    [keyOf('a'), Float32Array.of(0.5, -0, 65_504, 2 ** -24)],
    [keyOf('b', 'diff'), Float32Array.of(0.1, -0, Number.MIN_VALUE, 3.4e38)],
    [keyOf('c'), new Float32Array(0)],
  ]);
  const bytes = encodeEmbeddings(embeddings);
  const found = decodeEmbeddings(bytes, 'artifact 7');
  const bits = (map: ReadonlyMap<string, Float32Array>) =>
    [...map].sort().map(([key, { buffer }]) => [key, Buffer.from(buffer).toString('hex')]);
  assert.equal(bits(found), bits(embeddings));
  assert.equal(encodeEmbeddings(new Map([...embeddings].reverse())), bytes);
  assert.ok(bytes.length < 8 + 4 * 2 + 4 * 4 + 600);
});

test.slow('a vector of the released recipe takes two bytes a number', async () => {
  const { embeddings } = await embedded(staticPack().dir);
  const plain = [...embeddings.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  const headerBytes = new DataView(encodeEmbeddings(embeddings).buffer).getUint32(0, true);
  assert.is(encodeEmbeddings(embeddings).length - 8 - headerBytes, plain / 2);
  assert.equal(decodeEmbeddings(encodeEmbeddings(embeddings), 'artifact 7'), embeddings);
});

test('numbers that are none are not written, and refused where somebody did', () => {
  const odd = new Map([[keyOf('a'), Float32Array.of(Number.NaN)]]);
  assert.is(decodeSafetensors(encodeEmbeddings(odd), 'here').tensors.size, 0);
  for (const number of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    throws(() => read({ [keyOf('a')]: vector(1, number) }), ModelError, /0{16}:.* at position 1 of 2/);
});

test('another key, type or shape is refused', () => {
  const refused = (tensors: Record<string, EncodableTensor>, message: RegExp) =>
    throws(() => read(tensors), GitHubError, message);
  refused(
    { '../../x': vector(1) },
    /embeddings\.safetensors of artifact 7 is not as expected: .*"\.\.\/\.\.\/x"/,
  );
  refused({ [`${keyOf('a')}0`]: vector(1) }, /holds the key/);
  refused({ [keyOf('a')]: { dtype: 'I64', shape: [1], data: BigInt64Array.of(1n) } }, /as I64/);
  refused({ [keyOf('a')]: { dtype: 'F32', shape: [1, 1], data: Float32Array.of(1) } }, /as F32 \(1, 1\)/);
  throws(
    () => decodeEmbeddings(Buffer.from('nonsense!'), 'artifact 7'),
    ModelError,
    /artifact 7 as safetensors/,
  );
});

test('of an artifact a pack gets what its embedder asks for, and nothing of another encoder', async () => {
  const { pack, embeddings } = await embedded((await tinyPack()).dir);
  assert.is(embeddings.size, 3);
  const foreign = new Map([...embeddings, [keyOf('a'), Float32Array.of(1)]]);
  assert.equal(embeddingsOf(pack, foreign, 'artifact 7'), embeddings);
  const other = openModelPack(staticPack().dir);
  assert.is(embeddingsOf(other, embeddings, 'artifact 7').size, 0, 'another recipe');
  assert.equal([...embeddings.keys()].map(contentOf).slice(0, 2), [
    `file:${'a'.repeat(40)}`,
    `file:${'b'.repeat(40)}`,
  ]);
});

test('a vector of another size than the recipe gives is refused; none at all is a text too short', async () => {
  const { pack, embeddings } = await embedded((await tinyPack()).dir);
  const [key = ''] = embeddings.keys();
  assert.is(embeddings.get(key)?.length, TINY.hiddenSize);
  assert.is(embeddingsOf(pack, new Map([[key, new Float32Array(0)]]), 'artifact 7').size, 1);
  const wrong = new Map([[key, new Float32Array(TINY.hiddenSize * 2)]]);
  throws(
    () => embeddingsOf(pack, wrong, 'artifact 7'),
    GitHubError,
    new RegExp(`The ${EMBEDDINGS_FILE} of artifact 7 .* with 64 numbers, expected 32`),
  );
});

test.run();
