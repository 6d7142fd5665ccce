/** The tasks of one repository and track: a file in which no task stands twice. */
import { createHash } from 'node:crypto';
import type { Task } from '../report/schema.ts';
import type { MinedFile } from './mine-index.ts';
import { makeFolderOf, openTaskWriter } from './task-writer.ts';

export interface TaskFile {
  /** Leaves out what has the prefix and the target of an earlier one. */
  write(task: Task): Promise<void>;
  close(): Promise<MinedFile>;
  discard(): Promise<void>;
}

export function openTaskFile(path: string): TaskFile {
  makeFolderOf(path);
  const writer = openTaskWriter(path);
  const known = new Set<string>();
  let duplicates = 0;
  return {
    async write(task) {
      const name = nameOf(task);
      if (known.has(name)) {
        duplicates += 1;
        return;
      }
      known.add(name);
      await writer.write(task);
    },
    async close() {
      return { tasks: known.size, duplicates, ...(await writer.close()) };
    },
    discard: writer.discard,
  };
}

/** Short, because a repository can have a million of them. */
const nameOf = ({ prefix, target }: Task): string =>
  createHash('sha256')
    .update(JSON.stringify([prefix, target]))
    .digest('base64')
    .slice(0, 22);
