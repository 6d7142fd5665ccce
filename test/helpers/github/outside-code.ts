/**
 * What GitHub would obey in a comment: the Markdown without its code blocks and code spans (CommonMark 4.5, 6.1).
 * Mentions, references, links and HTML count only there.
 */
const BLOCK = /^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?\n {0,3}\1[`~]*[ \t]*$/gm;
const SPAN = /(?<!`)(`+)(?!`)(?:(?!\n\s*\n)[\s\S])*?[^`]\1(?!`)/g;

export const outsideCode = (markdown: string): string =>
  markdown.replace(BLOCK, '(block)').replace(SPAN, '(code)');
