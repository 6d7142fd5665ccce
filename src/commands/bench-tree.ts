/**
 * The files of a repository that a method may read for an assertion of a commit.
 *
 * In: a commit. Out: production files as they are at the commit, and test files as they were before it: the same that the
 * adapter is made of. A text is read once, however many commits it is part of. Knows nothing about prompts.
 */
import { BlobReader, isBinary, isLfsPointer, listTree } from '../git/blobs.ts';
import type { Commit } from '../git/history.ts';
import { classifyPath, languageOf, type PathRules } from '../git/paths.ts';
import type { Repository } from '../git/run.ts';

export interface KnownFile {
  path: string;
  blob: string;
  kind: 'production' | 'test';
}

export interface KnownFiles extends AsyncDisposable {
  /** In git's order, production first. */
  at(commit: Commit): Promise<readonly KnownFile[]>;
  read(file: KnownFile): Promise<string>;
}

/** A larger file is data or generated. */
const MAX_FILE_BYTES = 200_000;
/** Of each kind; with more, a choice by path would have to be made, and the first are as good as any. */
const MAX_FILES = 1000;

export function openKnownFiles(repository: Repository, rules: PathRules): KnownFiles {
  const reader = new BlobReader(repository);
  const texts = new Map<string, Promise<string>>();
  let last: { sha: string; files: Promise<readonly KnownFile[]> } | undefined;
  const list = async (sha: string | null, kind: KnownFile['kind']): Promise<KnownFile[]> => {
    if (sha === null) return [];
    const entries = (await listTree(repository, sha)).filter(
      ({ path, sizeBytes }) =>
        sizeBytes > 0 &&
        sizeBytes <= MAX_FILE_BYTES &&
        languageOf(path) !== null &&
        classifyPath(path, rules) === kind,
    );
    return entries.slice(0, MAX_FILES).map(({ path, blob }) => ({ path, blob, kind }));
  };
  return {
    at(commit) {
      if (last?.sha !== commit.sha) {
        const files = async () => [
          ...(await list(commit.sha, 'production')),
          ...(await list(commit.parentSha, 'test')),
        ];
        last = { sha: commit.sha, files: files() };
      }
      return last.files;
    },
    read({ blob }) {
      const known = texts.get(blob) ?? reader.read(blob).then(textOf);
      texts.set(blob, known);
      return known;
    },
    [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
  };
}

const textOf = (content: Buffer | null): string =>
  content === null || isBinary(content) || isLfsPointer(content) ? '' : content.toString('utf8');
