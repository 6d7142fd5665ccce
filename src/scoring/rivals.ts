/**
 * How a written value stands beside other values: those that the model would write, and those that somebody could have meant.
 *
 * In: a model that has read up to the value, the assertion. Out: nats. Whether a value is hard to know is the same for it and
 * for its rivals, so that what is left says more about the value itself than its probability does.
 */
import { alternativesTo } from '../assertions/alternatives.ts';
import type { Assertion } from '../assertions/assertion.ts';
import { createRandom } from '../runtime/random.ts';
import type { Completion, Reader, TargetScore } from './language-model.ts';
import { exactMatch } from './metrics.ts';

/** Negative log-likelihood of the value less that of its rivals, nats: above zero, a rival is more probable. */
export interface Rivals {
  /** Of the most probable one. */
  best: number;
  /** Over all of them. */
  mean: number;
}

/** Asked for each value; each is one short run. */
const COUNT = 6;

/** A value among the candidates. */
export interface Place {
  /** Probability of the most probable candidate that is another value; 0 where there is none. */
  other: number;
  /** The value is what the model would have written. */
  isFirst: boolean;
}

export function placeAmong({ candidates, greedy }: Completion, target: string): Place {
  const others = candidates.filter(({ text }) => !exactMatch(text, target));
  return { other: others[0]?.probability ?? 0, isFirst: exactMatch(candidates[0]?.text ?? greedy, target) };
}

/**
 * null: the value comes first, or there is nothing to compare with. The same value at the same place has the same rivals.
 */
export async function askRivals(
  reader: Reader,
  assertion: Assertion,
  { score: { nll }, completion }: { score: TargetScore; completion: Completion },
): Promise<Rivals | null> {
  if (placeAmong(completion, assertion.target).isFirst) return null;
  const { prefix, language, path, target } = assertion;
  const chance = createRandom(`${path}\n${prefix.length}\n${target}`);
  const nlls: number[] = [];
  for (const value of alternativesTo(assertion, { count: COUNT, chance }))
    nlls.push((await reader.score({ prefix, target: value, language })).nll);
  if (nlls.length === 0) return null;
  const mean = nlls.reduce((sum, other) => sum + other, 0) / nlls.length;
  return { best: nll - Math.min(...nlls), mean: nll - mean };
}
