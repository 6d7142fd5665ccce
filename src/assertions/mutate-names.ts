/** A name → other names that stand in the file and look alike: `expected` and `result`, `Color.RED` and `Color.BLUE`. Pure. */
import type { SourceLanguage } from './grammar.ts';
import { distinct, nearbyTokens } from './mutate-context.ts';
import { kindOfToken, type Token } from './mutate-tokens.ts';
import type { Option, Place } from './mutation.ts';

/** The last of the distinct ones above the value. */
const MAX_NAMES = 24;

export function nameOptions(place: Place): Option[] {
  const own = place.value.split('.').map((part) => part.trim());
  const chains = nearbyChains(place);
  const siblings = chains.filter((chain) => isSibling(chain, own));
  const alike = chains.filter((chain) => chain.length === own.length && isSameShape(chain, own));
  const builtins = TYPES[languageKey(place.language)].includes(place.value)
    ? TYPES[languageKey(place.language)].map((name) => [name])
    : [];
  return [
    ...optionsOf('another type', builtins),
    ...optionsOf('another member', siblings),
    ...(siblings.length > 0 && own.length > 1 ? [] : optionsOf('another name', alike)),
  ];
}

const optionsOf = (how: string, chains: readonly string[][]): Option[] =>
  distinct(chains.map((chain) => chain.join('.')))
    .slice(-MAX_NAMES)
    .map((value) => ({ how, value }));

/** Of the same object: `a.b.c` and `a.b.d`. */
const isSibling = (chain: readonly string[], own: readonly string[]): boolean =>
  own.length > 1 &&
  chain.length === own.length &&
  chain.slice(0, -1).join('.') === own.slice(0, -1).join('.') &&
  isSameShape(chain, own);

/** `UPPER_CASE`, `Capital` or `small`. */
function shapeOf(name: string): string {
  const letters = name.replace(/^[_$]+/, '');
  if (/^[A-Z][A-Z\d_]+$/.test(letters)) return 'upper';
  return /^\p{Lu}/u.test(letters) ? 'capital' : 'small';
}

const isSameShape = (a: readonly string[], b: readonly string[]): boolean =>
  shapeOf(a.at(-1) ?? '') === shapeOf(b.at(-1) ?? '') && shapeOf(a[0] ?? '') === shapeOf(b[0] ?? '');

/** Names and members as they are read, without what is called, declared or a word of the language. */
function nearbyChains({ prefix, language }: Place): string[][] {
  const tokens = nearbyTokens({ prefix, language });
  const chains: string[][] = [];
  for (let at = 0; at < tokens.length; ) {
    const end = endOfChain(tokens, at);
    const parts = tokens.slice(at, end).filter(({ type }) => type === 'name');
    const isCalled = tokens[end]?.text === '(';
    if (parts.length > 0 && !isCalled && parts.every((part) => isPlainName(part, language)))
      chains.push(parts.map(({ text }) => text));
    at = Math.max(end, at + 1);
  }
  return chains;
}

function endOfChain(tokens: readonly Token[], start: number): number {
  if (tokens[start]?.type !== 'name') return start;
  let end = start + 1;
  while (tokens[end]?.text === '.' && tokens[end + 1]?.type === 'name') end += 2;
  return end;
}

/** A name of its own, and no word of a language. */
export const isPlainName = (token: Token, language: SourceLanguage): boolean =>
  kindOfToken(token, language) === 'name' && !KEYWORDS.has(token.text);

const KEYWORDS = new Set(
  (
    'and as assert async await break case catch class const continue debugger def default del delete do elif else ' +
    'enum except export extends finally for from function get global if implements import in instanceof interface is ' +
    'lambda let new nonlocal not of or pass raise return set static super switch this throw try type typeof var ' +
    'void while with yield test it describe expect self cls'
  ).split(' '),
);

const languageKey = (language: SourceLanguage): 'python' | 'javascript' =>
  language === 'python' ? 'python' : 'javascript';

const TYPES: Readonly<Record<'python' | 'javascript', readonly string[]>> = {
  python: ['str', 'int', 'float', 'bool', 'list', 'tuple', 'dict', 'set', 'bytes'],
  javascript: ['String', 'Number', 'Boolean', 'Array', 'Object', 'Map', 'Set', 'Promise', 'Date'],
};
