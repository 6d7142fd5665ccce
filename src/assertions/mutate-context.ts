/** What stands above a value: the tokens of the lines before it, where mistakes come from. Pure. */
import { readTokens, type Token } from './mutate-tokens.ts';
import type { Place } from './mutation.ts';

/** Characters: about a screen. What is far above is not what somebody confuses a value with. */
const NEARBY = 4000;

/** From the start of a line on, because in the middle of a string the quotes would be the wrong way round. */
export function nearbyTokens({ prefix, language }: Pick<Place, 'prefix' | 'language'>): Token[] {
  const from = prefix.length <= NEARBY ? 0 : prefix.indexOf('\n', prefix.length - NEARBY) + 1;
  return readTokens(prefix.slice(from), language);
}

export const distinct = <T>(items: readonly T[]): T[] => [...new Set(items)];
