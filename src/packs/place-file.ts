/**
 * Puts an existing file at a second place without writing its bytes again, where the disk allows it.
 *
 * A hard link, else a copy (one that shares its blocks where the file system can). Not a symbolic link: the pack
 * would break when the other place is cleaned up, and ONNX Runtime refuses links that lead out of the folder it maps
 * weights from. Knows nothing about what the files are.
 */
import { constants, copyFileSync, linkSync, mkdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../errors.ts';
import { existing, explainWrite, requireSpace } from './disk-space.ts';

/** Throws UsageError when a file cannot be read, or when those of another disk, which are copied, do not fit. */
export function requireRoomFor(files: readonly string[], folder: string): void {
  const { dev } = statSync(existing(folder));
  const bytes = files
    .map(statsOf)
    .filter((stats) => stats.dev !== dev)
    .reduce((sum, { size }) => sum + size, 0);
  requireSpace(folder, { bytes, purpose: 'copy the files from another disk' });
}

function statsOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw new UsageError(
      `Cannot read ${path}: ${(cause as Error).message}.\nRestore the file, or name another folder.`,
      {
        cause,
      },
    );
  }
}

/** Throws UsageError when the disk is full or the folder cannot be written. */
export function placeFile(from: string, to: string): void {
  const source = realpathSync(from);
  try {
    mkdirSync(dirname(to), { recursive: true });
    try {
      linkSync(source, to);
    } catch {
      copyFileSync(source, to, constants.COPYFILE_FICLONE);
    }
  } catch (error) {
    throw explainWrite(error, to);
  }
}
