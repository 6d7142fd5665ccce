import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoraAdapter } from '../../src/lora/adapter.ts';
import { openGenerator } from '../../src/lora/generate.ts';
import { residualFraction } from '../../src/lora/similarity.ts';
import { quantizeTensors } from '../../src/runtime/convert-weights.ts';
import { headMatrices, readHypernetwork } from '../../src/runtime/hypernetwork.ts';
import { type Precision, quantizedFile } from '../../src/runtime/manifest-models.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';
import { TINY, writeTinyPack } from '../helpers/tiny-pack.ts';

const test = suite('lora/graph');

/** The tiny pack with its head in another precision. */
async function generateWith(precision: Precision, state: Float32Array): Promise<LoraAdapter> {
  const { dir } = writeTinyPack();
  const { manifest } = openModelPack(dir);
  if (precision !== 'fp32') {
    manifest.precision.hypernetwork = precision;
    const file = quantizedFile(manifest, 'hypernetwork') as string;
    const network = readHypernetwork(join(dir, manifest.hypernetwork.weights), manifest.hypernetwork);
    await quantizeTensors(headMatrices(network), { path: join(dir, file), precision });
    const bytes = readFileSync(join(dir, file));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    manifest.files[file] = { bytes: bytes.length, sha256 };
    writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest));
  }
  await using generator = await openGenerator(openModelPack(dir));
  return await generator.generate(state);
}

test.slow('a head of 8 or 4 bits gives nearly the same adapter', async () => {
  const state = random(3).normal(TINY.stateSize);
  const exact = await generateWith('fp32', state);
  for (const [precision, bound] of [
    ['int8', 0.04],
    ['int4', 0.4],
  ] as const) {
    const residual = residualFraction(await generateWith(precision, state), exact);
    assert.ok(residual > 0 && residual < bound, `${precision}: ${residual}`);
  }
});

test.run();
