import { layerBuilder } from '../../src/gru/graph.ts';
import { Graph } from '../../src/runtime/onnx.ts';
import { openSession } from '../../src/runtime/session.ts';
import { openWeights } from '../../src/runtime/weights.ts';
import { golden, goldenPack, goldenValues, largestDifference } from '../helpers/golden-hypernetwork.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('gru/graph');
const pack = goldenPack();

const { hiddenSize, embeddingSize } = golden;

/** PyTorch packs r, z, n; ONNX's operator wants z, r, h. */
function reordered(name: string): Float32Array {
  const packed = goldenValues(`gru_state.gru.${name}`);
  const third = packed.length / 3;
  const part = (index: number) => packed.subarray(index * third, (index + 1) * third);
  return Float32Array.from([...part(1), ...part(0), ...part(2)]);
}

interface Variant {
  reorder: boolean;
  linearBeforeReset: 0 | 1;
}

/** The first step by ONNX's own GRU operator. */
async function operatorStep({ reorder, linearBeforeReset }: Variant): Promise<Float32Array> {
  const graph = new Graph('operator', { weightsFolder: pack.dir });
  const layers = layerBuilder(graph, openWeights(pack.path('code2lora.safetensors')));
  const diff = graph.input('diff', 'F32', [1, embeddingSize]);
  const hidden = graph.input('hidden', 'F32', [1, hiddenSize]);
  const projected = layers.linear(diff, 'gru_state.diff_proj.0', [hiddenSize, embeddingSize]);
  const input = layers.norm(projected, 'gru_state.diff_proj.1', hiddenSize);
  const packed = (name: string) => (reorder ? reordered(name) : goldenValues(`gru_state.gru.${name}`));
  const row = (x: string) => graph.op('Unsqueeze', [x, graph.integers(0)]);
  const shape = [1, 3 * hiddenSize, hiddenSize];
  const biases = Float32Array.from([...packed('bias_ih_l0'), ...packed('bias_hh_l0')]);
  const inputs = [
    row(input),
    graph.floats(packed('weight_ih_l0'), shape),
    graph.floats(packed('weight_hh_l0'), shape),
    graph.floats(biases, [1, 6 * hiddenSize]),
    '',
    row(hidden),
  ];
  const attributes = { hidden_size: hiddenSize, linear_before_reset: linearBeforeReset };
  const [, last] = graph.ops('GRU', inputs, { attributes, used: [false, true] });
  graph.output('next', last as string, { shape: [1, 1, hiddenSize] });
  await using session = await openSession(graph.model(), { weightsFolder: pack.dir });
  const feed = (data: Float32Array) => ({ data, dims: [1, data.length] });
  const feeds = {
    diff: feed(goldenValues('input.diffs', 0)),
    hidden: feed(goldenValues('expected.states', 0)),
  };
  return (await session.run(feeds)).next?.data as Float32Array;
}

const error = async (variant: Variant) =>
  largestDifference(await operatorStep(variant), goldenValues('expected.states', 1));

test("ONNX's GRU operator agrees only with reordered gates and linear_before_reset", async () => {
  assert.ok((await error({ reorder: true, linearBeforeReset: 1 })) <= golden.tolerance);
  assert.ok((await error({ reorder: true, linearBeforeReset: 0 })) > 1000 * golden.tolerance);
  assert.ok((await error({ reorder: false, linearBeforeReset: 1 })) > 1000 * golden.tolerance);
});

test.run();
