/**
 * Opens the models of a pack: in a process of their own, or in this one.
 *
 * In: a pack, a device, limits. Out: Models. Both ways give the same numbers, bit for bit; what differs is who
 * waits. A run of a model stops everything else in its process, and a native library that fails takes its process
 * along: in one of their own, neither reaches the user's.
 */
import type { Device } from '../runtime/device.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { packagesFolder } from '../runtime/packages.ts';
import type { Ask, CallName } from './calls.ts';
import { startChildHost } from './child-host.ts';
import { createExecutor, type ExecutorOptions } from './executor.ts';
import { type Models, modelsOver } from './models.ts';
import { packAfterRuns } from './packing.ts';
import { timeLimits } from './time-limits.ts';

export interface OpenOptions {
  device: Device;
  /** `process`: in this one, for comparison. */
  host?: 'child' | 'process';
  /** For every call, instead of the limits by kind. */
  timeoutMs?: number | null;
  /** null: no limit. */
  maxMemoryBytes?: number | null;
}

export interface OpenModels extends Models {
  /** Of the process that runs them. */
  readonly pid: number | undefined;
}

/** Nothing is read yet: each model is opened on its first use, and says then what is wrong with it. */
export function openModels(pack: ModelPack, options: OpenOptions): OpenModels {
  const { device, host = 'child', timeoutMs = null, maxMemoryBytes = null } = options;
  const packAfter = packAfterRuns(pack, { device, limitBytes: maxMemoryBytes });
  if (host === 'process') return { ...openHere(pack, { device, packAfter }), pid: process.pid };
  const { precision } = pack.manifest;
  const { ask, pid, end } = startChildHost(
    { folder: pack.dir, precision, device, packAfter, packagesFolder: packagesFolder() },
    { limitOf: timeLimits(pack.manifest, timeoutMs), maxMemoryBytes },
  );
  return { ...modelsOver(ask, { pack, device, end }), pid };
}

function openHere(pack: ModelPack, options: ExecutorOptions): Models {
  const executor = createExecutor(pack, options);
  let last: Promise<unknown> = Promise.resolve();
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
  const ask = (name: CallName, ...args: unknown[]) =>
    inOrder(() => (executor[name] as (...args: unknown[]) => Promise<unknown>)(...args));
  const end = () => inOrder(() => executor[Symbol.asyncDispose]());
  return modelsOver(ask as Ask, { pack, device: options.device, end });
}
