/**
 * A byte-level tokeniser in the Hugging Face layout with Qwen2's text rules: one token for each byte, a few
 * merged ones that occur in tests, and one special token, `<|endoftext|>`, with id 0.
 */
const MERGES = [
  ['=', '='],
  ['Ġ', '=='],
  ['Ġ', '='],
  ['Ġ', 'Ġ'],
  ['ĠĠ', 'ĠĠ'],
  ['a', 's'],
  ['s', 'e'],
  ['r', 't'],
  ['as', 'se'],
  ['asse', 'rt'],
  ['Ġ', 't'],
  ['e', 'x'],
  ['ex', 'p'],
] as const;

const QWEN2_SPLIT =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

export function tinyTokenizer(): { file: object; vocabularySize: number } {
  const words = ['<|endoftext|>', ...byteAlphabet(), ...MERGES.map((pair) => pair.join(''))];
  const vocab = Object.fromEntries(words.map((word, id) => [word, id]));
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
  const file = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      {
        id: 0,
        content: '<|endoftext|>',
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: QWEN2_SPLIT }, behavior: 'Isolated', invert: false },
        byteLevel,
      ],
    },
    post_processor: null,
    decoder: { ...byteLevel, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges: MERGES,
    },
  };
  return { file, vocabularySize: words.length };
}

/** GPT-2's table: printable bytes stand for themselves, the other 68 for the characters from U+0100 on. */
function byteAlphabet(): string[] {
  const printable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++));
}
