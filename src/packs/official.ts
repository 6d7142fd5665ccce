/**
 * The packs that can be pulled: which repositories and files the published models are.
 *
 * Data and pure functions. A revision or digest that stands here is fixed for everybody; where it is null, the first
 * pull fixes it on a machine (pins.ts). The commit of the authors' Evo checkpoint is the one that their own evaluation
 * scripts read; those of the two Qwen models, and the digests of the encoder's files, are the ones that many public
 * projects name. The two checkpoints' digests are not published anywhere but on the Hub itself.
 */
import type { Precision } from '../runtime/manifest-models.ts';

export interface OfficialPack {
  name: string;
  version: string;
  summary: string;
  baseModel: PackSource;
  encoder: PackSource;
  hypernetwork: PackSource & { file: string };
  /** About, from the numbers of parameters: shown before the Hub has been asked. */
  downloadBytes: number;
}

export interface PackSource {
  repository: string;
  revision: string | null;
  /** File → sha256. */
  digests: Readonly<Record<string, string>>;
}

const BASE_MODEL: PackSource = {
  repository: 'Qwen/Qwen2.5-Coder-1.5B',
  revision: 'df3ce67c0e24480f20468b6ef2894622d69eb73b',
  digests: {},
};

const ENCODER: PackSource = {
  repository: 'Qwen/Qwen3-Embedding-0.6B',
  revision: '97b0c614be4d77ee51c0cef4e5f07c00f9eb65b3',
  digests: {
    'model.safetensors': '0437e45c94563b09e13cb7a64478fc406947a93cb34a7e05870fc8dcd48e23fd',
    'tokenizer.json': 'def76fb086971c7867b829c23a26261e38d9d74e02139253b38aeb9df8b4b50a',
  },
};

/** 1.54 and 0.60 billion weights of 16 bits, and the tokenisers. */
const MODEL_BYTES = 3_087_467_144 + 7_031_645 + 1_191_586_416 + 11_423_705;

export const OFFICIAL_PACKS: readonly OfficialPack[] = [
  {
    name: 'official',
    version: 'v2',
    summary: 'the paper’s models, Code2LoRA-Evo: the adapter follows the history',
    baseModel: BASE_MODEL,
    encoder: ENCODER,
    hypernetwork: {
      repository: 'code2lora/code2lora-gru',
      revision: '26460cba5f0de9b708277488ae0b1a826435961e',
      digests: {},
      file: 'code2lora_gru.pt',
    },
    downloadBytes: MODEL_BYTES + 712_670_000 * 4,
  },
  {
    name: 'official-static',
    version: 'v2',
    summary: 'the paper’s models, Code2LoRA-Static: the adapter follows the newest commit alone',
    baseModel: BASE_MODEL,
    encoder: ENCODER,
    hypernetwork: {
      repository: 'code2lora/code2lora-direct',
      revision: null,
      digests: {},
      file: 'code2lora_direct.pt',
    },
    downloadBytes: MODEL_BYTES + 679_090_000 * 4,
  },
];

/** The files of a model that a pack needs, out of those of its repository: one file of weights, or all shards. */
export function modelFiles(paths: readonly string[]): string[] {
  const whole = paths.filter((path) => path === 'model.safetensors');
  const weights = whole.length > 0 ? whole : paths.filter((path) => SHARD.test(path)).sort();
  return [...paths.filter((path) => OTHERS.includes(path)), ...weights];
}

const OTHERS = ['config.json', 'tokenizer.json', 'LICENSE'];
const SHARD = /^model-\d{5}-of-(\d{5})\.safetensors$/;

/** A file that a model of these files lacks: one of the small ones, the weights, or a shard of them. */
export function missingOfModel(paths: readonly string[]): string | undefined {
  const missing = ['config.json', 'tokenizer.json'].find((name) => !paths.includes(name));
  if (missing !== undefined || paths.includes('model.safetensors')) return missing;
  const [, count] = SHARD.exec(paths.find((path) => SHARD.test(path)) ?? '') ?? [];
  if (count === undefined) return 'model.safetensors';
  return Array.from(
    { length: Number(count) },
    (_, index) => `model-${String(index + 1).padStart(5, '0')}-of-${count}.safetensors`,
  ).find((name) => !paths.includes(name));
}

/**
 * Bytes that a build adds, in proportion to what was downloaded. In fp32 the two models are widened from 16 bits (the
 * originals are needed until then); in fewer bits each gets a quantised copy beside the original, whose table of
 * embeddings, norms and biases are read from it.
 */
export const addedBytes = (
  precision: Precision,
  { models, hypernetwork }: { models: number; hypernetwork: number },
): number => {
  const [ofModels, ofHypernetwork] = { fp32: [2, 0], int8: [0.57, 0.29], int4: [0.27, 0.14] }[precision] as [
    number,
    number,
  ];
  return Math.ceil(models * ofModels + hypernetwork * ofHypernetwork);
};

/** About what a pack takes on disk while it is made. */
export function diskBytes({ downloadBytes }: OfficialPack, precision: Precision): number {
  const hypernetwork = downloadBytes - MODEL_BYTES;
  return downloadBytes + addedBytes(precision, { models: MODEL_BYTES, hypernetwork });
}
