/**
 * test/golden/{llama,qwen3,qwen2-shards} (written by training/golden_architectures.py): tiny random models that
 * transformers saved, and what PyTorch computed with them.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { adapterFromTensors, type LoraAdapter } from '../../src/lora/adapter.ts';
import { MASKED } from '../../src/runtime/attention.ts';
import { readSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';
import { type Feeds, openSession } from '../../src/runtime/session.ts';
import type { TransformerModel } from '../../src/runtime/transformer-weights.ts';
import { buildDecoderGraph } from '../../src/scoring/decoder-graph.ts';

export interface GoldenModel {
  folder: string;
  tolerance: number;
  description: Record<string, unknown>;
  floats(name: string): Float32Array;
  tokens(name: string): number[];
  adapter(): LoraAdapter;
}

export function goldenModel(name: 'llama' | 'qwen3' | 'qwen2-shards'): GoldenModel {
  const folder = fileURLToPath(new URL(`../golden/${name}/`, import.meta.url));
  const { tensors } = readSafetensors(`${folder}expected.safetensors`);
  const description = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Record<string, unknown>;
  const data = (tensor: string) => (tensors.get(tensor) as Tensor).data;
  return {
    folder,
    tolerance: description.tolerance as number,
    description,
    floats: (tensor) => data(tensor) as Float32Array,
    tokens: (tensor) => Array.from(data(tensor) as Int32Array),
    adapter: () => {
      const pairs = [...tensors].filter(([tensor]) => tensor.startsWith('input.lora_'));
      const sizes = { rank: description.rank as number, alpha: description.alpha as number };
      return adapterFromTensors(new Map(pairs.map(([tensor, value]) => [tensor.slice(6), value])), sizes);
    },
  };
}

/** Logits of all rows of one text without a past: (tokens · vocabularySize). */
export async function logitsOf(
  model: TransformerModel,
  tokens: readonly number[],
  { adapterInputs = {}, ...options }: { adapterInputs?: Feeds; lora?: boolean; layerAdapters?: boolean } = {},
): Promise<Float32Array> {
  const bytes = buildDecoderGraph(model, { maxPositions: 64, ...options });
  await using session = await openSession(bytes, {
    weightsFolder: model.weightsFolder,
    threads: 1,
    prepack: model.precision !== 'fp32',
  });
  const results = await session.run({ ...textFeeds(model, tokens), ...adapterInputs });
  return Float32Array.from(results.logits?.data as Float32Array);
}

function textFeeds({ config }: TransformerModel, tokens: readonly number[]): Feeds {
  const count = tokens.length;
  const numbers = BigInt64Array.from(tokens.keys(), BigInt);
  const bias = Float32Array.from({ length: count * count }, (_, i) => (i % count > i / count ? MASKED : 0));
  const feeds: Feeds = {
    input_ids: { data: BigInt64Array.from(tokens, BigInt), dims: [count] },
    position_ids: { data: numbers, dims: [1, count] },
    selected: { data: numbers, dims: [count] },
    bias: { data: bias, dims: [count, count] },
  };
  const empty = { data: new Float32Array(0), dims: [0, config.keyValueHeadCount, config.headSize] };
  for (let layer = 0; layer < config.layerCount; layer += 1) {
    for (const kind of ['key', 'value']) feeds[`past_${kind}.${layer}`] = empty;
  }
  return feeds;
}
