/**
 * Text of others → one harmless line of plain text.
 *
 * In: paths, source text, messages. Out: the same with everything visible that a reader could not see or that a
 * terminal or a log would obey. Knows nothing about Markdown or XML, which escape on top of it.
 */

/** Line breaks and the space around them become one space, then see `visible`; cut with an ellipsis. */
export function oneLine(text: string, maxLength: number): string {
  // A value can be much longer than what is shown; the space for escapes is generous.
  const start = text.slice(0, maxLength * 4).replace(/\s*[\r\n]+\s*/g, ' ');
  const line = visible(start);
  const isWhole = text.length <= maxLength * 4 && line.length <= maxLength;
  return isWhole ? line : `${line.slice(0, maxLength - 1).replace(LAST_HALF, '')}…`;
}

/** Keeps the end: of a path that is what tells files apart. */
export function lineEnd(text: string, maxLength: number): string {
  const line = visible(text.slice(-maxLength * 4));
  const isWhole = text.length <= maxLength * 4 && line.length <= maxLength;
  return isWhole ? line : `…${line.slice(1 - maxLength).replace(FIRST_HALF, '')}`;
}

/**
 * Control characters, bidirectional controls (Boucher & Anderson 2021, "Trojan Source"), zero-width and other
 * invisible characters and halves of surrogate pairs as escapes; tab and line breaks as `\t`, `\n`, `\r`.
 */
export const visible = (text: string): string => text.replace(INVISIBLE, escapeOf);

/** Whether `visible` would change the text. */
export const hasInvisible = (text: string): boolean => text.search(INVISIBLE) >= 0;

/**
 * One line for the log of a workflow run, in which the runner finds no command: `::` counts at the start of a line,
 * after any space; the older `##[` anywhere.
 */
export const safeLogLine = (text: string): string =>
  visible(text)
    .replace(/^(\s*)::/, '$1\\::')
    .replaceAll('##[', '#\\#[');

/** 0.81 → `81%`. Never claims certainty: `>99%`, `<1%`. */
export function percent(share: number): string {
  if (share > 0.99) return '>99%';
  return share < 0.01 ? '<1%' : `${Math.round(share * 100)}%`;
}

/** `3 values`, `1 value`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

export const shortSha = (sha: string): string => sha.slice(0, 10);

const LAST_HALF = /[\ud800-\udbff]$/;
const FIRST_HALF = /^[\udc00-\udfff]/;
/** Also marks that show as nothing: grapheme joiner, Hangul fillers, variation selectors beyond the emoji's. */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\ufffe\uffff]|[\u034f\u17b4\u17b5]|[\u{e0100}-\u{e01ef}]/gu;

const NAMES: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escapeOf(character: string): string {
  const code = (character.codePointAt(0) as number).toString(16);
  return NAMES[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`);
}
