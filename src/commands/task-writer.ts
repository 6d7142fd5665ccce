/**
 * Tasks → JSON lines in a file or on standard output, with back-pressure.
 *
 * A file is written beside its place and renamed at the end: an interrupted run leaves the old data set.
 */

import { once } from 'node:events';
import { createWriteStream, renameSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { UsageError } from '../errors.ts';
import type { Task } from '../report/schema.ts';

export interface TaskWriter {
  write(task: Task): Promise<void>;
  close(): Promise<void>;
}

/** `-` is standard output. */
export function openTaskWriter(path: string): TaskWriter {
  const temporary = `${path}.part`;
  const stream = path === '-' ? process.stdout : createWriteStream(temporary);
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure = error;
  });
  return {
    async write(task) {
      if (failure) throw cannotWrite(path, failure);
      if (stream.write(`${JSON.stringify(task)}\n`)) return;
      await once(stream, 'drain').catch((error: Error) => {
        throw cannotWrite(path, error);
      });
    },
    async close() {
      if (path === '-') return;
      stream.end();
      await finished(stream).catch((error: Error) => {
        throw cannotWrite(path, error);
      });
      renameSync(temporary, path);
    },
  };
}

const cannotWrite = (path: string, cause: Error): UsageError =>
  new UsageError(`Cannot write ${path}: ${cause.message}`, { cause });
