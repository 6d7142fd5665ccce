import { buildEncoderGraph } from '../../src/embedding/encoder-graph.ts';
import { openSession } from '../../src/runtime/session.ts';
import {
  goldenEncoderPack,
  goldenFloats,
  goldenTokens,
  largestDifference,
} from '../helpers/golden-decoder.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('embedding/encoder-graph');

async function embed(texts: readonly number[][]) {
  const { model, weightsFolder } = buildEncoderGraph(goldenEncoderPack());
  await using session = await openSession(model, { weightsFolder, threads: 1 });
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

test('embeds a single token, and the order of tokens matters', async () => {
  const [single, forth, back] = await embed([[5], [5, 6, 7], [7, 6, 5]]);
  assert.is(single?.length, 32);
  assert.ok(largestDifference(forth ?? [], back ?? []) > 1e-3);
});

test.run();
