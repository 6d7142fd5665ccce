/**
 * Is there room? Asked before anything large is written, and explained when it was not enough after all.
 *
 * In: a folder and a number of bytes. Out: nothing, or a UsageError with the numbers. Knows nothing about packs.
 */
import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../errors.ts';
import { sizeText } from '../report/sizes.ts';

/** Left free for everything else on the disk. */
const RESERVE_BYTES = 200_000_000;

/** Free bytes on the disk of a folder that need not exist yet. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(existing(folder));
  return bavail * bsize;
}

/** Throws UsageError when fewer than `bytes` are free. */
export function requireSpace(folder: string, { bytes, purpose }: { bytes: number; purpose: string }): void {
  const free = freeBytes(folder);
  if (bytes === 0 || free >= bytes + RESERVE_BYTES) return;
  throw new UsageError(
    `Cannot ${purpose}: ${sizeText(bytes)} are needed in ${folder}, ${sizeText(free)} are free there.\n` +
      'Free some space, or set CODE2LORA_HOME to a folder on another disk.',
  );
}

const FULL = 'The disk is full: free some space, or set CODE2LORA_HOME to a folder on another disk.';
const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG:
    'Files of this size are not allowed there, by the file system or "ulimit -f": set CODE2LORA_HOME to a folder on another disk.',
};

/** A failed write with what to do about it; other errors as they are. */
export function explainWrite(error: unknown, path: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || !(error instanceof Error)) return error;
  const advice = ADVICE[code] ?? 'Make the folder writable, or set CODE2LORA_HOME to another one.';
  return new UsageError(
    `Cannot write ${path}: ${message}.\n${advice} What is there already is kept for the next try.`,
    { cause: error },
  );
}

/** The folder, or the nearest one above it that is there. */
export function existing(folder: string): string {
  let place = folder;
  while (!existsSync(place) && place !== dirname(place)) place = dirname(place);
  return place;
}
