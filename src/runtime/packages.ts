/**
 * Loads packages that hold native code and so cannot be part of a bundle.
 *
 * In: the name of a package or of a file in it. Out: what it exports, or its path. They lie in the node_modules
 * that this program was installed with, unless a program that brings none (the GitHub Action) names another
 * folder. Knows nothing about what the packages do or how they got there.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

let load = createRequire(import.meta.url);
let namedFolder: string | null = null;

/** From now on packages come from `<folder>/node_modules`. To be called before the first one is loaded. */
export function loadPackagesFrom(folder: string): void {
  load = createRequire(join(folder, 'package.json'));
  namedFolder = folder;
}

/** The folder that was named, for another process of ours; null: none was. */
export const packagesFolder = (): string | null => namedFolder;

/** What a package exports. Throws what Node throws when it is not there or does not fit this machine. */
export const loadPackage = <T>(name: string): T => load(name) as T;

/** Where a file of a package lies, such as `onnxruntime-node/package.json`. */
export const packagePath = (file: string): string => load.resolve(file);
