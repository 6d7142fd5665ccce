/**
 * nano's tokeniser with as many tokens as the published models have, since theirs cannot be shipped.
 *
 * In: a number of tokens. Out: a tokenizer.json. Text is cut as nano cuts it (a third more tokens than the published
 * tokeniser would make of it). The tokens that are added look like those that are there, each with letters appended,
 * and a quarter of them begins with a line break: a model with random weights then ends a value after about four
 * tokens, as a trained one does, and a search does not run on to its limit.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface TokenizerFile {
  model: { vocab: Record<string, number> };
}

/** As byte-level vocabularies write it. */
const LINE_BREAK = 'Ċ';
/** Printable ASCII, a space, and a line break. */
const WHOLE = /^[!-~ĠĊ]+$/;

export function writeLargeTokenizer(path: string, size: number): void {
  const file = JSON.parse(readFileSync('models/nano/tokenizer.json', 'utf8')) as TokenizerFile;
  const { vocab } = file.model;
  const words = Object.keys(vocab).filter((word) => WHOLE.test(word) && !word.startsWith('<|'));
  let id = Math.max(...Object.values(vocab)) + 1;
  for (let round = 0; id < size; round += 1) {
    for (const word of words) {
      const longer = (id % 4 === 0 ? LINE_BREAK : '') + word + letters(round);
      if (id < size && !Object.hasOwn(vocab, longer)) vocab[longer] = id++;
    }
  }
  writeFileSync(path, JSON.stringify(file));
}

/** a, b, … z, ba, bb, … */
function letters(value: number): string {
  const letter = String.fromCharCode(97 + (value % 26));
  return value < 26 ? letter : letters(Math.floor(value / 26)) + letter;
}
