/**
 * A number → numbers that somebody could have written instead: off by one, another digit, the other sign, twice as
 * much, zero, or another number of the file. Pure. A whole number stays whole, and 1.50 keeps its two decimals.
 */
import { nearbyTokens } from './mutate-context.ts';
import { type Option, type Place, pick } from './mutation.ts';

export interface NumberOptions {
  /** The number may become negative; not where a sign stands before it already. */
  signed?: boolean;
}

export function numberOptions(place: Place, { signed = true }: NumberOptions = {}): Option[] {
  const options = [...arithmetic(place.value), ...digitOptions(place), ...nearbyNumbers(place)];
  return signed ? options : options.filter(({ value }) => !/^[-+]/.test(value));
}

/** Digits as one whole number, and how many of them stand after the point. */
interface Decimal {
  digits: bigint;
  places: number;
  suffix: string;
}

/** Null for other notations: hexadecimal, exponents, underscores, leading zeros. */
function parseDecimal(text: string): Decimal | null {
  const [, sign, whole = '', part = '', suffix = ''] =
    /^([-+]?)\s*(0|[1-9]\d*)(?:\.(\d+))?([njJ]?)$/.exec(text) ?? [];
  if (sign === undefined) return null;
  return { digits: BigInt(`${sign === '-' ? '-' : ''}${whole}${part}`), places: part.length, suffix };
}

function arithmetic(value: string): Option[] {
  const number = parseDecimal(value);
  if (!number) return [];
  const { digits } = number;
  const option = (how: string, changed: bigint) => ({ how, value: render({ ...number, digits: changed }) });
  return [
    option('off by one', digits + 1n),
    option('off by one', digits - 1n),
    option('other sign', -digits),
    option('doubled', digits * 2n),
    option('zero', 0n),
  ];
}

function render({ digits, places, suffix }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const all = `${digits < 0n ? -digits : digits}`.padStart(places + 1, '0');
  const point = all.length - places;
  return `${sign}${all.slice(0, point)}${places > 0 ? '.' : ''}${all.slice(point)}${suffix}`;
}

/** One digit of many is replaced; the first one of a longer number not by a zero. */
function digitOptions({ value, chance }: Place): Option[] {
  const body = /^([-+]?\s*(?:0[xXoObB])?)(.*)$/s.exec(value);
  const [, lead = '', rest = ''] = body ?? [];
  const mantissa = rest.replace(/[eE][-+]?\d+.*$/, '');
  const places = [...mantissa].flatMap((character, index) => (/\d/.test(character) ? [index] : []));
  const at = pick(places, chance);
  if (at === undefined) return [];
  const most = /0b/i.test(lead) ? 2 : /0o/i.test(lead) ? 8 : 10;
  const least = at === places[0] && places.length > 1 ? 1 : 0;
  const digit = least + Math.floor(chance.uniform() * (most - least));
  return [{ how: 'other digit', value: `${lead}${rest.slice(0, at)}${digit}${rest.slice(at + 1)}` }];
}

/** Of the same form: whole or not. */
function nearbyNumbers(place: Place): Option[] {
  const form = (text: string) => [text.includes('.'), /^0[xob]/i.test(text), /[nj]$/i.test(text)].join();
  const wanted = form(place.value.replace(/^[-+]\s*/, ''));
  const numbers = nearbyTokens(place).filter(({ type, text }) => type === 'number' && form(text) === wanted);
  const found = pick(numbers, place.chance);
  return found ? [{ how: 'another of the file', value: found.text }] : [];
}
