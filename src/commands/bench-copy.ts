/**
 * The heuristic that a model has to beat: the value that stands at the last place above that looks the same. Pure.
 *
 * In: the text of the file up to the expected value. Out: an answer, or '' where there is nothing to copy. It never looks
 * at what was written. The same looks: the same words right before the place (`.toBe(`, ` == `), or a line that begins with
 * the same call. Where there is none, the most recent literal of the kind that the place asks for.
 */
import type { SourceLanguage } from '../assertions/grammar.ts';
import { scanExpression } from '../scoring/expression-end.ts';

/** Looking further back finds nothing that is more likely. */
const MAX_CHARACTERS = 20_000;
/** A longer value is not copied. */
const MAX_VALUE = 400;

export function copyFromPrefix(prefix: string, language: SourceLanguage): string {
  const text = prefix.slice(-MAX_CHARACTERS);
  return afterSameWords(text, language) || inSameCall(text) || recentLiteral(text);
}

function afterSameWords(text: string, language: SourceLanguage): string {
  const words = /(?:\.?\w+\(|[=!]==?|\b(?:is|in|assert))\s*$/.exec(text)?.[0];
  if (words === undefined) return '';
  let place = text.length - words.length;
  while (place > 0) {
    place = text.lastIndexOf(words, place - 1);
    const value = place < 0 ? '' : valueAt(text, place + words.length, language);
    if (value !== '') return value;
  }
  return '';
}

function valueAt(text: string, start: number, language: SourceLanguage): string {
  const rest = text.slice(start, start + MAX_VALUE);
  const scan = scanExpression(rest, language);
  return scan.status === 'ended' ? rest.slice(0, scan.end).trim() : '';
}

/** The last argument of the nearest line above that begins with the same call: `assertEqual(a, `. */
function inSameCall(text: string): string {
  const lines = text.split('\n').reverse();
  const call = CALL.exec(lines[0] ?? '')?.[1];
  if (call === undefined) return '';
  for (const line of lines.slice(1)) {
    if (CALL.exec(line)?.[1] !== call) continue;
    const last = /,\s*([^,]+?)\)+;?\s*$/.exec(line)?.[1];
    if (last !== undefined) return last;
  }
  return '';
}

const CALL = /^\s*(?:await\s+)?([\w.]+\()/;

type Kind = 'string' | 'number' | 'constant' | 'exception';

const KINDS: readonly Kind[] = ['string', 'number', 'constant', 'exception'];
const DEFAULTS: Record<Kind, string> = { string: '', number: '0', constant: 'None', exception: 'ValueError' };

const LEXEMES =
  /(?<skip>#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"""[\s\S]*?"""|'''[\s\S]*?''')|(?<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\$])*`)|(?<number>(?<![\w$.])-?\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w$]))|(?<constant>\b(?:True|False|None|true|false|null|undefined)\b)|(?<exception>\b[A-Z]\w*(?:Error|Exception|Warning|Exit|Interrupt)\b)|(?<other>[\w$]+)/g;

function recentLiteral(text: string): string {
  const wanted = CUES.find(([, cue]) => cue.test(text.slice(-200)))?.[0];
  const literals = [...text.matchAll(LEXEMES)].flatMap((match) => {
    const kind = KINDS.find((name) => match.groups?.[name] !== undefined);
    return kind && (wanted === undefined || kind === wanted) ? [match[0]] : [];
  });
  return literals.at(-1) ?? DEFAULTS[wanted ?? 'string'];
}

/** What the end of the prefix says about the value, without having seen another. */
const CUES: readonly (readonly [Kind, RegExp])[] = [
  ['exception', /(?:raises|warns|assertRaises\w*|assertWarns\w*|assertThrows)\(\s*$/],
  [
    'number',
    /(?:\blen\([^\n]*\)|\.length|\.size|\.count(?:\([^\n]*\))?|status(?:_code|Code)?)\)?\s*(?:[=!]==?|[<>]=?|,)\s*$/,
  ],
  ['number', /(?:toHaveLength|toBeGreaterThan\w*|toBeLessThan\w*|toBeCloseTo|Times|lengthOf|approx)\(\s*$/],
  ['number', /(?:\.length|\.size)\)\.to\w+\(\s*$/],
  ['number', /(?<![-=])[<>]=?\s*$/],
  ['string', /(?:toMatch|toThrow|toBeTypeOf|assertIn|startsWith|endsWith)\(\s*$|typeof [^\n]*[=!]==?\s*$/],
  ['constant', /\bis(?: not)?\s+$/],
];
