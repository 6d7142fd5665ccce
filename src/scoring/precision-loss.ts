/**
 * What a precision costs: the same models in fp32 and quantised, asked the same.
 *
 * In: two open models and inputs. Out: one number each, for `precisionLoss` of a manifest. Knows nothing about
 * packs or files. The inputs should be what the models are used for: test files, diffs, states of real histories.
 */
import type { Encoder } from '../embedding/encoder.ts';
import { ModelError } from '../errors.ts';
import { adapterTensors, type LoraAdapter } from '../lora/adapter.ts';
import type { Generator } from '../lora/generate.ts';
import { type Decoder, plainReading, rowOf } from './decoder.ts';

export interface Compared<Model> {
  reference: Model;
  quantized: Model;
}

/**
 * Nats per token that the quantised base model needs more than the reference (less, when negative), over all
 * tokens of all texts but the first of each; a text is cut to the context. Throws ModelError when there is nothing to compare.
 */
export async function measureNllLoss(
  texts: readonly (readonly number[])[],
  { reference, quantized }: Compared<Decoder>,
): Promise<number> {
  const inputs = texts.map((text) => text.slice(0, reference.maxPositions));
  const tokens = inputs.reduce((sum, text) => sum + Math.max(0, text.length - 1), 0);
  requireInputs(tokens);
  let loss = 0;
  for (const text of inputs) loss += (await nllOf(text, quantized)) - (await nllOf(text, reference));
  return loss / tokens;
}

/** Mean of ‖difference‖ / ‖reference‖ over the adapters of hidden states. Throws ModelError without any. */
export async function measureAdapterError(
  hiddenStates: readonly Float32Array[],
  { reference, quantized }: Compared<Generator>,
): Promise<number> {
  const adapterOf = async (generator: Generator, state: Float32Array) =>
    numbersOf(await generator.generate(state));
  return meanError(hiddenStates, async (state) => [
    await adapterOf(reference, state),
    await adapterOf(quantized, state),
  ]);
}

/** Mean of ‖difference‖ / ‖reference‖ over the vectors of windows (token ids). Throws ModelError without any. */
export async function measureEmbeddingError(
  windows: readonly (readonly number[])[],
  { reference, quantized }: Compared<Encoder>,
): Promise<number> {
  return meanError(windows, async (window) => [
    await reference.embedWindow(window),
    await quantized.embedWindow(window),
  ]);
}

/** ‖a − b‖ / ‖a‖ */
export function relativeError(a: Float32Array, b: Float32Array): number {
  let [difference, size] = [0, 0];
  for (const [index, value] of a.entries()) {
    difference += (value - (b[index] as number)) ** 2;
    size += value * value;
  }
  return size === 0 ? Number(difference > 0) : Math.sqrt(difference / size);
}

/** Rows of the whole vocabulary are large: a few at a time. */
const CHUNK_TOKENS = 64;

async function nllOf(text: readonly number[], decoder: Decoder): Promise<number> {
  const cache = decoder.newCache();
  const adapter = decoder.adapterInputs(null);
  const last = text.length - 1;
  let nll = 0;
  for (let from = 0; from < last; from += CHUNK_TOKENS) {
    const tokens = text.slice(from, Math.min(from + CHUNK_TOKENS, last));
    const selected = tokens.map((_, index) => index);
    const rows = await decoder.read(plainReading(tokens, from, selected), { cache, adapter });
    for (const row of selected) nll -= rowOf(rows, row)[text[from + row + 1] as number] as number;
  }
  return nll;
}

async function meanError<Input>(
  inputs: readonly Input[],
  run: (input: Input) => Promise<[reference: Float32Array, other: Float32Array]>,
): Promise<number> {
  requireInputs(inputs.length);
  let sum = 0;
  for (const input of inputs) sum += relativeError(...(await run(input)));
  return sum / inputs.length;
}

function numbersOf(adapter: LoraAdapter): Float32Array {
  const matrices = [...adapterTensors(adapter).values()].map(({ data }) => data as Float32Array);
  const numbers = new Float32Array(matrices.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const matrix of matrices) {
    numbers.set(matrix, position);
    position += matrix.length;
  }
  return numbers;
}

function requireInputs(count: number): void {
  if (count > 0) return;
  throw new ModelError(
    'Cannot measure what the precision costs: no inputs.\nGive texts or states to compare on.',
  );
}
