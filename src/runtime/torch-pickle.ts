/**
 * The pickle inside of a torch file: tensors and plain data, and nothing else.
 *
 * In: bytes that nobody vouches for. Out: values. Knows nothing about files or models. A pickle is a program for
 * a stack machine; the one here has no operation that could run code, and refuses by its name every Python
 * object that is not in the list of torch-pickle-objects.ts. Protocol 2, which torch.save writes.
 * Operations: Python's Lib/pickletools.py.
 */
import { ModelError } from '../errors.ts';
import {
  asValue,
  closeBracket,
  type Machine,
  newMachine,
  openBracket,
  pop,
  popValues,
  push,
  recall,
  remember,
  take,
  takeByte,
  takeLine,
  takeLong,
  takeText,
  top,
} from './torch-pickle-machine.ts';
import { build, call, findGlobal, loadStorage, type PickleValue } from './torch-pickle-objects.ts';
import { PickleProblem } from './torch-pickle-problem.ts';

/** The published checkpoints have some thousand operations. */
const MAX_OPERATIONS = 500_000;

/** Reads the value of a pickle; `place` names it in messages. Throws ModelError. */
export function readPickle(bytes: Uint8Array, place: string): PickleValue {
  const machine = newMachine(bytes);
  try {
    return run(machine);
  } catch (cause) {
    if (!(cause instanceof PickleProblem)) throw cause;
    throw new ModelError(
      `Cannot read ${place}: ${cause.message} (operation at byte ${machine.position}).\n` +
        'Nothing in it was run. Use a file with tensors and plain data only, from a source you trust.',
    );
  }
}

function run(machine: Machine): PickleValue {
  for (let count = 0; count < MAX_OPERATIONS; count += 1) {
    const code = takeByte(machine);
    const operation = String.fromCharCode(code);
    if (operation === STOP) return asValue(pop(machine));
    const step = STEPS[operation];
    if (!step)
      throw new PickleProblem(`it has the operation 0x${code.toString(16)}, which plain data does not need`);
    step(machine);
  }
  throw new PickleProblem(`it has more than ${MAX_OPERATIONS} operations`);
}

type Step = (machine: Machine) => void;
const STOP = '.';
/** By the byte that stands for it, as a character; in the comment its name in pickletools.py. */
const STEPS: Readonly<Record<string, Step>> = {
  '\x80': (m) => checkProtocol(takeByte(m)), // PROTO
  '(': openBracket, // MARK
  N: (m) => push(m, null), // NONE
  '\x88': (m) => push(m, true), // NEWTRUE
  '\x89': (m) => push(m, false), // NEWFALSE
  K: (m) => push(m, takeByte(m)), // BININT1
  M: (m) => push(m, take(m, 2).getUint16(0, true)), // BININT2
  J: (m) => push(m, take(m, 4).getInt32(0, true)), // BININT
  '\x8a': (m) => push(m, takeLong(m)), // LONG1
  G: (m) => push(m, take(m, 8).getFloat64(0, false)), // BINFLOAT
  X: (m) => push(m, takeText(m)), // BINUNICODE
  '}': (m) => push(m, new Map()), // EMPTY_DICT
  ']': (m) => push(m, []), // EMPTY_LIST
  ')': (m) => push(m, []), // EMPTY_TUPLE
  t: (m) => push(m, closeBracket(m)), // TUPLE
  '\x85': (m) => push(m, popValues(m, 1)), // TUPLE1
  '\x86': (m) => push(m, popValues(m, 2)), // TUPLE2
  '\x87': (m) => push(m, popValues(m, 3)), // TUPLE3
  a: (m) => append(m, popValues(m, 1)), // APPEND
  e: (m) => append(m, closeBracket(m)), // APPENDS
  s: (m) => setItems(m, popValues(m, 2)), // SETITEM
  u: (m) => setItems(m, closeBracket(m)), // SETITEMS
  q: (m) => remember(m, takeByte(m)), // BINPUT
  r: (m) => remember(m, take(m, 4).getUint32(0, true)), // LONG_BINPUT
  h: (m) => recall(m, takeByte(m)), // BINGET
  j: (m) => recall(m, take(m, 4).getUint32(0, true)), // LONG_BINGET
  c: (m) => push(m, findGlobal(`${takeLine(m)}.${takeLine(m)}`)), // GLOBAL
  Q: (m) => push(m, loadStorage(pop(m))), // BINPERSID
  R: construct, // REDUCE
  '\x81': construct, // NEWOBJ
  b: (m) => build(asValue(pop(m)), top(m)), // BUILD
};

function checkProtocol(version: number): void {
  if (version !== 2)
    throw new PickleProblem(`it has pickle protocol ${version}, expected 2 as torch.save writes it`);
}

function construct(machine: Machine): void {
  const values = asValue(pop(machine));
  push(machine, call(pop(machine), values));
}

function append(machine: Machine, values: PickleValue[]): void {
  const list = top(machine);
  if (!Array.isArray(list)) throw new PickleProblem('it appends to a value that is no list');
  for (const value of values) list.push(value);
}

function setItems(machine: Machine, values: PickleValue[]): void {
  const dictionary = top(machine);
  if (!(dictionary instanceof Map) || values.length % 2 === 1)
    throw new PickleProblem('it sets an item of a value that is no dictionary');
  for (let index = 0; index < values.length; index += 2) {
    const [key, value] = [values[index], values[index + 1] as PickleValue];
    if (typeof key !== 'string') throw new PickleProblem('it has a dictionary with a key that is no text');
    if (dictionary.has(key)) throw new PickleProblem(`it has the key ${JSON.stringify(key)} twice`);
    dictionary.set(key, value);
  }
}
