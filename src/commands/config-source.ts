/**
 * Where a command reads its configuration: the work tree, a file named by the user, or a commit.
 *
 * In: a repository and options. Out: a ConfigSource. Knows nothing about what the configuration says.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CONFIG_FILE, type ConfigSource, configInFolder } from '../config.ts';
import { UsageError } from '../errors.ts';
import type { Repository } from '../git/run.ts';
import type { PlaceOptions } from './options.ts';

/** Throws UsageError when a file that the user named is not there. */
export async function configSource(
  repository: Repository,
  { configCommit, configFile }: Pick<PlaceOptions, 'configCommit' | 'configFile'>,
): Promise<ConfigSource> {
  if (configCommit !== undefined) return configOfCommit(repository, configCommit, configFile);
  if (configFile === undefined) return configInFolder(repository.root);
  const path = resolve(repository.root, configFile);
  if (!existsSync(path)) throw noConfig(path);
  return namedFile(readFileSync(path, 'utf8'), path);
}

/** Reads through git: nothing that lies in the work tree has a say. */
async function configOfCommit(
  repository: Repository,
  commit: string,
  configFile: string | undefined,
): Promise<ConfigSource> {
  const place = (name: string) => `${commit.slice(0, 10)}:${name}`;
  const names = configFile === undefined ? [CONFIG_FILE, 'package.json'] : [configFile];
  const texts = new Map<string, string>();
  for (const name of names) {
    const listed = await repository.text(['ls-tree', '--name-only', commit, '--', name]);
    if (listed.trim() !== '')
      texts.set(name, await repository.text(['cat-file', 'blob', `${commit}:${name}`]));
  }
  if (configFile === undefined) return { read: (name) => texts.get(name), place };
  const text = texts.get(configFile);
  if (text === undefined) throw noConfig(place(configFile));
  return namedFile(text, place(configFile));
}

/** One file, whatever its name, in the place of `code2lora.config.json`. */
const namedFile = (text: string, path: string): ConfigSource => ({
  read: (name) => (name === CONFIG_FILE ? text : undefined),
  place: () => path,
});

const noConfig = (path: string): UsageError =>
  new UsageError(
    `There is no configuration at ${path}.\nName a file of the repository, or leave the name out.`,
  );
