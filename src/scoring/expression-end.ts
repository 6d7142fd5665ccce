/**
 * Says where a generated text stops being one expression.
 *
 * In: text that follows `assert x ==` or `expect(x).toBe(`, and its language. Out: whether an expression has
 * ended in it and where, could end now, or cannot end yet. Knows nothing about tokens or probabilities.
 *
 * Outside of brackets and strings an expression ends at a closing bracket that was not opened in it, a comma,
 * a semicolon, a line break or a line comment. Everything else belongs to it: in Python also ` and`, ` or`, ` if` and
 * `:`. Line breaks before the expression are skipped. An expression over several lines that no bracket holds
 * together is cut at its first line; f-strings and JSX are read as plain strings and operators.
 */
import type { SourceLanguage } from '../assertions/grammar.ts';

export type Scan =
  /** `end`: index of the terminator. */
  | { status: 'ended'; end: number }
  /** blank: nothing yet. ready: could end here. open: inside of a bracket or string. broken: never an expression. */
  | { status: 'blank' | 'ready' | 'open' | 'broken' };

/** Reads a text from its start. */
export function scanExpression(text: string, language: SourceLanguage): Scan {
  const state: State = { closers: [], last: '' };
  const pattern = language === 'python' ? PYTHON : SCRIPT;
  for (let position = 0; position < text.length; ) {
    const [kind, lexeme] = readLexeme(state.closers.at(-1) === '`' ? TEMPLATE : pattern, text, position);
    const isRegex = lexeme === '/' && pattern === SCRIPT && startsOperand(state.last);
    const end = isRegex ? skipRegex(text, position) : position + lexeme.length;
    const outcome = end === null ? 'open' : apply(kind, lexeme, state);
    if (outcome === 'ended') return { status: 'ended', end: position };
    if (outcome === 'unfinished')
      return { status: /(?<!\\)\n/.test(text.slice(position)) ? 'broken' : 'open' };
    if (outcome !== undefined) return { status: outcome };
    position = end as number;
  }
  if (state.closers.length > 0) return { status: 'open' };
  return { status: state.last === '' ? 'blank' : 'ready' };
}

/** Matches a token that ends an expression when the text before it could end. */
export function terminatorPattern(language: SourceLanguage): RegExp {
  return language === 'python' ? PYTHON_TERMINATOR : SCRIPT_TERMINATOR;
}

const PYTHON_TERMINATOR = /^[ \t]*[)\]},;\r\n#]/;
const SCRIPT_TERMINATOR = /^[ \t]*(?:[)\]},;\r\n]|\/\/)/;

interface State {
  /** Brackets that are still to come, innermost last; a backtick inside of a template string. */
  closers: string[];
  /** Last lexeme that is not space; empty at the start. */
  last: string;
}

type Kind =
  | 'space'
  | 'newline'
  | 'comment'
  | 'string'
  | 'unfinished'
  | 'open'
  | 'close'
  | 'separator'
  | 'other';

const QUOTED = /"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'/.source;
const TRIPLE = /"""(?:\\[\s\S]|(?!""")[^\\])*"""|'''(?:\\[\s\S]|(?!''')[^\\])*'''/.source;
const COMMON = /(?<open>[([{])|(?<close>[)\]}])|(?<separator>[,;])|(?<other>[\w$]+|[\s\S])/.source;

const PYTHON = new RegExp(
  `(?<space>[ \\t\\r]+|\\\\\\r?\\n)|(?<newline>\\n)|(?<comment>#[^\\n]*)|(?<string>${TRIPLE})|` +
    `(?<triple>"""|''')|(?<quoted>${QUOTED})|(?<unfinished>["'])|${COMMON}`,
  'y',
);
const SCRIPT = new RegExp(
  `(?<space>[ \\t\\r]+|/\\*[\\s\\S]*?\\*/)|(?<newline>\\n)|(?<comment>//[^\\n]*)|(?<block>/\\*)|` +
    `(?<quoted>${QUOTED})|(?<unfinished>["'])|(?<template>\`)|${COMMON}`,
  'y',
);
/** Inside of a template string: text, `\${` or the closing backtick. */
const TEMPLATE = /(?<string>(?:\\[\s\S]|\$(?!\{)|[^`\\$])+)|(?<open>\$\{)|(?<close>`)|(?<escape>\\)/y;

/** Names of groups that mean the same as another kind, or an outcome. */
const ALIASES: Readonly<Record<string, Kind | 'endless'>> = {
  quoted: 'string',
  template: 'open',
  triple: 'endless',
  block: 'endless',
  escape: 'endless',
};

function readLexeme(
  pattern: RegExp,
  text: string,
  position: number,
): [kind: Kind | 'endless', lexeme: string] {
  pattern.lastIndex = position;
  const match = pattern.exec(text) as RegExpExecArray; // every pattern matches any character
  const [kind, lexeme] = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined) as [
    string,
    string,
  ];
  return [ALIASES[kind] ?? (kind as Kind), lexeme];
}

const CLOSER: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '${': '}', '`': '`' };

function apply(
  kind: Kind | 'endless',
  lexeme: string,
  state: State,
): 'ended' | 'open' | 'broken' | 'unfinished' | undefined {
  const isOutside = state.closers.length === 0;
  if (kind === 'endless') return 'open';
  if (kind === 'unfinished') return 'unfinished';
  if (kind === 'space') return undefined;
  if (kind === 'newline') return isOutside && state.last !== '' ? 'ended' : undefined;
  if (kind === 'comment') return isOutside ? 'ended' : undefined;
  if (isOutside && (kind === 'separator' || kind === 'close')) return 'ended';
  if (kind === 'close' && state.closers.pop() !== lexeme) return 'broken';
  if (kind === 'open') state.closers.push(CLOSER[lexeme] as string);
  state.last = lexeme;
  return undefined;
}

/** A slash after an operator or an opening bracket begins a regular expression, after an operand it divides. */
const startsOperand = (last: string): boolean =>
  /^(?:|[(,=:[!&|?{};+\-*%<>~^]|\$\{|return|typeof|in|of)$/.test(last);

const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;

function skipRegex(text: string, position: number): number | null {
  REGEX.lastIndex = position;
  return REGEX.test(text) ? REGEX.lastIndex : null;
}
