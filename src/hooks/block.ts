/**
 * Our marked lines inside a file that belongs to somebody else: putting them in, finding them, taking them out.
 *
 * Pure, on text whose characters are bytes (latin1), so that a file in any encoding survives. Everything
 * between the markers is ours; nothing else is touched, and no end is guessed from shell keywords.
 */
import { UsageError } from '../errors.ts';

const BEGIN = /^[ \t]*# >>> code2lora >>>[ \t]*\r?$/m;
const END = /^[ \t]*# <<< code2lora <<<[ \t]*\r?$/m;

/** Puts the markers around lines of a configuration file. */
export const markLines = (lines: string): string => `# >>> code2lora >>>\n${lines}# <<< code2lora <<<\n`;

export const SHEBANG = '#!/bin/sh\n';

export interface BlockPlace {
  start: number;
  /** After the line end of the last marker. */
  end: number;
}

/** `null` when there is none. Throws UsageError when only one marker is there: then nobody knows what is ours. */
export function findBlock(text: string, path: string): BlockPlace | null {
  const [begin, end] = [BEGIN.exec(text), END.exec(text)];
  if (begin === null && end === null) return null;
  if (begin === null || end === null || end.index < begin.index) {
    throw new UsageError(
      `Cannot edit ${path}: the code2lora lines are damaged (one marker is missing or they are swapped).\n` +
        'Remove what is left of them by hand, from "# >>> code2lora >>>" to "# <<< code2lora <<<", and try again.',
    );
  }
  const lineEnd = text.indexOf('\n', end.index);
  return { start: begin.index, end: lineEnd === -1 ? text.length : lineEnd + 1 };
}

export function removeBlock(text: string, path: string): string {
  const place = findBlock(text, path);
  return place === null ? text : text.slice(0, place.start) + text.slice(place.end);
}

/** Puts the block in, or updates the one that is there in its place. */
export function insertBlock(text: string, block: string, path: string): string {
  const place = findBlock(text, path);
  if (place !== null) return text.slice(0, place.start) + block + text.slice(place.end);
  if (!endsEarly(text)) return appendLines(text, block);
  const afterShebang = text.startsWith('#!') ? text.indexOf('\n') + 1 : 0;
  return text.slice(0, afterShebang) + block + text.slice(afterShebang);
}

export function appendLines(text: string, lines: string): string {
  return text === '' || text.endsWith('\n') ? text + lines : `${text}\n${lines}`;
}

/** Would lines at the end never run? `exec` with nothing but a redirection goes on. */
export function endsEarly(text: string): boolean {
  return /^(exit\b|exec\s+(?![0-9]*[<>]))/m.test(text);
}

/** Why our shell lines cannot go into this hook; `undefined` when they can. */
export function whyNotShell(text: string): string | undefined {
  if (text.includes('\0')) return 'it is a program, not a script';
  if (!text.startsWith('#!')) return undefined; // git hands it to sh
  const line = text.slice(2, text.indexOf('\n') === -1 ? undefined : text.indexOf('\n')).trim();
  const isShell = /(^|[\s/])(sh|bash|dash|ash|ksh|mksh|zsh|busybox sh)(\.exe)?(\s|$)/.test(line);
  return isShell ? undefined : `it is run by ${line}, not by a shell`;
}
