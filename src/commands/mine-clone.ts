/**
 * The folder of a repository of the list: its own, or a bare clone with every blob, made when it is first asked for.
 *
 * In: a source. Out: a folder to open. A clone appears whole or not at all, and one that is there is taken as it is:
 * no second run sees another history because somebody has pushed in between.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { openRepository } from '../git/run.ts';
import type { Source } from './mine-source.ts';

/** A server that says nothing for a minute is not waited for. */
const PATIENCE = ['--config', 'http.lowSpeedLimit=1', '--config', 'http.lowSpeedTime=60'];

/** Null where there is nothing on this machine yet. */
export function presentFolder({ from }: Source, clones: string): string | null {
  const folder = 'folder' in from ? from.folder : resolve(clones, from.place);
  return existsSync(folder) ? folder : null;
}

/** Clones what has an address. Throws GitError when that fails: no such repository, no access, no network. */
export async function fetchFolder(source: Source, clones: string): Promise<string> {
  if ('folder' in source.from) return source.from.folder;
  const { url, place } = source.from;
  return presentFolder(source, clones) ?? (await clone(url, { folder: resolve(clones, place), clones }));
}

async function clone(url: string, { folder, clones }: { folder: string; clones: string }): Promise<string> {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  const { bytes } = await openRepository(emptyRepository(clones));
  // no template: it could bring hooks
  await bytes(['clone', '--bare', '--quiet', '--template=', ...PATIENCE, '--', url, part]);
  renameSync(part, folder);
  return folder;
}

/** git is run inside of a repository only, and to be taken for one a folder needs no more than this. */
function emptyRepository(clones: string): string {
  const folder = resolve(clones, '.empty.git');
  for (const name of ['objects', 'refs']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/main\n');
  writeFileSync(join(folder, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  return folder;
}
