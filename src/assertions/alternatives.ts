/**
 * Values that somebody could have meant in the place of a written one. Pure.
 *
 * In: an assertion, a source of chance. Out: other values of its kind, each once; none where nothing says what else the
 * value could be. They are made as the mistakes of the mutation benchmark are, from the written value alone.
 */
import { type Mutable, mutateAssertion } from './mutate.ts';
import type { Chance } from './mutation.ts';

/** At most `count`; some ways of going wrong give the same value again, so it is tried a few times more. */
export function alternativesTo(
  assertion: Mutable,
  { count, chance }: { count: number; chance: Chance },
): string[] {
  const found = new Set<string>();
  for (let attempt = 0; attempt < ATTEMPTS * count && found.size < count; attempt += 1) {
    const mutation = mutateAssertion(assertion, chance);
    if (mutation === null) break;
    found.add(mutation.value);
  }
  return [...found];
}

const ATTEMPTS = 3;
