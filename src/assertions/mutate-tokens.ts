/**
 * The text of a value → its tokens, and what kind of value it is. Pure.
 *
 * In: source text of one expression. Out: strings, numbers, names and marks, with their places; comments and space are
 * left out. A rough reader: it is asked what could be changed in a value, not what the value means.
 */
import type { SourceLanguage } from './grammar.ts';

export interface Token {
  type: 'string' | 'number' | 'name' | 'mark';
  text: string;
  start: number;
  end: number;
}

export const VALUE_KINDS = [
  'number',
  'boolean',
  'null',
  'string',
  'exception',
  'name',
  'collection',
  'expression',
] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];

export function readTokens(text: string, language: SourceLanguage): Token[] {
  const pattern = language === 'python' ? PYTHON : JAVASCRIPT;
  return [...text.matchAll(pattern)].flatMap(({ index, 0: found, groups = {} }) => {
    const type = TYPES.find((name) => groups[name] !== undefined) ?? (groups.regex ? 'mark' : undefined);
    return type ? [{ type, text: found, start: index, end: index + found.length }] : [];
  });
}

const TYPES = ['string', 'number', 'name', 'mark'] as const;

/** Of the value as a whole: `[1, 2]` is a collection, `total(1)` an expression. */
export function kindOfValue(value: string, language: SourceLanguage): ValueKind {
  const tokens = readTokens(value, language);
  const [first, second] = tokens;
  if (first === undefined) return 'expression';
  if (tokens.length === 1 && first.type !== 'mark') return kindOfToken(first, language);
  if (tokens.length === 2 && /^[-+]$/.test(first.text) && second?.type === 'number') return 'number';
  if (isChain(tokens)) return isExceptionName(tokens.at(-1)?.text ?? '') ? 'exception' : 'name';
  return isBracketed(tokens) ? 'collection' : 'expression';
}

/** Of a token that stands alone or inside of a larger value. */
export function kindOfToken({ type, text }: Token, language: SourceLanguage): ValueKind {
  if (type === 'mark') return 'expression';
  if (type !== 'name') return type;
  const { booleans, nulls } = WORDS[language === 'python' ? 'python' : 'javascript'];
  if (booleans.includes(text)) return 'boolean';
  if (nulls.includes(text)) return 'null';
  return isExceptionName(text) ? 'exception' : 'name';
}

export const isExceptionName = (name: string): boolean =>
  /^[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Exit)$|^(?:Error|Exception|Warning|StopIteration)$/.test(
    name,
  );

const WORDS: Record<'python' | 'javascript', Record<'booleans' | 'nulls', readonly string[]>> = {
  python: { booleans: ['True', 'False'], nulls: ['None'] },
  javascript: { booleans: ['true', 'false'], nulls: ['null', 'undefined'] },
};

/** `a`, `a.b`, `a.b.c`. */
const isChain = (tokens: readonly Token[]): boolean =>
  tokens.length % 2 === 1 &&
  tokens.every(({ type, text }, index) => (index % 2 === 0 ? type === 'name' : text === '.'));

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')' };

/** The bracket that the value begins with is closed by its last token. */
function isBracketed(tokens: readonly Token[]): boolean {
  if (CLOSING[tokens[0]?.text ?? ''] === undefined) return false;
  let depth = 0;
  const closed = tokens.findIndex(({ type, text }) => {
    if (type === 'mark' && '[{('.includes(text)) depth += 1;
    if (type === 'mark' && ']})'.includes(text)) depth -= 1;
    return depth === 0;
  });
  return closed === tokens.length - 1;
}

const QUOTED = String.raw`"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'`;
const TRIPLE = String.raw`"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''`;
const NUMBER = String.raw`0[xX][\da-fA-F_]+n?|0[bB][01_]+n?|0[oO][0-7_]+n?|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?[njJ]?`;
const NAME = String.raw`[\p{L}_$][\p{L}\p{N}_$]*`;
const TICKS = '`(?:\\\\[\\s\\S]|[^`\\\\])*`';
const REST = String.raw`(?<number>${NUMBER})|(?<name>${NAME})|(?<mark>\S)`;
const PYTHON = new RegExp(
  String.raw`#[^\n]*|(?<string>[rbfuRBFU]{0,2}(?:${TRIPLE}|${QUOTED}))|${REST}`,
  'gu',
);
/** Where a value begins, a slash begins a regular expression; it is one mark, and nothing in it is changed. */
const REGEX = String.raw`(?<=(?:^|[(,=:[!&|?{};])\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*`;
const JAVASCRIPT = new RegExp(
  String.raw`\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<string>${QUOTED}|${TICKS})|(?<regex>${REGEX})|${REST}`,
  'gu',
);
