/**
 * The Python objects that a torch file may name, and what becomes of them here: plain values.
 *
 * In: names and arguments out of a pickle. Out: values, or a PickleProblem. Knows nothing about bytes. Anything
 * that is not in these two tables is refused by its name, before it is looked at any further.
 */
import type { Dtype } from './safetensors-header.ts';
import { PickleProblem } from './torch-pickle-problem.ts';

export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleValue[]
  | Map<string, PickleValue>
  | StorageType
  | TorchStorage
  | TorchTensor;

interface StorageType {
  kind: 'storage type';
  dtype: Dtype;
}
/** Numbers in an entry of the archive; several tensors may share one. */
export interface TorchStorage {
  kind: 'storage';
  /** Name of the entry below `data/`. */
  key: string;
  dtype: Dtype;
  count: number;
}
/** A part of a storage; offset and strides count numbers, not bytes. */
export interface TorchTensor {
  kind: 'tensor';
  storage: TorchStorage;
  offset: number;
  shape: number[];
  strides: number[];
}
/** A callable of the table below: it can be called and is no value. */
export interface PickleGlobal {
  global: string;
}

/** Data that Python keeps in the attributes of an object, such as argparse's arguments. */
class Namespace extends Map<string, PickleValue> {}

type Constructor = (values: readonly PickleValue[]) => PickleValue;

const STORAGE_TYPES: ReadonlyMap<string, Dtype> = new Map([
  ['torch.FloatStorage', 'F32'],
  ['torch.HalfStorage', 'F16'],
  ['torch.BFloat16Storage', 'BF16'],
  ['torch.LongStorage', 'I64'],
  ['torch.IntStorage', 'I32'],
  ['torch.ByteStorage', 'U8'],
]);

const CONSTRUCTORS: ReadonlyMap<string, Constructor> = new Map([
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['collections.OrderedDict', withoutArguments(() => new Map<string, PickleValue>())],
  ['argparse.Namespace', withoutArguments(() => new Namespace())],
  ['__builtin__.set', listItems],
  ['builtins.set', listItems],
  ...['pathlib', 'pathlib._local'].flatMap((module) =>
    ['PosixPath', 'WindowsPath', 'PurePosixPath', 'PureWindowsPath'].map((name): [string, Constructor] => [
      `${module}.${name}`,
      joinPath,
    ]),
  ),
]);

/** What a name stands for. Throws PickleProblem for every name that is not in the tables. */
export function findGlobal(name: string): PickleValue | PickleGlobal {
  const dtype = STORAGE_TYPES.get(name);
  if (dtype !== undefined) return { kind: 'storage type', dtype };
  if (CONSTRUCTORS.has(name)) return { global: name };
  throw new PickleProblem(
    `it names ${name}, expected tensors of ${[...STORAGE_TYPES.values()].join(', ')} and plain data: other objects could run code`,
  );
}

/** Makes the value that `callee(*values)` would be in Python. */
export function call(callee: PickleValue | PickleGlobal, values: PickleValue): PickleValue {
  if (typeof callee !== 'object' || callee === null || !('global' in callee) || !Array.isArray(values)) {
    throw new PickleProblem('it calls a value that is no function');
  }
  return (CONSTRUCTORS.get(callee.global) as Constructor)(values);
}

/** Gives a namespace its attributes. Those of a dictionary, such as a state_dict's `_metadata`, are no data. */
export function build(state: PickleValue, target: PickleValue | PickleGlobal): void {
  if (!(target instanceof Map && state instanceof Map)) {
    throw new PickleProblem('it sets attributes of a value that has none');
  }
  if (target instanceof Namespace) for (const [name, value] of state) target.set(name, value);
}

/** `('storage', type, key, device, count)`: where it was when it was saved does not matter here. */
export function loadStorage(id: PickleValue | PickleGlobal): TorchStorage {
  const [word, type, key, device, count] = Array.isArray(id) ? id : [];
  if (
    word !== 'storage' ||
    !isKind(type, 'storage type') ||
    typeof key !== 'string' ||
    typeof device !== 'string' ||
    !isCount(count)
  ) {
    throw new PickleProblem('it refers to something outside of itself that is no storage');
  }
  return { kind: 'storage', key, dtype: (type as StorageType).dtype, count };
}

/** Storage, offset, shape, strides; what follows is about gradients. */
function rebuildTensor([storage, offset, shape, strides, ...rest]: readonly PickleValue[]): TorchTensor {
  if (
    !isKind(storage, 'storage') ||
    !isCount(offset) ||
    !isCounts(shape) ||
    !isCounts(strides) ||
    shape.length !== strides.length ||
    rest.length < 2
  ) {
    throw new PickleProblem('it has a tensor that is not made of a storage, an offset, a shape and strides');
  }
  return { kind: 'tensor', storage: storage as TorchStorage, offset, shape, strides };
}

function rebuildParameter([tensor]: readonly PickleValue[]): PickleValue {
  if (isKind(tensor, 'tensor')) return tensor as TorchTensor;
  throw new PickleProblem('it has a parameter that is no tensor');
}

function withoutArguments(make: () => PickleValue): Constructor {
  return (values) => {
    if (values.length === 0) return make();
    throw new PickleProblem(`it makes a dictionary or namespace of ${values.length} values, expected none`);
  };
}

function listItems([items]: readonly PickleValue[]): PickleValue {
  if (Array.isArray(items)) return items;
  throw new PickleProblem('it has a set that is not made of a list');
}

function joinPath(parts: readonly PickleValue[]): string {
  return parts
    .map(String)
    .join('/')
    .replace(/^\/\/+/, '/');
}

const isKind = (value: PickleValue | undefined, kind: string): boolean =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;

const isCount = (value: PickleValue | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

const isCounts = (value: PickleValue | undefined): value is number[] =>
  Array.isArray(value) && value.length <= MAX_DIMENSIONS && value.every(isCount);

/** As many as a safetensors file may have. */
const MAX_DIMENSIONS = 8;
