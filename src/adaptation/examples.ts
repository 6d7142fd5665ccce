/**
 * Prompts and what follows them, as runs of a graph that learns from them.
 *
 * In: examples as tokens. Out: feeds. Knows nothing about text. The examples of a run lie one after the other; the bias
 * keeps each to itself, so the result is that of reading them apart.
 */
import { InternalError } from '../errors.ts';
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

/** Target tokens of all examples. */
export const targetCount = (examples: readonly Example[]): number =>
  examples.reduce((sum, { target }) => sum + target.length, 0);

/**
 * Attention in a run grows with the square of its tokens, and few tokens do not use the processor well. An example of 261
 * tokens takes 51 ms of a core alone in the gradient graph of nano, 66 ms in a run of two, 131 ms in one of four.
 */
const RUN_TOKENS = 256;

/** The most tokens of a run, where no example has more than so many: what a graph must have positions for. */
export const longestRun = (maxTokens: number): number => Math.max(maxTokens, RUN_TOKENS);

/** Throws InternalError for an example that the graph has no positions for. */
export function checkLengths(examples: readonly Example[], maxTokens: number): void {
  const longest = examples.reduce((most, example) => Math.max(most, lengthOf(example)), 0);
  if (longest <= maxTokens) return;
  throw new InternalError(`An example has ${longest} tokens, expected ${maxTokens} at most.`);
}

/** The examples in their order, as many in a run as are read fastest together: about `RUN_TOKENS`. */
export function runsOf(examples: readonly Example[]): Example[][] {
  const runs: Example[][] = [];
  let free = 0;
  for (const example of examples) {
    const length = lengthOf(example);
    if (length > free) {
      runs.push([]);
      free = longestRun(length);
    }
    runs.at(-1)?.push(example);
    free -= length;
  }
  return runs;
}

/** Everything but the adapter. Each row weighs 1 / `rowCount`: by default the loss is the mean over all target tokens. */
export function exampleFeeds(examples: readonly Example[], rowCount = targetCount(examples)): Feeds {
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
    weights: { data: new Float32Array(rows.length).fill(1 / rowCount), dims: [rows.length] },
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
