/**
 * The value of an assertion, from its call or its condition.
 *
 * In: nodes, and how the language writes a comparison. Out: where the value is, and whether it is all that is
 * asserted. Knows nothing about names of assertions.
 */
import { type ArgumentRule, pickArgument } from './argument-rules.ts';
import { type Claim, withoutParentheses } from './claim.ts';
import type { Node } from './grammar.ts';
import { placeOf } from './open-places.ts';

export type AssertedValue = Pick<Claim, 'value' | 'isCondition'>;

export interface ConditionSyntax {
  text: string;
  /** The expected side of a comparison; null for any other expression. */
  rightSide(condition: Node): Node | null;
}

/** Null when the call asserts nothing that can be predicted, such as `expect(x).toBeNull()`. */
export function valueOfCall(list: Node, rule: ArgumentRule, syntax: ConditionSyntax): AssertedValue | null {
  const picked = pickArgument(list, rule, syntax.text);
  if (!picked) return null;
  if (rule.isCondition && picked.node) return valueOfCondition(picked.node, syntax);
  return { value: picked.place, isCondition: false };
}

/** The right side of a comparison; of anything else, all of it. */
export function valueOfCondition(condition: Node, { text, rightSide }: ConditionSyntax): AssertedValue {
  const expected = rightSide(withoutParentheses(condition));
  if (expected) return { value: placeOf(expected, text), isCondition: false };
  const { startIndex: start, endIndex: end } = condition;
  return { value: { start, end, lead: '', isOpen: false }, isCondition: true };
}
