/**
 * Where the repository of a hook lies, found without starting git: that alone would cost more than the rest.
 *
 * In: the folder and the environment that git gives to a hook. Out: work tree, git folder, common git folder.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export interface GitFolders {
  /** Absolute; the git folder itself for a bare repository. */
  workTree: string;
  gitDir: string;
  /** Shared by all linked work trees; equals gitDir in the main one. */
  commonDir: string;
}

/** `null` outside of a repository. */
export function findGitFolders(folder: string, env: NodeJS.ProcessEnv): GitFolders | null {
  // Git runs hooks at the top of the work tree, and sets GIT_DIR where .git is not a folder there.
  if (env.GIT_DIR) return describe(resolve(folder, env.GIT_WORK_TREE ?? '.'), resolve(folder, env.GIT_DIR));
  for (let place = resolve(folder); ; place = dirname(place)) {
    const gitDir = readDotGit(place);
    if (gitDir !== null) return describe(place, gitDir);
    if (place === dirname(place)) return null;
  }
}

function describe(workTree: string, gitDir: string): GitFolders | null {
  if (!existsSync(join(gitDir, 'HEAD'))) return null;
  const pointer = join(gitDir, 'commondir'); // gitrepository-layout(5): only linked work trees have one
  const commonDir = existsSync(pointer) ? resolve(gitDir, readFileSync(pointer, 'utf8').trim()) : gitDir;
  return { workTree, gitDir, commonDir };
}

/** `.git` is the folder itself, or a file that names it: in linked work trees and submodules. */
function readDotGit(folder: string): string | null {
  const path = join(folder, '.git');
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (found.isDirectory()) return path;
  const target = /^gitdir: (.+?)\s*$/.exec(readFileSync(path, 'utf8'))?.[1];
  return target === undefined ? null : resolve(folder, target);
}
