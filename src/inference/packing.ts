/**
 * Whether the language model may copy its weights into the layout of the CPU's kernels, and when.
 *
 * In: a pack, a limit, free memory. Out: a number of runs (scoring/decoder-session.ts). Only large models in fp32 have
 * something to gain, and only where the memory is there: mapped weights are the system's to drop, packed ones are not.
 */
import type { Device } from '../runtime/device.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { estimateMemory } from './memory-estimate.ts';
import { availableBytes } from './memory-free.ts';

/** Of a model with 0.5 billion weights: the copy takes 2 s, a run over one token 75 ms before and 52 ms after it. */
const RUNS_THAT_PAY = 80;
/** A model of this size is read in 5 ms. */
const SMALLEST_BYTES = 256 * 1024 ** 2;
/** Of the free memory; the rest is for what others need meanwhile. */
const SHARE = 0.7;

/** Infinity: never. */
export function packAfterRuns(
  pack: ModelPack,
  {
    device,
    limitBytes,
    free = availableBytes(),
  }: { device: Device; limitBytes: number | null; free?: number },
): number {
  const { files, precision } = pack.manifest;
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  const gainsNothing = device !== 'cpu' || precision.baseModel !== 'fp32' || bytes < SMALLEST_BYTES;
  if (gainsNothing) return Number.POSITIVE_INFINITY;
  const { privateBytes, mappedBytes } = estimateMemory(pack).check;
  const most = Math.min(limitBytes ?? Number.POSITIVE_INFINITY, free * SHARE);
  return privateBytes + 2 * mappedBytes <= most ? RUNS_THAT_PAY : Number.POSITIVE_INFINITY;
}
