/**
 * Which device this process runs its models on.
 *
 * In: what the user wants. Out: one device and the reason. `auto` takes the GPU that ONNX Runtime's WebGPU
 * provider finds when it is faster than the CPU, and the CPU otherwise. That is measured, not guessed from names:
 * a Vulkan driver that computes on the processor is an adapter like any other, only hundreds of times slower.
 * Remembered for the process only: drivers and GPUs come and go between two.
 */
import { ModelError } from '../errors.ts';
import type { Device, DeviceChoice, WantedDevice } from './device.ts';
import { type Machine, requireParts } from './device-failure.ts';
import { timeProbe } from './device-probe.ts';
import { thisMachine } from './session.ts';
import { findVulkan, VULKAN_LOADER } from './vulkan.ts';

export interface ChoiceOptions {
  /** Features of the model's layers: small models gain less from a GPU. */
  width: number;
}

const choices = new Map<string, Promise<DeviceChoice>>();

/** Settles `auto`, and throws ModelError where a device is wanted that is certain not to work. */
export async function chooseDevice(wanted: WantedDevice, { width }: ChoiceOptions): Promise<DeviceChoice> {
  if (wanted !== 'auto') {
    if (wanted !== 'cpu') requireParts(wanted, thisMachine());
    return { device: wanted, reason: 'as asked for' };
  }
  const key = String(width);
  const known = choices.get(key) ?? chooseAutomatically(width);
  choices.set(key, known);
  return known;
}

/** Why there is no GPU to try, where that can be seen without loading a driver. */
export function noGpuReason({
  platform,
  env,
  root,
}: Omit<Machine, 'arch' | 'runtimeFolder'>): string | undefined {
  if (platform !== 'linux') return undefined; // Metal and Direct3D are parts of the system
  const { hasLoader, drivers, driversAreNamed, gpus } = findVulkan(env, root);
  if (!hasLoader) return `no Vulkan loader (${VULKAN_LOADER}) is installed`;
  if (drivers.length === 0) return 'no Vulkan driver is installed';
  if (gpus.length === 0 && !driversAreNamed) return 'no GPU is visible under /dev';
  return undefined;
}

async function chooseAutomatically(width: number): Promise<DeviceChoice> {
  const onCpu = (reason: string): DeviceChoice => ({ device: 'cpu', reason });
  const missing = noGpuReason(process);
  if (missing) return onCpu(missing);
  const cpuMs = await timeProbe('cpu', { width });
  try {
    const gpuMs = await timeProbe('webgpu', { width, limitMs: cpuMs });
    return compareTimes('webgpu', { gpuMs, cpuMs });
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return onCpu((error.message.split('\n')[0] ?? '').replace(/\.$/, ''));
  }
}

export function compareTimes(
  device: Device,
  { gpuMs, cpuMs }: { gpuMs: number; cpuMs: number },
): DeviceChoice {
  const times = `${gpuMs.toPrecision(2)} ms on "${device}", ${cpuMs.toPrecision(2)} ms on the CPU for the same products`;
  return gpuMs < cpuMs
    ? { device, reason: `it is faster: ${times}` }
    : { device: 'cpu', reason: `it is faster: ${times}` };
}
