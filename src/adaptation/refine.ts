/**
 * A few gradient steps on examples: an adapter beside the generated one, which stays as it is.
 *
 * In: a frozen adapter, a residual one, examples. Out: the residual after some steps, and the losses on the way. Knows
 * nothing about repositories. Deterministic: the same input gives the same numbers on the same kind of processor.
 */
import { adapterFeeds, type LoraAdapter, type LoraPair } from '../lora/adapter.ts';
import { joinAdapters } from '../lora/join.ts';
import { openSession, type Session } from '../runtime/session.ts';
import { moduleSizes, type TransformerConfig } from '../runtime/transformer-config.ts';
import type { TransformerModel } from '../runtime/transformer-weights.ts';
import { createAdam } from './adam.ts';
import { type Example, exampleFeeds } from './examples.ts';
import { buildGradientGraph } from './gradient-graph.ts';
import { createRandom } from './random.ts';

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

/** Steps until the full learning rate. */
const WARMUP_STEPS = 3;

/** `maxTokens`: of a batch, all examples together. Throws ModelError for quantised weights. */
export async function openRefiner(
  model: TransformerModel,
  { maxTokens }: { maxTokens: number },
): Promise<Refiner> {
  const graph = buildGradientGraph(model, { maxPositions: maxTokens });
  const session = await openSession(graph, { weightsFolder: model.weightsFolder });
  return {
    refine: (request) => refine(session, model.config, request),
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

async function refine(
  session: Session,
  config: TransformerConfig,
  { frozen, residual: start, batches, learningRate }: RefineRequest,
): Promise<Refined> {
  const residual = copyOf(start);
  const adam = createAdam(parametersOf(residual));
  const losses: number[] = [];
  for (const [step, batch] of batches.entries()) {
    const adapter = frozen ? joinAdapters(frozen, residual) : residual;
    const feeds = { ...exampleFeeds(batch), ...adapterFeeds(adapter, moduleSizes(config)) };
    const results = await session.run(feeds);
    losses.push(mean(results.losses?.data as Float32Array));
    const gradient = (name: string) => results[`gradient.${name}`]?.data as Float32Array;
    const warmth = Math.min(1, (step + 1) / WARMUP_STEPS);
    adam.step(ownPart(residual, frozen?.rank ?? 0, gradient), learningRate * warmth);
  }
  return { residual, losses };
}

const nameOf = (side: 'A' | 'B', type: string): string => `lora_${side}.${type}`;

function parametersOf({ pairs }: LoraAdapter): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(pairs).flatMap(([type, { A, B }]) => [
      [nameOf('A', type), A],
      [nameOf('B', type), B],
    ]),
  );
}

/** The residual's rows of A and columns of B come after the frozen adapter's. */
function ownPart(
  { rank, pairs }: LoraAdapter,
  offset: number,
  gradient: (name: string) => Float32Array,
): Record<string, Float32Array> {
  const parts: Record<string, Float32Array> = {};
  for (const [type, { inFeatures, outFeatures }] of Object.entries(pairs)) {
    parts[nameOf('A', type)] = gradient(nameOf('A', type)).subarray(offset * inFeatures);
    const whole = gradient(nameOf('B', type));
    const B = new Float32Array(outFeatures * rank);
    for (let row = 0; row < outFeatures; row += 1) {
      const start = row * (offset + rank) + offset;
      B.set(whole.subarray(start, start + rank), row * rank);
    }
    parts[nameOf('B', type)] = B;
  }
  return parts;
}

function copyOf({ rank, alpha, pairs }: LoraAdapter): LoraAdapter {
  const copies = Object.entries(pairs).map(([type, pair]) => [
    type,
    { ...pair, A: pair.A.slice(), B: pair.B.slice() },
  ]);
  return { rank, alpha, pairs: Object.fromEntries(copies) as LoraAdapter['pairs'] };
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
