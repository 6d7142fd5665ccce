/**
 * Memory of processes, as Linux counts it.
 *
 * In: a process. Out: bytes. Private memory cannot be given back; mapped weights are pages of a file, which the
 * system drops when it needs room, and are counted apart. Zero where the system does not say.
 */
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessMemory {
  privateBytes: number;
  /** Private and mapped. */
  residentBytes: number;
}

export function processMemory(pid: number): ProcessMemory {
  const status = readStatus(pid);
  const bytes = (field: string) =>
    1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  return { privateBytes: bytes('RssAnon'), residentBytes: bytes('VmRSS') };
}

/** A process and all that it started, added up. */
export function treeMemory(root: number): ProcessMemory {
  const parents = new Map(processIds().map((pid) => [pid, parentOf(pid)]));
  const belongs = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && pid > 1 && belongs(parents.get(pid)));
  const all = [...parents.keys()].filter(belongs).map(processMemory);
  return {
    privateBytes: all.reduce((sum, { privateBytes }) => sum + privateBytes, 0),
    residentBytes: all.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  };
}

const parentOf = (pid: number): number => Number(/^PPid:\s+(\d+)/m.exec(readStatus(pid))?.[1] ?? 0);

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
