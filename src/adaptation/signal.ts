/**
 * Assertions as what memory and refinement read: tokens, exactly as the scorer would read them, and the end of the value.
 *
 * In: the text of a file up to a value, and the value. Out: examples. Knows nothing about commits. A value that the
 * scorer would have to cut is left out, because the end that is learned would not be its own.
 */
import type { ModelPack } from '../runtime/model-pack.ts';
import { openTokenizer } from '../runtime/tokenizer.ts';
import { encodePrompt, type PromptSettings, targetLimit } from '../scoring/prompt.ts';
import type { Example } from './examples.ts';

export interface SignalText {
  /** The text up to the value, or at least so much of its end as `signalCharacters` says. */
  prefix: string;
  target: string;
  /** The prefix begins where its file begins. */
  isWhole: boolean;
}

/** More than any prompt of so many tokens has. */
export const signalCharacters = (promptTokens: number): number => 16 * promptTokens;

export interface SignalReader {
  /** In the order of the texts, without those that cannot be learned. */
  read(texts: readonly SignalText[]): Example[];
}

/** Opens the tokeniser of the base model. */
export function openSignalReader({ manifest, path }: ModelPack): SignalReader {
  const { tokenizer, contextTokens, endToken, startToken } = manifest.baseModel;
  const settings = { tokenizer: openTokenizer(path(tokenizer)), contextTokens, endToken, startToken };
  const promptTokens = manifest.adaptation?.signal.promptTokens ?? contextTokens;
  return { read: (texts) => texts.flatMap((text) => toExample(text, { settings, promptTokens }) ?? []) };
}

function toExample(
  { prefix, target, isWhole }: SignalText,
  { settings, promptTokens }: { settings: PromptSettings; promptTokens: number },
): Example | null {
  const startToken = isWhole ? settings.startToken : null;
  const prompt = encodePrompt(prefix, { ...settings, startToken });
  const tokens = settings.tokenizer.encode(prompt.space + target);
  if (tokens.length === 0 || tokens.length >= targetLimit(settings.contextTokens)) return null;
  return { prompt: prompt.tokens.slice(-promptTokens), target: [...tokens, settings.endToken] };
}
