/**
 * How much memory is there for the models, as far as the system says.
 *
 * In: the limit of the container and what is free. Out: bytes, and a warning where a pack needs more. A warning
 * only: what others have free a minute later nobody knows, and mapped weights need not be in memory at once.
 */
import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import type { ModelPack } from '../runtime/model-pack.ts';
import { estimateMemory, totalBytes } from './memory-estimate.ts';
import { describe, largest } from './memory-fit.ts';
import { formatSize } from './memory-size.ts';

/** The lower of what the container may use (cgroup) and what is available now. */
export function availableBytes(): number {
  const limit = process.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  return Math.min(limit, readAvailable() ?? freemem());
}

/** One line when the pack needs more than is there; undefined when it fits. */
export function memoryWarning(pack: ModelPack, available = availableBytes()): string | undefined {
  const [stage, memory] = largest(estimateMemory(pack));
  if (totalBytes(memory) <= available) return undefined;
  return (
    `the models need about ${formatSize(totalBytes(memory))} of memory ${stage} (${describe(memory)}), ` +
    `${formatSize(available)} are free: it may be slow or be ended by the system`
  );
}

/** Linux counts file pages that it can drop as available; undefined elsewhere. */
function readAvailable(): number | undefined {
  try {
    const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
