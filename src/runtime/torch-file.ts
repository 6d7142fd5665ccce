/**
 * A file of torch.save: the places of its tensors, and the plain data beside them.
 *
 * In: a path. Out: entries as those of a safetensors file, so that ONNX Runtime maps the weights out of the
 * archive itself, and the rest as a JavaScript object. Knows nothing about models. Nested dictionaries become
 * names with dots: `gru_state` → `gru.weight_ih_l0` is `gru_state.gru.weight_ih_l0`.
 */
import { ModelError } from '../errors.ts';
import { readBytes, withFile } from './file-bytes.ts';
import { readContentKind, refuseStandIn } from './file-content.ts';
import { DTYPE_BYTES, type TensorEntry } from './safetensors-header.ts';
import { readPickle } from './torch-pickle.ts';
import type { PickleValue, TorchTensor } from './torch-pickle-objects.ts';
import { readZipEntries, type ZipEntry } from './torch-zip.ts';

export interface TorchFile {
  entries: Map<string, TensorEntry>;
  /** Dictionaries, lists, texts and numbers; dictionaries of tensors alone are left out. */
  data: Readonly<Record<string, unknown>>;
}

/** The pickles of the published checkpoints have some ten thousand bytes. */
const MAX_PICKLE_BYTES = 32_000_000;
const MAX_DEPTH = 32;
/** A value can be remembered and used again: a short pickle may stand for a very large structure. */
const MAX_VALUES = 1_000_000;

/** Reads where the tensors lie, and the data beside them. Throws ModelError when something else is in the file. */
export function readTorchFile(path: string): TorchFile {
  checkContent(path);
  const archive = openArchive(path);
  const pickle = archive.entry('data.pkl');
  const root = readPickle(readEntry(path, pickle), `${path} (${pickle.name})`);
  if (!(root instanceof Map)) fail(path, 'it does not hold a dictionary');
  const walk: Walk = { archive, entries: new Map(), values: 0 };
  const data = split(walk, root, []);
  return { entries: walk.entries, data: (data ?? {}) as Record<string, unknown> };
}

function checkContent(path: string): void {
  refuseStandIn(path);
  const kind = readContentKind(path);
  if (kind === 'safetensors')
    fail(path, 'it is a safetensors file', 'Rename it so that it ends with .safetensors.');
  if (kind === 'pickle')
    fail(path, 'it is a bare pickle, as torch before 1.6 wrote it', 'Load it with torch and save it again.');
}

interface TorchArchive {
  path: string;
  entry(name: string): ZipEntry;
}

/** All entries lie in one folder, which has the name that the file had when it was saved. */
function openArchive(path: string): TorchArchive {
  const entries = readZipEntries(path);
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  const [folder] = (pickles[0] ?? '').split('/');
  if (pickles.length !== 1) fail(path, `it has ${pickles.length} entries <folder>/data.pkl, expected one`);
  if (entries.has(`${folder}/constants.pkl`)) fail(path, 'it holds a TorchScript program, expected weights');
  const order = entries.get(`${folder}/byteorder`);
  // torch before 2.1 does not write it; such files are of the same order unless the machine was a rare one.
  const orderName = order ? Buffer.from(readEntry(path, order)).toString('latin1') : 'little';
  if (orderName !== 'little') fail(path, `its byte order is ${JSON.stringify(orderName)}, expected "little"`);
  return {
    path,
    entry: (name) => entries.get(`${folder}/${name}`) ?? fail(path, `it has no entry ${folder}/${name}`),
  };
}

function readEntry(path: string, { name, offset, length }: ZipEntry): Uint8Array {
  if (length > MAX_PICKLE_BYTES)
    fail(path, `entry ${name} has ${length} bytes, expected ${MAX_PICKLE_BYTES} at most`);
  return withFile(path, (file) => readBytes(file, offset, length));
}

interface Walk {
  archive: TorchArchive;
  entries: Map<string, TensorEntry>;
  values: number;
}

/** Puts the tensors below a value into `entries` and returns the rest; undefined when there is none. */
function split(walk: Walk, value: PickleValue, names: readonly string[]): unknown {
  const { path } = walk.archive;
  walk.values += 1;
  if (walk.values > MAX_VALUES) fail(path, `it has more than ${MAX_VALUES} values`);
  if (names.length > MAX_DEPTH) fail(path, `it nests values more than ${MAX_DEPTH} deep`);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => split(walk, item, [...names, String(index)]));
  if (value instanceof Map) return splitDictionary(walk, value, names);
  const name = names.join('.');
  if (value.kind !== 'tensor') fail(path, `${name} is a ${value.kind}, expected a tensor or plain data`);
  if (walk.entries.has(name)) fail(path, `it has two tensors named ${name}`);
  walk.entries.set(name, placeTensor(walk.archive, name, value));
  return undefined;
}

function splitDictionary(
  walk: Walk,
  value: ReadonlyMap<string, PickleValue>,
  names: readonly string[],
): unknown {
  const fields: [string, unknown][] = [];
  for (const [key, item] of value) {
    const rest = split(walk, item, [...names, key]);
    if (rest !== undefined) fields.push([key, rest]);
  }
  return fields.length > 0 || value.size === 0 ? Object.fromEntries(fields) : undefined;
}

function placeTensor({ path, entry }: TorchArchive, name: string, tensor: TorchTensor): TensorEntry {
  const { storage, offset, shape, strides } = tensor;
  const { dtype, key } = storage;
  const width = DTYPE_BYTES[dtype];
  const place = entry(`data/${key}`);
  if (place.length !== storage.count * width)
    fail(path, `tensor ${name}: its storage has ${place.length} bytes, expected ${storage.count * width}`);
  if (!isContiguous(shape, strides)) {
    const found = `has shape (${shape.join(', ')}) and strides (${strides.join(', ')})`;
    fail(path, `tensor ${name} ${found}: it is not contiguous`, 'Save it again after .contiguous().');
  }
  const count = shape.reduce((product, size) => product * size, 1);
  if (offset + count > storage.count)
    fail(path, `tensor ${name} ends at number ${offset + count} of a storage of ${storage.count}`);
  const start = place.offset + offset * width;
  if (start % width !== 0)
    fail(path, `tensor ${name} starts at byte ${start}, expected a multiple of ${width}`, 'Save it again.');
  return { name, dtype, shape, file: path, offset: start, length: count * width };
}

/** Row by row without gaps. The stride of an axis of size 1 is never used, torch writes anything there. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  if (shape.includes(0)) return true;
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis] as number;
    if (size > 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

function fail(path: string, found: string, advice = 'Restore or download the file again.'): never {
  throw new ModelError(`Cannot read ${path} as a torch file: ${found}.\n${advice}`);
}
