import { exampleFeeds } from '../../src/adaptation/examples.ts';
import { buildGradientGraph } from '../../src/adaptation/gradient-graph.ts';
import { adapterFeeds, scaling } from '../../src/lora/adapter.ts';
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
const feeds: Feeds = {
  ...exampleFeeds(
    goldenTexts.map(({ tokens, targets }) => ({
      prompt: tokens.slice(0, -targets),
      target: tokens.slice(-targets),
    })),
  ),
  weights: { data: goldenWeights, dims: [goldenWeights.length] },
  ...adapterFeeds(adapter, moduleSizes(model.config)),
};

async function run() {
  const graph = buildGradientGraph(model, { maxPositions: 64 });
  await using session = await openSession(graph, { weightsFolder: model.weightsFolder, threads: 1 });
  const results = await session.run(feeds);
  return (name: string) => Float32Array.from(results[name]?.data as Float32Array);
}

test("gives the losses and gradients of PyTorch's autograd, of two texts in one run", async () => {
  const result = await run();
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
