/**
 * What every stage computes with the tiny pack on one device: the numbers that have to agree between devices.
 *
 * As a program: prints them as JSON, `node --import tsx test/helpers/stage-values.ts webgpu`.
 */
import { pathToFileURL } from 'node:url';
import { openEncoder } from '../../src/embedding/encoder.ts';
import { openUpdater } from '../../src/gru/rollout.ts';
import { adapterTensors, type LoraAdapter } from '../../src/lora/adapter.ts';
import { openGenerator } from '../../src/lora/generate.ts';
import type { Device } from '../../src/runtime/device.ts';
import { type ModelPack, openModelPack } from '../../src/runtime/model-pack.ts';
import { openLanguageModel } from '../../src/scoring/language-model.ts';
import { random } from './random.ts';
import { tinyPack } from './tiny-pack.ts';

/** By the name of the value. */
export type StageValues = Record<string, number[]>;

export const PREFIX = 'def test_total():\n    cart = Cart()\n    assert cart.total() == ';

export async function stageValues(device: Device): Promise<StageValues> {
  const pack = openModelPack((await tinyPack()).dir);
  const { stateSize, ...states } = await stateValues(pack, device);
  const adapter = await generate(
    pack,
    device,
    Float32Array.from({ length: stateSize }, (_, i) => Math.sin(i)),
  );
  return { ...states, ...adapterValues(adapter), ...(await scoreValues(pack, { device, adapter })) };
}

/** The same inputs for all devices: a stage is not tested with the differences of the one before. */
async function stateValues(pack: ModelPack, device: Device) {
  const { embeddingSize, hiddenSize } = pack.manifest.hypernetwork;
  await using encoder = await openEncoder(pack, { device });
  await using updater = await openUpdater(pack, { device });
  const [repository, diff] = [1, 2].map((seed) => random(seed).normal(embeddingSize)) as [
    Float32Array,
    Float32Array,
  ];
  const window = await encoder.embedWindow(encoder.tokenize(PREFIX));
  const initial = await updater.initialState(repository);
  const next = await updater.step(random(3).normal(hiddenSize), diff);
  return { stateSize: hiddenSize, window: [...window], initial: [...initial], next: [...next] };
}

async function generate(pack: ModelPack, device: Device, hiddenState: Float32Array): Promise<LoraAdapter> {
  await using generator = await openGenerator(pack, { device });
  return await generator.generate(hiddenState);
}

const adapterValues = (adapter: LoraAdapter): StageValues =>
  Object.fromEntries(
    [...adapterTensors(adapter)].map(([name, { data }]) => [name, [...(data as Float32Array)]]),
  );

async function scoreValues(
  pack: ModelPack,
  { device, adapter }: { device: Device; adapter: LoraAdapter },
): Promise<StageValues> {
  await using model = await openLanguageModel(pack, { device });
  const values: StageValues = {};
  for (const [name, lora] of [
    ['base', null],
    ['adapted', adapter],
  ] as const) {
    const score = await model.score(
      { prefix: PREFIX, target: '[1, 2]', language: 'python' },
      { adapter: lora },
    );
    values[`${name} score`] = [...score.logProbabilities, score.stopProbability, score.probability];
  }
  const { candidates } = await model.candidates(
    { prefix: PREFIX, language: 'python', count: 2, maxTokens: 4 },
    { adapter },
  );
  return { ...values, candidates: candidates.map(({ probability }) => probability) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(JSON.stringify(await stageValues(process.argv[2] as Device)));
}
