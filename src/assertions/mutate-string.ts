/**
 * A string → strings that somebody could have written instead: another word, other case, one character off, or another
 * string of the file. Pure. Quotes, prefix, escapes and the braces of templates stay as they are.
 */
import { distinct, nearbyTokens } from './mutate-context.ts';
import { type Option, type Place, pick } from './mutation.ts';

interface Literal {
  /** Prefix and quotes. */
  open: string;
  content: string;
  close: string;
}

export function stringOptions(place: Place): Option[] {
  const literal = parseLiteral(place.value);
  if (!literal) return [];
  const contents: { how: string; content: string | undefined }[] = [
    { how: 'other word', content: withOtherWord(literal, place) },
    { how: 'other case', content: withOtherCase(literal, place) },
    { how: 'one character off', content: withOtherCharacter(literal, place) },
    { how: 'another of the file', content: otherContent(literal, place) },
  ];
  return contents.flatMap(({ how, content }) =>
    content === undefined ? [] : [{ how, value: `${literal.open}${content}${literal.close}` }],
  );
}

function parseLiteral(text: string): Literal | null {
  const [, prefix = '', quotes, content = ''] =
    /^([a-zA-Z]{0,2})("""|'''|["'`])([\s\S]*)\2$/.exec(text) ?? [];
  return quotes === undefined ? null : { open: prefix + quotes, content, close: quotes };
}

const isTemplate = ({ open }: Literal): boolean => /^[a-z]*f/i.test(open) || open.endsWith('`');

/** Escapes, and what a template computes. */
const ESCAPE = String.raw`\\(?:u\{[^}]*\}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|x[\da-fA-F]{2}|N\{[^}]*\}|[\s\S])`;
const FIXED = new RegExp(ESCAPE, 'g');
const FIXED_IN_TEMPLATE = new RegExp(String.raw`${ESCAPE}|\$?\{[^}]*\}`, 'g');

interface Word {
  text: string;
  start: number;
  end: number;
}

/** Runs of letters and digits that may be changed. */
function wordsOf(literal: Literal): Word[] {
  const blank = (text: string) => ' '.repeat(text.length);
  const plain = literal.content.replace(isTemplate(literal) ? FIXED_IN_TEMPLATE : FIXED, blank);
  return [...plain.matchAll(/[\p{L}\p{N}]+/gu)].map(({ index, 0: text }) => ({
    text,
    start: index,
    end: index + text.length,
  }));
}

const splice = (content: string, { start, end }: Word, text: string): string =>
  content.slice(0, start) + text + content.slice(end);

/** A word of another string nearby, else of a name. */
function withOtherWord(literal: Literal, place: Place): string | undefined {
  const word = pick(
    wordsOf(literal).filter(({ text }) => /^\p{L}{2,}$/u.test(text)),
    place.chance,
  );
  if (!word) return undefined;
  const tokens = nearbyTokens(place);
  const wordsIn = (type: string) =>
    distinct(
      tokens.filter((token) => token.type === type).flatMap(({ text }) => text.match(/[A-Za-z]{2,}/g) ?? []),
    ).filter((text) => text.toLowerCase() !== word.text.toLowerCase());
  const strings = wordsIn('string');
  const other = pick(strings.length > 0 ? strings : wordsIn('name'), place.chance);
  return other === undefined ? undefined : splice(literal.content, word, likeCase(other, word.text));
}

/** `name` for `User` is `Name`. */
function likeCase(text: string, model: string): string {
  if (model.length > 1 && model === model.toUpperCase()) return text.toUpperCase();
  const isCapital = /^\p{Lu}/u.test(model);
  return isCapital
    ? text.charAt(0).toUpperCase() + text.slice(1)
    : text.charAt(0).toLowerCase() + text.slice(1);
}

function withOtherCase(literal: Literal, { chance }: Place): string | undefined {
  const word = pick(
    wordsOf(literal).filter(({ text }) => /[A-Za-z]/.test(text)),
    chance,
  );
  if (!word) return undefined;
  const { text } = word;
  const first = text.charAt(0);
  const flipped = first === first.toUpperCase() ? first.toLowerCase() : first.toUpperCase();
  const isShout = text.length > 1 && text === text.toUpperCase();
  return splice(literal.content, word, isShout ? text.toLowerCase() : flipped + text.slice(1));
}

/** One left out, one twice, two that changed places, or another digit. */
function withOtherCharacter(literal: Literal, { chance }: Place): string | undefined {
  const word = pick(wordsOf(literal), chance);
  if (!word) return undefined;
  const { text } = word;
  const at = Math.floor(chance.uniform() * text.length);
  const [before, character, after] = [text.slice(0, at), text.charAt(at), text.slice(at + 1)];
  if (/\d/.test(character)) {
    return splice(literal.content, word, `${before}${Math.floor(chance.uniform() * 10)}${after}`);
  }
  if (/[^ -~]/.test(text)) return undefined; // half of a pair is no character
  const typos = [
    `${before}${after}`,
    `${before}${character}${character}${after}`,
    `${before}${after.charAt(0)}${character}${after.slice(1)}`,
  ];
  return splice(literal.content, word, pick(typos, chance) ?? text);
}

/** Nobody takes a sentence for a word. */
const isLikeLength = (length: number, own: number): boolean => length <= 4 * own + 4 && own <= 4 * length + 4;

/** The content of another string nearby that can stand between the same quotes. */
function otherContent({ content: own }: Literal, place: Place): string | undefined {
  const fits = (content: string) =>
    content.length > 0 && isLikeLength(content.length, own.length) && !/["'`\\\n{}$]/.test(content);
  const contents = nearbyTokens(place)
    .filter(({ type }) => type === 'string')
    .flatMap(({ text }) => parseLiteral(text)?.content ?? []);
  return pick(distinct(contents.filter(fits)), place.chance);
}
