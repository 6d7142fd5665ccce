/** The exact published shapes, with invented weights: built, quantised, opened, run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildEncoderGraph } from '../../src/embedding/encoder-graph.ts';
import { openSession } from '../../src/runtime/session.ts';
import { quantizeTransformer } from '../../src/runtime/transformer-precision.ts';
import { readTransformer } from '../../src/runtime/transformer-weights.ts';
import { openDecoder, plainReading } from '../../src/scoring/decoder.ts';
import {
  QWEN3_EMBEDDING_06B,
  QWEN25_CODER_05B,
  randomAdapter,
  shortOf,
  writePublishedShape,
} from '../helpers/published-shapes.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('runtime/published-shapes');

/** Runs in a folder of its own, or says why not. */
async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const missing = shortOf(tmpdir());
  if (missing !== undefined) return void console.log(`skipped: ${missing}`);
  const folder = mkdtempSync(join(tmpdir(), 'code2lora-shape-'));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.slow(
  'the shape of Qwen2.5-Coder-0.5B reads on in 8 bits with an adapter, the same each time',
  async () => {
    await inFolder(async (folder) => {
      const files = await writePublishedShape(folder, QWEN25_CODER_05B);
      const quantized = join(folder, 'base-model.q8.safetensors');
      await quantizeTransformer(readTransformer(files), { precision: 'int8', path: quantized });
      const model = readTransformer({ ...files, quantized });
      await using decoder = await openDecoder(model, 256);
      const rows: Float32Array[] = [];
      for (let run = 0; run < 2; run += 1) {
        const context = {
          cache: decoder.newCache(),
          adapter: decoder.adapterInputs(randomAdapter(model.config)),
        };
        await decoder.read(plainReading([1, 151_935, 30_000, 7, 8, 9], 0, [5]), context);
        const next = await decoder.read(plainReading([500], 6, [0]), context);
        rows.push(Float32Array.from(next.values));
      }
      const sum = rows[0]?.reduce((total, value) => total + Math.exp(value), 0) ?? 0;
      assert.ok(Math.abs(sum - 1) < 1e-3, `the probabilities add up to ${sum}`);
      assert.ok(
        Buffer.from(rows[0]?.buffer as ArrayBuffer).equals(Buffer.from(rows[1]?.buffer as ArrayBuffer)),
      );
    });
  },
);

test.slow('the shape of Qwen3-Embedding-0.6B embeds in 8 bits, the same each time', async () => {
  await inFolder(async (folder) => {
    const files = await writePublishedShape(folder, QWEN3_EMBEDDING_06B, { prefix: '' });
    const options = { architecture: 'qwen3', outputLayer: false } as const;
    const quantized = join(folder, 'encoder.q8.safetensors');
    await quantizeTransformer(readTransformer(files, options), { precision: 'int8', path: quantized });
    const model = readTransformer({ ...files, quantized }, options);
    const graph = buildEncoderGraph(model, { maxPositions: 2048, attention: 'causal' });
    await using session = await openSession(graph, { weightsFolder: model.weightsFolder, prepack: true });
    const ids = { data: BigInt64Array.from({ length: 24 }, (_, i) => BigInt(i * 6000)), dims: [1, 24] };
    const vectors: Float32Array[] = [];
    for (let run = 0; run < 2; run += 1) {
      const { embedding } = await session.run({ input_ids: ids });
      vectors.push(Float32Array.from(embedding?.data as Float32Array));
    }
    assert.is(vectors[0]?.length, 1024);
    assert.ok(vectors[0]?.every((value) => Number.isFinite(value) && value !== 0));
    assert.equal(vectors[0], vectors[1]);
  });
});

test.run();
