import { exampleFeeds } from '../../src/adaptation/examples.ts';
import { buildGradientGraph } from '../../src/adaptation/gradient-graph.ts';
import { type LoraAdapter, type LoraPair, scaling } from '../../src/lora/adapter.ts';
import { adapterFeeds } from '../../src/lora/feeds.ts';
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

const sizes = moduleSizes(model.config);
const types = Object.keys(adapter.pairs);

/** All texts in one run, each seeing itself alone. */
const feeds: Feeds = {
  ...exampleFeeds(
    goldenTexts.map(({ tokens, targets }) => ({
      prompt: tokens.slice(0, -targets),
      target: tokens.slice(-targets),
    })),
  ),
  weights: { data: goldenWeights, dims: [goldenWeights.length] },
};

async function run(frozen: LoraAdapter | null, residual: LoraAdapter, { layerAdapters = false } = {}) {
  const graph = buildGradientGraph(model, { maxPositions: 64, layerAdapters });
  await using session = await openSession(graph, { weightsFolder: model.weightsFolder, threads: 1 });
  const layerCount = layerAdapters ? model.config.layerCount : null;
  const results = await session.run({
    ...feeds,
    ...adapterFeeds(frozen, sizes, { layerCount }),
    ...adapterFeeds(residual, sizes, { prefix: 'residual' }),
  });
  return (name: string) => Float32Array.from(results[name]?.data as Float32Array);
}

const times = (values: Float32Array, factor: number) => values.map((value) => value * factor);
const withB = (pair: LoraPair, factor: number): LoraPair => ({ ...pair, B: times(pair.B, factor) });

function checkGradients(result: (name: string) => Float32Array, shareOfA: number): void {
  assert.ok(largestDifference(result('losses'), goldenLosses) < tolerance);
  for (const type of types) {
    const A = times(goldenGradient(`lora_A.${type}`), shareOfA);
    const byA = largestDifference(result(`gradient.residual_A.${type}`), A);
    // The graph takes B with the scaling already in it.
    const B = times(result(`gradient.residual_B.${type}`), scaling(adapter));
    const byB = largestDifference(B, goldenGradient(`lora_B.${type}`));
    const share = Math.max(byA, byB) / largestGradient;
    assert.ok(share < tolerance, `${type}: ${byA}, ${byB}, gradients of up to ${largestGradient}`);
  }
}

test.slow("gives the losses and gradients of PyTorch's autograd, of two texts in one run", async () => {
  checkGradients(await run(null, adapter), 1);
});

test('beside a frozen adapter the gradient is that of the residual alone', async () => {
  const [frozen, residual] = [0.75, 0.25].map((share) => parts((type) => [[type, share]]));
  checkGradients(await run(frozen as LoraAdapter, residual as LoraAdapter), 0.25);
});

test('where the frozen adapter changes single layers, the gradient of the residual is the sum over the layers', async () => {
  const layers = [...Array(model.config.layerCount).keys()];
  const frozen = parts((type) => [
    [type, 0.25],
    ...layers.map((layer): [string, number] => [`${layer}.${type}`, 0.5]),
  ]);
  checkGradients(
    await run(
      frozen,
      parts((type) => [[type, 0.25]]),
      { layerAdapters: true },
    ),
    0.25,
  );
});

/** The golden adapter's pairs under other names, with a share of their change. */
function parts(names: (type: string) => [string, number][]): LoraAdapter {
  const pairs = Object.entries(adapter.pairs).flatMap(([type, pair]) =>
    names(type).map(([name, share]) => [name, withB(pair, share)] as const),
  );
  return { ...adapter, pairs: Object.fromEntries(pairs) };
}

test.run();
