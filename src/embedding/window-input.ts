/**
 * What the encoder reads for a window of tokens, by the recipe of the model pack.
 *
 * In: the tokens of a window. Out: the tokens that the model is fed. Knows nothing about models.
 *
 * The released code cuts windows out of a tokenised text, decodes each to text and tokenises that again, with
 * special tokens and cut to the window's length. That is no way back: bytes of a character that the window cut
 * in two become U+FFFD, and tokens at the edges may join differently. Unverified, because no released weights
 * could be opened here, and therefore settings of the manifest: whether the tokeniser of Qwen3-Embedding appends
 * `<|endoftext|>` (`encoder.endToken`), and that windows are tokenised again at all (`recipe.retokenize`).
 */
import type { Tokenizer } from '../runtime/tokenizer.ts';

export interface WindowInputSettings {
  tokenizer: Pick<Tokenizer, 'encode' | 'decode'>;
  retokenize: boolean;
  /** Comes last in every window; null: nothing is added. */
  endToken: number | null;
}

/**
 * `windowTokens`: the recipe's longest window; a window that is tokenised again is cut on the right so that its
 * end token still fits.
 */
export function windowInput(
  window: readonly number[],
  windowTokens: number,
  { tokenizer, retokenize, endToken }: WindowInputSettings,
): number[] {
  const end = endToken === null ? [] : [endToken];
  if (!retokenize) return [...window, ...end];
  const ids = tokenizer.encode(tokenizer.decode(window));
  return [...ids.slice(0, windowTokens - end.length), ...end];
}
