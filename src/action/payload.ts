/**
 * Reads fields of the event's payload.
 *
 * In: the JSON that GitHub wrote. Out: values of the type that was asked for, or a UsageError that names the field.
 * Knows nothing about events.
 */
import { readFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';

/** One value of the payload; `place` is its path, such as `pull_request.base`. */
export interface Payload {
  place: string;
  value: unknown;
}

/** Throws UsageError when there is no file or no JSON object in it. */
export function readPayload(file: string | undefined): Payload {
  if (!file) throw noPayload('GITHUB_EVENT_PATH is not set');
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw noPayload((cause as Error).message, cause);
  }
  if (typeof value !== 'object' || value === null) throw noPayload(`${file} holds no object`);
  return { place: '', value };
}

/** The value at a path of names. Undefined where anything of the path is not there. */
export function field({ place, value }: Payload, path: string): Payload {
  const found = path
    .split('.')
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | null | undefined)?.[name], value);
  return { place: place === '' ? path : `${place}.${path}`, value: found };
}

export const isThere = ({ value }: Payload): boolean => value !== undefined && value !== null;

export const sha = (payload: Payload): string =>
  matching(payload, /^([0-9a-f]{40}|[0-9a-f]{64})$/, 'a commit');

/** Printable, in one line. */
export const name = (payload: Payload): string => matching(payload, /^[^\p{C}]{1,255}$/u, 'a name');

export function number(payload: Payload): number {
  if (Number.isSafeInteger(payload.value) && (payload.value as number) > 0) return payload.value as number;
  throw wrongField(payload, 'a number');
}

function matching(payload: Payload, pattern: RegExp, expected: string): string {
  if (typeof payload.value === 'string' && pattern.test(payload.value)) return payload.value;
  throw wrongField(payload, expected);
}

function wrongField({ place, value }: Payload, expected: string): UsageError {
  const found = value === undefined ? 'missing' : JSON.stringify(value).slice(0, 100);
  return new UsageError(
    `The event's payload (GITHUB_EVENT_PATH) cannot be used: "${place}" is ${found}, expected ${expected}.\n` +
      'Is this a step of a GitHub workflow, and does the event fit GITHUB_EVENT_NAME?',
  );
}

const noPayload = (reason: string, cause?: unknown): UsageError =>
  new UsageError(
    `Cannot read the event's payload: ${reason}.\nThe Action runs as a step of a GitHub workflow.`,
    {
      cause,
    },
  );
