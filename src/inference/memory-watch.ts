/**
 * Watches how much memory the inference process takes.
 *
 * In: its number and a limit. Out: one call when it takes more. Counted is what the system cannot take back: pages
 * of mapped weights are files that it drops when memory is short. Only Linux tells the two apart from outside;
 * elsewhere the process itself says how large it is, all in all.
 */
import { readFileSync } from 'node:fs';

export interface MemoryWatch {
  /** What the process says of itself, in bytes. */
  hear(residentBytes: number): void;
  stop(): void;
}

export interface WatchOptions {
  /** null: nothing is watched. */
  limitBytes: number | null;
  onExceeded(bytes: number): void;
}

const INTERVAL_MS = 250;
/** What it may take beyond the limit: an estimate is none to the megabyte. */
export const MARGIN = 1.1;

export function watchMemory(pid: number | undefined, { limitBytes, onExceeded }: WatchOptions): MemoryWatch {
  if (limitBytes === null || pid === undefined) return { hear() {}, stop() {} };
  let isOver = false;
  const look = (bytes: number | undefined) => {
    if (isOver || bytes === undefined || bytes <= limitBytes * MARGIN) return;
    isOver = true;
    onExceeded(bytes);
  };
  const isLinux = process.platform === 'linux';
  const timer = isLinux ? setInterval(() => look(privateBytes(pid)), INTERVAL_MS).unref() : undefined;
  return {
    hear: isLinux ? () => {} : look,
    stop: () => clearInterval(timer),
  };
}

/** Anonymous and shared memory of a process; undefined when it is gone. */
export function privateBytes(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const kilobytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
    return 1024 * (kilobytes('RssAnon') + kilobytes('RssShmem'));
  } catch {
    return undefined;
  }
}
