/**
 * Puts ONNX Runtime into the runner's tool cache, where the bundle loads it from.
 *
 * In: what the build shipped (dist/native), the tool cache, a registry. Out: a folder with a `node_modules` in it.
 * The first run on a machine downloads the libraries of its platform; later ones touch no network. Whatever was
 * there before is hashed again before it is believed.
 *
 *   <tool cache>/code2lora-onnxruntime/<version>/<platform>-<arch>/node_modules/onnxruntime-{node,common}
 */
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ModelError, UsageError } from '../errors.ts';
import { downloadFiles } from './native-download.ts';
import {
  type NativeFile,
  type NativeMachine,
  type NativeManifest,
  nativeFilesFor,
  nativeMachine,
  readNativeManifest,
} from './native-manifest.ts';

export interface InstallOptions {
  /** dist/native. */
  shipped: string;
  /** RUNNER_TOOL_CACHE. */
  toolCache: string;
  /** Where to install when the tool cache cannot be written: RUNNER_TEMP. */
  temporaryFolder: string;
  /** Base address of an npm registry. */
  registry: string;
  log: (line: string) => void;
  machine?: NativeMachine;
  /** See DownloadOptions. */
  secondMs?: number;
}

const TOOL = 'code2lora-onnxruntime';

/** Returns the folder for `loadPackagesFrom`. Throws ModelError where there is no build, no network or other content. */
export async function installNativePackages(options: InstallOptions): Promise<string> {
  const { shipped, toolCache, temporaryFolder, machine = nativeMachine(), log } = options;
  const manifest = readNativeManifest(shipped);
  const files = nativeFilesFor(manifest, machine);
  const place = join(TOOL, manifest.version, `${machine.platform}-${machine.arch}`);
  const final = join(toolCache, place);
  const wrong = await firstWrongFile(final, [...files.shipped, ...files.libraries]);
  if (wrong === undefined) return final;
  if (wrong.found) log(`${join(final, wrong.path)} is damaged: ONNX Runtime is fetched again.`);
  const target = (await isWritable(dirname(final))) ? final : join(temporaryFolder, place);
  if (target !== final) log(`${dirname(final)} cannot be written: ONNX Runtime is kept for this job only.`);
  return install({ ...options, manifest, files, target });
}

/** The registry that npm's settings name. Throws UsageError for something that is no address. */
export function registryOf(env: NodeJS.ProcessEnv): string {
  const text = env.npm_config_registry || env.NPM_CONFIG_REGISTRY || 'https://registry.npmjs.org/';
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.endsWith('/') ? text : `${text}/`;
  throw new UsageError(
    `npm_config_registry is "${text}".\nExpected the address of an npm registry, such as https://registry.npmjs.org/.`,
  );
}

interface Installation extends InstallOptions {
  manifest: NativeManifest;
  files: ReturnType<typeof nativeFilesFor>;
  target: string;
}

/** Beside the target first and then renamed, so that nobody ever sees half of it. */
async function install({
  shipped,
  registry,
  target,
  manifest,
  files,
  ...options
}: Installation): Promise<string> {
  await mkdir(dirname(target), { recursive: true });
  const building = await mkdtemp(`${target}.`);
  try {
    await chmod(building, 0o755); // runners of other users may share the tool cache
    const folder = join(building, 'node_modules');
    for (const { path } of files.shipped) await cp(join(shipped, 'packages', path), join(folder, path));
    const url = new URL(manifest.tarball, registry).href;
    await downloadFiles({ url, files: entriesOf(manifest, files.libraries), folder }, options);
    await moveInto(building, target, [...files.shipped, ...files.libraries]);
    return target;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** npm puts everything of a package below `package/`. */
const entriesOf = ({ name }: NativeManifest, files: readonly NativeFile[]): Map<string, NativeFile> =>
  new Map(files.map((file) => [`package/${file.path.slice(name.length + 1)}`, file]));

/**
 * Another job on this machine may have been faster; what it put there is as good. Something damaged is moved out of
 * the way in one step: to delete it in its place would take the files of a job that has just mended it.
 */
async function moveInto(building: string, target: string, files: readonly NativeFile[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const failure = await rename(building, target).then(
      () => undefined,
      (cause: Error) => cause,
    );
    if (failure === undefined || (await firstWrongFile(target, files)) === undefined) return;
    if (attempt === MOVES) throw cannotMove(target, failure);
    const aside = `${building}-damaged`;
    await rename(target, aside).catch(() => undefined);
    await rm(aside, { recursive: true, force: true });
  }
}

const MOVES = 3;

const cannotMove = (target: string, cause: Error): ModelError =>
  new ModelError(
    `Cannot put ONNX Runtime into ${target}: ${cause.message}.\nMake the folder writable, or remove it while no job runs.`,
    { cause },
  );

/** The first file that is not there (`found: false`) or not what it must be; undefined when all is well. */
async function firstWrongFile(
  folder: string,
  files: readonly NativeFile[],
): Promise<{ path: string; found: boolean } | undefined> {
  for (const { path, sha256 } of files) {
    const content = await readFile(join(folder, 'node_modules', path)).catch(() => undefined);
    const isRight = content && createHash('sha256').update(content).digest('hex') === sha256;
    if (!isRight) return { path, found: content !== undefined };
  }
  return undefined;
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    await rm(await mkdtemp(join(folder, '.try-')), { recursive: true });
    return true;
  } catch {
    return false;
  }
}
