/**
 * Small checks from which the check of a manifest is put together.
 *
 * In: a value of unknown type and where it stands. Out: the value with its type, or a ModelError that names
 * the field, what was found and what was expected. Knows nothing about what the fields mean.
 */
import { ModelError } from '../errors.ts';

/** A field that is not what it should be. */
class FieldError extends ModelError {
  readonly found: string;

  constructor(found: string, advice: string) {
    super(`${found}.\n${advice}`);
    this.found = found;
  }
}

/** The same check with other advice: not every field is one of a model pack. */
export function advising<T>(check: Check<T>, advice: string): Check<T> {
  return (value, at) => {
    try {
      return check(value, at);
    } catch (error) {
      throw error instanceof FieldError ? new FieldError(error.found, advice) : error;
    }
  };
}

/** `at` is the place for messages, such as `manifest.json: recipe.diff`. */
export type Check<T> = (value: unknown, at: string) => T;

/** Every field of the shape must be there; others are left out of the result. */
export function object<T>(shape: { [Key in keyof T]: Check<T[Key]> }): Check<T> {
  return (value, at) => {
    const fields = record((field) => field)(value, at);
    const checked: Partial<T> = {};
    for (const key of Object.keys(shape) as (keyof T & string)[]) {
      checked[key] = shape[key](Object.hasOwn(fields, key) ? fields[key] : undefined, place(at, key));
    }
    return checked as T;
  };
}

/** An object of one of several shapes; its `kind` says which. */
export function byKind<T extends { kind: string }>(checks: { [Kind in T['kind']]: Check<T> }): Check<T> {
  return (value, at) => {
    const { kind } = record((field) => field)(value, at);
    return checks[oneOf(...(Object.keys(checks) as T['kind'][]))(kind, place(at, 'kind'))](value, at);
  };
}

/** An object with names of the file's own choice. */
export function record<T>(
  check: Check<T>,
  name: Check<string> = (key) => key as string,
): Check<Record<string, T>> {
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) mismatch(value, at, 'an object');
    const entries = Object.entries(value).map(([key, item]) => [name(key, at), check(item, place(at, key))]);
    return Object.fromEntries(entries);
  };
}

/** A list of at least one item, none of them twice. */
export function list<T extends string>(check: Check<T>): Check<T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length === 0) mismatch(value, at, 'a list of at least one item');
    if (new Set(value).size !== value.length) mismatch(value, at, 'a list without repetitions');
    return value.map((item, index) => check(item, `${at}[${index}]`));
  };
}

/** A list, perhaps empty, of at most so many items. */
export function items<T>(check: Check<T>, most: number): Check<T[]> {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > most) mismatch(value, at, `a list of at most ${most} items`);
    return value.map((item, index) => check(item, `${at}[${index}]`));
  };
}

export function oneOf<const T extends string>(...allowed: readonly T[]): Check<T> {
  return (value, at) =>
    allowed.find((word) => word === value) ??
    mismatch(value, at, allowed.map((word) => JSON.stringify(word)).join(' or '));
}

/** One value only: what other versions may allow and this one does not build. */
export function exactly<const T extends string | boolean>(wanted: T): Check<T> {
  return (value, at) => (value === wanted ? wanted : mismatch(value, at, JSON.stringify(wanted)));
}

export function integer(least: number, most = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value, at) => {
    if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most)
      return value as number;
    return mismatch(value, at, `a whole number from ${least} to ${most}`);
  };
}

export const positive: Check<number> = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0
    ? value
    : mismatch(value, at, 'a number above 0');

export const finite: Check<number> = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) ? value : mismatch(value, at, 'a number');

export const fraction: Check<number> = (value, at) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? value : mismatch(value, at, 'a number from 0 to 1');

export const boolean: Check<boolean> = (value, at) =>
  typeof value === 'boolean' ? value : mismatch(value, at, 'true or false');

export function text(pattern: RegExp, expected: string): Check<string> {
  return (value, at) =>
    typeof value === 'string' && pattern.test(value) ? value : mismatch(value, at, expected);
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value, at) => (value === null ? null : check(value, at));
}

/** A field that may be missing, and what it is then. */
export function optional<T>(check: Check<T>, fallback: T): Check<T> {
  return (value, at) => (value === undefined ? fallback : check(value, at));
}

function mismatch(value: unknown, at: string, expected: string): never {
  const found = value === undefined ? 'missing' : (JSON.stringify(value) ?? typeof value).slice(0, 80);
  throw new FieldError(
    `${at} is ${found}, expected ${expected}`,
    'Install the model pack again, or use one made for this version of code2lora.',
  );
}

const place = (at: string, key: string): string => (at.endsWith(':') ? `${at} ${key}` : `${at}.${key}`);
