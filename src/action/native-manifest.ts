/**
 * What ONNX Runtime needs on each platform, and whether this machine can have it.
 *
 * In: the manifest that the build wrote, a machine. Out: the list of files, or an error that says before any
 * download why there is no build. Touches no network.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModelError } from '../errors.ts';

/** A file below `node_modules`, as npm would have installed it. */
export interface NativeFile {
  path: string;
  bytes: number;
  sha256: string;
}

export interface NativeManifest {
  name: string;
  version: string;
  /** Path of the package below a registry. */
  tarball: string;
  /** The same for every platform; shipped. */
  scripts: NativeFile[];
  /** By `process.platform` and `process.arch`. The binding is shipped, the libraries are in the tarball only. */
  platforms: Record<string, { binding: NativeFile; libraries: NativeFile[] }>;
}

export interface NativeMachine {
  platform: string;
  arch: string;
  /** Version of glibc; null where there is another C library, undefined off Linux. */
  glibc?: string | null;
}

/** What ONNX Runtime 1.30 is linked against. */
const MIN_GLIBC = '2.28';

export const readNativeManifest = (folder: string): NativeManifest =>
  JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as NativeManifest;

/** The files of a machine. Throws ModelError where ONNX Runtime has no build for it. */
export function nativeFilesFor(
  manifest: NativeManifest,
  machine: NativeMachine,
): { shipped: NativeFile[]; libraries: NativeFile[] } {
  const { platform, arch, glibc } = machine;
  const found = manifest.platforms[`${platform}-${arch}`];
  if (found === undefined) throw noBuild(`${platform}-${arch}`, USE_SUPPORTED);
  if (glibc === null) throw noBuild(`${platform}-${arch} without glibc (Alpine?)`, USE_GLIBC);
  if (glibc !== undefined && isOlder(glibc, MIN_GLIBC)) {
    throw noBuild(`glibc ${glibc}; it needs ${MIN_GLIBC} or newer`, USE_GLIBC);
  }
  return { shipped: [...manifest.scripts, found.binding], libraries: found.libraries };
}

/** This machine. */
export function nativeMachine(): NativeMachine {
  const { platform, arch } = process;
  return platform === 'linux' ? { platform, arch, glibc: glibcVersion() } : { platform, arch };
}

/** Null: the program runs on another C library, such as Alpine's musl. */
function glibcVersion(): string | null {
  Object.assign(process.report, { excludeNetwork: true }); // or it looks up the names of all open connections
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime ?? null;
}

const USE_SUPPORTED =
  'Use a runner with Linux on x64 or arm64, macOS on Apple silicon, or Windows on x64 or arm64.';
const USE_GLIBC =
  'Use a runner or a container image with a newer C library, such as ubuntu-latest or node:24-bookworm.';

const noBuild = (where: string, next: string): ModelError =>
  new ModelError(`There is no build of ONNX Runtime for ${where}.\n${next}`);

function isOlder(version: string, limit: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [limitMajor = 0, limitMinor = 0] = limit.split('.').map(Number);
  return major < limitMajor || (major === limitMajor && minor < limitMinor);
}
