/**
 * Do the tokenisers of a new pack belong to its models? Asked once, when a pack is built.
 *
 * A model knows as many tokens as its embedding table has rows; an id beyond it would be another tensor's memory, or
 * an error in the middle of a run. In: an opened pack. Out: nothing, or a ModelError that names the file. A tokeniser
 * of another model with fewer tokens cannot be told from the right one.
 */
import { ModelError } from '../errors.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { openTokenizer } from '../runtime/tokenizer.ts';
import { readBaseModel, readOwnEncoder } from '../runtime/transformer-weights.ts';

interface TokenUse {
  tokenizer: string;
  /** Rows of the embedding table. */
  vocabularySize: number;
  /** Tokens that are put beside a text: what for, and which. */
  added: Readonly<Record<string, number | null>>;
}

/** Throws ModelError for a tokeniser that gives, or a token that is, no row of the embedding table. */
export function checkTokens(pack: ModelPack): void {
  const { baseModel, encoder } = pack.manifest;
  checkUse({
    tokenizer: pack.path(baseModel.tokenizer),
    vocabularySize: readBaseModel(pack).config.vocabularySize,
    added: { 'end token': baseModel.endToken, 'start token': baseModel.startToken },
  });
  if (encoder.kind === 'base-model') return;
  checkUse({
    tokenizer: pack.path(encoder.tokenizer),
    vocabularySize: readOwnEncoder(pack, encoder).config.vocabularySize,
    added: { 'end token': encoder.endToken },
  });
}

const SAMPLE = 'def test_sum():\n    assert total([1, 2]) == 3  # ä\n';

function checkUse({ tokenizer, vocabularySize, added }: TokenUse): void {
  const { encode, vocabularySize: known } = openTokenizer(tokenizer);
  if (known > vocabularySize)
    throw notOfThisModel(tokenizer, `it has ${known} tokens, its model knows ${vocabularySize}`);
  for (const [what, id] of Object.entries(added))
    if (id !== null && id >= known)
      throw notOfThisModel(tokenizer, `it has ${known} tokens, the ${what} of its model is ${id}`);
  const ids = read(encode, tokenizer);
  if (ids.length === 0 || !ids.every((id) => Number.isSafeInteger(id) && id < known))
    throw notOfThisModel(tokenizer, 'it does not know the characters of a line of code');
}

/** The library finds out about some kinds that it does not build only when it reads a text. */
function read(encode: (text: string) => number[], tokenizer: string): number[] {
  try {
    return encode(SAMPLE);
  } catch (cause) {
    throw notOfThisModel(tokenizer, `it cannot read a text (${(cause as Error).message})`, cause);
  }
}

const notOfThisModel = (path: string, found: string, cause?: unknown): ModelError =>
  new ModelError(
    `Cannot use the tokeniser ${path}: ${found}.\nUse the tokenizer.json and the config.json of the same model.`,
    { cause },
  );
