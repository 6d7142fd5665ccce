/**
 * What a language reader finds: one assertion as nodes of an open tree, before it becomes plain data.
 *
 * Knows nothing about any language; `extract.ts` turns claims into assertions.
 */
import type { Captures, Node } from './grammar.ts';

export interface Claim {
  /** Stable identifier, for example 'python/unittest'. */
  family: string;
  /** The node whose text says which assertion this is. */
  whole: Node;
  value: ValuePlace;
  /** The value is all that is asserted; no actual value stands beside it. */
  isCondition: boolean;
}

/** Where the expected value is, or goes. Offsets are UTF-16 units. */
export interface ValuePlace {
  start: number;
  end: number;
  /** What must be written before the value when it is put here: '' unless a comma or space is missing. */
  lead: string;
  /** The author left the value open. */
  isOpen: boolean;
}

/** A class, function or titled callback that may name a test. */
export interface Scope {
  start: number;
  end: number;
  name: string;
  /** Surely a test or a group of tests, by its name or by the function that takes it. */
  isTest: boolean;
}

/** All that is known about a language beside its grammar and query. */
export interface LanguageReader {
  /** The text to parse in place of the one that is written; of the same length. */
  prepare(text: string): string;
  readClaim(captures: Captures, text: string): Claim | null;
  readScope(captures: Captures, text: string): Scope | null;
  /** Name of the test from the scopes around an assertion, outermost first; '' when there is none. */
  testName(scopes: readonly Scope[]): string;
}

export const textOf = (node: Node, text: string): string => text.slice(node.startIndex, node.endIndex);

/** Children that mean something. */
export const operandsOf = (node: Node): Node[] =>
  node.namedChildren.filter(({ type }) => type !== 'comment' && type !== 'line_continuation');

/** `(value)` → `value`: redundant parentheses belong to the layout. */
export function withoutParentheses(node: Node): Node {
  let inner = node;
  for (let next: Node | undefined = node; next; ) {
    inner = next;
    next = inner.type === 'parenthesized_expression' ? operandsOf(inner)[0] : undefined;
  }
  return inner;
}

/**
 * Claims in document order, none inside the value of another. Where a value is an assertion of its own,
 * as in `x == pytest.approx(3)`, the inner value is the one to predict.
 */
export function outermostClaims(claims: readonly Claim[]): Claim[] {
  const sorted = [...claims].sort((a, b) => a.value.start - b.value.start || b.value.end - a.value.end);
  const kept: Claim[] = [];
  for (const claim of sorted) {
    const last = kept.at(-1);
    if (!last || claim.value.start >= last.value.end) kept.push(claim);
    else if (isWholeValue(claim, last)) kept.splice(-1, 1, { ...claim, whole: last.whole });
  }
  return kept;
}

const isWholeValue = ({ whole }: Claim, { value }: Claim): boolean =>
  whole.startIndex === value.start && whole.endIndex === value.end;
