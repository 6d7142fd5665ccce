/**
 * Text of others inside of GitHub's Markdown: shown as it is, never obeyed.
 *
 * In: untrusted text. Out: Markdown for one place each: running text, a code span, a code block, a table cell, a link.
 * Mentions, issue references and autolinks are dead in code; in running text a zero-width space breaks them,
 * because GitHub looks for them after Markdown is done and a backslash would not help.
 */
import { lineEnd, oneLine, visible } from './visible.ts';

const BREAK = '&#8203;';

/** Running text: every character stands for itself; only what could be markup is escaped, so that it reads well raw. */
export const escapeText = (text: string): string =>
  visible(text)
    .replace(/[\\`*_[\]|~$]|:(?=\/\/)|(?<=www)\./gi, '\\$&')
    .trimStart()
    .replace(/^[-+=]|(?<=^\d+)[.)]/, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@|#|GH-(?=\d)/gi, `$&${BREAK}`);

/** A code span whose fence is longer than any run of backticks inside; `<!--` could pass for a marker of ours. */
export function codeSpan(text: string): string {
  const shown = visible(text).replaceAll('<!--', '<\\!--');
  if (shown === '') return '(empty)';
  const fence = '`'.repeat(longestRun(shown) + 1);
  // Markdown takes one space off both ends if both have one.
  const needsSpace = /^`|`$|^ .*[^ ].* $/.test(shown);
  return needsSpace ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/** A code block with the text to the letter; the caller has made sure that all of it may be shown. */
export function fence(text: string, language: string): string {
  const ticks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

/**
 * Code for a table cell: a pipe ends a cell even inside of a code span, so this is HTML with all punctuation as
 * character references, which Markdown reads as text.
 */
export const tableCode = (text: string): string =>
  text === ''
    ? ''
    : `<code>${visible(text).replace(/[!-/:-@[-`{-~]/g, (mark) => `&#${mark.charCodeAt(0)};`)}</code>`;

export const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** `summary` is text of ours. */
export const details = (summary: string, body: string): string =>
  `<details>\n<summary>${summary}</summary>\n\n${body}\n\n</details>`;

export const link = (markdown: string, url: string): string => `[${markdown}](${url})`;

export interface Repository {
  /** Without a slash at its end, such as `https://github.com`. */
  serverUrl: string;
  /** `owner/name`. */
  repository: string;
  sha: string;
}

interface Place {
  path: string;
  line: number;
  endLine: number;
}

/** The address of lines of a file as they were at a commit. */
export function permalink(
  { serverUrl, repository, sha }: Repository,
  { path, line, endLine }: Place,
): string {
  const lines = endLine > line ? `L${line}-L${endLine}` : `L${line}`;
  return `${serverUrl}/${repository}/blob/${sha}/${encodePath(path)}#${lines}`;
}

/** Percent-encoded by segment; also the parentheses, which would end a Markdown link. */
export const encodePath = (path: string): string =>
  path
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map((segment) =>
      encodeURIComponent(segment).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`),
    )
    .join('/');

const MAX_SHOWN_PATH = 100;
const MAX_SHOWN_TEST = 100;

/** `tests/test_cart.py:12`, of a long path its end. */
export const placeName = ({ path, line }: { path: string; line: number }): string =>
  `${lineEnd(path, MAX_SHOWN_PATH)}:${line}`;

export const testName = (test: string): string => oneLine(test, MAX_SHOWN_TEST);

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
