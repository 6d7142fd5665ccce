/**
 * Prompts and what follows them, as one run of the gradient graph.
 *
 * In: examples as tokens. Out: feeds. Knows nothing about text. The examples lie one after the other; the bias keeps each
 * to itself, so the result is that of reading them apart.
 */
import { MASKED } from '../runtime/attention.ts';
import type { Feeds } from '../runtime/session.ts';

export interface Example {
  /** At least one token. */
  prompt: readonly number[];
  /** At least one token; all of them are learned. */
  target: readonly number[];
}

/** Tokens that an example takes in a run: the last one is only predicted. */
export const lengthOf = ({ prompt, target }: Example): number => prompt.length + target.length - 1;

/** Everything but the adapter. The weights make the loss the mean over all target tokens. */
export function exampleFeeds(examples: readonly Example[]): Feeds {
  const read = examples.map(({ prompt, target }) => [...prompt, ...target.slice(0, -1)]);
  const tokens = read.flat();
  const starts = startsOf(read.map(({ length }) => length));
  const rows = examples.flatMap(({ prompt, target }, index) =>
    target.map((_, row) => (starts[index] as number) + prompt.length - 1 + row),
  );
  const targets = examples.flatMap(({ target }) => target);
  return {
    input_ids: integers(tokens, [tokens.length]),
    position_ids: integers(
      read.flatMap((text) => [...text.keys()]),
      [1, tokens.length],
    ),
    bias: { data: separateTexts(read, starts, tokens.length), dims: [tokens.length, tokens.length] },
    selected: integers(rows, [rows.length]),
    targets: integers(targets, [rows.length]),
    weights: { data: new Float32Array(rows.length).fill(1 / rows.length), dims: [rows.length] },
  };
}

/** A token sees itself and what is before it in its own text: (total, total). */
function separateTexts(
  read: readonly (readonly number[])[],
  starts: readonly number[],
  total: number,
): Float32Array {
  const bias = new Float32Array(total * total).fill(MASKED);
  for (const [index, { length }] of read.entries()) {
    const start = starts[index] as number;
    for (let row = start; row < start + length; row += 1) {
      bias.fill(0, row * total + start, row * total + row + 1);
    }
  }
  return bias;
}

function startsOf(lengths: readonly number[]): number[] {
  let next = 0;
  return lengths.map((length) => {
    next += length;
    return next - length;
  });
}

const integers = (values: readonly number[], dims: readonly number[]) => ({
  data: BigInt64Array.from(values, BigInt),
  dims,
});
