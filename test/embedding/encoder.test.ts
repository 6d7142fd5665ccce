import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEncoder } from '../../src/embedding/encoder.ts';
import { ModelError } from '../../src/errors.ts';
import type { PackManifest } from '../../src/runtime/manifest.ts';
import { type ModelPack, openModelPack } from '../../src/runtime/model-pack.ts';
import { quantizeTransformer } from '../../src/runtime/transformer-precision.ts';
import { readBaseModel, readOwnEncoder } from '../../src/runtime/transformer-weights.ts';
import { measureEmbeddingError } from '../../src/scoring/precision-loss.ts';
import { largestDifference } from '../helpers/golden-decoder.ts';
import { goldenModel } from '../helpers/golden-models.ts';
import { assert, rejects, suite } from '../helpers/suite.ts';
import { writeTinyPack } from '../helpers/tiny-pack.ts';

const test = suite('embedding/encoder');
const golden = goldenModel('qwen3');

/** Adds files to a pack that was written, and changes its manifest. */
function extend(
  dir: string,
  files: Record<string, string | undefined>,
  change: (manifest: PackManifest) => void,
): ModelPack {
  const path = join(dir, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as PackManifest;
  for (const [name, source] of Object.entries(files)) {
    if (source !== undefined) copyFileSync(source, join(dir, name));
    const bytes = readFileSync(join(dir, name)).length;
    manifest.files[name] = { bytes, sha256: '0'.repeat(64) };
  }
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
  return openModelPack(dir);
}

/** A pack whose encoder is the golden Qwen3, with a tokeniser of its own. */
function ownEncoderPack({ embeddingSize = 32 } = {}): ModelPack {
  const { dir } = writeTinyPack();
  const files = {
    'encoder.json': `${golden.folder}config.json`,
    'encoder.safetensors': `${golden.folder}model.safetensors`,
    'tokenizer2.json': join(dir, 'tokenizer.json'),
  };
  return extend(dir, files, (manifest) => {
    manifest.encoder = {
      kind: 'qwen3',
      config: 'encoder.json',
      weights: ['encoder.safetensors'],
      tokenizer: 'tokenizer2.json',
      embeddingSize,
      endToken: 0,
      contextTokens: 64,
    };
    if (embeddingSize !== 32) manifest.hypernetwork.embeddingSize = 2 * embeddingSize;
  });
}

test('an encoder of its own gives the vectors of transformers and ends windows with its token', async () => {
  await using encoder = await openEncoder(ownEncoderPack());
  assert.is(encoder.embeddingSize, 32);
  for (const index of [0, 1]) {
    const vector = await encoder.embedWindow(golden.tokens(`input.text_${index}`));
    assert.ok(largestDifference(vector, golden.floats(`expected.pooled_${index}`)) < 1e-5);
  }
  assert.equal(encoder.windowInput([5, 6], 32), [5, 6, 0]);
});

test('the base model as encoder ends windows with nothing', async () => {
  await using encoder = await openEncoder(openModelPack(writeTinyPack().dir));
  assert.equal(encoder.windowInput([5, 6], 32), [5, 6]);
});

test('refuses an encoder of another architecture, or with vectors of another length', async () => {
  const { dir } = writeTinyPack();
  const wrong = extend(dir, {}, (manifest) => {
    manifest.encoder = {
      kind: 'qwen3',
      config: 'config.json',
      weights: ['model.safetensors'],
      tokenizer: 'tokenizer.json',
      embeddingSize: 32,
      endToken: null,
      contextTokens: 64,
    };
  });
  await rejects(openEncoder(wrong), ModelError, /model_type is "qwen2", expected "qwen3"/);
  const longer = ownEncoderPack({ embeddingSize: 48 });
  await rejects(
    openEncoder(longer),
    ModelError,
    /vectors of 32 numbers, encoder\.embeddingSize of the manifest is 48/,
  );
});

test.slow('runs in 8 bits, near to fp32: an encoder of its own and the base model', async () => {
  const ids = golden.tokens('input.text_1');
  for (const own of [true, false]) {
    const pack = own ? ownEncoderPack() : openModelPack(writeTinyPack().dir);
    const { encoder } = pack.manifest;
    const model = encoder.kind === 'qwen3' ? readOwnEncoder(pack, encoder) : readBaseModel(pack);
    const file = own ? 'encoder.q8.safetensors' : 'base-model.q8.safetensors';
    await quantizeTransformer(model, { precision: 'int8', path: join(pack.dir, file) });
    const quantized = extend(pack.dir, { [file]: undefined }, (manifest) => {
      manifest.precision.encoder = 'int8';
    });
    await using reference = await openEncoder(pack);
    await using other = await openEncoder(quantized);
    const error = await measureEmbeddingError([ids], { reference, quantized: other });
    assert.ok(error > 0 && error < 0.15, `differs by ${error}`);
  }
});

test.run();
