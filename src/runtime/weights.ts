/**
 * The weights that a graph asks for, each with the shape it must have.
 *
 * In: a safetensors file or one of torch.save. Out: the places of its tensors, checked. Knows nothing about what
 * they are for. A wrong shape is found here, with the tensor's name: ONNX Runtime would read other bytes without
 * a word.
 */
import { ModelError } from '../errors.ts';
import { readContentKind } from './file-content.ts';
import { readHeader, type TensorEntry } from './safetensors.ts';
import { readTorchFile } from './torch-file.ts';
import { resolveLink } from './weight-files.ts';

export interface Weights {
  /** Links resolved. */
  file: string;
  /** The place of a float tensor. Throws ModelError when it is missing or has another shape or type. */
  expect(name: string, shape: readonly number[]): TensorEntry;
  /** The number of rows of a tensor, where the file itself is to say it; `multipleOf` must divide it. */
  rows(name: string, multipleOf: number): number;
  /** The shape of a tensor that need not be there. */
  shape(name: string): readonly number[] | undefined;
}

/** Opens a file by its ending. Throws ModelError when it is damaged or holds something else than its name says. */
export function openWeights(path: string): Weights {
  const file = resolveLink(path);
  const entries = readEntries(path, file);
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
    shape: (name) => entries.get(name)?.shape,
  };
}

/** The name says what a file is, also when it is a link into a cache that names files by their digest. */
function readEntries(path: string, file: string): Map<string, TensorEntry> {
  if (isTorchName(path)) return readTorchFile(file).entries;
  if (readContentKind(file) !== 'zip') return readHeader(file).entries;
  throw new ModelError(
    `Cannot read ${path} as safetensors: it is a zip archive, as torch.save writes it.\n` +
      'Rename it so that it ends with .pt.',
  );
}

/** Whether a file is one of torch.save, by its name. */
export const isTorchName = (file: string): boolean => /\.(pt|pth|bin)$/.test(file);

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
