/**
 * The machine that a pickle is a program for: a stack, brackets, a memo and the bytes still to read.
 *
 * In: a machine. Out: values taken from it, or a PickleProblem. Knows nothing about operations; every size that
 * the bytes announce is checked against a named limit first.
 */
import type { PickleGlobal, PickleValue } from './torch-pickle-objects.ts';
import { PickleProblem } from './torch-pickle-problem.ts';

/** Of marks: brackets that are open at the same time. */
const MAX_NESTING = 64;
const MAX_STACK = 100_000;
const MAX_MEMO = 500_000;
const MAX_TEXT_BYTES = 100_000;
/** Of the module or name of a Python object. */
const MAX_LINE_BYTES = 200;
const LINE_END = 0x0a;

/** A Python callable can be on the stack, but not inside of a value. */
export type Item = PickleValue | PickleGlobal;

export interface Machine {
  view: DataView;
  position: number;
  stack: Item[];
  /** Height of the stack at each open bracket. */
  marks: number[];
  memo: Map<number, Item>;
}

export function newMachine(bytes: Uint8Array): Machine {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { view, position: 0, stack: [], marks: [], memo: new Map() };
}

export function push({ stack }: Machine, item: Item): void {
  if (stack.push(item) > MAX_STACK) throw new PickleProblem(`it stacks more than ${MAX_STACK} values`);
}

/** Values below the last open bracket belong to somebody else. */
export function pop(machine: Machine): Item {
  const item = top(machine);
  machine.stack.pop();
  return item;
}

export function top({ stack, marks }: Machine): Item {
  const item = stack.at(-1);
  if (item === undefined || stack.length <= (marks.at(-1) ?? 0))
    throw new PickleProblem('it takes a value where there is none');
  return item;
}

export function popValues(machine: Machine, count: number): PickleValue[] {
  return Array.from({ length: count }, () => asValue(pop(machine))).reverse();
}

export function asValue(item: Item): PickleValue {
  if (isGlobal(item)) throw new PickleProblem(`it uses ${item.global} as a value`);
  return item;
}

const isGlobal = (item: Item): item is PickleGlobal =>
  typeof item === 'object' && item !== null && 'global' in item;

export function openBracket({ marks, stack }: Machine): void {
  if (marks.push(stack.length) > MAX_NESTING)
    throw new PickleProblem(`it nests values more than ${MAX_NESTING} deep`);
}

/** The values since the last open bracket. */
export function closeBracket({ marks, stack }: Machine): PickleValue[] {
  const height = marks.pop();
  if (height === undefined || height > stack.length)
    throw new PickleProblem('it closes a bracket that is not open');
  return stack.splice(height).map(asValue);
}

export function remember(machine: Machine, index: number): void {
  machine.memo.set(index, top(machine));
  if (machine.memo.size > MAX_MEMO) throw new PickleProblem(`it remembers more than ${MAX_MEMO} values`);
}

export function recall(machine: Machine, index: number): void {
  const item = machine.memo.get(index);
  if (item === undefined) throw new PickleProblem(`it recalls value ${index}, which it never remembered`);
  push(machine, item);
}

export function takeByte(machine: Machine): number {
  return take(machine, 1).getUint8(0);
}

export function take(machine: Machine, count: number): DataView {
  const { view, position } = machine;
  if (position + count > view.byteLength) throw new PickleProblem(`it ends at byte ${view.byteLength}`);
  machine.position += count;
  return new DataView(view.buffer, view.byteOffset + position, count);
}

/** A whole number in two's complement, least byte first, as long as JavaScript can count to it. */
export function takeLong(machine: Machine): number {
  const count = takeByte(machine);
  const bytes = take(machine, count);
  let value = 0n;
  for (let index = count - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(bytes.getUint8(index));
  const number = Number(BigInt.asIntN(8 * count, value));
  if (!Number.isSafeInteger(number)) throw new PickleProblem('it has a whole number of more than 53 bits');
  return number;
}

export function takeText(machine: Machine): string {
  const count = take(machine, 4).getUint32(0, true);
  if (count > MAX_TEXT_BYTES)
    throw new PickleProblem(`it has a text of ${count} bytes, expected ${MAX_TEXT_BYTES} at most`);
  return decodeText(take(machine, count));
}

export function takeLine(machine: Machine): string {
  const { view, position } = machine;
  let end = position;
  while (end < view.byteLength && end - position < MAX_LINE_BYTES && view.getUint8(end) !== LINE_END)
    end += 1;
  const line = decodeText(take(machine, end - position));
  if (takeByte(machine) !== LINE_END)
    throw new PickleProblem(`it has a name of more than ${MAX_LINE_BYTES} bytes`);
  return line;
}

function decodeText(bytes: DataView): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PickleProblem('it has a text that is not UTF-8');
  }
}
