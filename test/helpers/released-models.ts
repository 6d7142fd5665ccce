/**
 * The published models in miniature: repositories with the published file names and layouts, bf16 weights, the
 * authors' checkpoint as a torch file. The weights are random; the tokeniser is the tiny one of the tests.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { OfficialPack } from '../../src/packs/official.ts';
import type { Dtype } from '../../src/runtime/safetensors.ts';
import { writeTensorFile } from '../../src/runtime/tensor-writer.ts';
import { parseTransformerConfig, weightShapes } from '../../src/runtime/transformer-config.ts';
import { random } from './random.ts';
import { TINY, TINY_MODULES, tinyHypernetwork } from './tiny-pack.ts';
import { tinyTokenizer } from './tiny-tokenizer.ts';
import { type Plain, torchTensor, writeTorchFile } from './torch-writer.ts';

export type RepositoryFiles = Record<string, Buffer>;

export interface ReleasedRepositories {
  baseModel: RepositoryFiles;
  encoder: RepositoryFiles;
  hypernetwork: RepositoryFiles;
}

export interface ReleasedOptions {
  /** Base model in so many shards. */
  shards?: number;
  dtype?: 'BF16' | 'F32';
  /** Of the checkpoint; default: the evolving one. */
  kind?: 'evolving' | 'static';
  /** Whether the encoder's tokeniser appends the end token; default: it does, as the published one. */
  appendsEnd?: boolean;
}

/** What a test pulls: the names of the real repositories, nothing fixed but what the test fixes. */
export const TEST_PACK: OfficialPack = {
  name: 'official',
  version: 'v2',
  summary: 'for tests',
  baseModel: { repository: 'Qwen/Qwen2.5-Coder-1.5B', revision: null, digests: {} },
  encoder: { repository: 'Qwen/Qwen3-Embedding-0.6B', revision: null, digests: {} },
  hypernetwork: {
    repository: 'code2lora/code2lora-gru',
    revision: null,
    digests: {},
    file: 'code2lora_gru.pt',
  },
  downloadBytes: 1000,
};

/** The contents of the three repositories. */
export async function releasedRepositories(options: ReleasedOptions = {}): Promise<ReleasedRepositories> {
  const { kind = 'evolving', appendsEnd = true, dtype = 'BF16', shards = 1 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'code2lora-released-'));
  try {
    const tokenizer = tinyTokenizer();
    return {
      baseModel: {
        'config.json': json(baseConfig(tokenizer.vocabularySize)),
        'generation_config.json': json({}),
        'tokenizer.json': json(tokenizer.file),
        LICENSE: Buffer.from('the text of a licence\n'),
        'README.md': Buffer.from('---\nlicense: apache-2.0\n---\n'),
        ...(await weights(folder, baseConfig(tokenizer.vocabularySize), { dtype, shards })),
      },
      encoder: {
        'config.json': json(encoderConfig(tokenizer.vocabularySize)),
        'tokenizer.json': json({
          ...tokenizer.file,
          post_processor: appendsEnd ? APPENDS_END : null,
        }),
        '1_Pooling/config.json': json({ pooling_mode_lasttoken: true }),
        ...(await weights(folder, encoderConfig(tokenizer.vocabularySize), { dtype, shards: 1, prefix: '' })),
      },
      hypernetwork: {
        [kind === 'static' ? 'code2lora_direct.pt' : 'code2lora_gru.pt']: checkpoint(folder, kind),
      },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes a repository's files below a folder. */
export function writeFiles(folder: string, files: RepositoryFiles): string {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

const APPENDS_END = {
  type: 'Sequence',
  processors: [
    { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    {
      type: 'TemplateProcessing',
      single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '<|endoftext|>', type_id: 0 } }],
      pair: [],
      special_tokens: { '<|endoftext|>': { id: '<|endoftext|>', ids: [0], tokens: ['<|endoftext|>'] } },
    },
  ],
};

const SHARED = {
  hidden_act: 'silu',
  rms_norm_eps: 1e-6,
  rope_theta: 1_000_000,
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  max_position_embeddings: 32_768,
  eos_token_id: 0,
  num_hidden_layers: 2,
  hidden_size: TINY.hiddenSize,
};

const baseConfig = (vocabularySize: number) => ({
  ...SHARED,
  architectures: ['Qwen2ForCausalLM'],
  model_type: 'qwen2',
  intermediate_size: TINY.intermediateSize,
  num_attention_heads: TINY.heads,
  num_key_value_heads: TINY.keyValueHeads,
  vocab_size: vocabularySize,
});

const encoderConfig = (vocabularySize: number) => ({
  ...SHARED,
  architectures: ['Qwen3ForCausalLM'],
  model_type: 'qwen3',
  attention_bias: false,
  head_dim: 16,
  intermediate_size: 40,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: vocabularySize,
});

interface WeightOptions {
  dtype: 'BF16' | 'F32';
  shards: number;
  prefix?: string;
}

/** One file, or shards with their index; embedding models are saved without the first part of the names. */
async function weights(
  folder: string,
  config: object,
  { dtype, shards, prefix = 'model.' }: WeightOptions,
): Promise<RepositoryFiles> {
  const shapes = new Map(weightShapes(parseTransformerConfig(config, 'config.json')));
  const tensors = [...shapes].map(([name, shape]) => ({
    name: name.replace(/^model\./, prefix),
    dtype,
    shape,
  }));
  const names = Array.from({ length: shards }, (_, index) =>
    shards === 1 ? 'model.safetensors' : `model-${pad(index + 1)}-of-${pad(shards)}.safetensors`,
  );
  const files: RepositoryFiles = {};
  for (const [index, name] of names.entries()) {
    const part = tensors.filter((_, position) => position % shards === index);
    files[name] = await tensorFile(join(folder, 'x.safetensors'), part);
  }
  const fileOf = (index: number) => names[index % shards];
  const weightMap = Object.fromEntries(tensors.map(({ name }, index) => [name, fileOf(index)]));
  return shards === 1
    ? files
    : { ...files, 'model.safetensors.index.json': json({ metadata: {}, weight_map: weightMap }) };
}

const pad = (index: number): string => String(index).padStart(5, '0');

async function tensorFile(
  path: string,
  tensors: readonly { name: string; dtype: Dtype; shape: number[] }[],
): Promise<Buffer> {
  const source = random(11);
  await writeTensorFile(path, { tensors, metadata: { format: 'pt' } }, async (write) => {
    for (const { name, dtype, shape } of tensors) {
      const count = shape.reduce((product, size) => product * size, 1);
      const values = name.includes('norm')
        ? new Float32Array(count).fill(1)
        : source.normal(count, 1 / Math.sqrt(shape.at(-1) ?? 1));
      write(name, 0, dtype === 'F32' ? new Uint8Array(values.buffer) : upperHalves(values));
    }
  });
  return readFileSync(path);
}

function upperHalves(values: Float32Array): Uint8Array {
  return new Uint8Array(Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16).buffer);
}

function checkpoint(folder: string, kind: 'evolving' | 'static'): Buffer {
  const path = join(folder, 'x.pt');
  const tensors = [
    ...tinyHypernetwork({ contextSize: kind === 'static' ? TINY.embeddingSize : TINY.stateSize }),
  ]
    .filter(([name]) => kind === 'evolving' || name.startsWith('head_state.'))
    .map(
      ([name, tensor]) =>
        [kind === 'static' ? name.replace('head_state', 'state_dict') : name, tensor] as const,
    );
  const states: Record<string, Record<string, Plain>> = {};
  for (const [index, [name, { shape }]] of tensors.entries()) {
    const [group = '', ...rest] = name.split('.');
    states[group] ??= {};
    states[group][rest.join('.')] = torchTensor({ storage: String(index), shape });
  }
  const head = {
    input_dim: kind === 'static' ? TINY.embeddingSize : TINY.stateSize,
    hidden_dim: TINY.trunkSize,
    rank: TINY.rank,
    types: Object.keys(TINY_MODULES),
    type_dims: TINY_MODULES as Plain,
    num_tasks: 0,
    task_dim: 0,
  };
  const { embeddingSize, stateSize } = TINY;
  const evolving = {
    head_config: head,
    gru_config: { diff_input_dim: embeddingSize, repo_state_dim: embeddingSize, hidden_dim: stateSize },
    per_step_input: 'diff',
  };
  const settings = kind === 'static' ? { config: head } : evolving;
  writeTorchFile(path, {
    value: { ...states, ...settings, type_dims: TINY_MODULES as Plain, args: { alpha: TINY.alpha } } as Plain,
    storages: Object.fromEntries(tensors.map(([, { data }], index) => [index, data as Float32Array])),
    folder: kind === 'static' ? 'code2lora_direct' : 'code2lora_gru',
  });
  return readFileSync(path);
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
