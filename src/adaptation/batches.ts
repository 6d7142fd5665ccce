/**
 * Which examples each gradient step reads: half of them new, the rest drawn from those that are kept. Pure.
 *
 * In: the examples that a commit brought, those kept of earlier ones, a seed. Out: batches. The same input gives the same
 * batches on every machine.
 */

import { createRandom, type Random } from '../runtime/random.ts';
import type { Example } from './examples.ts';

export interface BatchRequest {
  /** At least one. */
  newest: readonly Example[];
  /** Also holds the newest. */
  buffer: readonly Example[];
  /** Examples of a batch. */
  batch: number;
  steps: number;
  seed: string;
}

/** No example is twice in a batch. */
export function drawBatches({ newest, buffer, batch, steps, seed }: BatchRequest): Example[][] {
  const random = createRandom(seed);
  return Array.from({ length: steps }, () => {
    const fresh = draw(newest, Math.ceil(batch / 2), random);
    const others = buffer.filter((example) => !fresh.includes(example));
    return [...fresh, ...draw(others, batch - fresh.length, random)];
  });
}

/** The last so many; oldest first. */
export const keepNewest = <T>(items: readonly T[], most: number): T[] => items.slice(-most);

/** The first places of a shuffle (Fisher & Yates). */
function draw<T>(items: readonly T[], count: number, random: Random): T[] {
  const left = [...items];
  return Array.from({ length: Math.min(count, left.length) }, (_, place) => {
    const chosen = place + Math.floor(random.uniform() * (left.length - place));
    const item = left[chosen] as T;
    left[chosen] = left[place] as T;
    return item;
  });
}
