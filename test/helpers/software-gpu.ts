/**
 * A GPU for machines without one: SwiftShader, the Vulkan driver that Chromium and Chrome bring along, which
 * computes on the processor. ONNX Runtime's WebGPU provider runs on it like on any other, only slowly.
 *
 * The environment has to be set before a process opens its first GPU session, and a first failure stays for good:
 * whatever needs it runs in a process of its own.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { findVulkan } from '../../src/runtime/vulkan.ts';

const MANIFEST = 'vk_swiftshader_icd.json';
const FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  '/opt/microsoft/msedge',
  '/opt/chromium.org/chromium',
];

/** What a process needs to find the driver. Throws where there is none: such a machine cannot test the GPU path. */
export function softwareGpu(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const manifest = env.VK_DRIVER_FILES ?? FOLDERS.map((folder) => `${folder}/${MANIFEST}`).find(existsSync);
  if (manifest !== undefined && findVulkan(env).hasLoader) return { ...env, VK_DRIVER_FILES: manifest };
  throw new Error(
    'The tests of the GPU path need a Vulkan driver, and this machine has none: libvulkan.so.1 or SwiftShader is missing.\n' +
      `Install libvulkan1 and chromium (".ci/run" does, with apt-get), or set VK_DRIVER_FILES; looked for ${MANIFEST} in ${FOLDERS.join(', ')}.`,
  );
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a TypeScript file in a process of its own. */
export async function runScript(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Ended> {
  const command = ['--import', 'tsx', resolve(file), ...args];
  try {
    const ended = await promisify(execFile)(process.execPath, command, { env, maxBuffer: 2 ** 26 });
    return { code: 0, ...ended };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    if (typeof code !== 'number') throw error;
    return { code, stdout, stderr };
  }
}
