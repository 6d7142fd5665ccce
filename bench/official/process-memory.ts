/**
 * Memory and time of processes, as Linux counts them.
 *
 * In: a process. Out: bytes and seconds. Private memory cannot be given back; mapped weights are pages of a file, which the
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

/** A process and all that it started, added up; `processorSeconds` as far as they still run. */
export function treeUsage(root: number): ProcessMemory & { processorSeconds: number } {
  const parents = new Map(processIds().map((pid) => [pid, parentOf(pid)]));
  const belongs = (pid: number | undefined): boolean =>
    pid === root || (pid !== undefined && pid > 1 && belongs(parents.get(pid)));
  const tree = [...parents.keys()].filter(belongs);
  const all = tree.map(processMemory);
  return {
    processorSeconds: tree.reduce((sum, pid) => sum + processorSeconds(pid), 0),
    privateBytes: all.reduce((sum, { privateBytes }) => sum + privateBytes, 0),
    residentBytes: all.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  };
}

/** User and system time are fields 14 and 15, in hundredths of a second; the name before them may hold anything. */
function processorSeconds(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

const parentOf = (pid: number): number => Number(/^PPid:\s+(\d+)/m.exec(readStatus(pid))?.[1] ?? 0);

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

const readStatus = (pid: number): string => read(`/proc/${pid}/status`);

/** Empty where the system has no such file, or the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
