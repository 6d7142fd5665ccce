/** Repositories with mutants whose numbers follow from a seed: mistakes are less probable, more so for the adapted model. */

import type { Mutant, MutantRepository, SideScore } from '../../src/report/mutation-scores.ts';
import { createRandom } from '../../src/runtime/random.ts';

export interface MadeOptions {
  repositories?: number;
  mutants?: number;
  /** Nats per token that a mistake costs the adapted model; the base model half of them. */
  gap?: number;
}

const KINDS = ['number', 'string', 'name'];

export function madeRepositories({
  repositories = 6,
  mutants = 40,
  gap = 2,
}: MadeOptions = {}): MutantRepository[] {
  const random = createRandom(`made ${gap}`);
  const side = (cost: number, tokens: number): SideScore => {
    const nll = tokens * Math.abs(1.5 + cost + random.normal());
    const probability = Math.exp(-nll) * 0.9;
    const other = 0.6 * random.uniform() + 0.01;
    const worst = nll / Math.sqrt(tokens);
    const standing = { worst, worstExcess: worst - 1, worstLead: worst / 2, excess: nll - tokens };
    const rivals = { best: worst - 2, mean: worst - 3 };
    return { nll, ...standing, probability, other, isFirst: probability > other, rivals };
  };
  const value = (cost: number, tokens: number) => ({
    tokens,
    inPrefix: random.uniform() < 0.5,
    base: side(cost / 2, tokens),
    adapted: side(cost, tokens),
  });
  const mutant = (index: number): Mutant => {
    const tokens = 1 + (index % 4);
    return {
      ...{ commit: 'c'.repeat(40), position: index, path: 'test_a.py', line: index + 1, language: 'python' },
      ...{ family: index % 2 ? 'python/assert' : 'js/expect', kind: KINDS[index % 3] as string, how: 'zero' },
      ...{ written: value(0, tokens), mutated: value(gap, tokens) },
    };
  };
  return Array.from({ length: repositories }, (_, index) => ({
    ...{ name: `made/${index}`, split: 'validation', commit: 'c'.repeat(40) },
    mutants: Array.from({ length: mutants }, (_, place) => mutant(place)),
  }));
}
