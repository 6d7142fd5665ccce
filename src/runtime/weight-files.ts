/**
 * Which safetensors files a list of paths stands for.
 *
 * In: paths of files, of indexes of shards, of links to either. Out: the tensors of all of them, and one folder
 * that holds the files. Knows nothing about what the tensors are for.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { ModelError } from '../errors.ts';
import * as field from './manifest-fields.ts';
import { readHeader, type TensorEntry } from './safetensors.ts';

/** Reads the headers of all files. Throws ModelError, also when two files hold a tensor of the same name. */
export function entriesOfFiles(paths: readonly string[]): Map<string, TensorEntry> {
  const entryByName = new Map<string, TensorEntry>();
  for (const file of new Set(paths.flatMap(shardsOf).map(resolveLink))) {
    for (const [name, entry] of readHeader(file).entries) {
      const other = entryByName.get(name);
      if (other)
        throw new ModelError(
          `Cannot use the weights: tensor ${name} is in ${other.file} and in ${file}.\nGet the shards of the model again.`,
        );
      entryByName.set(name, entry);
    }
  }
  return entryByName;
}

/** A file that ends in `.index.json` stands for the shards it lists, which lie beside it. Throws ModelError. */
export function shardsOf(path: string): string[] {
  if (path.endsWith('.safetensors')) return [path];
  if (path.endsWith('.index.json')) {
    const { weight_map: fileByTensor } = checkIndex(readJson(path), `${path}:`);
    const names = new Set(Object.values(fileByTensor).map((file) => basename(file)));
    return [...names].map((name) => join(dirname(path), name));
  }
  throw new ModelError(
    `Cannot use the weights ${path}: expected a .safetensors file or an .index.json of shards.`,
  );
}

/** ONNX Runtime refuses links that leave the folder, as they do in the cache of the Hugging Face hub. */
export function resolveLink(path: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw new ModelError(`Cannot find the weights ${path}: ${(cause as Error).message}.`, { cause });
  }
}

/** The deepest folder that holds all files: the weights folder of a session. */
export function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] as string);
  const holds = (file: string) => file.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  while (!files.every(holds) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** The largest tokenisers have some ten million bytes. */
const MAX_JSON_BYTES = 200_000_000;

/** Throws ModelError when the file cannot be read or is not JSON. */
export function readJson(path: string): unknown {
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > MAX_JSON_BYTES)
    throw new ModelError(
      `Cannot read ${path}: it has ${bytes} bytes, expected ${MAX_JSON_BYTES} at most.\nRestore or download the file again.`,
    );
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ModelError(
      `Cannot read ${path}: ${wordsOf(cause)}.\nExpected a file of JSON: restore or download it again.`,
      { cause },
    );
  }
}

/** JSON.parse shows a piece of what it could not read, which may be any bytes. */
const wordsOf = (error: unknown): string => (error as Error).message.replaceAll(/\p{Cc}/gu, '�');

const checkIndex = field.advising(
  field.object<{ weight_map: Record<string, string> }>({
    weight_map: field.record(field.text(/\.safetensors$/, 'the name of a safetensors file')),
  }),
  'Get the index and the shards of the model again; weights in another format must be saved as safetensors first.',
);
