/** The published shapes, end to end, against plain arithmetic: offsets, memory and numbers at their real size. */
import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openUpdater } from '../../src/gru/rollout.ts';
import type { LoraAdapter } from '../../src/lora/adapter.ts';
import { openGenerator } from '../../src/lora/generate.ts';
import type { ModelPack } from '../../src/runtime/model-pack.ts';
import {
  OFFICIAL,
  type OfficialCheckpoint,
  officialPack,
  writeOfficialCheckpoint,
} from '../helpers/official-checkpoint.ts';
import { random } from '../helpers/random.ts';
import { assert, suite } from '../helpers/suite.ts';

const test = suite('lora/official-shapes');

const { embeddingSize, hiddenSize, trunkSize } = OFFICIAL;
const FREE_BYTES = 6e9;
const STEPS = 3;
/** Sums of 2,048 products in another order. */
const TOLERANCE = 1e-5;

test.slow(
  'init, three steps and the head of the published shapes equal plain arithmetic, in little memory',
  async () => {
    const { bavail, bsize } = statfsSync(tmpdir());
    if (bavail * bsize < FREE_BYTES) {
      console.log(
        `skipped: ${tmpdir()} has ${(bavail * bsize) / 1e9} GB free, this test needs ${FREE_BYTES / 1e9}`,
      );
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'code2lora-official-'));
    try {
      const path = join(folder, 'code2lora_gru.pt');
      const checkpoint = writeOfficialCheckpoint(path);
      assert.is(checkpoint.parameterCount, 712_673_294);
      await compare(officialPack(path), checkpoint);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

async function compare(pack: ModelPack, checkpoint: OfficialCheckpoint): Promise<void> {
  const source = random(7);
  const repository = source.normal(embeddingSize, 1 / Math.sqrt(embeddingSize));
  const diffs = Array.from({ length: STEPS }, () => source.normal(embeddingSize));
  const { states, adapter, megabytes } = await runPack(pack, repository, diffs);
  assert.ok(megabytes < 150, `${megabytes} MB of private memory`);
  const plain = plainArithmetic(checkpoint);
  let state = plain.initialState(repository);
  for (const [index, found] of states.entries()) {
    if (index > 0) state = plain.step(state, diffs[index - 1] as Float32Array);
    close(found, state, `state ${index}`);
  }
  const features = plain.features(state);
  for (const [type, { A, B }] of Object.entries(adapter.pairs)) {
    for (const [side, values] of [
      ['A', A],
      ['B', B],
    ] as const) {
      // Both ends of the matrix of every head, its middle, and where it is a hole.
      const middle = Math.floor(values.length / 2);
      const places = [0, 1, 4000, middle, middle + 1, values.length - 2, values.length - 1];
      close(
        places.map((place) => values[place] as number),
        places.map((place) => plain.output(features, `${side}.${type}`, place)),
        type,
      );
    }
  }
}

async function runPack(
  pack: ModelPack,
  repository: Float32Array,
  diffs: readonly Float32Array[],
): Promise<{ states: Float32Array[]; adapter: LoraAdapter; megabytes: number }> {
  const before = privateMegabytes();
  await using updater = await openUpdater(pack);
  await using generator = await openGenerator(pack);
  const states = [await updater.initialState(repository)];
  for (const diff of diffs) states.push(await updater.step(states.at(-1) as Float32Array, diff));
  const adapter = await generator.generate(states.at(-1) as Float32Array);
  return { states, adapter, megabytes: privateMegabytes() - before };
}

/** Memory of this process alone; mapped weights are not in it. 0 where the system does not say. */
function privateMegabytes(): number {
  if (process.platform !== 'linux') return 0;
  const [, kilobytes = '0'] = /^RssAnon:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

function close(found: ArrayLike<number>, expected: ArrayLike<number>, name: string): void {
  assert.is(found.length, expected.length, name);
  for (let i = 0; i < found.length; i += 1) {
    const difference = Math.abs((found[i] as number) - (expected[i] as number));
    assert.ok(difference <= TOLERANCE, `${name}, number ${i}: ${found[i]}, expected ${expected[i]}`);
  }
}

/** The formulas of the paper in double precision, with weights that were never in a file. */
function plainArithmetic({ weights }: OfficialCheckpoint) {
  /** Row `row` of W x + b. */
  const product = (weight: string, bias: string) => {
    const [matrix, offsets] = [weights(weight), weights(bias)];
    return (row: number, x: ArrayLike<number>) => {
      let sum = offsets(row);
      for (let i = 0; i < x.length; i += 1) sum += (x[i] as number) * matrix(row * x.length + i);
      return sum;
    };
  };
  const linear = (name: string, rows: number, x: ArrayLike<number>) => {
    const rowOf = product(`${name}.weight`, `${name}.bias`);
    return Float64Array.from({ length: rows }, (_, row) => rowOf(row, x));
  };
  const norm = (name: string, x: Float64Array) => {
    const [factors, offsets] = [weights(`${name}.weight`), weights(`${name}.bias`)];
    const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
    return x.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * factors(i) + offsets(i));
  };
  const gates = (side: 'ih' | 'hh') =>
    product(`gru_state.gru.weight_${side}_l0`, `gru_state.gru.bias_${side}_l0`);
  return {
    initialState: (repository: Float32Array) =>
      norm(
        'gru_state.repo_init_proj.2',
        linear('gru_state.repo_init_proj.0', hiddenSize, repository).map(gelu),
      ),
    step(hidden: Float64Array, diff: Float32Array) {
      const x = norm('gru_state.diff_proj.1', linear('gru_state.diff_proj.0', hiddenSize, diff));
      const [input, memory] = [gates('ih'), gates('hh')];
      return hidden.map((value, i) => {
        const reset = sigmoid(input(i, x) + memory(i, hidden));
        const update = sigmoid(input(hiddenSize + i, x) + memory(hiddenSize + i, hidden));
        const last = 2 * hiddenSize + i;
        const candidate = Math.tanh(input(last, x) + reset * memory(last, hidden));
        return (1 - update) * candidate + update * value;
      });
    },
    features(hidden: Float64Array) {
      const first = linear('head_state.trunk.0', trunkSize, norm('gru_state.output_norm', hidden)).map(gelu);
      const second = linear('head_state.trunk.2', trunkSize, first).map(gelu);
      const length = Math.sqrt(second.reduce((sum, value) => sum + value * value, 0));
      return second.map((value) => (value * Math.sqrt(trunkSize)) / length);
    },
    output(features: Float64Array, head: string, place: number) {
      const rowOf = product(`head_state.heads_${head}.weight`, `head_state.heads_${head}.bias`);
      const scale = Math.exp(weights(`head_state.log_scale_${head}`)(0));
      return Math.tanh(rowOf(place, features)) * Math.min(0.3, Math.max(1e-5, scale));
    },
  };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** x · Φ(x), the normal distribution by Simpson's rule. */
function gelu(x: number): number {
  const intervals = 200;
  const width = x / intervals;
  let sum = 1 + Math.exp((-x * x) / 2);
  for (let i = 1; i < intervals; i += 1) sum += (i % 2 === 0 ? 2 : 4) * Math.exp(-((i * width) ** 2) / 2);
  return x * (0.5 + (sum * width) / 3 / Math.sqrt(2 * Math.PI));
}

test.run();
