/**
 * The log of the worker: at most two files of a fixed size, `log` and, before it, `log.1`.
 */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { stateFile } from './state-files.ts';

export const MAX_LOG_BYTES = 256 * 1024;
const MAX_LINE = 4_000;

/** Appends one line with the time in front of it. */
export function appendLog(stateFolder: string, line: string): void {
  const path = stateFile(stateFolder, 'log');
  mkdirSync(dirname(path), { recursive: true });
  rotateLog(stateFolder);
  const text = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} …` : line;
  appendFileSync(path, `${new Date().toISOString()} ${process.pid} ${text}\n`, { mode: 0o600 });
}

export function rotateLog(stateFolder: string): void {
  if (logBytes(stateFolder) > MAX_LOG_BYTES)
    renameSync(stateFile(stateFolder, 'log'), stateFile(stateFolder, 'oldLog'));
}

export function logBytes(stateFolder: string): number {
  return statSync(stateFile(stateFolder, 'log'), { throwIfNoEntry: false })?.size ?? 0;
}
