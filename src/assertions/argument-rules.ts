/**
 * Picks the expected value out of an argument list by a rule.
 *
 * In: the node of an argument list and a rule. Out: the node of the value, the place where it is missing, or
 * null when this call says nothing that can be predicted. Knows nothing about names of assertions.
 */
import { operandsOf, textOf, type ValuePlace } from './claim.ts';
import type { Node } from './grammar.ts';
import { placeAfterLast, placeOf } from './open-places.ts';

export interface ArgumentRule {
  /** Index among the positional arguments. 'last': the last one, or the last keyword if there is none. */
  at: number | 'last';
  /** Names under which the value may be given instead. */
  keywords?: readonly string[];
  /** A call without it is an assertion left open; otherwise it is an assertion without a value. */
  isRequired?: boolean;
  /** The argument is all that is asserted. */
  isCondition?: boolean;
}

export interface PickedValue {
  /** Null when the place is empty. */
  node: Node | null;
  place: ValuePlace;
}

export function pickArgument(list: Node, rule: ArgumentRule, text: string): PickedValue | null {
  const items = readArguments(list, text);
  const positional = items.filter(({ keyword }) => keyword === null);
  const node = namedArgument(items, rule) ?? positionalArgument(items, positional, rule.at);
  if (node !== null) return { node, place: placeOf(node, text) };
  // With `f(*args)` nobody can say which argument is missing.
  const isOpen = rule.isRequired === true && positional.length === rule.at && items.every(isPlain);
  return isOpen ? { node: null, place: placeAfterLast(list, text) } : null;
}

interface Argument {
  node: Node;
  keyword: string | null;
  /** `*args`, `**kwargs`, `...args`. */
  isSpread: boolean;
}

const SPREADS = new Set(['list_splat', 'dictionary_splat', 'spread_element']);
const MESSAGE_KEYWORDS = new Set(['msg', 'message', 'err_msg']);
const isPlain = ({ isSpread, keyword }: Argument): boolean =>
  !isSpread && (keyword === null || MESSAGE_KEYWORDS.has(keyword));

function readArguments(list: Node, text: string): Argument[] {
  return operandsOf(list).map((node) => readArgument(node, text));
}

function readArgument(node: Node, text: string): Argument {
  const name = node.type === 'keyword_argument' ? node.childForFieldName('name') : null;
  const value = name && node.childForFieldName('value');
  if (name && value) return { node: value, keyword: textOf(name, text), isSpread: false };
  return { node, keyword: null, isSpread: SPREADS.has(node.type) };
}

function namedArgument(items: readonly Argument[], { keywords = [] }: ArgumentRule): Node | null {
  return items.find(({ keyword }) => keyword !== null && keywords.includes(keyword))?.node ?? null;
}

function positionalArgument(
  items: readonly Argument[],
  positional: readonly Argument[],
  at: ArgumentRule['at'],
): Node | null {
  if (at === 'last') return lastArgument(items, positional);
  const upTo = positional.slice(0, at + 1);
  return upTo.length === at + 1 && upTo.every(isPlain) ? (upTo[at]?.node ?? null) : null;
}

function lastArgument(items: readonly Argument[], positional: readonly Argument[]): Node | null {
  const last = positional.at(-1);
  if (last) return last.isSpread ? null : last.node;
  return items.findLast(({ keyword }) => keyword !== null && !MESSAGE_KEYWORDS.has(keyword))?.node ?? null;
}
