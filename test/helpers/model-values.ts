/**
 * What the architectures of the published models compute on one device, in one precision: the numbers that have to
 * agree between devices. The models are the tiny ones of test/golden/, the head is that of the tiny pack.
 *
 * Quantised products are one of two kinds. Where rows are short, a GPU computes with the weights' exact values
 * (`exact` gives those to the CPU, as floats). Where they are a multiple of 128 long, it rounds the inputs as well,
 * as the CPU always does: `wideProducts`.
 *
 * As a program: prints them as JSON, `node --import tsx test/helpers/model-values.ts webgpu int8`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildEncoderGraph } from '../../src/embedding/encoder-graph.ts';
import { generatorGraph } from '../../src/lora/graph.ts';
import { quantizeTensors } from '../../src/runtime/convert-weights.ts';
import type { Device } from '../../src/runtime/device.ts';
import { headMatrices, openHypernetwork } from '../../src/runtime/hypernetwork.ts';
import { linear } from '../../src/runtime/linear.ts';
import type { Precision } from '../../src/runtime/manifest-models.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { Graph } from '../../src/runtime/onnx.ts';
import { type QuantizedMatrix, readQuantized } from '../../src/runtime/quantized-weights.ts';
import {
  encodeSafetensors,
  readHeader,
  type Tensor,
  type TensorEntry,
} from '../../src/runtime/safetensors.ts';
import { type Feeds, openSession } from '../../src/runtime/session.ts';
import { matrixShapes } from '../../src/runtime/transformer-config.ts';
import { readTransformer, type TransformerModel } from '../../src/runtime/transformer-weights.ts';
import { commonFolder } from '../../src/runtime/weight-files.ts';
import { openDecoder, plainReading } from '../../src/scoring/decoder.ts';
import { dequantize } from './dequantize.ts';
import { goldenModel } from './golden-models.ts';
import { random } from './random.ts';
import type { StageValues } from './stage-values.ts';
import { tinyPack } from './tiny-pack.ts';

export const WIDE_ROW = 256;

export async function modelValues(
  device: Device,
  precision: Precision,
  { exact = false }: { exact?: boolean } = {},
): Promise<StageValues> {
  const folder = mkdtempSync(join(tmpdir(), 'code2lora-precisions-'));
  const place = { device, precision, folder, exact };
  try {
    return {
      llama: await decoderValues('llama', place),
      // Its file is bfloat16, which only quantised models can be read from.
      ...(precision === 'fp32' ? {} : { qwen2: await decoderValues('qwen2-shards', place) }),
      qwen3: await qwen3Values(place),
      head: await headValues(place),
      wide: await wideProducts(place),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Place {
  device: Device;
  precision: Precision;
  /** For weights that are not in test/golden/. */
  folder: string;
  /** The values of the quantised weights, as floats. */
  exact: boolean;
}

/** A prompt, then one token after it with an adapter: both kernels of a quantised product, and the cache. */
async function decoderValues(name: 'llama' | 'qwen2-shards', place: Place): Promise<number[]> {
  const golden = goldenModel(name);
  await using decoder = await openDecoder(await inPrecision(name, place), 64, { device: place.device });
  const tokens = golden.tokens('input.ids');
  const [prompt, last] = [tokens.slice(0, -1), tokens.slice(-1)];
  const adapter = decoder.adapterInputs(name === 'llama' ? golden.adapter() : null);
  const context = { cache: decoder.newCache(), adapter };
  const read = await decoder.read(plainReading(prompt, 0, [0, prompt.length - 1]), context);
  const values = [...read.values];
  return [...values, ...(await decoder.read(plainReading(last, prompt.length, [0]), context)).values];
}

/** As the encoder of a pack attends where heads are as large as the published ones. */
async function qwen3Values(place: Place): Promise<number[]> {
  const model = await inPrecision('qwen3', place);
  const graph = buildEncoderGraph(model, { maxPositions: 64, attention: 'causal' });
  const ids = BigInt64Array.from(goldenModel('qwen3').tokens('input.text_0'), BigInt);
  return await runOnce(graph, { input_ids: { data: ids, dims: [1, ids.length] } }, { ...place, ...model });
}

async function headValues(place: Place): Promise<number[]> {
  const network = openHypernetwork(openModelPack((await tinyPack()).dir));
  const { weights } = network;
  const converted = await convert(headMatrices(network), place);
  const files = [weights.file, ...converted.files];
  const graph = generatorGraph({
    ...network,
    weights: { ...weights, expect: (name, shape) => converted.float(name) ?? weights.expect(name, shape) },
    quantized: converted.quantized,
    weightsFolder: commonFolder(files),
  });
  const { hiddenSize } = network.sizes;
  const state = { data: random(3).normal(hiddenSize), dims: [1, hiddenSize] };
  return await runOnce(graph, { hidden_state: state }, { ...place, weightsFolder: commonFolder(files) });
}

/** One layer with rows of a multiple of 128: of one token, and of several. */
async function wideProducts(place: Place): Promise<number[]> {
  const path = join(place.folder, 'wide.safetensors');
  const shape = [64, WIDE_ROW];
  const data = random(1).normal(64 * WIDE_ROW, 1 / Math.sqrt(WIDE_ROW));
  writeFileSync(path, encodeSafetensors(new Map([['wide', { dtype: 'F32', shape, data }]])));
  const weight = readHeader(path).entries.get('wide') as TensorEntry;
  const converted = await convert([weight], place);
  const graph = new Graph('wide', { weightsFolder: place.folder });
  const x = graph.input('x', 'F32', ['rows', WIDE_ROW]);
  const layer = { weight: converted.float('wide') ?? weight, quantized: converted.quantized('wide') };
  graph.output('y', linear(graph, x, layer), { shape: ['rows', 64] });
  const options = { ...place, weightsFolder: place.folder };
  const run = (rows: number) => {
    const feed = { data: random(rows).normal(rows * WIDE_ROW), dims: [rows, WIDE_ROW] };
    return runOnce(graph.model(), { x: feed }, options);
  };
  return [...(await run(1)), ...(await run(9))];
}

/** All outputs of one run, in their order. */
async function runOnce(
  graph: Uint8Array,
  feeds: Feeds,
  { device, precision, weightsFolder }: Pick<Place, 'device' | 'precision'> & { weightsFolder: string },
): Promise<number[]> {
  await using session = await openSession(graph, { device, weightsFolder, prepack: precision !== 'fp32' });
  return Object.values(await session.run(feeds)).flatMap(({ data }) => [...(data as Float32Array)]);
}

async function inPrecision(
  name: 'llama' | 'qwen3' | 'qwen2-shards',
  place: Place,
): Promise<TransformerModel> {
  const { folder } = goldenModel(name);
  const weights = [`${folder}model.safetensors${name === 'qwen2-shards' ? '.index.json' : ''}`];
  const options = { outputLayer: name !== 'qwen3' };
  const model = readTransformer({ config: `${folder}config.json`, weights }, options);
  const matrices = [...matrixShapes(model.config, model)].map(([matrix]) => model.weight(matrix));
  const { float, quantized, files: added } = await convert(matrices, place);
  return {
    ...model,
    precision: place.precision,
    weight: (weight) => float(weight) ?? model.weight(weight),
    quantized,
    weightsFolder: commonFolder([...weights, ...added]),
  };
}

interface Converted {
  files: string[];
  /** The matrix as floats, where those are another than the original. */
  float(name: string): TensorEntry | undefined;
  quantized(name: string): QuantizedMatrix | undefined;
}

async function convert(
  matrices: readonly TensorEntry[],
  { precision, folder, exact }: Place,
): Promise<Converted> {
  if (precision === 'fp32') return { files: [], float: () => undefined, quantized: () => undefined };
  const path = join(folder, 'quantized.safetensors');
  await quantizeTensors(matrices, { precision, path });
  const shapes = matrices.map(({ name, shape }) => [name, shape as [number, number]] as const);
  const { matrix } = readQuantized(path, new Map(shapes));
  if (!exact) return { files: [path], float: () => undefined, quantized: matrix };
  const floats = join(folder, 'exact.safetensors');
  const tensors = shapes.map(([name, shape]) => {
    const data = dequantize(matrix(name) as QuantizedMatrix);
    return [name, { dtype: 'F32', shape: [...shape], data }] as [string, Tensor];
  });
  writeFileSync(floats, encodeSafetensors(new Map(tensors)));
  const { entries } = readHeader(floats);
  return { files: [floats], float: (name) => entries.get(name), quantized: () => undefined };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , device, precision] = process.argv;
  process.stdout.write(JSON.stringify(await modelValues(device as Device, precision as Precision)));
}
