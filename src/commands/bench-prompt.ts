/**
 * Text of the repository before a prompt, inside of what the model can read.
 *
 * In: a model pack, pieces of text (best first), the file up to the value. Out: one text whose tokens all fit, so that
 * nothing of the pieces is cut off from the left. Half of the room is for the pieces, the rest for the end of the file.
 */
import type { ModelPack } from '../runtime/model-pack.ts';
import { openTokenizer } from '../runtime/tokenizer.ts';
import { encodePrompt, type PromptSettings, targetLimit } from '../scoring/prompt.ts';

export interface PromptRoom {
  /** Tokens for the pieces together. */
  pieceTokens: number;
  count(text: string): number;
  /** Pieces that do not fit are left out; the last one is cut after a line. */
  withPieces(pieces: readonly string[], prefix: string): string;
  /** What the model reads of a prefix alone. */
  visible(prefix: string): string;
}

const PIECE_SHARE = 1 / 2;
/** A text of more characters for each token of the context loses its start before it is tokenised (scoring/prompt.ts). */
const CHARACTERS_PER_TOKEN = 12;

export function openPromptRoom({ manifest, path }: ModelPack): PromptRoom {
  const { tokenizer: file, contextTokens, endToken, startToken } = manifest.baseModel;
  const tokenizer = openTokenizer(path(file));
  const settings: PromptSettings = { tokenizer, contextTokens, endToken, startToken };
  const room = contextTokens - targetLimit(contextTokens) - (startToken === null ? 0 : 1);
  const pieceTokens = Math.floor(room * PIECE_SHARE);
  const count = (text: string) => tokenizer.encode(text).length;
  return {
    pieceTokens,
    count,
    withPieces(pieces, prefix) {
      const before = fitPieces(pieces, { count, limit: pieceTokens });
      const limits = { count, tokens: room, characters: CHARACTERS_PER_TOKEN * contextTokens };
      return joinWithin(before, prefix, limits);
    },
    visible: (prefix) => tokenizer.decode(encodePrompt(prefix, settings).tokens),
  };
}

type Count = (text: string) => number;

function fitPieces(pieces: readonly string[], { count, limit }: { count: Count; limit: number }): string {
  let [text, left] = ['', limit];
  for (const piece of pieces) {
    const lines = cutAfterLine(piece, { count, limit: left - 1 });
    if (lines === '') break;
    text += `${lines}\n\n`;
    left = limit - count(text);
  }
  return text;
}

/** As many whole lines from the start as fit. */
function cutAfterLine(text: string, { count, limit }: { count: Count; limit: number }): string {
  let kept = text.trimEnd();
  while (kept !== '' && count(kept) > limit) kept = kept.slice(0, Math.max(0, kept.lastIndexOf('\n')));
  return kept;
}

interface Room {
  count: Count;
  tokens: number;
  characters: number;
}

/** As many lines from the end of the prefix as fit behind `before`; of a line that does not, its end. */
function joinWithin(before: string, prefix: string, { count, tokens, characters }: Room): string {
  const room = { count, tokens: tokens - count(before), characters: characters - before.length };
  let start = startOfEnd(prefix, room);
  while (start < prefix.length - 1 && count(before + prefix.slice(start)) > tokens) {
    const line = prefix.indexOf('\n', start);
    start = line >= 0 ? line + 1 : start + Math.ceil((prefix.length - start) / 4);
  }
  return before + prefix.slice(start);
}

/** Lines are counted one by one, which is nearly the same and much faster. */
function startOfEnd(prefix: string, { count, tokens, characters }: Room): number {
  let [start, left] = [prefix.length, tokens];
  while (start > 0) {
    const line = prefix.lastIndexOf('\n', start - 2) + 1;
    left -= count(prefix.slice(line, start));
    if (start < prefix.length && (left < 0 || prefix.length - line > characters)) break;
    start = line;
  }
  return start;
}
