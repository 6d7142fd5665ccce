/**
 * Rows 1 to 3: a GRU step and an adapter with the published shape (712.7 million weights), mapped and in 8 bits,
 * against torch and against the time that reading the weights takes.
 */
import { join } from 'node:path';
import { openUpdater } from '../../src/gru/rollout.ts';
import type { LoraAdapter, LoraPair } from '../../src/lora/adapter.ts';
import { openGenerator } from '../../src/lora/generate.ts';
import { quantizeTensors } from '../../src/runtime/convert-weights.ts';
import { headMatrices, openHypernetwork } from '../../src/runtime/hypernetwork.ts';
import type { ModelPack } from '../../src/runtime/model-pack.ts';
import { OFFICIAL, officialPack } from '../../test/helpers/official-checkpoint.ts';
import { random } from '../../test/helpers/random.ts';
import { measureLoading } from './loading.ts';
import { openPrivateReader, openWeightReader } from './read-time.ts';
import {
  alternate,
  heading,
  line,
  number,
  showRatio,
  showTarget,
  showTimes,
  type Times,
  timed,
} from './rows.ts';
import { type Answer, openPython, type Side } from './side.ts';
import type { Workshop } from './workshop.ts';

const { embeddingSize, hiddenSize } = OFFICIAL;
const ROUNDS = 9;
const state = random(1).normal(hiddenSize, 0.3);
const diff = random(2).normal(embeddingSize);

export async function measureHead(workshop: Workshop): Promise<void> {
  heading('GRU step and head, published shape (712.7 million weights)');
  const pack = officialPack(workshop.checkpoint());
  await measureMapped(pack);
  await measureLoading(pack);
  await measureQuantized(await quantizedPack(pack, workshop));
  workshop.remove('hypernetwork.q8.safetensors');
}

async function measureMapped(pack: ModelPack): Promise<void> {
  await using ours = await openOurs(pack);
  await using reader = await openWeightReader(stepAndHeadMatrices(pack));
  await using memory = await openPrivateReader();
  await using torch = await openPython(['torch']);
  if (torch) {
    await torch.ask('head_open', { checkpoint: pack.path(pack.manifest.hypernetwork.weights) });
    await showDifference(await ours.make(), torch);
  }
  const times = await alternate(
    [
      { name: 'code2lora, fp32 mapped, warm', run: ours.run },
      { name: 'reading the same weights where they lie', run: reader.read },
      { name: 'reading a gigabyte of private memory', run: memory.read },
      ...(torch ? [{ name: 'torch, fp32', run: async () => (await askTorch(torch)).ms }] : []),
    ],
    { rounds: ROUNDS, warmup: 2 },
  );
  for (const each of times) showTimes(each);
  const [mapped, weights, gigabyte, other] = times as [Times, Times, Times, Times | undefined];
  if (other) showRatio('at least 2.5 × as fast as torch', { slow: other, fast: mapped, least: 2.5 });
  const speed = Math.max(reader.bytes / weights.best, memory.bytes / gigabyte.best);
  line(`memory is read at ${number(speed / 1e6)} GB/s, the weights are ${number(reader.bytes / 1e9)} GB`);
  const share = (mapped.best * speed) / reader.bytes;
  showTarget(
    'within 1.5 × the time to read the weights at that speed',
    `${share.toFixed(2)} × by best times`,
    share <= 1.5,
  );
}

async function measureQuantized(pack: ModelPack): Promise<void> {
  await using ours = await openOurs(pack);
  const [times] = await alternate([{ name: 'code2lora, head in 8 bits, warm', run: ours.run }], {
    rounds: 2 * ROUNDS,
    warmup: 2,
  });
  showTimes(times as Times);
  const { best } = times as Times;
  showTarget('8 bits under 20 ms', `${number(best)} ms`, best < 20);
}

async function openOurs(pack: ModelPack) {
  const updater = await openUpdater(pack);
  const generator = await openGenerator(pack);
  const make = async () => generator.generate(await updater.step(state, diff));
  return {
    make,
    run: () => timed(make),
    async [Symbol.asyncDispose]() {
      await updater[Symbol.asyncDispose]();
      await generator[Symbol.asyncDispose]();
    },
  };
}

const askTorch = (torch: Side): Promise<Answer> =>
  torch.ask('head_run', { state: [...state], diff: [...diff] });

/** Both compute the same: the first numbers of an adapter. */
async function showDifference(adapter: LoraAdapter, torch: Side): Promise<void> {
  const { A, B } = adapter.pairs.q_proj as LoraPair;
  const [a, b] = (await askTorch(torch)).values as [number[], number[]];
  const found = [
    ...a.map((value, i) => value - (A[i] as number)),
    ...b.map((value, i) => value - (B[i] as number)),
  ];
  line(`largest difference to torch: ${Math.max(...found.map(Math.abs)).toExponential(1)}`);
}

/** What a step and the head read: everything but the projection of the repository embedding. */
function stepAndHeadMatrices(pack: ModelPack) {
  const network = openHypernetwork(pack);
  const gru = [
    ['gru_state.diff_proj.0.weight', [hiddenSize, embeddingSize]],
    ['gru_state.gru.weight_ih_l0', [3 * hiddenSize, hiddenSize]],
    ['gru_state.gru.weight_hh_l0', [3 * hiddenSize, hiddenSize]],
  ] as const;
  return [...gru.map(([name, shape]) => network.weights.expect(name, shape)), ...headMatrices(network)];
}

/** The same pack with a head in 8 bits. */
async function quantizedPack(pack: ModelPack, { folder }: Workshop): Promise<ModelPack> {
  const path = join(folder, 'hypernetwork.q8.safetensors');
  await quantizeTensors(headMatrices(openHypernetwork(pack)), { precision: 'int8', path });
  const manifest = {
    ...pack.manifest,
    precision: { ...pack.manifest.precision, hypernetwork: 'int8' as const },
  };
  const places: Record<string, string> = { 'hypernetwork.q8.safetensors': path };
  return { ...pack, manifest, path: (file) => places[file] ?? pack.path(file) };
}
