/**
 * Takes one recorded change back: byte for byte if the file is as we left it, else only what is ours in it.
 */
import { findBlock, removeBlock, SHEBANG } from './block.ts';
import { type FileEdit, readBytes, reverseChange } from './file-edits.ts';

export interface Undo {
  edit?: FileEdit;
  /** When somebody else's change is in the way. */
  note?: string;
}

export interface UndoOptions {
  /** Also remove lines that were there before init: committed by somebody else. */
  isShared?: boolean;
}

/** Looks at the file as it is now; writes nothing. */
export function undoFile(
  { path, before, after }: Pick<FileEdit, 'path' | 'before' | 'after'>,
  { isShared = false }: UndoOptions = {},
): Undo {
  const current = readBytes(path);
  if (current === null) return {};
  const restored = isShared && before !== null ? emptyIsNone(removeBlock(before, path)) : before;
  if (current === after || current === before) return change(path, current, restored);
  if (findBlock(current, path) !== null) {
    const wasThere = before !== null && findBlock(before, path) !== null;
    if (wasThere && !isShared) return {};
    const rest = removeBlock(current, path);
    return change(path, current, before === null || isShared ? emptyIsNone(rest) : rest);
  }
  const reversed = before === null || after === null ? current : reverseChange(current, before, after);
  if (reversed !== undefined) return change(path, current, reversed);
  return { note: `${path} has changed since init: take our change back by hand.` };
}

/** A hook in which nothing is left but its first line was made by us. */
export const emptyIsNone = (text: string): string | null => (text === '' || text === SHEBANG ? null : text);

function change(path: string, before: string, after: string | null): Undo {
  return before === after ? {} : { edit: { path, before, after } };
}
