/**
 * A tiny pack whose adapter is known beforehand: it was fitted to the assertions of a repository, and turns into its
 * opposite as soon as the GRU has made a step. So a fresh state helps, and one that has read production code does harm.
 *
 * Only weights are chosen: what reads them are the real graphs, and what the adapters do to the values is measured.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyResidual, openRefiner } from '../../src/adaptation/refine.ts';
import type { Assertion } from '../../src/assertions/assertion.ts';
import { adapterTensors, type LoraAdapter, type LoraPair } from '../../src/lora/adapter.ts';
import { COMPACT_SCHEMA } from '../../src/lora/compact.ts';
import type { PackManifest } from '../../src/runtime/manifest.ts';
import { openModelPack } from '../../src/runtime/model-pack.ts';
import { encodeSafetensors, type Tensor } from '../../src/runtime/safetensors.ts';
import { openTokenizer } from '../../src/runtime/tokenizer.ts';
import { readBaseModel } from '../../src/runtime/transformer-weights.ts';
import { encodePrompt, encodeTarget } from '../../src/scoring/prompt.ts';
import { random } from '../helpers/random.ts';
import { TINY, type TinyPack, tinyHypernetwork, tinyPack, writeTinyPack } from '../helpers/tiny-pack.ts';

/** What a generator can write: tanh times the greatest scale that it may have. */
const SCALE = 0.3;
const MOST = 0.97 * SCALE;

/** An adapter under which the assertions are more probable. */
export async function fittedAdapter(assertions: readonly Assertion[]): Promise<LoraAdapter> {
  const pack = openModelPack((await tinyPack()).dir);
  const { tokenizer: file, contextTokens, endToken, startToken } = pack.manifest.baseModel;
  const settings = { tokenizer: openTokenizer(pack.path(file)), contextTokens, endToken, startToken };
  const examples = assertions.map(({ prefix, target }) => {
    const prompt = encodePrompt(prefix, settings);
    return { prompt: prompt.tokens, target: encodeTarget(target, prompt, settings) };
  });
  const model = readBaseModel(pack);
  await using refiner = await openRefiner(model, { maxTokens: 8 * contextTokens });
  const start = emptyResidual(model.config, { rank: TINY.rank, seed: 'fitted' });
  const batches = Array.from({ length: 24 }, (_, step) =>
    Array.from({ length: 6 }, (_, i) => examples[(6 * step + i) % examples.length] as (typeof examples)[0]),
  );
  const { residual } = await refiner.refine({
    ...{ frozen: null, residual: start, batches, learningRate: 0.01 },
  });
  return mapPairs(residual, (pair) => ({
    ...pair,
    A: pair.A.map((value) => clip(0.5 * value)),
    B: pair.B.map((value) => clip((2 * value * TINY.rank) / TINY.alpha)),
  }));
}

/** Does the opposite. */
export const opposite = (adapter: LoraAdapter): LoraAdapter =>
  mapPairs(adapter, (pair) => ({ ...pair, B: pair.B.map((value) => -value) }));

/** Does nothing. */
export const nothing = (adapter: LoraAdapter): LoraAdapter =>
  mapPairs(adapter, (pair) => ({ ...pair, B: pair.B.map(() => 0) }));

/** Of another repository: as large, and in directions of its own. */
export function strangers(adapter: LoraAdapter, count: number): LoraAdapter[] {
  return Array.from({ length: count }, (_, index) => {
    const source = random(100 + index);
    return mapPairs(adapter, (pair) => ({
      ...pair,
      A: source.normal(pair.A.length, 0.1),
      B: source.normal(pair.B.length, 0.1),
    }));
  });
}

export interface LeaningOptions {
  /** Adapter of a fresh state. */
  fresh: LoraAdapter;
  /** After any step; default: the opposite of the fresh one. */
  stepped?: LoraAdapter;
  mean: LoraAdapter | null;
  panel?: readonly LoraAdapter[];
  change?: (manifest: PackManifest) => void;
}

export function leaningPack({ fresh, stepped = opposite(fresh), mean, panel = [], change }: LeaningOptions) {
  const hypernetwork = leaningHypernetwork(fresh, stepped);
  const files = new Map(panel.map((adapter, index) => [`panel-${index}.safetensors`, compact(adapter)]));
  if (mean) files.set('mean_adapter.safetensors', encodeSafetensors(adapterTensors(mean)));
  const pack: TinyPack = writeTinyPack({
    hypernetwork,
    change(manifest) {
      if (mean === null) manifest.meanAdapter = null;
      manifest.panel = panel.map((_, index) => ({
        name: `other/${index}`,
        file: `panel-${index}.safetensors`,
      }));
      for (const [file, bytes] of files) manifest.files[file] = describe(bytes);
      change?.(manifest);
    },
  });
  for (const [file, bytes] of files) writeFileSync(join(pack.dir, file), bytes);
  return pack;
}

export function compact({ rank, alpha, pairs }: LoraAdapter): Uint8Array {
  const metadata = { schema: COMPACT_SCHEMA, rank: String(rank), alpha: String(alpha) };
  return encodeSafetensors(adapterTensors({ rank, alpha, pairs }), metadata);
}

const describe = (bytes: Uint8Array) => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

/** State: +1, -1, +1 … when fresh, the opposite after a step. One feature of the trunk for each of the two. */
function leaningHypernetwork(fresh: LoraAdapter, stepped: LoraAdapter): Map<string, Tensor> {
  const tensors = tinyHypernetwork();
  const fill = (name: string, value: (index: number) => number) => {
    const tensor = tensors.get(name) as Tensor;
    tensors.set(name, { ...tensor, data: (tensor.data as Float32Array).map((_, index) => value(index)) });
  };
  const side = (index: number) => (index % 2 === 0 ? 1 : -1);
  const { stateSize, trunkSize } = TINY;
  fill('gru_state.repo_init_proj.2.weight', () => 0);
  fill('gru_state.repo_init_proj.2.bias', side);
  for (const name of ['weight_ih_l0', 'weight_hh_l0', 'bias_hh_l0']) fill(`gru_state.gru.${name}`, () => 0);
  fill('gru_state.gru.bias_ih_l0', (index) =>
    index < stateSize ? 0 : index < 2 * stateSize ? -20 : -3 * side(index),
  );
  fill('gru_state.output_norm.weight', () => 1);
  fill('gru_state.output_norm.bias', () => 0);
  const isRow = (index: number, row: number, columns: number) => Math.floor(index / columns) === row;
  fill('head_state.trunk.0.weight', (index) => {
    const sign = isRow(index, 0, stateSize) ? 1 : isRow(index, 1, stateSize) ? -1 : 0;
    return (sign * 5 * side(index % stateSize)) / stateSize;
  });
  fill('head_state.trunk.0.bias', () => 0);
  fill('head_state.trunk.2.weight', (index) => (index % (trunkSize + 1) === 0 ? 1 : 0));
  fill('head_state.trunk.2.bias', () => 0);
  for (const [type, pair] of Object.entries(fresh.pairs)) {
    for (const matrix of ['A', 'B'] as const) {
      const other = stepped.pairs[type]?.[matrix] as Float32Array;
      const name = `head_state.heads_${matrix}.${type}`;
      fill(`head_state.log_scale_${matrix}.${type}`, () => Math.log(SCALE));
      fill(`${name}.bias`, () => 0);
      fill(`${name}.weight`, (index) => {
        const [row, column] = [Math.floor(index / trunkSize), index % trunkSize];
        const value = column === 0 ? pair[matrix][row] : column === 1 ? other[row] : 0;
        return Math.atanh((value as number) / SCALE) / Math.sqrt(trunkSize);
      });
    }
  }
  return tensors;
}

function mapPairs({ pairs }: Pick<LoraAdapter, 'pairs'>, change: (pair: LoraPair) => LoraPair): LoraAdapter {
  const changed = Object.entries(pairs).map(([name, pair]) => [name, change(pair)] as const);
  return { rank: TINY.rank, alpha: TINY.alpha, pairs: Object.fromEntries(changed) };
}

const clip = (value: number): number => Math.max(-MOST, Math.min(MOST, value));
