/**
 * A model pack that lies in the checkout of a stranger's pull request has to be the base branch's.
 *
 * In: a workspace and the base commit. Out: nothing, or a UsageError. The manifest lists the sha256 of every file, so
 * the same manifest and those hashes make the same pack. A pack that no commit has (an earlier step of the job made
 * it) is the workflow's own.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Workspace } from '../commands/workspace.ts';
import { UsageError } from '../errors.ts';
import type { Repository } from '../git/run.ts';
import { verifyModelPack } from '../runtime/model-pack.ts';
import { isOutside } from './report-file.ts';

/** Throws UsageError for another manifest, ModelError for another content of a file. */
export async function requireOwnPack(
  { repository, pack }: Pick<Workspace, 'repository' | 'pack'>,
  base: string,
): Promise<void> {
  // links are followed: where a link leads is the stranger's to say
  const folder = relative(realpathSync(repository.root), realpathSync(pack.dir)).replaceAll('\\', '/') || '.';
  if (isOutside(folder)) return;
  const manifest = `${folder}/manifest.json`;
  const isOfBase = await isInCommit(repository, base, manifest);
  if (!isOfBase && !(await isInCommit(repository, 'HEAD', folder))) return;
  if (isOfBase) {
    const bytes = await repository.bytes(['cat-file', 'blob', `${base}:${manifest}`]);
    if (bytes.equals(readFileSync(join(pack.dir, 'manifest.json')))) return verifyModelPack(pack);
  }
  throw new UsageError(
    `The model pack ${folder} is not the one of the base branch (${base.slice(0, 10)}), and a pull request from a ` +
      'fork must not bring its own.\nTake the change of the pack out of the pull request.',
  );
}

async function isInCommit(repository: Repository, commit: string, path: string): Promise<boolean> {
  return (await repository.text(['ls-tree', '--name-only', commit, '--', path])).trim() !== '';
}
