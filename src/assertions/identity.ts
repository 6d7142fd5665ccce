/**
 * The text that says whether two assertions are the same one: its tokens, one space apart.
 *
 * Layout does not count: white space, comments and the comma before a closing bracket are left out. Strings
 * are one token, kept to the letter.
 */
import type { Node } from './grammar.ts';

/** Nodes that are one token whatever is inside. */
const ATOMS = new Set(['string', 'template_string', 'regex', 'jsx_text']);
const IGNORED = new Set(['comment', 'line_continuation']);
const CLOSING = new Set([')', ']', '}']);

/** `text` is the text as written; the tree may be of a repaired text of the same length. */
export function normalizedText(node: Node, text: string): string {
  const tokens: string[] = [];
  const cursor = node.walk();
  for (let isInside = true; isInside; ) {
    const type = cursor.nodeType;
    if (!ATOMS.has(type) && cursor.gotoFirstChild()) continue;
    const endsList = CLOSING.has(type) && tokens.at(-1) === ',';
    if (endsList && !isTupleOfOne(cursor.currentNode.parent)) tokens.pop();
    if (!IGNORED.has(type)) tokens.push(text.slice(cursor.startIndex, cursor.endIndex));
    while (isInside && !cursor.gotoNextSibling()) isInside = cursor.gotoParent();
  }
  cursor.delete();
  return tokens.join(' ');
}

/** `(1,)` is not `(1)`. */
const isTupleOfOne = (node: Node | null): boolean => node?.type === 'tuple' && node.namedChildCount === 1;
