import { buildGradientGraph } from '../../src/adaptation/gradient-graph.ts';
import { adapterFeeds, scaling } from '../../src/lora/adapter.ts';
import { MASKED } from '../../src/runtime/attention.ts';
import { type Feeds, openSession } from '../../src/runtime/session.ts';
import { moduleSizes } from '../../src/runtime/transformer-config.ts';
import { goldenAdapter, goldenModel, largestDifference } from '../helpers/golden-decoder.ts';
import {
  goldenGradient,
  goldenLosses,
  goldenTexts,
  goldenWeights,
  largestGradient,
  tolerance,
} from '../helpers/golden-gradient.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('adaptation/gradient-graph');
const model = goldenModel();
const adapter = goldenAdapter();

/** All texts in one run, each seeing itself alone. */
function feedsOf(texts: typeof goldenTexts, weights: Float32Array): Feeds {
  const read = texts.map(({ tokens }) => tokens.slice(0, -1));
  const starts = read.map((_, index) => read.slice(0, index).flat().length);
  const total = read.flat().length;
  const bias = new Float32Array(total * total).fill(MASKED);
  for (const [index, start] of starts.entries()) {
    for (let row = 0; row < (read[index] as number[]).length; row += 1) {
      bias.fill(0, (start + row) * total + start, (start + row) * total + start + row + 1);
    }
  }
  const integers = (values: readonly number[]) => BigInt64Array.from(values, BigInt);
  const selected = texts.flatMap(({ tokens, targets }, index) => {
    const end = (starts[index] as number) + tokens.length - 1;
    return Array.from({ length: targets }, (_, row) => end - targets + row);
  });
  const targets = texts.flatMap(({ tokens, targets: count }) => tokens.slice(-count));
  return {
    input_ids: { data: integers(read.flat()), dims: [total] },
    position_ids: { data: integers(read.flatMap((tokens) => [...tokens.keys()])), dims: [1, total] },
    bias: { data: bias, dims: [total, total] },
    selected: { data: integers(selected), dims: [selected.length] },
    targets: { data: integers(targets), dims: [targets.length] },
    weights: { data: weights, dims: [weights.length] },
    ...adapterFeeds(adapter, moduleSizes(model.config)),
  };
}

async function run(feeds: Feeds) {
  const graph = buildGradientGraph(model, { maxPositions: 64 });
  await using session = await openSession(graph, { weightsFolder: model.weightsFolder, threads: 1 });
  const results = await session.run(feeds);
  return (name: string) => Float32Array.from(results[name]?.data as Float32Array);
}

test("gives the losses and gradients of PyTorch's autograd, of two texts in one run", async () => {
  const result = await run(feedsOf(goldenTexts, goldenWeights));
  assert.ok(largestDifference(result('losses'), goldenLosses) < tolerance);
  for (const type of Object.keys(adapter.pairs)) {
    const byA = largestDifference(result(`gradient.lora_A.${type}`), goldenGradient(`lora_A.${type}`));
    // The graph takes B with the scaling already in it.
    const B = result(`gradient.lora_B.${type}`).map((value) => value * scaling(adapter));
    const byB = largestDifference(B, goldenGradient(`lora_B.${type}`));
    const share = Math.max(byA, byB) / largestGradient;
    assert.ok(share < tolerance, `${type}: ${byA}, ${byB}, gradients of up to ${largestGradient}`);
  }
});

test.run();
