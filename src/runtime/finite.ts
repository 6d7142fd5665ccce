/** A check for numbers that a model has computed or is about to read. Knows nothing about their meaning. */
import { ModelError } from '../errors.ts';

/** Returns the values. Throws ModelError with the name when one of them is NaN or infinite. */
export function requireFinite(values: Float32Array, name: string): Float32Array {
  const index = values.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return values;
  throw new ModelError(
    `Cannot go on: ${name} has ${values[index]} at position ${index} of ${values.length}, expected finite numbers.\n` +
      'The weights are damaged or the input is: verify the model pack, then start again from an earlier snapshot.',
  );
}
