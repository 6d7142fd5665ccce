/**
 * A checkpoint of the published shapes with invented weights: 712.7 million numbers, 2.85 GB, written in seconds.
 *
 * All tensors read from one block of random numbers, each from its own place on and round and round; the length
 * of the block is prime, so no two rows are equal. Of the large matrices only the beginning, the middle and the
 * end are written: the rest is a hole of zeros, which takes no time and, on most disks, no room.
 */
import { statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type ModelPack, openModelPack } from '../../src/runtime/model-pack.ts';
import { random } from './random.ts';
import { writeTinyPack } from './tiny-pack.ts';
import { type Plain, type Put, pickle, torchTensor, writeZip, type ZipPart } from './torch-writer.ts';

const EMBEDDING = 2048;
const HIDDEN = 2048;
const TRUNK = 1024;
const RANK = 16;

/** Of Qwen2.5-Coder-1.5B: module type → [inFeatures, outFeatures]. */
const MODULES: Readonly<Record<string, readonly [number, number]>> = {
  down_proj: [8960, 1536],
  gate_proj: [1536, 8960],
  k_proj: [1536, 256],
  o_proj: [1536, 1536],
  q_proj: [1536, 1536],
  up_proj: [1536, 8960],
  v_proj: [1536, 256],
};

export const OFFICIAL = {
  embeddingSize: EMBEDDING,
  hiddenSize: HIDDEN,
  trunkSize: TRUNK,
  rank: RANK,
  alpha: 32,
  modules: MODULES,
} as const;

export interface OfficialCheckpoint {
  /** The numbers of a tensor, such as `gru_state.gru.weight_ih_l0`, by their index; not read from the file. */
  weights(name: string): (index: number) => number;
  parameterCount: number;
}

/** Writes `code2lora_gru.pt` as the authors' trainer would. */
export function writeOfficialCheckpoint(path: string): OfficialCheckpoint {
  const block = random(5).normal(1_048_573, 0.03);
  const layout = officialLayout();
  const value = {
    ...stateDictionaries(layout),
    head_config: {
      input_dim: HIDDEN,
      hidden_dim: TRUNK,
      rank: RANK,
      types: Object.keys(MODULES),
      type_dims: MODULES as Plain,
      num_tasks: 0,
      task_dim: 0,
    },
    gru_config: { diff_input_dim: EMBEDDING, repo_state_dim: EMBEDDING, hidden_dim: HIDDEN },
    args: { alpha: 32, model_name: 'Qwen/Qwen2.5-Coder-1.5B' },
    per_step_input: 'diff',
  };
  const parts: ZipPart[] = [
    { name: 'code2lora_gru/data.pkl', content: pickle(value) },
    { name: 'code2lora_gru/byteorder', content: Buffer.from('little') },
    ...layout.map(({ key, count }) => ({
      name: `code2lora_gru/data/${key}`,
      content: {
        length: 4 * count,
        write: (put: Put) => writeNumbers(put, block, { key, count }),
      },
    })),
    { name: 'code2lora_gru/version', content: Buffer.from('3\n') },
  ];
  writeZip(path, parts);
  const entryByName = new Map(layout.map((entry) => [entry.name, entry]));
  return {
    weights(name) {
      const { key, count } = entryByName.get(name) as Entry;
      const [start, isWritten] = [startOf(key), writtenPart(count)];
      return (index) => (isWritten(index) ? (block[(start + index) % block.length] as number) : 0);
    },
    parameterCount: layout.reduce((sum, { count }) => sum + count, 0),
  };
}

/** The tiny pack with such a checkpoint: for the GRU and the head, since nothing else of it fits. */
export function officialPack(checkpoint: string): ModelPack {
  const { embeddingSize, hiddenSize, trunkSize, rank, alpha } = OFFICIAL;
  const { dir } = writeTinyPack({
    change: (manifest) => {
      manifest.encoder.embeddingSize = embeddingSize / 2;
      const sizes = { embeddingSize, hiddenSize, trunkSize, rank, alpha };
      Object.assign(manifest.hypernetwork, sizes, { weights: 'code2lora_gru.pt' });
      // Opening looks at the size only.
      manifest.files['code2lora_gru.pt'] = { bytes: statSync(checkpoint).size, sha256: '0'.repeat(64) };
    },
  });
  symlinkSync(checkpoint, join(dir, 'code2lora_gru.pt'));
  return openModelPack(dir);
}

interface Entry {
  name: string;
  key: number;
  shape: readonly number[];
  count: number;
}

const startOf = (key: number): number => key * 7919;

function officialLayout(): Entry[] {
  const shapes: [string, readonly number[]][] = [];
  const linear = (name: string, rows: number, columns: number) =>
    shapes.push([`${name}.weight`, [rows, columns]], [`${name}.bias`, [rows]]);
  const norm = (name: string) => shapes.push([`${name}.weight`, [HIDDEN]], [`${name}.bias`, [HIDDEN]]);
  linear('gru_state.diff_proj.0', HIDDEN, EMBEDDING);
  norm('gru_state.diff_proj.1');
  linear('gru_state.repo_init_proj.0', HIDDEN, EMBEDDING);
  norm('gru_state.repo_init_proj.2');
  for (const side of ['ih', 'hh']) {
    shapes.push([`gru_state.gru.weight_${side}_l0`, [3 * HIDDEN, HIDDEN]]);
    shapes.push([`gru_state.gru.bias_${side}_l0`, [3 * HIDDEN]]);
  }
  norm('gru_state.output_norm');
  linear('head_state.trunk.0', TRUNK, HIDDEN);
  linear('head_state.trunk.2', TRUNK, TRUNK);
  for (const [type, [inFeatures, outFeatures]] of Object.entries(MODULES)) {
    linear(`head_state.heads_A.${type}`, RANK * inFeatures, TRUNK);
    linear(`head_state.heads_B.${type}`, outFeatures * RANK, TRUNK);
    for (const side of ['A', 'B']) shapes.push([`head_state.log_scale_${side}.${type}`, []]);
  }
  return shapes.map(([name, shape], key) => ({
    name,
    key,
    shape,
    count: shape.reduce((product, size) => product * size, 1),
  }));
}

/** `gru_state` and `head_state`, whose keys are the rest of the names. */
function stateDictionaries(layout: readonly Entry[]): Record<string, Plain> {
  const states: Record<string, Record<string, Plain>> = {};
  for (const { name, key, shape } of layout) {
    const [group = '', ...rest] = name.split('.');
    states[group] ??= {};
    states[group][rest.join('.')] = torchTensor({ storage: String(key), shape });
  }
  return states;
}

/** Numbers at each end, and as many in the middle, of a matrix that is mostly a hole. */
const PIECE = 1_000_000;
const LARGE = 16_000_000;

function writtenPart(count: number): (index: number) => boolean {
  if (count <= LARGE) return () => true;
  const middle = Math.floor(count / 2);
  return (index) => index < PIECE || index >= count - PIECE || (index >= middle && index < middle + PIECE);
}

function writeNumbers(put: Put, block: Float32Array, { key, count }: { key: number; count: number }): void {
  const middle = Math.floor(count / 2);
  const parts = [
    [0, PIECE],
    [middle, middle + PIECE],
    [count - PIECE, count],
  ] as const;
  let position = 0;
  for (const [begin, end] of count <= LARGE ? [[0, count] as const] : parts) {
    if (begin > position) put(4 * (begin - position));
    writePart(put, block, { start: startOf(key) + begin, count: end - begin });
    position = end;
  }
}

function writePart(put: Put, block: Float32Array, { start, count }: { start: number; count: number }): void {
  for (let done = 0; done < count; ) {
    const from = (start + done) % block.length;
    const piece = block.subarray(from, Math.min(block.length, from + count - done));
    put(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
    done += piece.length;
  }
}
