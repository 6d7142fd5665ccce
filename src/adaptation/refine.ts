/**
 * A few gradient steps on examples: an adapter beside the generated one, which stays as it is.
 *
 * In: a frozen adapter, a residual one, examples. Out: the residual after some steps, and the losses on the way. Knows
 * nothing about repositories. Deterministic: the same input gives the same numbers on the same kind of processor.
 */
import type { LoraAdapter, LoraPair } from '../lora/adapter.ts';
import { adapterFeeds } from '../lora/feeds.ts';
import { createRandom } from '../runtime/random.ts';
import { type Feeds, openSession, type Session } from '../runtime/session.ts';
import { moduleSizes, type TransformerConfig } from '../runtime/transformer-config.ts';
import type { TransformerModel } from '../runtime/transformer-weights.ts';
import { createAdam } from './adam.ts';
import { checkLengths, type Example, exampleFeeds, longestRun, runsOf, targetCount } from './examples.ts';
import { buildGradientGraph } from './gradient-graph.ts';

export interface RefineRequest {
  /** What the residual is added to; null: the base model alone. */
  frozen: LoraAdapter | null;
  /** Scaling 1; `emptyResidual` to begin with. Not changed. */
  residual: LoraAdapter;
  /** One step each. */
  batches: readonly (readonly Example[])[];
  /** Full learning rate; the first steps are smaller. */
  learningRate: number;
}

export interface Refined {
  residual: LoraAdapter;
  /** Before each step, nats per target token. */
  losses: number[];
}

export interface Refiner {
  refine(request: RefineRequest): Promise<Refined>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What the residual's inputs of the graph are called. */
const PREFIX = 'residual';
/** Steps until the full learning rate. */
const WARMUP_STEPS = 3;

export interface RefinerOptions {
  /** Of the longest example. */
  maxTokens: number;
  /** Frozen adapters may change single layers; the residual never does. */
  layerAdapters?: boolean;
}

/** Throws ModelError for quantised weights. */
export async function openRefiner(
  model: TransformerModel,
  { maxTokens, layerAdapters = false }: RefinerOptions,
): Promise<Refiner> {
  const { config, weightsFolder } = model;
  const graph = buildGradientGraph(model, { maxPositions: longestRun(maxTokens), layerAdapters });
  // Packed weights halve the time of a run, and packing takes less than one of them.
  const session = await openSession(graph, { weightsFolder, prepack: true });
  const sizes = moduleSizes(config);
  const layerCount = layerAdapters ? config.layerCount : null;
  return {
    async refine(request) {
      checkLengths(request.batches.flat(), maxTokens);
      return refine(session, request, {
        frozen: (adapter) => adapterFeeds(adapter, sizes, { layerCount }),
        residual: (adapter) => adapterFeeds(adapter, sizes, { prefix: PREFIX }),
      });
    },
    [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
  };
}

/** An adapter that changes nothing yet: A as PyTorch draws it for LoRA, seeded; B zero. */
export function emptyResidual(
  config: TransformerConfig,
  { rank, seed }: { rank: number; seed: string },
): LoraAdapter {
  const random = createRandom(seed);
  const pairs: Record<string, LoraPair> = {};
  for (const [type, { inFeatures, outFeatures }] of Object.entries(moduleSizes(config))) {
    const A = Float32Array.from({ length: rank * inFeatures }, () => random.normal() / Math.sqrt(inFeatures));
    pairs[type] = { A, B: new Float32Array(outFeatures * rank), inFeatures, outFeatures };
  }
  return { rank, alpha: rank, pairs };
}

interface AdapterInputs {
  frozen(adapter: LoraAdapter | null): Feeds;
  residual(adapter: LoraAdapter): Feeds;
}

async function refine(
  session: Session,
  { frozen, residual: start, batches, learningRate }: RefineRequest,
  inputs: AdapterInputs,
): Promise<Refined> {
  const residual = copyOf(start);
  const parameters = parametersOf(residual);
  const adam = createAdam(parameters);
  const frozenFeeds = inputs.frozen(frozen);
  const losses: number[] = [];
  for (const [step, batch] of batches.entries()) {
    const adapter = { ...frozenFeeds, ...inputs.residual(residual) };
    const { loss, gradients } = await slope(session, batch, { adapter, names: Object.keys(parameters) });
    losses.push(loss);
    adam.step(gradients, learningRate * Math.min(1, (step + 1) / WARMUP_STEPS));
  }
  return { residual, losses };
}

/** The mean loss over all target tokens of a batch, and its gradient: several runs, whose shares are added up. */
async function slope(
  session: Session,
  batch: readonly Example[],
  { adapter, names }: { adapter: Feeds; names: readonly string[] },
): Promise<{ loss: number; gradients: Record<string, Float32Array> }> {
  const count = targetCount(batch);
  const gradients: Record<string, Float32Array> = {};
  let loss = 0;
  for (const examples of runsOf(batch)) {
    const results = await session.run({ ...exampleFeeds(examples, count), ...adapter });
    loss += total(results.losses?.data as Float32Array) / count;
    for (const name of names) {
      const part = results[`gradient.${name}`]?.data as Float32Array;
      gradients[name] = sumOf(gradients[name], part);
    }
  }
  return { loss, gradients };
}

/** Into the first one, where there is one. */
function sumOf(sum: Float32Array | undefined, part: Float32Array): Float32Array {
  if (sum === undefined) return part;
  for (let i = 0; i < sum.length; i += 1) sum[i] = (sum[i] as number) + (part[i] as number);
  return sum;
}

/** The adapter's matrices under the names of the graph's inputs. */
function parametersOf({ pairs }: LoraAdapter): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(pairs).flatMap(([type, { A, B }]) => [
      [`${PREFIX}_A.${type}`, A],
      [`${PREFIX}_B.${type}`, B],
    ]),
  );
}

function copyOf({ rank, alpha, pairs }: LoraAdapter): LoraAdapter {
  const copies = Object.entries(pairs).map(([type, pair]) => [
    type,
    { ...pair, A: pair.A.slice(), B: pair.B.slice() },
  ]);
  return { rank, alpha, pairs: Object.fromEntries(copies) as LoraAdapter['pairs'] };
}

const total = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);
