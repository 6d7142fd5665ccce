/**
 * What a model got wrong in earlier texts, summed up in small matrices, and the adapter that recalls it.
 *
 *   S ← decay · S + Σ (V g) (K a)ᵀ over the target tokens
 *
 * In: examples, the sums of earlier ones. Out: new sums, an adapter of single layers (memory-recall.ts). Knows nothing
 * about repositories. One forward pass, no backpropagation. The same examples in the same order give the same numbers on the same kind of
 * processor.
 */
import { ModelError } from '../errors.ts';
import type { LoraAdapter } from '../lora/adapter.ts';
import { adapterFeeds } from '../lora/feeds.ts';
import { requireFinite } from '../runtime/finite.ts';
import type { ModuleType } from '../runtime/manifest.ts';
import { type Feeds, openSession, type Session } from '../runtime/session.ts';
import { moduleSizes } from '../runtime/transformer-config.ts';
import type { TransformerModel } from '../runtime/transformer-weights.ts';
import { checkLengths, type Example, exampleFeeds, longestRun, runsOf } from './examples.ts';
import { buildMemoryGraph } from './memory-graph.ts';
import { type MemoryState, recall } from './memory-recall.ts';
import { type MemoryWeights, readMemoryWeights } from './memory-weights.ts';

export type { MemoryState } from './memory-recall.ts';

export interface MemoryOptions {
  /** What the model has on while it reads; null: nothing. */
  meanAdapter: LoraAdapter | null;
  /** What is left of the sums at each fold. */
  decay: number;
  scale: number;
  rank: number;
  moduleTypes: readonly ModuleType[];
  /** Of the longest example. */
  maxTokens: number;
}

export interface Memory {
  /** Adds what the examples of one commit leave; without examples the state stays. Throws ModelError for a state of another memory. */
  fold(state: MemoryState, examples: readonly Example[]): Promise<MemoryState>;
  /** Scaling 1; null where nothing is remembered. Throws ModelError for a state of another memory. */
  adapter(state: MemoryState): LoraAdapter | null;
  [Symbol.asyncDispose](): Promise<void>;
}

/** `weightsPath`: the pack's memory.safetensors. Throws ModelError when it does not fit the model. */
export async function openMemory(
  model: TransformerModel,
  weightsPath: string,
  options: MemoryOptions,
): Promise<Memory> {
  const { meanAdapter, rank, moduleTypes, maxTokens } = options;
  const { config, weightsFolder, precision } = model;
  const weights = readMemoryWeights(weightsPath, { config, rank, moduleTypes });
  const graph = buildMemoryGraph(model, weights, { maxPositions: longestRun(maxTokens) });
  const adapter = adapterFeeds(meanAdapter, moduleSizes(config));
  const session = await openSession(graph, { weightsFolder, prepack: precision !== 'fp32' });
  return {
    async fold(state, examples) {
      const before = checkState(state, weights, rank);
      if (examples.length === 0) return state;
      checkLengths(examples, maxTokens);
      const sums = zeros(weights, rank);
      for (const examplesOfRun of runsOf(examples))
        await addRun(sums, session, { ...adapter, ...memoryFeeds(examplesOfRun) });
      return foldSums(before, sums, options.decay);
    },
    adapter: (state) => recall(checkState(state, weights, rank), weights, options),
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

type Sums = Record<string, Float64Array>;

/** Every target token counts once: the graph takes no weights. */
function memoryFeeds(examples: readonly Example[]): Feeds {
  const { weights: _, ...feeds } = exampleFeeds(examples);
  return feeds;
}

async function addRun(sums: Sums, session: Session, feeds: Feeds): Promise<void> {
  const results = await session.run(feeds);
  for (const [name, sum] of Object.entries(sums)) {
    const part = results[`sums.${name}`]?.data as Float32Array;
    for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] as number) + (part[i] as number);
  }
}

function foldSums(state: MemoryState, sums: Sums, decay: number): MemoryState {
  const folded = Object.entries(sums).map(([name, sum]) => {
    const before = state[name];
    const values = Float32Array.from(sum, (value, i) => decay * (before?.[i] ?? 0) + value);
    return [name, requireFinite(values, `the memory of ${name}`)];
  });
  return Object.fromEntries(folded) as MemoryState;
}

function zeros(weights: MemoryWeights, rank: number): Sums {
  return Object.fromEntries(Object.keys(weights).map((name) => [name, new Float64Array(rank * rank)]));
}

/** Empty, or a matrix for every layer that remembers. */
function checkState(state: MemoryState, weights: MemoryWeights, rank: number): MemoryState {
  const [found, wanted] = [state, weights].map((record) => Object.keys(record).sort().join(', '));
  if (found === '') return state;
  const problem = found === wanted ? undefined : `it is of ${found}, expected ${wanted}`;
  const size = Object.entries(state).find(([, sums]) => sums.length !== rank * rank);
  const misfit = problem ?? (size && `${size[0]} has ${size[1].length} numbers, expected ${rank} × ${rank}`);
  if (misfit !== undefined) {
    throw new ModelError(
      `Cannot use the memory: ${misfit}.\nUse the model pack that it was made with, or start again without it.`,
    );
  }
  for (const [name, sums] of Object.entries(state)) requireFinite(sums, `the memory of ${name}`);
  return state;
}
