/**
 * Amounts of memory as people write them.
 *
 * In: text such as `3G`. Out: bytes, and back. Units are powers of 1024, as in `docker --memory` and systemd.
 */
import { UsageError } from '../errors.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
/** Less cannot hold Node itself. */
const SMALLEST = 128 * 1024 ** 2;

/** `place` says where it was written, such as `--max-memory`. Throws UsageError. */
export function parseSize(text: string, place: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(number) * (UNITS[unit.toLowerCase()] as number));
  if (number !== '' && bytes >= SMALLEST && Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError(
    `${place}: "${text}" is not an amount of memory.\nExpected a number with a unit, such as 3G or 1500M; at least ${formatSize(SMALLEST)}.`,
  );
}

/** Most memory for the models: flag, else environment, else configuration; null: no limit. Throws UsageError. */
export function readMaxMemory(
  { CODE2LORA_MAX_MEMORY: inEnvironment }: NodeJS.ProcessEnv,
  { flag, inFile }: { flag: string | undefined; inFile: string | undefined },
): number | null {
  if (flag !== undefined) return parseSize(flag, '--max-memory');
  if (inEnvironment) return parseSize(inEnvironment, 'CODE2LORA_MAX_MEMORY');
  return inFile === undefined ? null : parseSize(inFile, 'maxMemory');
}

/** `2.8 GB`, `640 MB`; in the units that `parseSize` reads. */
export function formatSize(bytes: number): string {
  const gigabytes = bytes / 1024 ** 3;
  return gigabytes >= 1 ? `${gigabytes.toFixed(1)} GB` : `${Math.round(bytes / 1024 ** 2)} MB`;
}
