/**
 * `code2lora-ignore` in a comment mutes an assertion: on one of its lines, or alone on the line above.
 * `code2lora-ignore-file` in the first five lines mutes the file.
 *
 * In: the comments of a file. Out: a question that can be asked of each assertion.
 */
import { textOf } from './claim.ts';
import type { Node } from './grammar.ts';

export type IsMuted = (assertion: Node) => boolean;

const MARK = /code2lora-ignore(-file)?(?![\w-])/;
const FILE_MARK_ROWS = 5;

export function readMuting(comments: readonly Node[], text: string): IsMuted {
  const rows = new Set<number>();
  for (const comment of comments) {
    const mark = MARK.exec(textOf(comment, text));
    if (!mark) continue;
    if (mark[1] === undefined) rows.add(mutedRow(comment, text));
    else if (comment.startPosition.row < FILE_MARK_ROWS) return () => true;
  }
  return (assertion) => rows.size > 0 && rowsOf(assertion).some((row) => rows.has(row));
}

function rowsOf({ startPosition, endPosition }: Node): number[] {
  return Array.from({ length: endPosition.row - startPosition.row + 1 }, (_, row) => startPosition.row + row);
}

/** A comment that has its line for itself speaks of the line below it. */
function mutedRow(comment: Node, text: string): number {
  const before = text.slice(text.lastIndexOf('\n', comment.startIndex - 1) + 1, comment.startIndex);
  const { row } = comment.endPosition;
  return before.trim() === '' ? row + 1 : row;
}
