/**
 * One repository of the list → its files of tasks and its entry in the index.
 *
 * The static track is every assertion of one commit, the evolution track a choice of those that each commit up to
 * there added or changed. Files are read by the default path rules, whatever a repository's own configuration says:
 * the same history gives the same tasks from a clone, a bare repository and a work tree.
 */
import type { Assertion } from '../assertions/assertion.ts';
import { countCommits, startCommitOf } from '../git/ancestry.ts';
import { BlobReader, listTree } from '../git/blobs.ts';
import { type Commit, firstParentCommits, requireFullHistory, resolveCommit } from '../git/history.ts';
import { DEFAULT_PATH_RULES } from '../git/paths.ts';
import { openRepository, type Repository } from '../git/run.ts';
import { openChoice } from './mine-choice.ts';
import { openTaskFile, type TaskFile } from './mine-file.ts';
import { historyAssertions } from './mine-history.ts';
import { type Entry, removeEntry, taskFile, writeEntry } from './mine-index.ts';
import type { Listed } from './mine-list.ts';
import type { Track } from './mine-options.ts';
import { digestOf, type MineSettings } from './mine-settings.ts';
import { type TaskOrigin, toTask } from './mine-task.ts';
import { extractBlob, isTestFile } from './selection.ts';

export interface MineTask {
  listed: Listed;
  settings: MineSettings;
  out: string;
}

/** The commit that is mined: the one of the list, or HEAD. Throws UsageError where there is none. */
export const wantedCommit = (repository: Repository, { revision }: Listed): Promise<string> =>
  resolveCommit(repository, revision ?? 'HEAD');

/** Throws what git and the disk throw; what was finished before is then as it was. */
export async function mineRepository(folder: string, task: MineTask): Promise<Entry> {
  const { listed, settings, out } = task;
  const repository = await openRepository(folder);
  const until = await wantedCommit(repository, listed);
  requireFullHistory(repository);
  const [root, commits] = [await startCommitOf(repository, until), await countCommits(repository, { until })];
  const entry: Entry = {
    schema: 'code2lora/mined@1',
    ...{ repository: listed.name, split: listed.split, revision: listed.revision },
    ...{ commit: until, root, commits },
    ...(await mineTracks(repository, { ...task, until, position: commits - 1 })),
    ...{ settings, settingsDigest: digestOf(settings) },
  };
  writeEntry(out, entry);
  return entry;
}

interface CommitTask extends MineTask {
  until: string;
  /** Of `until`, in the first-parent history. */
  position: number;
}

/** Replaces the files of all tracks together, and only when all are complete. */
async function mineTracks(
  repository: Repository,
  task: CommitTask,
): Promise<Pick<Entry, 'files' | 'notices'>> {
  const { listed, settings, out } = task;
  const opened: { track: Track; file: TaskFile }[] = [];
  const files: Entry['files'] = {};
  let notices = 0;
  try {
    for (const track of settings.tracks) {
      const file = openTaskFile(taskFile(out, track, listed.name));
      opened.push({ track, file });
      notices += await MINERS[track](repository, { ...task, file });
    }
    removeEntry(out, listed.name);
    for (const { track, file } of opened) files[track] = await file.close();
    return { files, notices };
  } catch (error) {
    for (const { file } of opened) await file.discard();
    throw error;
  }
}

interface TrackTask extends CommitTask {
  file: TaskFile;
}

/** Each gives the number of notices. */
const MINERS: Record<Track, (repository: Repository, task: TrackTask) => Promise<number>> = {
  static: mineSnapshot,
  evolution: mineHistory,
};

async function mineSnapshot(repository: Repository, task: TrackTask): Promise<number> {
  let count = 0;
  for await (const commit of firstParentCommits(repository, { until: task.until, limit: 1 }))
    count += await mineTree(repository, { ...task, commit });
  return count;
}

async function mineTree(
  repository: Repository,
  { commit, ...task }: TrackTask & { commit: Commit },
): Promise<number> {
  const origin = originOf(task, { track: 'static', position: task.position });
  let count = 0;
  await using reader = new BlobReader(repository);
  for (const { path, blob } of await listTree(repository, task.until)) {
    if (!isTestFile(path, DEFAULT_PATH_RULES)) continue;
    const { assertions, notices } = await extractBlob(reader, path, blob);
    count += notices.length;
    await writeTasks(
      assertions.filter(({ open }) => !open),
      { task, commit, origin },
    );
  }
  return count;
}

async function mineHistory(repository: Repository, task: TrackTask): Promise<number> {
  const { listed, settings, until } = task;
  let [position, count] = [0, 0];
  const history = historyAssertions(repository, { range: { until }, rules: DEFAULT_PATH_RULES });
  for await (const { commit, files } of history) {
    const choice = openChoice<Assertion>(`${listed.name}\n${commit.sha}`, settings);
    for await (const { path, assertions, notices } of files) {
      choice.offer(path, assertions);
      count += notices.length;
    }
    const origin = originOf(task, { track: 'evolution', position });
    await writeTasks(choice.take(), { task, commit, origin });
    position += 1;
  }
  return count;
}

const originOf = ({ listed }: TrackTask, origin: { track: Track; position: number }): TaskOrigin => ({
  repository: listed.name,
  split: listed.split,
  ...origin,
});

async function writeTasks(
  assertions: readonly Assertion[],
  { task, commit, origin }: { task: TrackTask; commit: Commit; origin: TaskOrigin },
): Promise<void> {
  const { maxPrefix } = task.settings;
  for (const assertion of assertions) await task.file.write(toTask(assertion, { commit, maxPrefix, origin }));
}
