/**
 * Text → one vector for each of its windows.
 *
 * In: an open encoder, a text, how it is cut. Out: vectors in the order of the windows. Knows nothing about how
 * they are pooled, cached or used. It is one question on purpose: asked of another process, it costs one message
 * for a text and not one for each of its windows.
 */
import type { Encoder } from './encoder.ts';
import { splitWindows, type WindowRecipe } from './windows.ts';

export interface WindowVectors {
  /** (embeddingSize) each; none for a text too short for a window. */
  vectors: Float32Array[];
  /** That the model read, of all windows. */
  tokens: number;
  /** There were more windows than the recipe takes. */
  truncated: boolean;
}

/** Tokenises, cuts and embeds, one window a run. */
export async function embedWindows(
  encoder: Pick<Encoder, 'tokenize' | 'windowInput' | 'embedWindow'>,
  text: string,
  recipe: WindowRecipe,
): Promise<WindowVectors> {
  const { windows, truncated } = splitWindows(encoder.tokenize(text), recipe);
  const vectors: Float32Array[] = [];
  let tokens = 0;
  for (const window of windows) {
    const input = encoder.windowInput(window, recipe.windowTokens);
    tokens += input.length;
    if (input.length > 0) vectors.push(await encoder.embedWindow(input));
  }
  return { vectors, tokens, truncated };
}
