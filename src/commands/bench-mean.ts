/**
 * The mean of several adapters, and which other adapter one is compared with. Pure.
 *
 * The mean is that of the matrices, as the mean adapter of a pack is made: adapters of one generator have the same rows in
 * the same places. A pair that some of them lack counts as zero there.
 */
import { createHash } from 'node:crypto';
import { type LoraAdapter, type LoraPair, rankOf, scaling } from '../lora/adapter.ts';

/** At least one, with the same scaling and ranks. */
export function meanAdapter(adapters: readonly LoraAdapter[]): LoraAdapter {
  const [first] = adapters as [LoraAdapter];
  const names = new Set(adapters.flatMap(({ pairs }) => Object.keys(pairs)));
  const pairs = [...names].map((name) => [name, meanPair(name, adapters)] as const);
  return { rank: first.rank, alpha: first.alpha, pairs: Object.fromEntries(pairs) };
}

function meanPair(name: string, adapters: readonly LoraAdapter[]): LoraPair {
  const present = adapters.filter(({ pairs }) => pairs[name] !== undefined);
  const [owner] = present as [LoraAdapter];
  const like = owner.pairs[name] as LoraPair;
  const fitting = present.filter((adapter) => {
    const pair = adapter.pairs[name] as LoraPair;
    return rankOf(pair, adapter) === rankOf(like, owner) && scaling(adapter) === scaling(owner);
  });
  const all = (side: 'A' | 'B') => fitting.map(({ pairs }) => (pairs[name] as LoraPair)[side]);
  // A only points where to look: over those that have it. B says how much: the others have none of it.
  return { ...like, A: meanOf(all('A'), fitting.length), B: meanOf(all('B'), adapters.length) };
}

function meanOf(matrices: readonly Float32Array[], count: number): Float32Array {
  const mean = new Float32Array(matrices[0]?.length ?? 0);
  for (const matrix of matrices)
    for (const [place, value] of matrix.entries()) mean[place] = (mean[place] as number) + value / count;
  return mean;
}

/** By sha256 of both names: any of them, and always the same one. */
export function chooseOther<T extends { name: string }>(name: string, others: readonly T[]): T | undefined {
  const rankOfName = (other: T) => createHash('sha256').update(`${name}\n${other.name}`).digest('hex');
  return [...others].sort((a, b) => (rankOfName(a) < rankOfName(b) ? -1 : 1))[0];
}
