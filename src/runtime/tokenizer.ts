/**
 * Text ⇄ token ids.
 *
 * In: the tokenizer.json of a base model, texts. Out: ids. Knows nothing about models. (The only file that
 * imports @huggingface/tokenizers.)
 *
 * Source code is not trusted to be free of control tokens: the text `<|endoftext|>` in a file is encoded as
 * ordinary characters, never as the token. The Python library would make it the token.
 */
import { readFileSync } from 'node:fs';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { ModelError } from '../errors.ts';

export interface Tokenizer {
  /** Ids of a text; no special tokens, neither added nor from the text. */
  encode(text: string): number[];
  /** Text of ids; special tokens give nothing, incomplete UTF-8 gives U+FFFD. */
  decode(ids: readonly number[]): string;
  /** Text of one token: `''` for a special one, U+FFFD for a part of a character. */
  tokenText(id: number): string;
  /** One more than the highest id. */
  vocabularySize: number;
}

/** Opens a tokenizer.json. Throws ModelError when it is missing or of an unknown kind. */
export function openTokenizer(path: string): Tokenizer {
  const file = readTokenizerFile(path);
  const specialIds = new Set(file.added_tokens.filter(({ special }) => special).map(({ id }) => id));
  const ordinary = file.added_tokens.filter(({ special }) => !special);
  const native = createNative({ ...file, added_tokens: ordinary }, path);
  const decode = (ids: readonly number[]) => {
    const known = ids.filter((id) => !specialIds.has(id) && native.id_to_token(id) !== undefined);
    return known.length === 0 ? '' : native.decode(known);
  };
  return {
    encode: (text) => (text === '' ? [] : native.encode(text, { add_special_tokens: false }).ids),
    decode,
    tokenText: (id) => decode([id]),
    vocabularySize: 1 + highestId(native, specialIds),
  };
}

interface TokenizerFile {
  added_tokens: { id: number; content: string; special: boolean }[];
}

function readTokenizerFile(path: string): TokenizerFile {
  try {
    const file = JSON.parse(readFileSync(path, 'utf8')) as TokenizerFile;
    return { ...file, added_tokens: file.added_tokens ?? [] };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Cleaning up spaces is the library's default; it would change source code. */
function createNative(file: TokenizerFile, path: string): HuggingFaceTokenizer {
  try {
    return new HuggingFaceTokenizer(file, { clean_up_tokenization_spaces: false });
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function highestId(native: HuggingFaceTokenizer, specialIds: ReadonlySet<number>): number {
  let highest = -1;
  for (const id of native.get_vocab().values()) highest = Math.max(highest, id);
  for (const id of specialIds) highest = Math.max(highest, id);
  return highest;
}

function unreadable(path: string, cause: unknown): ModelError {
  return new ModelError(
    `Cannot read the tokeniser ${path}: ${(cause as Error).message}.\n` +
      'Expected a tokenizer.json as written by Hugging Face tokenizers.',
    { cause },
  );
}
