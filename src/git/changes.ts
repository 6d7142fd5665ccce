/**
 * Which files a commit changed, with the blobs before and after; no text.
 *
 * In: git's raw format (`--raw -z`). Out: Change[] for two trees, or for each commit of the mainline. Every file
 * is here, tests too: what to do with them is the caller's rule.
 */
import { askFor, type Commits } from './asked-commits.ts';
import { TREE_DIFF_ARGUMENTS } from './diff-arguments.ts';
import { readFields } from './fields.ts';
import {
  COMMIT_FIELDS,
  COMMIT_FORMAT,
  type Commit,
  type CommitRange,
  parseCommit,
  rangeArguments,
  shallowBoundary,
  shallowError,
} from './history.ts';
import type { Repository } from './run.ts';

export interface Change {
  status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type';
  path: string;
  /** Of a rename or copy. */
  previousPath: string | null;
  /** `null`: not there before, or a submodule. */
  oldBlob: string | null;
  /** `null`: not there now, or a submodule. */
  newBlob: string | null;
  /** `100644`, `100755`, `120000` symbolic link, `160000` submodule, `000000` not there. */
  oldMode: string;
  newMode: string;
}

export interface CommitChanges {
  commit: Commit;
  changes: Change[];
}

const STATUS: Record<string, Change['status']> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type',
};
const SUBMODULE = '160000';
const RAW_ARGUMENTS = ['-z', '--raw', ...TREE_DIFF_ARGUMENTS, '--ignore-submodules=none'];

/** What differs between two commits (or trees); `null` as base: everything is added. */
export async function readChanges(
  repo: Repository,
  baseSha: string | null,
  headSha: string,
): Promise<Change[]> {
  const ends = [baseSha ?? repo.emptyTree, headSha];
  const reader = new RawReader();
  const args = ['diff-tree', ...RAW_ARGUMENTS, '--end-of-options', ...ends, '--'];
  const changes: Change[] = [];
  for await (const field of readFields(repo.stream(args))) {
    const change = reader.push(field);
    if (change) changes.push(change);
  }
  return changes;
}

/**
 * The changes of each mainline commit against its first parent, oldest first, in one git process. Throws a
 * UsageError at the edge of a shallow clone.
 */
export async function* historyChanges(
  repo: Repository,
  range: CommitRange,
): AsyncGenerator<CommitChanges, void, undefined> {
  const edge = new Set(shallowBoundary(repo));
  const walk = ['log', '--first-parent', '--reverse', '--diff-merges=first-parent', '--root'];
  const args = [...walk, ...RAW_ARGUMENTS, `--format=${COMMIT_FORMAT}`, ...rangeArguments(range)];
  for await (const item of groupByCommit(readFields(repo.stream(args)))) {
    if (edge.has(item.commit.sha)) throw shallowError(repo);
    yield item;
  }
}

/** The same for commits of the caller's choice, each against its first parent. */
export async function* commitChanges(
  repo: Repository,
  commits: Commits,
): AsyncGenerator<CommitChanges, void, undefined> {
  const args = ['diff-tree', '--stdin', '--root', '--always', `--format=${COMMIT_FORMAT}`, ...RAW_ARGUMENTS];
  yield* groupByCommit(readFields(repo.stream(args, { input: askFor(repo, commits) })));
}

/** A commit's four fields, then raw entries (which start with a colon) up to the next commit. */
async function* groupByCommit(fields: AsyncIterable<string>): AsyncGenerator<CommitChanges, void, undefined> {
  const reader = new RawReader();
  let header: string[] = [];
  let current: CommitChanges | null = null;
  for await (const field of fields) {
    if (header.length === 0 && (reader.isInside || isRawEntry(field))) {
      const change = reader.push(field);
      if (change) current?.changes.push(change);
    } else if (header.length > 0 || field !== '') {
      if (header.push(field) < COMMIT_FIELDS) continue;
      if (current) yield current;
      current = { commit: parseCommit(header), changes: [] };
      header = [];
    }
  }
  if (current) yield current;
}

const isRawEntry = (field: string): boolean => /^\n?:/.test(field);

/** `:<mode> <mode> <id> <id> <status><score>`, a path, and for a rename or copy a second path. */
class RawReader {
  #entry: string[] | null = null;
  #previousPath: string | null = null;

  get isInside(): boolean {
    return this.#entry !== null;
  }

  /** The change that this field completes. */
  push(field: string): Change | null {
    if (this.#entry === null) {
      this.#entry = field.trimStart().slice(1).split(' ');
      return null;
    }
    const [oldMode = '', newMode = '', oldId = '', newId = '', letter = ''] = this.#entry;
    const status = STATUS[letter.charAt(0)] ?? 'modified';
    if ((status === 'renamed' || status === 'copied') && this.#previousPath === null) {
      this.#previousPath = field;
      return null;
    }
    const blobs = { oldBlob: blobOf(oldMode, oldId), newBlob: blobOf(newMode, newId) };
    const change: Change = {
      status,
      path: field,
      previousPath: this.#previousPath,
      ...blobs,
      oldMode,
      newMode,
    };
    this.#entry = null;
    this.#previousPath = null;
    return change;
  }
}

function blobOf(mode: string, id: string): string | null {
  return mode === SUBMODULE || /^0+$/.test(id) ? null : id;
}
