/**
 * Hidden state → LoRA adapter, by the generator of the model pack.
 *
 * In: a hidden state. Out: a checked adapter. Knows nothing about where the state comes from. This is the
 * large part of the hypernetwork and runs once per update; the GRU steps for each commit run elsewhere (gru/).
 */
import { vector } from '../gru/rollout.ts';
import type { Device } from '../runtime/device.ts';
import { type Hypernetwork, openHypernetwork } from '../runtime/hypernetwork.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { openSession, type ResultTensor } from '../runtime/session.ts';
import { checkAdapter, type LoraAdapter, type LoraPair } from './adapter.ts';
import { generatorGraph } from './graph.ts';

export interface Generator {
  /** (hiddenSize) → adapter. Throws ModelError when the state or a matrix holds NaN or infinity. */
  generate(hiddenState: Float32Array): Promise<LoraAdapter>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens the generator of a pack. Throws ModelError when a tensor is missing or does not fit the manifest. */
export async function openGenerator(
  pack: ModelPack,
  { device = 'cpu' }: { device?: Device } = {},
): Promise<Generator> {
  const network = openHypernetwork(pack);
  const session = await openSession(generatorGraph(network), {
    weightsFolder: network.weightsFolder,
    device,
    prepack: network.precision !== 'fp32',
  });
  return {
    async generate(hiddenState) {
      const feed = vector(hiddenState, network.sizes.hiddenSize, 'the hidden state');
      return toAdapter(await session.run({ hidden_state: feed }), network);
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

function toAdapter(
  results: Readonly<Record<string, ResultTensor>>,
  { sizes: { rank, alpha }, modules }: Hypernetwork,
): LoraAdapter {
  const pairs: Record<string, LoraPair> = {};
  for (const [type, size] of Object.entries(modules)) {
    const [A, B] = [results[`lora_A.${type}`]?.data, results[`lora_B.${type}`]?.data];
    pairs[type] = { A: A as Float32Array, B: B as Float32Array, ...size };
  }
  return checkAdapter({ rank, alpha, pairs });
}
