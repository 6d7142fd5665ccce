/**
 * How a test file up to the expected value becomes tokens: exactly as in training.
 *
 * In: the text up to the value, the value. Out: two lists of tokens. Knows nothing about models.
 *
 *   assert total(cart) == | 42        prefix `…assert total(cart) ==`, target ` 42`
 *
 * Spaces and tabs at the end of the prefix belong to the target, because tokens such as ` 42` hold both. Prefix
 * and target are tokenised apart. A long prefix loses its start in steps of an eighth of the context: the
 * assertions of one stretch of a file then have the same first token, and share what was read.
 *
 * A start token, where the model pack has one, counts as the first token of the text and is lost with it, as in the
 * authors' evaluation: in the data of the base model it stands between two files, never in the middle of one.
 */
import type { Tokenizer } from '../runtime/tokenizer.ts';

export interface Prompt {
  /** At least one token. */
  tokens: number[];
  /** Spaces and tabs that were taken from the end of the prefix. */
  space: string;
}

export interface PromptSettings {
  tokenizer: Tokenizer;
  contextTokens: number;
  /** Stands for the start of a text that has no token before the value, where there is no start token. */
  endToken: number;
  /** Of the model pack; null: a prompt begins with its text. */
  startToken: number | null;
}

/** Room for the target and its end token, of the context (64 of 512 tokens). */
const TARGET_SHARE = 1 / 8;
/** Text longer than this many characters for each token of the context is not even tokenised. */
const CHARACTERS_PER_TOKEN = 12;

/** Tokens that a target may have: what the context leaves beside the longest prompt. */
export function targetLimit(contextTokens: number): number {
  return Math.max(1, Math.floor(contextTokens * TARGET_SHARE));
}

export function encodePrompt(
  prefix: string,
  { tokenizer, contextTokens, endToken, startToken }: PromptSettings,
): Prompt {
  const text = prefix.replace(/[ \t]+$/, '');
  const first = firstCharacter(text, contextTokens);
  const start = first === 0 && startToken !== null ? [startToken] : [];
  const tokens = [...start, ...tokenizer.encode(text.slice(first))];
  return {
    tokens: tokens.length === 0 ? [endToken] : tokens.slice(firstToken(tokens.length, contextTokens)),
    space: prefix.slice(text.length),
  };
}

/** The target as training saw it; what does not fit into the context is left out. */
export function encodeTarget(target: string, { space }: Prompt, settings: PromptSettings): number[] {
  return settings.tokenizer.encode(space + target).slice(0, targetLimit(settings.contextTokens));
}

/** The smallest multiple of an eighth of the context from which the rest fits. */
export function firstToken(count: number, contextTokens: number): number {
  const step = Math.max(1, Math.floor(contextTokens / 8));
  return Math.max(0, Math.ceil((count - contextTokens + targetLimit(contextTokens)) / step) * step);
}

/** The first line after a multiple of twice the context, near enough to the end to be worth tokenising. */
function firstCharacter(text: string, contextTokens: number): number {
  const step = 2 * contextTokens;
  const excess = text.length - CHARACTERS_PER_TOKEN * contextTokens;
  if (excess <= 0) return 0;
  const anchor = Math.ceil(excess / step) * step;
  const line = text.indexOf('\n', anchor) + 1;
  return line === 0 ? anchor : line;
}
