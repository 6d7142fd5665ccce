import { buildEncoderGraph, type EncoderGraphOptions } from '../../src/embedding/encoder-graph.ts';
import { openSession } from '../../src/runtime/session.ts';
import { readTransformer, type TransformerModel } from '../../src/runtime/transformer-weights.ts';
import {
  goldenModel as decoderModel,
  goldenFloats,
  goldenTokens,
  largestDifference,
} from '../helpers/golden-decoder.ts';
import { goldenModel } from '../helpers/golden-models.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('embedding/encoder-graph');
const qwen3 = goldenModel('qwen3');
const qwen3Model = readTransformer(
  { config: `${qwen3.folder}config.json`, weights: [`${qwen3.folder}model.safetensors`] },
  { architecture: 'qwen3', outputLayer: false },
);

async function embed(
  texts: readonly number[][],
  {
    model = decoderModel(),
    attention = 'bias',
  }: { model?: TransformerModel; attention?: EncoderGraphOptions['attention'] } = {},
) {
  const { weightsFolder } = model;
  const bytes = buildEncoderGraph(model, { maxPositions: 64, attention });
  await using session = await openSession(bytes, { weightsFolder, threads: 1 });
  const embeddings: Float32Array[] = [];
  for (const tokens of texts) {
    const inputIds = { data: BigInt64Array.from(tokens, BigInt), dims: [1, tokens.length] };
    const { embedding } = await session.run({ input_ids: inputIds });
    assert.equal(embedding?.dims, [1, 32]);
    embeddings.push(Float32Array.from(embedding?.data as Float32Array));
  }
  return embeddings;
}

test('averages the last hidden states as transformers gives them', async () => {
  const embeddings = await embed([goldenTokens('input.text_0'), goldenTokens('input.text_1')]);
  for (const [index, embedding] of embeddings.entries()) {
    const difference = largestDifference(embedding, goldenFloats(`expected.pooled_${index}`));
    assert.ok(difference < 1e-5, `text ${index} differs by ${difference}`);
  }
});

test('so it does for Qwen3, with a bias and with the faster operator', async () => {
  const texts = [qwen3.tokens('input.text_0'), qwen3.tokens('input.text_1')];
  for (const attention of ['bias', 'causal'] as const) {
    const embeddings = await embed(texts, { model: qwen3Model, attention });
    for (const [index, embedding] of embeddings.entries()) {
      const difference = largestDifference(embedding, qwen3.floats(`expected.pooled_${index}`));
      assert.ok(difference < 1e-5, `${attention}: text ${index} differs by ${difference}`);
    }
  }
});

test('embeds a single token, and the order of tokens matters', async () => {
  for (const attention of ['bias', 'causal'] as const) {
    const [single, forth, back] = await embed([[5], [5, 6, 7], [7, 6, 5]], { model: qwen3Model, attention });
    assert.is(single?.length, 32);
    assert.ok(largestDifference(forth ?? [], back ?? []) > 1e-3);
  }
});

test.run();
