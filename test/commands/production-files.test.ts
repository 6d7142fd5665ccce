import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedFiles } from '../../src/commands/production-files.ts';
import { resolveConfig } from '../../src/config.ts';
import { memoryCache } from '../../src/embedding/cache.ts';
import { createEmbedder } from '../../src/embedding/embedder.ts';
import { openEncoder } from '../../src/embedding/encoder.ts';
import { openRepository } from '../../src/git/run.ts';
import { roundToFloat16 } from '../../src/runtime/half-precision.ts';
import type { PackManifest } from '../../src/runtime/manifest.ts';
import { type ModelPack, openModelPack } from '../../src/runtime/model-pack.ts';
import { readSafetensors } from '../../src/runtime/safetensors.ts';
import { type Files, gitRepo, temporaryFolder } from '../helpers/git-repo.ts';
import { assert, suite } from '../helpers/suite.ts';
import { writeTinyPack } from '../helpers/tiny-pack.ts';
import { evolvingPack, useReleasedRecipe } from '../helpers/tiny-recipes.ts';

const test = suite('commands/production-files');
const config = resolveConfig(temporaryFolder(), {});

/** Commits the files and opens those that the pack's recipe embeds. */
async function filesOf(pack: ModelPack, content: Files) {
  const { dir, commit } = gitRepo();
  const sha = commit('files', content);
  return embeddedFiles({ repository: await openRepository(dir), config, pack }, sha);
}

async function textsOf(pack: ModelPack, content: Files): Promise<Record<string, string>> {
  await using files = await filesOf(pack, content);
  const texts = await Promise.all(files.list.map(({ readText }) => readText()));
  return Object.fromEntries(files.list.map(({ path }, index) => [path, texts[index] as string]));
}

const CONTENT: Files = {
  'a.py': 'a',
  'größe.py': 'b',
  'tests/test_a.py': 'c',
  'build/a.py': 'd',
  'x.ts': 'e',
  'UPPER.PY': 'f',
  'empty.py': '',
  'binary.py': 'g\0',
  'link.py': { link: 'a.py' },
  'large.py': 'x'.repeat(2_000_001),
  'just.py': 'x'.repeat(2_000_000),
  'latin.py': Buffer.from([0x61, 0xe9, 0xef, 0xbf, 0xbd, 0xe2, 0x82, 0x62]),
};

test.slow('the production files are those of the path rules', async () => {
  const texts = await textsOf(openModelPack(writeTinyPack().dir), CONTENT);
  const expected = ['UPPER.PY', 'a.py', 'binary.py', 'größe.py', 'just.py', 'latin.py', 'link.py', 'x.ts'];
  assert.equal(Object.keys(texts).sort(), expected);
  assert.is(texts['binary.py'], '');
  assert.is(texts['latin.py'], 'a\uFFFD\uFFFD\uFFFDb');
});

test.slow(
  'all Python files are every .py file of at most 2,000,000 bytes, as Python would decode it',
  async () => {
    const texts = await textsOf(openModelPack(evolvingPack().dir), CONTENT);
    assert.equal(Object.keys(texts).sort(), [
      'a.py',
      'binary.py',
      'build/a.py',
      'größe.py',
      'just.py',
      'latin.py',
      'link.py',
      'tests/test_a.py',
    ]);
    assert.is(texts['binary.py'], 'g\0');
    assert.is(texts['link.py'], 'a.py');
    assert.is(texts['latin.py'], 'a\uFFFDb', 'bytes that are none are dropped, a written U+FFFD stays');
  },
);

test.slow('paths that git would quote can be overlooked', async () => {
  const { dir } = writeTinyPack({
    change: (manifest) => {
      useReleasedRecipe(manifest);
      manifest.recipe.quotedPaths = 'skip';
    },
  });
  assert.not.ok('größe.py' in (await textsOf(openModelPack(dir), CONTENT)));
});

interface Golden {
  recipe: Record<'repository' | 'diff', Record<'window' | 'overlap' | 'least', number>> & {
    endToken: number;
  };
  files: Record<string, string>;
  diffs: string[];
}

const folder = fileURLToPath(new URL('../golden/embedding/', import.meta.url));
const golden = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Golden;

/** The released recipe with the windows and the encoder of test/golden/embedding (training/golden_embedding.py). */
function goldenPack(): ModelPack {
  const names = {
    config: 'encoder.json',
    weights: 'encoder.safetensors',
    tokenizer: 'encoder-tokenizer.json',
  };
  const change = (manifest: PackManifest) => {
    useReleasedRecipe(manifest);
    for (const kind of ['repository', 'diff'] as const) {
      const { window, overlap, least } = golden.recipe[kind];
      const sizes = { windowTokens: window, overlapTokens: overlap, minTokens: least, maxWindows: 1000 };
      Object.assign(manifest.recipe[kind], sizes);
    }
    manifest.encoder = {
      ...{ kind: 'qwen3', embeddingSize: 16, endToken: golden.recipe.endToken, contextTokens: 64 },
      ...{ config: names.config, weights: [names.weights], tokenizer: names.tokenizer },
    };
    manifest.hypernetwork.embeddingSize = 32;
    for (const name of Object.values(names)) {
      const bytes = readFileSync(join(folder, SOURCES[name] as string)).length;
      manifest.files[name] = { bytes, sha256: '0'.repeat(64) };
    }
  };
  const { dir } = writeTinyPack({ change });
  for (const name of Object.values(names))
    copyFileSync(join(folder, SOURCES[name] as string), join(dir, name));
  return openModelPack(dir);
}

const SOURCES: Record<string, string> = {
  'encoder.json': 'config.json',
  'encoder.safetensors': 'model.safetensors',
  'encoder-tokenizer.json': 'tokenizer.json',
};

function assertClose(found: Float32Array, expected: Float32Array, what: string): void {
  assert.is(found.length, expected.length, what);
  const dot = found.reduce((sum, value, i) => sum + value * (expected[i] as number), 0);
  const cosine = dot / (Math.hypot(...found) * Math.hypot(...expected));
  const largest = Math.max(...found.map((value, i) => Math.abs(value - (expected[i] as number))));
  assert.ok(cosine >= 0.9999, `${what}: cosine ${cosine}`);
  assert.equal(found, roundToFloat16(found), `${what}: 16-bit floats`);
  // one place of a 16-bit float
  assert.ok(largest <= 2e-3, `${what}: differs by ${largest}`);
}

test.slow('the released recipe gives the embeddings of PyTorch: of a repository and of diffs', async () => {
  const pack = goldenPack();
  const { tensors } = readSafetensors(`${folder}expected.safetensors`);
  const expected = (name: string) => tensors.get(`expected.${name}`)?.data as Float32Array;
  await using encoder = await openEncoder(pack);
  const embedder = createEmbedder(pack, encoder, memoryCache());
  const content = Object.entries(golden.files).map(([path, bytes]) => [path, Buffer.from(bytes, 'base64')]);
  await using files = await filesOf(pack, Object.fromEntries(content));
  assertClose(await embedder.embedRepository(files.list), expected('repository'), 'repository');
  for (const [index, text] of golden.diffs.entries()) {
    const found = await embedder.embedDiff(text);
    if (expected(`diff_${index}`).every((value) => value === 0))
      assert.ok(found.every((value) => value === 0));
    else assertClose(found, expected(`diff_${index}`), `diff ${index}`);
  }
});

test.run();
