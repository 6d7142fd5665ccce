/**
 * A larger value (a collection, a call, a sum) → the same with one part changed. Pure.
 *
 * Changed are literals, and names that stand for themselves; keys, keywords, members and what is called stay, and in
 * code with variables of its own only literals are touched.
 */
import type { SourceLanguage } from './grammar.ts';
import { isPlainName } from './mutate-names.ts';
import { kindOfToken, readTokens, type Token, type ValueKind } from './mutate-tokens.ts';
import { type Option, type Place, pick } from './mutation.ts';

/** Options for a token that stands alone, by its kind. */
export type OptionsOf = (kind: ValueKind, place: Place) => Option[];

export function partOptions(place: Place, optionsOf: OptionsOf): Option[] {
  const { value, language, chance } = place;
  const tokens = readTokens(value, language);
  const hasOwnNames = tokens.some(({ text }) => OWN_NAMES.has(text));
  const isLiteral = (token: Token) => token.type !== 'name' || !isPlainName(token, language);
  const parts = tokens.filter((_, at) => isPart(tokens, at, language));
  const part = pick(hasOwnNames ? parts.filter(isLiteral) : preferLiterals(parts, isLiteral), chance);
  if (!part) return [];
  const kind = kindOfToken(part, language);
  return optionsOf(kind, { ...place, value: part.text }).map((option) => ({
    how: `one part: ${kind}`,
    value: value.slice(0, part.start) + option.value + value.slice(part.end),
  }));
}

const preferLiterals = (parts: readonly Token[], isLiteral: (token: Token) => boolean): Token[] => {
  const literals = parts.filter(isLiteral);
  return literals.length > 0 ? literals : [...parts];
};

/** Words that bring variables of their own. */
const OWN_NAMES = new Set(['lambda', 'for', 'function', 'async', 'class']);

/** Whether a token is a value by itself: not a key, a member, a keyword argument, or what is called. */
function isPart(tokens: readonly Token[], at: number, language: SourceLanguage): boolean {
  const [token, before, after] = [tokens[at] as Token, tokens[at - 1]?.text, tokens[at + 1]?.text];
  if (token.type === 'mark' || (after === ':' && before !== '[')) return false;
  if (token.type !== 'name') return token.type !== 'string' || after !== '.';
  if (before === '.' || after === '.' || after === '(' || after === '=' || after === '[') return false;
  return kindOfToken(token, language) !== 'name' || isPlainName(token, language);
}

/** Nothing in a collection can be changed when nothing is in it. */
export function emptyOptions({ value, language }: Place): Option[] {
  const empty = value.replace(/\s/g, '');
  if (!['[]', '{}', '()'].includes(empty)) return [];
  const others = language === 'python' ? ['[]', '{}', 'None', "['']"] : ['[]', '{}', 'null', "['']"];
  return others
    .filter((other) => other !== empty)
    .map((other) => ({ how: 'other empty value', value: other }));
}
