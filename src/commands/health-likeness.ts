/**
 * How an adapter lies among others, by what they do to the weights. No model runs: some tens of milliseconds.
 *
 * In: adapters. Out: numbers. Knows nothing about assertions. A residual is what an adapter does beyond the mean one.
 */
import type { LoraAdapter } from '../lora/adapter.ts';
import { adapterCosine, deltaNorm, residualFraction } from '../lora/similarity.ts';
import type { HealthReport } from '../report/health-schema.ts';
import { mean } from '../report/health-statistics.ts';
import type { References } from './health-references.ts';

type Likeness = HealthReport['likeness'];

export function likenessOf(
  own: LoraAdapter,
  { references, previous }: { references: References; previous: LoraAdapter | null },
): Likeness & { panelCosines: number[] } {
  const { mean: average, panel, layerCount } = references;
  const cosine = (other: LoraAdapter) => adapterCosine(own, other, { layerCount });
  const others = panel.map(({ adapter }) => adapter);
  const panelCosines = others.map(cosine);
  return {
    norm: deltaNorm(own, { layerCount }),
    meanCosine: average && cosine(average),
    panelCosine: others.length === 0 ? null : mean(panelCosines),
    previousCosine: previous && cosine(previous),
    residualFraction: average && residualFraction(own, average, { layerCount }),
    participationRatio: others.length > 0 ? participationRatio([own, ...others], references) : null,
    panelCosines,
  };
}

/**
 * In how many directions the adapters leave the average: n² / Σ cos² over all pairs of residuals of norm 1. 1: all of them
 * in the same one; n: each in its own. Below 2 whatever tells repositories apart is one number. null: fewer than two leave it.
 */
export function participationRatio(
  adapters: readonly LoraAdapter[],
  { mean: average, layerCount }: Pick<References, 'mean' | 'layerCount'>,
): number | null {
  if (average === null) return null;
  const products = productsOf([average, ...adapters], layerCount);
  const product = (i: number, j: number) => products[i]?.[j] as number;
  const residual = (i: number, j: number) => product(i, j) - product(i, 0) - product(0, j) + product(0, 0);
  const apart = adapters.map((_, index) => index + 1).filter((i) => residual(i, i) > NOISE * product(i, i));
  if (apart.length < 2) return null;
  const squares = apart.flatMap((i) =>
    apart.map((j) => residual(i, j) ** 2 / (residual(i, i) * residual(j, j))),
  );
  return apart.length ** 2 / squares.reduce((total, value) => total + value, 0);
}

/** Below it a difference of squares is rounding. */
const NOISE = 1e-12;

/** Inner products of all with all. */
function productsOf(adapters: readonly LoraAdapter[], layerCount: number): number[][] {
  const norms = adapters.map((adapter) => deltaNorm(adapter, { layerCount }));
  const at = (index: number) => norms[index] as number;
  return adapters.map((a, i) =>
    adapters.map((b, j) => (i === j ? at(i) ** 2 : adapterCosine(a, b, { layerCount }) * at(i) * at(j))),
  );
}

/** 1: the same direction; 0 when one of them is zero. */
export function stateCosine(a: Float32Array, b: Float32Array): number {
  const norms = stateNorm(a) * stateNorm(b);
  const product = a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  return norms === 0 ? 0 : Math.max(-1, Math.min(1, product / norms));
}

export const stateNorm = (state: Float32Array): number =>
  Math.sqrt(state.reduce((sum, value) => sum + value * value, 0));

/** ‖a − b‖ / ‖b‖. */
export function stateDistance(a: Float32Array, b: Float32Array): number {
  const difference = a.map((value, i) => value - (b[i] as number));
  return stateNorm(difference) / Math.max(Number.MIN_VALUE, stateNorm(b));
}
