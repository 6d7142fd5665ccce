/**
 * Whether two texts are the same value in two spellings: `1_000` and `1000`, `'a'` and `"a"`, `[1, ]` and `[1]`. Pure.
 *
 * Says yes rather than no: what is called the same is never taken for a mistake.
 */
import type { SourceLanguage } from './grammar.ts';
import { readTokens, type Token } from './mutate-tokens.ts';

export const isSameValue = (a: string, b: string, language: SourceLanguage): boolean =>
  spelling(a, language) === spelling(b, language);

function spelling(text: string, language: SourceLanguage): string {
  const words = readTokens(text, language).map(spellToken);
  const joined = words.join(' ').replace(/, (?=[)\]}])/g, '');
  const sign = /^([-+]) #(\S+)$/.exec(joined);
  if (!sign) return joined;
  return sign[1] === '+' || sign[2] === '0' ? `#${sign[2]}` : joined;
}

function spellToken({ type, text }: Token): string {
  if (type === 'number') return `#${spellNumber(text)}`;
  return type === 'string' ? spellString(text) : (ALIASES[text] ?? text);
}

/** Python's old names of one class. */
const ALIASES: Readonly<Record<string, string>> = {
  IOError: 'OSError',
  EnvironmentError: 'OSError',
  WindowsError: 'OSError',
};

/** `1`, `1.0`, `1e0` and `0x1` are equal in both languages; a suffix is another type. */
function spellNumber(text: string): string {
  const plain = text.replaceAll('_', '').toLowerCase();
  const suffix = /^0x/.test(plain) ? '' : (/[nj]$/.exec(plain)?.[0] ?? '');
  const digits = suffix === '' ? plain : plain.slice(0, -1);
  // Beyond 2^53 two whole numbers could be one floating-point number.
  if (/^\d{16,}$/.test(digits)) return `${BigInt(digits)}${suffix}`;
  return `${Number(digits)}${suffix}`;
}

/** Quotes and escapes of quotes are spelling; a prefix is not, but for Python's `u`. */
function spellString(text: string): string {
  const [, prefix = '', quotes = '', content = ''] =
    /^([a-zA-Z]{0,2})("""|'''|["'`])([\s\S]*)\2$/.exec(text) ?? [];
  const mark = quotes === '`' && content.includes('${') ? '`' : '';
  return `${prefix.toLowerCase().replace('u', '')}${mark}"${content.replace(/\\(["'`])/g, '$1')}"`;
}
