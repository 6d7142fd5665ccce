/**
 * What the tokens of a vocabulary look like as text.
 *
 * In: a tokeniser. Out: the text of each token, and which tokens end an expression. Knows nothing about models.
 * Texts are made when they are first asked for: a vocabulary has up to 150,000 of them, a search meets hundreds.
 */
import type { SourceLanguage } from '../assertions/grammar.ts';
import type { Tokenizer } from '../runtime/tokenizer.ts';
import { terminatorPattern } from './expression-end.ts';

export interface Vocabulary {
  /** Text of one token; empty for a special one, U+FFFD where it is a part of a character. */
  text(token: number): string;
  decode(tokens: readonly number[]): string;
  /** Whether a token ends an expression that could end before it: the end token, or one that begins with a terminator. */
  isStop(token: number, language: SourceLanguage): boolean;
  /** Whether a token is `token` and a terminator in one, such as `")` for `"`. */
  isEndOf(longer: number, token: number, language: SourceLanguage): boolean;
}

export function createVocabulary(tokenizer: Tokenizer, { endToken }: { endToken: number }): Vocabulary {
  const texts: string[] = [];
  const stopsByPattern = new Map<RegExp, boolean[]>();
  const text = (token: number) => {
    texts[token] ??= tokenizer.tokenText(token);
    return texts[token];
  };
  return {
    text,
    decode: (tokens) => {
      const joined = tokens.map(text).join('');
      return joined.includes('\uFFFD') ? tokenizer.decode(tokens) : joined;
    },
    isStop: (token, language) => {
      const pattern = terminatorPattern(language);
      const stops = stopsByPattern.get(pattern) ?? [];
      stopsByPattern.set(pattern, stops);
      stops[token] ??= token === endToken || pattern.test(text(token));
      return stops[token];
    },
    isEndOf: (longer, token, language) =>
      longer !== token &&
      text(longer).startsWith(text(token)) &&
      terminatorPattern(language).test(text(longer).slice(text(token).length)),
  };
}

interface Ending {
  vocabulary: Vocabulary;
  language: SourceLanguage;
}

/** Probability that the next token ends the expression. */
export function stopProbability(logProbabilities: Float32Array, { vocabulary, language }: Ending): number {
  return sumOver(logProbabilities, (token) => vocabulary.isStop(token, language));
}

/** Probability that the next token is `token` and the end of the expression in one. */
export function joinedProbability(
  logProbabilities: Float32Array,
  { token, vocabulary, language }: Ending & { token: number },
): number {
  return sumOver(logProbabilities, (longer) => vocabulary.isEndOf(longer, token, language));
}

/** Tokens below this are not even looked at: together they have less than a thousandth. */
const MIN_LOG_PROBABILITY = Math.log(1e-8);

function sumOver(logProbabilities: Float32Array, isWanted: (token: number) => boolean): number {
  let sum = 0;
  for (let token = 0; token < logProbabilities.length; token += 1) {
    const logProbability = logProbabilities[token] as number;
    if (logProbability > MIN_LOG_PROBABILITY && isWanted(token)) sum += Math.exp(logProbability);
  }
  return Math.min(1, sum);
}
