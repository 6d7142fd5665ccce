/**
 * Hidden state → LoRA adapter, by the generator of the model pack.
 *
 * In: a hidden state. Out: a checked adapter. Knows nothing about where the state comes from. This is the
 * large part of the hypernetwork and runs once per update; the GRU steps for each commit run elsewhere (gru/).
 */
import { vector } from '../gru/rollout.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { openSession, type ResultTensor } from '../runtime/session.ts';
import { openWeights, type Weights } from '../runtime/weights.ts';
import { type BaseDims, checkAdapter, type LoraAdapter, type LoraPair } from './adapter.ts';
import { type GeneratorSizes, generatorGraph } from './graph.ts';

export interface Generator {
  /** (hiddenSize) → adapter. Throws ModelError when the state or a matrix holds NaN or infinity. */
  generate(hiddenState: Float32Array): Promise<LoraAdapter>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Opens the generator of a pack. Throws ModelError when a tensor is missing or does not fit the manifest. */
export async function openGenerator(pack: ModelPack): Promise<Generator> {
  const { weights: file, moduleTypes, ...sizes } = pack.manifest.hypernetwork;
  const weights = openWeights(pack.path(file));
  const modules = readModules(weights, moduleTypes, sizes.rank);
  const session = await openSession(generatorGraph(weights, { ...sizes, modules }, pack.dir), {
    weightsFolder: pack.dir,
  });
  return {
    async generate(hiddenState) {
      const feed = vector(hiddenState, sizes.hiddenSize, 'the hidden state');
      return toAdapter(await session.run({ hidden_state: feed }), { ...sizes, modules });
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

/** A head gives rank · inFeatures or outFeatures · rank numbers; that they fit the base model is seen where it is adapted. */
function readModules(weights: Weights, moduleTypes: readonly string[], rank: number): BaseDims {
  const features = (side: 'A' | 'B', type: string) =>
    weights.rows(`head_state.heads_${side}.${type}.weight`, rank) / rank;
  return Object.fromEntries(
    moduleTypes.map((type) => [type, { inFeatures: features('A', type), outFeatures: features('B', type) }]),
  );
}

function toAdapter(
  results: Readonly<Record<string, ResultTensor>>,
  { rank, alpha, modules }: GeneratorSizes & { alpha: number },
): LoraAdapter {
  const pairs: Record<string, LoraPair> = {};
  for (const [type, size] of Object.entries(modules)) {
    const [A, B] = [results[`lora_A.${type}`]?.data, results[`lora_B.${type}`]?.data];
    pairs[type] = { A: A as Float32Array, B: B as Float32Array, ...size };
  }
  return checkAdapter({ rank, alpha, pairs });
}
