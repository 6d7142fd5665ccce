/**
 * Retrieval: the three pieces of the repository that are most like the end of the prompt.
 *
 * In: the files known at a commit, the text up to a value. Out: pieces of text, each under the name of its file. Pieces
 * are as long as a third of their room. What stands in the file of the prompt anyway is left out: it would only take room.
 */
import type { Commit } from '../git/history.ts';
import { type Document, documentOf, rank } from './bench-bm25.ts';
import type { PromptRoom } from './bench-prompt.ts';
import type { KnownFile, KnownFiles } from './bench-tree.ts';

export interface Retrieval {
  piecesFor(commit: Commit, prefix: string): Promise<string[]>;
}

const PIECES = 3;
/** The end of the prompt that is searched for. */
const QUERY_CHARACTERS = 1000;
/** Characters of a token of source code, or fewer. */
const CHARACTERS_PER_TOKEN = 3;

interface Piece {
  path: string;
  text: string;
  document: Document;
}

export function openRetrieval(
  files: KnownFiles,
  { pieceTokens }: Pick<PromptRoom, 'pieceTokens'>,
): Retrieval {
  const size = Math.floor((pieceTokens / PIECES) * CHARACTERS_PER_TOKEN);
  const piecesByBlob = new Map<string, Promise<Piece[]>>();
  const cut = async (file: KnownFile): Promise<Piece[]> =>
    splitLines(await files.read(file), size).map((text) => ({
      path: file.path,
      text,
      document: documentOf(text),
    }));
  const piecesOf = (file: KnownFile): Promise<Piece[]> => {
    const name = `${file.blob} ${file.path}`;
    const known = piecesByBlob.get(name) ?? cut(file);
    piecesByBlob.set(name, known);
    return known;
  };
  return {
    async piecesFor(commit, prefix) {
      const pieces = (await Promise.all((await files.at(commit)).map(piecesOf))).flat();
      const order = rank(
        prefix.slice(-QUERY_CHARACTERS),
        pieces.map(({ document }) => document),
      );
      const found: string[] = [];
      for (const index of order) {
        const { path, text } = pieces[index] as Piece;
        if (prefix.includes(text.trim())) continue;
        found.push(`${commentOf(path)} ${path}\n${text.trimEnd()}`);
        if (found.length === PIECES) break;
      }
      return found;
    },
  };
}

/** Whole lines up to `size` characters each; a longer line is one of its own, cut. */
export function splitLines(text: string, size: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const line of text.split('\n')) {
    if (piece !== '' && piece.length + line.length + 1 > size) {
      pieces.push(piece);
      piece = '';
    }
    piece += `${piece === '' ? '' : '\n'}${line.slice(0, size)}`;
  }
  pieces.push(piece);
  return pieces.filter((kept) => kept.trim() !== '');
}

export const commentOf = (path: string): string => (/\.pyi?$/.test(path) ? '#' : '//');
