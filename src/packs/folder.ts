/**
 * Where model packs live that did not come with the package: one cache for all repositories of a user.
 *
 *   <home>/packs/<name>/        a pack: manifest.json and its files
 *   <home>/packs/.<name>.…      one that is being built or removed
 *   <home>/downloads/*.part     what a pull has of a file so far
 *   <home>/pins/<name>.json     which bytes the first pull got
 *
 * In: the environment. Out: paths. Knows nothing about what is in a pack, and makes no folder by itself.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { UsageError } from '../errors.ts';

export interface PackHome {
  root: string;
  packs: string;
  downloads: string;
  pins: string;
}

export interface CachedPack {
  name: string;
  dir: string;
}

interface Machine {
  platform: NodeJS.Platform;
  home: string;
}

/** CODE2LORA_HOME, or a folder where the platform keeps such things. Throws UsageError when it is not absolute. */
export function packHome(
  env: NodeJS.ProcessEnv = process.env,
  machine: Machine = { platform: process.platform, home: homedir() },
): PackHome {
  const root = env.CODE2LORA_HOME || join(cacheFolder(env, machine), 'code2lora');
  if (!isAbsolute(root)) {
    throw new UsageError(
      `CODE2LORA_HOME is "${root}", expected an absolute path.\nName a folder on a disk with some ten GB free.`,
    );
  }
  return { root, packs: join(root, 'packs'), downloads: join(root, 'downloads'), pins: join(root, 'pins') };
}

/** Packs that are complete, by name. */
export function cachedPacks(home: PackHome): CachedPack[] {
  if (!existsSync(home.packs)) return [];
  return readdirSync(home.packs)
    .filter((name) => isPackName(name) && existsSync(join(home.packs, name, 'manifest.json')))
    .sort()
    .map((name) => ({ name, dir: join(home.packs, name) }));
}

/** The folder of a complete pack; undefined when there is none of this name. */
export function cachedPackFolder(home: PackHome, name: string): string | undefined {
  const dir = join(home.packs, name);
  return isPackName(name) && existsSync(join(dir, 'manifest.json')) ? dir : undefined;
}

const isPackName = (name: string): boolean => /^\w[\w.+-]{0,99}$/.test(name);

/** Returns the name. Throws UsageError for one that could not be the name of a folder everywhere. */
export function checkPackName(name: string): string {
  if (isPackName(name)) return name;
  throw new UsageError(
    `"${name}" cannot be the name of a model pack.\nUse letters, digits, ".", "_", "+" and "-", the first a letter or digit.`,
  );
}

/** A fresh folder to build a pack in; what killed builds of this pack left behind is removed. Hold the lock. */
export function newBuildFolder(home: PackHome, name: string): string {
  removeLeftovers(home, name);
  const folder = join(home.packs, `.${name}.building-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Gives a built folder its name, in place of an older pack. Hold the lock. */
export function installPack(home: PackHome, { name, built }: { name: string; built: string }): string {
  const dir = join(home.packs, name);
  const old = join(home.packs, `.${name}.old-${process.pid}`);
  if (existsSync(dir)) renameSync(dir, old);
  renameSync(built, dir);
  rmSync(old, { recursive: true, force: true });
  return dir;
}

/** Removes a pack: first its name, so that nobody opens half of one. Hold the lock. */
export function removePackFolder(home: PackHome, name: string): void {
  const doomed = join(home.packs, `.${name}.old-${process.pid}`);
  renameSync(join(home.packs, name), doomed);
  removeLeftovers(home, name);
}

function removeLeftovers(home: PackHome, name: string): void {
  if (!existsSync(home.packs)) return;
  const pattern = new RegExp(`^\\.${name.replaceAll(/[.+]/g, '\\$&')}\\.(building|old)-\\d+$`);
  for (const entry of readdirSync(home.packs).filter((found) => pattern.test(found)))
    rmSync(join(home.packs, entry), { recursive: true, force: true });
}

function cacheFolder(env: NodeJS.ProcessEnv, { platform, home }: Machine): string {
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  if (platform === 'win32') return env.LOCALAPPDATA || join(home, 'AppData', 'Local');
  // The specification wants relative paths ignored.
  const named = env.XDG_CACHE_HOME ?? '';
  return isAbsolute(named) ? named : join(home, '.cache');
}
