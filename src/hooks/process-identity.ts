/**
 * Is the process that wrote this still the same one?
 *
 * A pid alone does not say it: pids are used again, a container has its own, and a killed process whose
 * parent does not collect it stays as a zombie.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { startTimeFromPs } from './spawn.ts';

export interface ProcessIdentity {
  pid: number;
  /** Boot id and clock ticks on Linux, the time that `ps` prints elsewhere, `null` where nothing tells. */
  startTime: string | null;
  /** Host name and, on Linux, pid namespace: only there does the pid mean anything. */
  host: string;
}

export function ownIdentity(): ProcessIdentity {
  const { pid } = process;
  return { pid, startTime: inspectProcess(pid).startTime, host: currentHost() };
}

/** `undefined` for a process of another machine or container: cannot be told from here. */
export function isAlive(identity: ProcessIdentity): boolean | undefined {
  if (identity.host !== currentHost()) return undefined;
  if (!answersSignal(identity.pid)) return false;
  const { startTime, isZombie } = inspectProcess(identity.pid);
  if (isZombie) return false;
  return startTime === null || identity.startTime === null || startTime === identity.startTime;
}

export function currentHost(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // no Linux
  }
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // somebody else's, but there
  }
}

function inspectProcess(pid: number): { startTime: string | null; isZombie: boolean } {
  if (process.platform !== 'linux') return { startTime: startTimeFromPs(pid), isZombie: false };
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // proc(5): the name may hold anything
    const [state = ''] = fields;
    return { startTime: `${bootId()} ${fields[19]}`, isZombie: state === 'Z' || state === 'X' };
  } catch {
    return { startTime: null, isZombie: false };
  }
}

/** Ticks count from the boot, so a pid and a tick can meet again after the next one. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
  } catch {
    return '';
  }
}
