/**
 * The weights that a graph asks for, each with the shape it must have.
 *
 * In: a safetensors file. Out: the places of its tensors, checked. Knows nothing about what they are for.
 * A wrong shape is found here, with the tensor's name: ONNX Runtime would read other bytes without a word.
 */
import { ModelError } from '../errors.ts';
import { readHeader, type TensorEntry } from './safetensors.ts';

export interface Weights {
  file: string;
  /** The place of a float tensor. Throws ModelError when it is missing or has another shape or type. */
  expect(name: string, shape: readonly number[]): TensorEntry;
  /** The number of rows of a tensor, where the file itself is to say it; `multipleOf` must divide it. */
  rows(name: string, multipleOf: number): number;
}

export function openWeights(file: string): Weights {
  const { entries } = readHeader(file);
  return {
    file,
    expect(name, shape) {
      const entry = entries.get(name);
      const wanted = `F32 (${shape.join(', ')})`;
      if (entry && describe(entry) === wanted) return entry;
      throw misfit(file, name, { entry, wanted });
    },
    rows(name, multipleOf) {
      const entry = entries.get(name);
      const rows = entry?.shape[0] ?? 0;
      if (rows > 0 && rows % multipleOf === 0) return rows;
      throw misfit(file, name, { entry, wanted: `a multiple of ${multipleOf} rows` });
    },
  };
}

const describe = ({ dtype, shape }: TensorEntry): string => `${dtype} (${shape.join(', ')})`;

function misfit(
  file: string,
  name: string,
  { entry, wanted }: { entry: TensorEntry | undefined; wanted: string },
): ModelError {
  const found = entry ? `is ${describe(entry)}` : 'is missing';
  return new ModelError(
    `Cannot use ${file}: tensor ${name} ${found}, expected ${wanted}.\n` +
      'The manifest and the weights of the model pack do not belong together: install the pack again.',
  );
}
