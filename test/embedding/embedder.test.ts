import { memoryCache } from '../../src/embedding/cache.ts';
import { createEmbedder, encoderId, type SourceFile } from '../../src/embedding/embedder.ts';
import { openEncoder } from '../../src/embedding/encoder.ts';
import { normalizeL2, poolVectors } from '../../src/embedding/windows.ts';
import { roundToFloat16 } from '../../src/runtime/half-precision.ts';
import type { PackManifest } from '../../src/runtime/manifest.ts';
import { type ModelPack, openModelPack } from '../../src/runtime/model-pack.ts';
import { assert, suite } from '../helpers/suite.ts';
import { TINY, writeTinyPack } from '../helpers/tiny-pack.ts';

const test = suite('embedding/embedder');
const CODE = 'def total(items):\n    return sum(item.price for item in items)\n';
const sourceFile = (path: string, text: string): SourceFile => ({
  path,
  blob: path,
  readText: async () => text,
});

function packWith(change: (manifest: PackManifest) => void): ModelPack {
  return openModelPack(writeTinyPack({ change }).dir);
}

/** The recipe of the released models, in small. */
const released = (manifest: PackManifest) => {
  manifest.recipe.retokenize = true;
  manifest.recipe.rounding = 'float16';
  Object.assign(manifest.recipe.repository, { emptyItem: 'zero', normalize: 'l2' });
};

async function withEmbedder<T>(
  pack: ModelPack,
  use: (
    embedder: ReturnType<typeof createEmbedder>,
    encoder: Awaited<ReturnType<typeof openEncoder>>,
  ) => Promise<T>,
): Promise<T> {
  await using encoder = await openEncoder(pack);
  return await use(createEmbedder(pack, encoder, memoryCache()), encoder);
}

test('by the released recipe a diff is pooled from windows that were tokenised again, and rounded', async () => {
  const pack = packWith(released);
  await withEmbedder(pack, async (embedder, encoder) => {
    const { windowTokens, overlapTokens, windowPooling } = pack.manifest.recipe.diff;
    const ids = encoder.tokenize(CODE);
    assert.ok(ids.length > windowTokens);
    const vectors: Float32Array[] = [];
    for (let start = 0; ; start += windowTokens - overlapTokens) {
      const input = encoder.windowInput(ids.slice(start, start + windowTokens), windowTokens);
      vectors.push(await encoder.embedWindow(input));
      if (start + windowTokens >= ids.length) break;
    }
    const exact = poolVectors(vectors, windowPooling);
    const found = await embedder.embedDiff(CODE);
    assert.equal(found, roundToFloat16(exact));
    assert.not.equal(found, exact);
    assert.equal(await embedder.embedDiff(CODE), found);
    assert.is(embedder.counts.cached, 1);
  });
});

test('by the released recipe files are rounded, those without a window are zeros, and the result is rounded', async () => {
  const pack = packWith(released);
  await withEmbedder(pack, async (embedder, encoder) => {
    const ids = encoder.tokenize('x = [1, 2, 3]');
    const vector = roundToFloat16(await encoder.embedWindow(encoder.windowInput(ids, 32)));
    const found = await embedder.embedRepository([
      sourceFile('a.py', 'x = [1, 2, 3]'),
      sourceFile('b.py', ''),
    ]);
    const pooled = poolVectors([vector, new Float32Array(TINY.hiddenSize)], ['mean', 'max']);
    assert.equal(found, roundToFloat16(normalizeL2(pooled)));
    assert.ok(
      found.subarray(TINY.hiddenSize).every((value) => value >= 0),
      'the maximum is cut at zero',
    );
  });
});

test('without rounding nothing is rounded, and empty files are left out where the recipe says so', async () => {
  await withEmbedder(
    packWith(() => undefined),
    async (embedder, encoder) => {
      const exact = await encoder.embedWindow(encoder.tokenize('x = [1, 2, 3]'));
      const found = await embedder.embedRepository([
        sourceFile('a.py', 'x = [1, 2, 3]'),
        sourceFile('b.py', ''),
      ]);
      assert.equal(found, poolVectors([exact], ['mean', 'max']));
    },
  );
});

test('a file without a window is as long as the others, whatever the windows are pooled to', async () => {
  const pack = packWith((manifest) => {
    manifest.recipe.repository.emptyItem = 'zero';
    manifest.recipe.repository.windowPooling = ['mean', 'max'];
    manifest.recipe.repository.itemPooling = ['mean'];
  });
  await withEmbedder(pack, async (embedder) => {
    const found = await embedder.embedRepository([sourceFile('a.py', CODE), sourceFile('b.py', '')]);
    assert.is(found.length, TINY.embeddingSize);
    assert.ok(found.every(Number.isFinite));
  });
});

test('the id of an encoder changes with everything that changes its vectors', () => {
  const idOf = (change: (manifest: PackManifest) => void) => {
    const pack = packWith(change);
    return encoderId(pack, pack.manifest.recipe.diff);
  };
  const own = {
    kind: 'qwen3' as const,
    config: 'config.json',
    weights: ['model.safetensors'],
    tokenizer: 'tokenizer.json',
    embeddingSize: TINY.hiddenSize,
    endToken: 0,
    contextTokens: 64,
  };
  const quantized = (manifest: PackManifest) => {
    manifest.precision.encoder = 'int8';
    manifest.files['base-model.q8.safetensors'] = manifest.files['config.json'] as {
      bytes: number;
      sha256: string;
    };
  };
  const ids = [
    (manifest: PackManifest) => void manifest,
    released,
    (manifest: PackManifest) => void Object.assign(manifest, { encoder: own }),
    (manifest: PackManifest) => void Object.assign(manifest, { encoder: { ...own, endToken: null } }),
    (manifest: PackManifest) => {
      manifest.recipe.diff.windowTokens = 31;
    },
  ].map(idOf);
  assert.is(new Set(ids).size, ids.length);
  const { manifest, ...pack } = packWith(() => undefined);
  quantized(manifest);
  assert.not.ok(ids.includes(encoderId({ ...pack, manifest }, manifest.recipe.diff)));
});

test.run();
