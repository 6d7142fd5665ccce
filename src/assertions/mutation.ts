/** A mistake in the place of an expected value, as plain data, and what the ways of making one have in common. */
import type { SourceLanguage } from './grammar.ts';
import type { ValueKind } from './mutate-tokens.ts';

export interface Mutation {
  /** Of the value that was written. */
  kind: ValueKind;
  /** How the mistake was made, such as `off by one`. */
  how: string;
  /** In place of the written value. */
  value: string;
}

/** A value that may be changed, and where it stands. */
export interface Place {
  value: string;
  language: SourceLanguage;
  /** Text of the file up to the value: where other values and names come from. */
  prefix: string;
  chance: Chance;
}

/** From 0 up to 1, without 1. */
export interface Chance {
  uniform(): number;
}

export type Option = Pick<Mutation, 'how' | 'value'>;

export const pick = <T>(items: readonly T[], { uniform }: Chance): T | undefined =>
  items[Math.floor(uniform() * items.length)];
