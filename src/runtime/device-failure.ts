/**
 * Why a device cannot be used here, and what to install or do.
 *
 * In: a device, what is known about the machine, what ONNX Runtime said. Out: a ModelError with a message for
 * people. What can be seen without the native library is looked at first: its own messages are terse, and the
 * reasons behind them go to standard error. Opens nothing.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import type { Device } from './device.ts';
import { findVulkan, VULKAN_LOADER } from './vulkan.ts';

export interface Machine {
  platform: NodeJS.Platform;
  arch: string;
  env: NodeJS.ProcessEnv;
  /** Folder of onnxruntime-node. */
  runtimeFolder: string;
  /** Where the file system begins. */
  root?: string;
}

export interface Problem {
  found: string;
  next: string;
}

/** Throws ModelError when a device is certain not to work here. */
export function requireParts(device: Device, machine: Machine): void {
  const problem = missingPart(device, machine);
  if (problem) throw deviceError(device, problem);
}

/** The error for a session that did not open; `reason` is what the native library said. */
export function deviceFailure(device: Device, machine: Machine, cause: Error): ModelError {
  return deviceError(device, explain(device, machine, cause.message), cause);
}

/** Whether it was the device that failed, and not the model. */
export function isDeviceFailure({ message }: Error): boolean {
  return /WebGPU adapter|WebGPU device|Failed to load shared library|backend not found|CUDA failure|cudnn|CoreML|DirectML|D3D12|DXGI/i.test(
    message,
  );
}

/** What is certainly not there, seen without loading anything; undefined says nothing about whether the rest works. */
export function missingPart(device: Device, machine: Machine): Problem | undefined {
  const { platform, arch } = machine;
  const here = `${platform}-${arch}`;
  if (device === 'coreml' && platform !== 'darwin') return onlyOn('Core ML', 'macOS', here);
  if (device === 'dml' && platform !== 'win32') return onlyOn('DirectML', 'Windows', here);
  if (device === 'cuda') return missingCuda(machine, here);
  return device === 'webgpu' && platform === 'linux' ? missingVulkan(machine) : undefined;
}

const onlyOn = (what: string, system: string, here: string): Problem => ({
  found: `${what} is there on ${system} only, and this is ${here}`,
  next: 'Use "--device auto"',
});

/** The libraries are too large for npm; the install script of onnxruntime-node fetches them (version 1.30). */
function missingCuda(machine: Machine, here: string): Problem | undefined {
  const { platform, arch, runtimeFolder } = machine;
  if (platform !== 'linux' || arch !== 'x64') return onlyOn('CUDA', 'Linux x64', here);
  const folder = cudaFolder(machine);
  const missing = ['shared', 'cuda']
    .map((name) => `libonnxruntime_providers_${name}.so`)
    .filter((file) => !existsSync(join(folder, file)));
  if (missing.length === 0) return undefined;
  const script = join(runtimeFolder, 'script', 'install.js');
  return {
    found: `${missing.join(' and ')} not in ${folder} (the npm package comes without)`,
    next:
      `Run ONNXRUNTIME_NODE_INSTALL=cuda12 node ${script} to download them, and install CUDA 12 and cuDNN 9.\n` +
      'Or use "--device webgpu": the same GPU through its Vulkan driver, without any of these',
  };
}

const cudaFolder = ({ runtimeFolder }: Machine) => join(runtimeFolder, 'bin', 'napi-v6', 'linux', 'x64');

function missingVulkan({ env, root }: Machine): Problem | undefined {
  const { hasLoader, drivers } = findVulkan(env, root);
  if (!hasLoader) {
    return {
      found: `the Vulkan loader (${VULKAN_LOADER}) is not installed`,
      next: 'Install libvulkan1 (Debian, Ubuntu), vulkan-loader (Fedora) or vulkan-icd-loader (Arch), and the driver of the GPU',
    };
  }
  return drivers.length > 0 ? undefined : { found: 'no Vulkan driver is installed', next: INSTALL_DRIVER };
}

const INSTALL_DRIVER =
  "Install the GPU's driver: NVIDIA's own, or mesa-vulkan-drivers for AMD and Intel. In a container, hand the GPU in\n" +
  '(NVIDIA: "docker run --gpus all -e NVIDIA_DRIVER_CAPABILITIES=all"; AMD and Intel: "--device /dev/dri")';

/** A session did not open although every part was in its place. */
function explain(device: Device, machine: Machine, reason: string): Problem {
  const found = firstLine(reason);
  if (device === 'cuda') {
    const file = join(cudaFolder(machine), 'libonnxruntime_providers_cuda.so');
    return {
      found,
      next: `It needs NVIDIA's driver ("nvidia-smi"), CUDA 12 and cuDNN 9 where the linker finds them: "ldd ${file}" names what is missing`,
    };
  }
  if (device === 'webgpu' && machine.platform === 'linux') {
    const drivers = findVulkan(machine.env, machine.root).drivers.join(', ');
    return { found: `no Vulkan driver offers a usable GPU (${drivers}): ${found}`, next: INSTALL_DRIVER };
  }
  return { found, next: "Update the system and the GPU's driver" };
}

/** Without the place in the native library's source. */
const firstLine = (reason: string): string =>
  (reason.split('\n')[0] ?? '').replace(/^.* was false\. /, '').replace(/\.$/, '');

const deviceError = (device: Device, { found, next }: Problem, cause?: Error): ModelError =>
  new ModelError(
    `Cannot run the models on "${device}": ${found}.\n${next}.\n"--device cpu" runs everywhere.`,
    cause ? { cause } : undefined,
  );
