/**
 * Which assertions a check looks at: those of a range of commits, or all.
 *
 * In: two commits. Out: assertions that the second has and the first has not, file by file. Knows nothing
 * about models.
 */

import type { Assertion } from '../assertions/assertion.ts';
import { extractAssertions } from '../assertions/extract.ts';
import { newAssertions } from '../assertions/newness.ts';
import { ancestorAt } from '../git/ancestry.ts';
import { BlobReader, isBinary, listTree } from '../git/blobs.ts';
import { readChanges } from '../git/diff.ts';
import { classifyPath, languageOf, type PathRules } from '../git/paths.ts';
import type { Repository } from '../git/run.ts';

export interface Selection {
  base: string | null;
  head: string;
  /** "of the last 4 commits", for people. */
  description: string;
  assertions: Assertion[];
  notices: string[];
}

/** On a first run, look back until this many assertions are found … */
const FIRST_RUN_ASSERTIONS = 10;
/** … or this many commits are passed. */
const FIRST_RUN_COMMITS = 256;

/** Assertions that are new at `head` and were not at `base`; `null` is the empty tree. */
export async function selectRange(
  repository: Repository,
  { base, head, rules }: { base: string | null; head: string; rules: PathRules },
): Promise<Pick<Selection, 'assertions' | 'notices'>> {
  await using reader = new BlobReader(repository);
  const assertions: Assertion[] = [];
  const notices: string[] = [];
  for (const change of await readChanges(repository, base, head)) {
    if (!isTestFile(change.path, rules) || change.newBlob === null) continue;
    const before = change.oldBlob
      ? await extractBlob(reader, change.previousPath ?? change.path, change.oldBlob)
      : null;
    const after = await extractBlob(reader, change.path, change.newBlob);
    assertions.push(...newAssertions(before?.assertions ?? null, after.assertions));
    notices.push(...after.notices);
  }
  return { assertions, notices };
}

/** Every assertion of a commit. */
export async function selectAll(
  repository: Repository,
  { head, rules }: { head: string; rules: PathRules },
): Promise<Selection> {
  await using reader = new BlobReader(repository);
  const assertions: Assertion[] = [];
  const notices: string[] = [];
  for (const { path, blob } of await listTree(repository, head)) {
    if (!isTestFile(path, rules)) continue;
    const extracted = await extractBlob(reader, path, blob);
    assertions.push(...extracted.assertions);
    notices.push(...extracted.notices);
  }
  return { base: null, head, description: 'of the whole repository', assertions, notices };
}

/** The first run has no last check to continue from: it looks back until there is something to say. */
export async function selectRecent(
  repository: Repository,
  { head, rules }: { head: string; rules: PathRules },
): Promise<Selection> {
  for (let commits = 1; ; commits *= 2) {
    const base = await ancestorAt(repository, head, commits);
    const found = await selectRange(repository, { base, head, rules });
    if (found.assertions.length >= FIRST_RUN_ASSERTIONS || base === null || commits >= FIRST_RUN_COMMITS) {
      const description =
        base === null ? 'of the whole history' : `of the last ${commits} commit${commits > 1 ? 's' : ''}`;
      return { base, head, description, ...found };
    }
  }
}

/** Extracts the assertions of one stored file; a binary file has none. */
export async function extractBlob(
  reader: BlobReader,
  path: string,
  blob: string,
): Promise<{ assertions: Assertion[]; notices: string[] }> {
  const content = await reader.read(blob);
  if (content === null || isBinary(content)) return { assertions: [], notices: [] };
  return extractAssertions(path, content.toString('utf8'));
}

/** A file that may hold assertions we can read. */
export const isTestFile = (path: string, rules: PathRules): boolean =>
  languageOf(path) !== null && classifyPath(path, rules) === 'test';
