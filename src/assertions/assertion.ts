/**
 * An assertion as plain data: what the model is asked (`prefix`), what the author wrote (`target`), and where.
 */
import { UsageError } from '../errors.ts';
import type { SourceLanguage } from './grammar.ts';

export interface Assertion {
  path: string;
  language: SourceLanguage;
  /** Stable identifier, for example 'python/unittest'. */
  family: string;
  /** Enclosing test: `Class::test_name` or `describe > it`; '' when there is none. */
  test: string;
  /** 1-based, of the expected value. */
  line: number;
  /** 1-based, in UTF-16 units. */
  column: number;
  endLine: number;
  /** Exclusive. */
  endColumn: number;
  /** Offsets of the value in the text, in UTF-16 units; of an open assertion, of the place where it goes. */
  start: number;
  end: number;
  /** All text up to the value; of an open assertion also the comma or space that is still missing. */
  prefix: string;
  /** The value as written; '' when open. */
  target: string;
  /** The author left the value open: nothing or a placeholder is written. */
  open: boolean;
  /** The placeholder of an open assertion; absent when nothing is written. */
  written?: string;
  /** The target is a whole condition (`assert is_valid(x)`), not a value beside an actual one. */
  condition?: true;
  /** Identity for `newAssertions`: family and text without layout. */
  key: string;
  /** Muted by a `code2lora-ignore` comment. */
  ignored: boolean;
}

/**
 * The text with `value` in the place of the assertion's value, and every other character as it was.
 * Throws a UsageError when the text is not the one the assertion was read from.
 */
export function spliceValue(text: string, assertion: Assertion, value: string): string {
  const { path, line, start, end, prefix, target, written = target } = assertion;
  if (text.slice(0, start) !== prefix.slice(0, start) || text.slice(start, end) !== written) {
    throw new UsageError(
      `Cannot write the value at ${path}:${line}: the file has changed since it was read.\n` +
        'Read it again and repeat the change.',
    );
  }
  return prefix + value + text.slice(end);
}
