/** The class of an exception → others that somebody could have expected: of the language, or of the file. Pure. */
import { distinct, nearbyTokens } from './mutate-context.ts';
import { isExceptionName } from './mutate-tokens.ts';
import type { Option, Place } from './mutation.ts';

/**
 * A class that is neither above nor below the written one: what raises a `KeyError` raises a `LookupError` too. Of the
 * file's own classes nobody knows which are above which.
 */
export function exceptionOptions(place: Place): Option[] {
  const own = place.value.split('.').at(-1)?.trim() ?? '';
  const parents = place.language === 'python' ? PYTHON_PARENTS : JAVASCRIPT_PARENTS;
  const isFar = (name: string) =>
    !ancestors(name, parents).includes(own) && !ancestors(own, parents).includes(name);
  const builtins = Object.keys(parents).filter(
    (name) => isFar(name) && name.endsWith('Warning') === own.endsWith('Warning'),
  );
  const nearby = nearbyTokens(place).filter(
    ({ type, text }) => type === 'name' && isExceptionName(text) && isFar(text),
  );
  return [
    ...builtins.map((value) => ({ how: 'another exception', value })),
    ...distinct(nearby.map(({ text }) => text)).map((value) => ({
      how: 'another exception of the file',
      value,
    })),
  ];
}

function ancestors(name: string, parents: Readonly<Record<string, string>>): string[] {
  const parent = parents[name];
  return parent === undefined || parent === '' ? [name] : [name, ...ancestors(parent, parents)];
}

/** Class → the class above it; '' where that is the root of all. */
const PYTHON_PARENTS: Readonly<Record<string, string>> = {
  ValueError: 'Exception',
  TypeError: 'Exception',
  KeyError: 'LookupError',
  IndexError: 'LookupError',
  LookupError: 'Exception',
  AttributeError: 'Exception',
  RuntimeError: 'Exception',
  NotImplementedError: 'RuntimeError',
  OSError: 'Exception',
  FileNotFoundError: 'OSError',
  PermissionError: 'OSError',
  TimeoutError: 'OSError',
  ImportError: 'Exception',
  AssertionError: 'Exception',
  ZeroDivisionError: 'ArithmeticError',
  OverflowError: 'ArithmeticError',
  ArithmeticError: 'Exception',
  UnicodeDecodeError: 'ValueError',
  StopIteration: 'Exception',
  DeprecationWarning: 'Warning',
  UserWarning: 'Warning',
  RuntimeWarning: 'Warning',
  FutureWarning: 'Warning',
  SyntaxWarning: 'Warning',
  Warning: 'Exception',
  Exception: '',
};
const JAVASCRIPT_PARENTS: Readonly<Record<string, string>> = {
  TypeError: 'Error',
  RangeError: 'Error',
  SyntaxError: 'Error',
  ReferenceError: 'Error',
  URIError: 'Error',
  EvalError: 'Error',
  Error: '',
};
