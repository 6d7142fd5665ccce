/**
 * Tasks → JSON lines in a file or on standard output, with back-pressure.
 *
 * A file is written beside its place and renamed at the end: an interrupted run leaves the old data set.
 */

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { UsageError } from '../errors.ts';
import type { Task } from '../report/schema.ts';

export interface Written {
  bytes: number;
  /** Of the whole file, hexadecimal. */
  sha256: string;
}

export interface TaskWriter {
  write(task: Task): Promise<void>;
  close(): Promise<Written>;
  /** Leaves what was there before. */
  discard(): Promise<void>;
}

/** `-` is standard output. */
export function openTaskWriter(path: string): TaskWriter {
  const temporary = `${path}.part`;
  const stream = path === '-' ? process.stdout : createWriteStream(temporary);
  const hash = createHash('sha256');
  let bytes = 0;
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure = error;
  });
  return {
    async write(task) {
      if (failure) throw cannotWrite(path, failure);
      const line = Buffer.from(`${JSON.stringify(task)}\n`);
      bytes += line.length;
      hash.update(line);
      if (stream.write(line)) return;
      await once(stream, 'drain').catch((error: Error) => {
        throw cannotWrite(path, error);
      });
    },
    async close() {
      if (path !== '-') {
        stream.end();
        await finished(stream).catch((error: Error) => {
          throw cannotWrite(path, error);
        });
        renameSync(temporary, path);
      }
      return { bytes, sha256: hash.digest('hex') };
    },
    async discard() {
      if (path === '-') return;
      stream.destroy();
      await finished(stream).catch(() => {}); // that it was ended early is what was asked for
      await rm(temporary, { force: true }).catch(() => {}); // what led here says more
    },
  };
}

/** Makes the folder that a file goes into. */
export function makeFolderOf(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw cannotWrite(path, cause as Error);
  }
}

const cannotWrite = (path: string, cause: Error): UsageError =>
  new UsageError(`Cannot write ${path}: ${cause.message}`, { cause });
