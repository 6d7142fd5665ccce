/**
 * What the processor of this machine can do, as far as it matters for a session.
 *
 * In: the operating system's own reports. Out: the number of threads to use and the instruction set family.
 * Knows nothing about models.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** One thread per physical core, never more than the container may use: more threads than cores halve the speed. */
export function threadCount(): number {
  const allowed = cpuQuota(readOptional('/sys/fs/cgroup/cpu.max'));
  const physical = physicalCores(readOptional('/proc/cpuinfo'));
  return Math.max(1, Math.floor(Math.min(availableParallelism(), allowed, physical)));
}

/**
 * Architecture and widest instruction set, for example `x64-avx512-vnni`. Kernels differ in the last bits
 * between families, so stored numbers carry this name. Only Linux tells; elsewhere it is the architecture alone.
 */
export function cpuFamily(): string {
  return [process.arch, instructionSet(readOptional('/proc/cpuinfo'))].filter(Boolean).join('-');
}

/** Cores that cgroup v2 allows: `cpu.max` holds a quota and a period in microseconds, or `max`. */
export function cpuQuota(cpuMax: string): number {
  const [quota, period] = cpuMax.trim().split(/\s+/).map(Number);
  return quota && period ? Math.max(1, quota / period) : Number.POSITIVE_INFINITY;
}

/** Different (physical id, core id) pairs; infinite where the kernel does not list them. */
export function physicalCores(cpuInfo: string): number {
  const cores = new Set<string>();
  for (const processor of cpuInfo.split('\n\n')) {
    const core = /^core id\s*:\s*(\d+)/m.exec(processor)?.[1];
    if (core !== undefined) cores.add(`${/^physical id\s*:\s*(\d+)/m.exec(processor)?.[1]} ${core}`);
  }
  return cores.size || Number.POSITIVE_INFINITY;
}

/** The widest family that ONNX Runtime has kernels for; empty when `flags` are not listed (ARM, macOS, Windows). */
export function instructionSet(cpuInfo: string): string {
  const flags = new Set(/^flags\s*:\s*(.*)$/m.exec(cpuInfo)?.[1]?.split(' '));
  const families = [
    ['avx512-vnni', 'avx512_vnni'],
    ['avx512', 'avx512f'],
    ['avx2', 'avx2'],
    ['sse', 'sse4_1'],
  ] as const;
  return families.find(([, flag]) => flags.has(flag))?.[0] ?? '';
}

function readOptional(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
