/**
 * What a Linux machine has for Vulkan, without loading any of it.
 *
 * In: environment variables and the file system. Out: whether the loader is there, the drivers' manifests, the
 * GPUs' device files. Looking costs a millisecond; asking Vulkan itself would print warnings of native libraries
 * into the user's terminal wherever something is missing. Knows nothing about ONNX Runtime.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';

export interface VulkanParts {
  hasLoader: boolean;
  /** Names of driver manifests, such as `nvidia_icd.json`. */
  drivers: string[];
  /** The environment names the drivers to use: somebody wants exactly these. */
  driversAreNamed: boolean;
  /** Device files of GPUs: without one, only a driver that computes on the processor can work. */
  gpus: string[];
}

/** What the WebGPU provider opens on Linux. */
export const VULKAN_LOADER = 'libvulkan.so.1';

/** `root` is where the file system begins. */
export function findVulkan(env: NodeJS.ProcessEnv, root = '/'): VulkanParts {
  const named = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'].flatMap((name) => pathsIn(env[name]));
  return {
    hasLoader: hasLibrary(VULKAN_LOADER, env, root),
    drivers: (named.length > 0 ? named.flatMap(manifestsAt) : installedDrivers(env, root)).map((path) =>
      basename(path),
    ),
    driversAreNamed: named.length > 0,
    gpus: gpuFiles(root),
  };
}

const pathsIn = (list: string | undefined): string[] => (list ?? '').split(delimiter).filter(Boolean);

/** A path of the environment is a manifest or a folder of manifests. */
function manifestsAt(path: string): string[] {
  if (path.endsWith('.json')) return existsSync(path) ? [path] : [];
  return filesIn(path).filter((file) => file.endsWith('.json'));
}

/** Where the loader looks: LoaderDriverInterface.md of Vulkan-Loader, "Linux Driver Discovery"; NixOS has a place of its own. */
function installedDrivers(env: NodeJS.ProcessEnv, root: string): string[] {
  const home = env.HOME ?? '';
  const folders = [
    env.XDG_CONFIG_HOME ?? join(home, '.config'),
    ...(env.XDG_CONFIG_DIRS ? pathsIn(env.XDG_CONFIG_DIRS) : [join(root, 'etc/xdg')]),
    join(root, 'etc'),
    env.XDG_DATA_HOME ?? join(home, '.local/share'),
    ...(env.XDG_DATA_DIRS ? pathsIn(env.XDG_DATA_DIRS) : []),
    ...['usr/local/share', 'usr/share', 'run/opengl-driver/share'].map((folder) => join(root, folder)),
  ];
  const added = pathsIn(env.VK_ADD_DRIVER_FILES).flatMap(manifestsAt);
  return [...new Set([...added, ...folders.flatMap((folder) => manifestsAt(join(folder, 'vulkan/icd.d')))])];
}

/** As the dynamic linker finds it: its search path, its cache, its default folders. */
function hasLibrary(name: string, env: NodeJS.ProcessEnv, root: string): boolean {
  const folders = ['lib', 'usr/lib', 'lib64', 'usr/lib64', 'usr/local/lib'].map((folder) =>
    join(root, folder),
  );
  const places = [...pathsIn(env.LD_LIBRARY_PATH), ...folders];
  return places.some((folder) => existsSync(join(folder, name))) || linkerCache(root).includes(`${name}\0`);
}

function linkerCache(root: string): string {
  try {
    return readFileSync(join(root, 'etc/ld.so.cache'), 'latin1');
  } catch {
    return '';
  }
}

/** Linux's own GPU drivers, NVIDIA's, NVIDIA's on Tegra, Windows' (WSL), Adreno's and Mali's. */
const GPU_FILE = /^(nvidia\d+|nvhost-gpu|nvgpu|dxg|kgsl-3d0|mali\d*)$/;

function gpuFiles(root: string): string[] {
  const dev = join(root, 'dev');
  const rendering = filesIn(join(dev, 'dri')).filter((path) => /^renderD\d+$/.test(basename(path)));
  return [...rendering, ...filesIn(dev).filter((path) => GPU_FILE.test(basename(path)))];
}

/** A folder that is not there has no files. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
}
