/**
 * Which commits bring a new assertion.
 *
 * In: commits. Out: the same, each with yes or no. Whether one does follows from the commit and its first parent alone,
 * so a walk may stop and go on anywhere. Knows nothing about production code.
 */
import { authorsAssertionKeys } from '../assertions/authors-keys.ts';
import { newAssertions } from '../assertions/newness.ts';
import type { Commits } from '../git/asked-commits.ts';
import { isAuthorsTest, isQuotedPath } from '../git/authors-paths.ts';
import { BlobReader } from '../git/blobs.ts';
import { type Change, commitChanges } from '../git/changes.ts';
import type { Commit } from '../git/history.ts';
import type { Recipe } from '../runtime/manifest-recipe.ts';
import { extractBlob, isTestFile } from './selection.ts';
import type { Workspace } from './workspace.ts';

export interface JudgedCommit {
  commit: Commit;
  isKept: boolean;
}

/** Tells a new assertion in one changed file from those of its previous version. */
interface Judge {
  isTest(path: string): boolean;
  hasNew(
    before: { path: string; blob: string } | null,
    after: { path: string; blob: string },
  ): Promise<boolean>;
}

/** Judges commits by the recipe's `history.newAssertions`. */
export async function* judgeCommits(
  { repository, config, pack }: Pick<Workspace, 'repository' | 'config' | 'pack'>,
  commits: Commits,
): AsyncGenerator<JudgedCommit, void, undefined> {
  const { recipe } = pack.manifest;
  await using reader = new BlobReader(repository);
  const judge: Judge =
    recipe.history.newAssertions === 'full-prefix'
      ? authorsJudge(reader, recipe)
      : {
          isTest: (path) => isTestFile(path, config.paths),
          hasNew: async (before, after) => {
            const [old, found] = [before && (await extractBlob(reader, before.path, before.blob)), after];
            const { assertions } = await extractBlob(reader, found.path, found.blob);
            return newAssertions(old?.assertions ?? null, assertions).length > 0;
          },
        };
  for await (const { commit, changes } of commitChanges(repository, commits)) {
    yield { commit, isKept: await bringsNew(judge, changes) };
  }
}

async function bringsNew({ isTest, hasNew }: Judge, changes: readonly Change[]): Promise<boolean> {
  for (const { path, previousPath, oldBlob, newBlob } of changes) {
    if (newBlob === null || !isTest(path)) continue;
    const from = previousPath ?? path;
    const before = oldBlob !== null && isTest(from) ? { path: from, blob: oldBlob } : null;
    if (await hasNew(before, { path, blob: newBlob })) return true;
  }
  return false;
}

function authorsJudge(reader: BlobReader, { quotedPaths }: Pick<Recipe, 'quotedPaths'>): Judge {
  const keysOf = remember(async (blob: string) => {
    const content = await reader.read(blob);
    return content === null ? new Set<string>() : await authorsAssertionKeys(content.toString('utf8'));
  });
  return {
    isTest: (path) => isAuthorsTest(path) && (quotedPaths === 'read' || !isQuotedPath(path)),
    hasNew: async (before, after) => {
      const old = before && (await keysOf(before.blob));
      for (const key of await keysOf(after.blob)) if (!old?.has(key)) return true;
      return false;
    },
  };
}

/** What a commit brings is what the next one compares with. */
const REMEMBERED = 256;

function remember<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, T>();
  return async (key) => {
    const value = known.get(key) ?? (await read(key));
    known.delete(key);
    known.set(key, value);
    if (known.size > REMEMBERED) known.delete(known.keys().next().value as string);
    return value;
  };
}
