/**
 * Exact match and edit similarity as the paper's evaluation computes them, to compare with its numbers.
 *
 * In: a completion and the written value. Out: a claim or a number from 0 to 1. Knows nothing about models.
 * Faithful to the released Python, also where it is generous: the completion is cut to the shape of the answer
 * before the two are compared, and `#` starts a comment even inside of a string. Never report these under the
 * names of metrics.ts.
 */
import { matchRatio } from './sequence-matcher.ts';

/** `42 and more words` matches `42`, and `"#000"` matches `"#fff"`. */
export function paperExactMatch(completion: string, target: string): boolean {
  return normalize(cutToTarget(completion, target)) === normalize(withoutComment(target));
}

/** Python's `difflib.SequenceMatcher(None, completion, target).ratio()` after the same cuts. */
export function paperEditSimilarity(completion: string, target: string): number {
  return matchRatio(cutToTarget(completion, target), withoutComment(target));
}

/** What Python's `str.strip()` and `str.split()` take for white space. */
const SPACE = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const OUTER_SPACE = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');
const INNER_SPACE = new RegExp(`${SPACE}+`);
const FILL_IN_TOKENS = /<\|fim_(?:prefix|suffix|middle)\|>/g;

const strip = (text: string): string => text.replace(OUTER_SPACE, '');
const words = (text: string): string[] => (strip(text) === '' ? [] : strip(text).split(INNER_SPACE));
const before = (text: string, separator: string): string => text.split(separator, 1)[0] as string;
const withoutComment = (text: string): string => strip(before(text, '#'));

function cutToTarget(completion: string, target: string): string {
  const reference = withoutComment(target);
  let text = strip(completion.replace(FILL_IN_TOKENS, ''));
  if (!target.includes('\n')) text = before(text, '\n');
  text = withoutComment(text);
  if (reference === '') return text;
  if (!reference.includes(',')) text = strip(before(text, ','));
  if (words(reference).length === 1 && words(text).length > 1) text = words(text)[0] as string;
  return text;
}

function normalize(text: string): string {
  const trimmed = strip(text).replace(/[:, \t]+$/, '');
  return words(trimmed.replaceAll(', ', ',').replaceAll(' ,', ',')).join(' ');
}
