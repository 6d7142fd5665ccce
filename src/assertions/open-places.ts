/**
 * Open assertions: those whose expected value the author has not written yet.
 *
 * In: the node of a value, or an argument list that lacks it. Out: the place where the value goes.
 * Knows nothing about families of assertions.
 */
import { textOf, type ValuePlace, withoutParentheses } from './claim.ts';
import type { Node } from './grammar.ts';

/** Stands for a missing right side while tree-sitter reads the text: a letter no program is written with. */
const FILLER = '\uA000';
const PLACEHOLDER = /^(?:\.\.\.|_{2,}|TODO|'TODO'|"TODO"|`TODO`)$/;
const PLACEHOLDER_COMMENT = /^\/\*\s*(?:\?+|\.\.\.|TODO\b[\s\S]*)\s*\*\/$/;
/** `assert x ==` at the end of a line; the operator is captured. */
const OPEN_COMPARISON =
  /^([ \t]*assert\b.*?[ \t\w)\]}'"])(==|!=|<=|>=|\bis|(?<!\bnot[ \t]+)\bin)(?=[ \t]*(?:#.*)?\r?$)/gm;

/**
 * Makes `assert x ==` at the end of a line parse, without moving any character: the operator becomes `<` and
 * a name that `placeOf` recognises. tree-sitter would take the next line for the right side, often without
 * an error.
 */
export function fillOpenComparisons(text: string): string {
  return text.replace(OPEN_COMPARISON, (written, left: string) =>
    hasOpenBracket(left) ? written : `${left}<${FILLER}`,
  );
}

/** Inside brackets the comparison may go on in the next line. */
function hasOpenBracket(line: string): boolean {
  const code = line.replace(/"[^"]*"|'[^']*'/g, '');
  return code.split(/[([{]/).length > code.split(/[)\]}]/).length;
}

/** The place of a value that is written, or of the placeholder that stands for it. */
export function placeOf(node: Node, text: string): ValuePlace {
  const value = withoutParentheses(node);
  const { startIndex: start, endIndex: end } = value;
  const written = textOf(value, text);
  if (written === FILLER || value.isMissing) return afterOperator(end, text);
  if (PLACEHOLDER.test(written)) return { start, end, lead: '', isOpen: true };
  const comment = written === 'undefined' ? value.nextNamedSibling : null;
  if (comment !== null && PLACEHOLDER_COMMENT.test(textOf(comment, text))) {
    return { start, end: comment.endIndex, lead: '', isOpen: true };
  }
  return { start, end, lead: '', isOpen: false };
}

/** The place in an argument list where the argument after the last one goes. */
export function placeAfterLast(list: Node, text: string): ValuePlace {
  const tokens = list.children.slice(0, -1);
  const last = tokens.findLast(({ type }) => type !== 'comment');
  const end = last?.endIndex ?? list.startIndex + 1;
  if (last && last.type !== '(' && last.type !== ',') return { start: end, end, lead: ', ', isOpen: true };
  const comment = tokens.at(-1);
  if (comment && PLACEHOLDER_COMMENT.test(textOf(comment, text))) {
    return { start: comment.startIndex, end: comment.endIndex, lead: '', isOpen: true };
  }
  return last?.type === ',' ? afterOperator(end, text) : { start: end, end, lead: '', isOpen: true };
}

/** Right after an operator or comma; a space is used when it is there and the line or list ends after it. */
function afterOperator(offset: number, text: string): ValuePlace {
  const usesSpace = /^ (?:[)\r\n]|$)/.test(text.slice(offset, offset + 2));
  const start = usesSpace ? offset + 1 : offset;
  return { start, end: start, lead: usesSpace ? '' : ' ', isOpen: true };
}
