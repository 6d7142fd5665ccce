/** A check for numbers that a model has computed or is about to read. Knows nothing about their meaning. */
import { ModelError } from '../errors.ts';

/** Returns the values. Throws ModelError with the name when one of them is NaN or infinite. */
export function requireFinite(values: Float32Array, name: string): Float32Array {
  if (areFinite(values)) return values;
  const index = values.findIndex((value) => !Number.isFinite(value));
  throw new ModelError(
    `Cannot go on: ${name} has ${values[index]} at position ${index} of ${values.length}, expected finite numbers.\n` +
      'The weights are damaged or the input is: verify the model pack, then start again from an earlier snapshot.',
  );
}

/** Whether none is NaN or infinite: then their sum is not either, as no sum of 32-bit floats overflows 64 bits. */
export function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  return Number.isFinite(sum);
}
