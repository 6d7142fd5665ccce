/**
 * How a written value stands beside values that somebody could have meant instead.
 *
 * In: a model that has read up to the value, the assertion. Out: nats. Whether a value is hard to know is the same for it and
 * for its rivals, so that what is left says more about the value itself than its probability does.
 */
import { alternativesTo } from '../assertions/alternatives.ts';
import type { Assertion } from '../assertions/assertion.ts';
import { createRandom } from '../runtime/random.ts';
import type { Reader } from './language-model.ts';

/** Negative log-likelihood of the value less that of its rivals, nats: above zero, a rival is more probable. */
export interface Rivals {
  /** Of the most probable one. */
  best: number;
  /** Over all of them. */
  mean: number;
}

/** Asked for each value; each is one short run. */
const COUNT = 6;

/** null: there is nothing to compare with. The same value at the same place has the same rivals. */
export async function askRivals(
  reader: Reader,
  assertion: Assertion,
  { nll }: { nll: number },
): Promise<Rivals | null> {
  const { prefix, language, path, target } = assertion;
  const chance = createRandom(`${path}\n${prefix.length}\n${target}`);
  const nlls: number[] = [];
  for (const value of alternativesTo(assertion, { count: COUNT, chance }))
    nlls.push((await reader.score({ prefix, target: value, language })).nll);
  if (nlls.length === 0) return null;
  const mean = nlls.reduce((sum, other) => sum + other, 0) / nlls.length;
  return { best: nll - Math.min(...nlls), mean: nll - mean };
}
