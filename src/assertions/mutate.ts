/**
 * A plausible mistake in the place of an expected value: what somebody could have written who was wrong. Pure.
 *
 * In: the assertion, a source of chance. Out: another value of the same kind, and how it was made; null where nothing can
 * be changed so that it is surely wrong. The same chance gives the same mistake, and it is never the written value in
 * another spelling. Knows nothing about models; docs/calibration.md shows the same table.
 */
import type { Assertion } from './assertion.ts';
import { claimsEquality } from './mutate-claims.ts';
import { exceptionOptions } from './mutate-exceptions.ts';
import { nameOptions } from './mutate-names.ts';
import { numberOptions } from './mutate-number.ts';
import { emptyOptions, partOptions } from './mutate-parts.ts';
import { isSameValue } from './mutate-same.ts';
import { stringOptions } from './mutate-string.ts';
import { kindOfValue, type ValueKind } from './mutate-tokens.ts';
import { type Chance, type Mutation, type Option, type Place, pick } from './mutation.ts';

export type Mutable = Pick<Assertion, 'target' | 'prefix' | 'language' | 'family' | 'open' | 'condition'>;

/** Null also for what is no claim of equality: of `x > 3` another bound may be true as well. */
export function mutateAssertion(assertion: Mutable, chance: Chance): Mutation | null {
  const { target, prefix, language, open, condition } = assertion;
  if (open || condition || !claimsEquality(prefix)) return null;
  const kind = kindOfAssertion(assertion);
  const place = { value: target.trim(), language, prefix, chance };
  const options = optionsOf(kind, place).filter(({ value }) => !isSameValue(value, place.value, language));
  const how = pick([...new Set(options.map((option) => option.how))], chance);
  const option = pick(
    options.filter((candidate) => candidate.how === how),
    chance,
  );
  return option ? { kind, ...option } : null;
}

/** What is asked for by `raises` is an exception, whatever it is called. */
export function kindOfAssertion({ target, language, family }: Omit<Mutable, 'prefix'>): ValueKind {
  const kind = kindOfValue(target.trim(), language);
  return kind === 'name' && /-(?:raises|warns)$/.test(family) ? 'exception' : kind;
}

/** Each way of going wrong is as likely as the others, however many values it gives. */
function optionsOf(kind: ValueKind, place: Place): Option[] {
  return OPTIONS[kind](place);
}

const OPTIONS: Readonly<Record<ValueKind, (place: Place) => Option[]>> = {
  number: numberOptions,
  boolean: ({ value }) => [{ how: 'negated', value: NEGATIONS[value] ?? value }],
  null: ({ value, language }) => nullOptions(value, language === 'python'),
  string: stringOptions,
  exception: exceptionOptions,
  name: nameOptions,
  collection: (place) => [...emptyOptions(place), ...partOptions(place, partOf)],
  expression: (place) => partOptions(place, partOf),
};

/** A sign before a number inside of a larger value is not part of it. */
const partOf = (kind: ValueKind, place: Place): Option[] =>
  kind === 'number' ? numberOptions(place, { signed: false }) : optionsOf(kind, place);

const NEGATIONS: Readonly<Record<string, string>> = {
  True: 'False',
  False: 'True',
  true: 'false',
  false: 'true',
};

function nullOptions(value: string, isPython: boolean): Option[] {
  const others = isPython
    ? ['False', 'True', '0', "''", '[]']
    : ['null', 'undefined', 'false', 'true', '0', "''"];
  return others.filter((other) => other !== value).map((other) => ({ how: 'another value', value: other }));
}
