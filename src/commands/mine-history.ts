/**
 * A range of the history → the assertions that each of its commits added or changed, file by file.
 *
 * One `git log` and one `git cat-file` for the whole range. A file version is parsed once, though it is the new side
 * of one commit and the old side of the next: of what was parsed last for each path, the identities are remembered,
 * not the texts, and no more than so many of them. Knows nothing about tasks.
 */
import type { Assertion } from '../assertions/assertion.ts';
import { newAssertions } from '../assertions/newness.ts';
import { BlobReader } from '../git/blobs.ts';
import type { Change } from '../git/diff.ts';
import { historyChanges } from '../git/diff.ts';
import type { Commit, CommitRange } from '../git/history.ts';
import type { PathRules } from '../git/paths.ts';
import type { Repository } from '../git/run.ts';
import { extractBlob, isTestFile } from './selection.ts';

export interface FileAssertions {
  path: string;
  /** In document order, none of them open. */
  assertions: Assertion[];
  notices: string[];
}

export interface CommitAssertions {
  commit: Commit;
  /** Test files that the commit changed, in git's order. To be read before the next commit is asked for. */
  files: AsyncGenerator<FileAssertions, void, undefined>;
}

export interface HistoryOptions {
  range: CommitRange;
  rules: PathRules;
  /** Assertions of earlier versions whose identity is kept; it changes the time, not the result. */
  maxRemembered?: number;
}

/** Some 100 MB. What was touched longest ago goes first, and is parsed again when it changes. */
const MAX_REMEMBERED = 200_000;

/** Oldest commit first; a commit that touches no test file comes too, without files. */
export async function* historyAssertions(
  repository: Repository,
  { range, rules, maxRemembered = MAX_REMEMBERED }: HistoryOptions,
): AsyncGenerator<CommitAssertions, void, undefined> {
  await using reader = new BlobReader(repository);
  const versions = rememberVersions(maxRemembered);
  for await (const { commit, changes } of historyChanges(repository, range)) {
    const changed = changes.filter(({ path }) => isTestFile(path, rules));
    yield { commit, files: freshByFile(changed, { reader, versions }) };
  }
}

interface Sources {
  reader: BlobReader;
  versions: Versions;
}

async function* freshByFile(
  changes: readonly Change[],
  { reader, versions }: Sources,
): AsyncGenerator<FileAssertions, void, undefined> {
  for (const { path, previousPath, oldBlob, newBlob } of changes) {
    if (newBlob === null) continue;
    const oldPath = previousPath ?? path;
    const before =
      oldBlob === null
        ? null
        : (versions.find(oldPath, oldBlob) ?? (await extractBlob(reader, oldPath, oldBlob)).assertions);
    const { assertions, notices } = await extractBlob(reader, path, newBlob);
    versions.keep(path, newBlob, assertions);
    yield { path, assertions: newAssertions(before, assertions).filter(({ open }) => !open), notices };
  }
}

interface Versions {
  find(path: string, blob: string): readonly Assertion[] | undefined;
  keep(path: string, blob: string, assertions: readonly Assertion[]): void;
}

/** The last version of each path is what its next change compares with: one entry a path is enough. */
function rememberVersions(maxRemembered: number): Versions {
  const versions = new Map<string, { blob: string; assertions: readonly Assertion[] }>();
  let size = 0;
  const forget = (path: string) => {
    size -= 1 + (versions.get(path)?.assertions.length ?? -1);
    versions.delete(path);
  };
  return {
    find(path, blob) {
      const known = versions.get(path);
      return known?.blob === blob ? known.assertions : undefined;
    },
    keep(path, blob, assertions) {
      forget(path);
      versions.set(path, { blob, assertions: withoutTexts(assertions) });
      size += 1 + assertions.length;
      for (const oldest of versions.keys()) {
        if (size <= maxRemembered) break;
        forget(oldest);
      }
    },
  };
}

/** All that newness asks for. Through JSON, because a string cut out of a text would keep the whole text. */
function withoutTexts(assertions: readonly Assertion[]): Assertion[] {
  const bare = assertions.map((assertion) => ({ ...assertion, prefix: '', target: '' }));
  return JSON.parse(JSON.stringify(bare)) as Assertion[];
}
