/**
 * Which way the hooks go into this repository, and why not another.
 *
 * In: what managers.ts found and what the user wants. Out: a mode, or the reason why there is none.
 */
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { requireConfigHooks } from './config-hooks.ts';
import { readBytes } from './file-edits.ts';
import type { InstallMode } from './install-record.ts';
import { type HookRepository, type HookSetup, isExecutable, liveHooks } from './managers.ts';
import { listsPackage } from './package-json.ts';

/** `husky`: the user agreed to set husky up. */
export type WantedMode = 'auto' | 'husky' | 'hooks-dir' | 'git-config';

export interface Decision {
  mode: InstallMode;
  /** husky is not there yet: set it up first. */
  setsUpHusky: boolean;
  /** Asking for `husky` would have been possible. */
  offersHusky: boolean;
  /** Why, when nothing can be done. */
  obstacle?: string;
}

const plain = (mode: InstallMode): Decision => ({ mode, setsUpHusky: false, offersHusky: false });

export async function decideMode(
  repo: HookRepository,
  setup: HookSetup,
  wanted: WantedMode,
): Promise<Decision> {
  if (wanted === 'git-config') {
    await requireConfigHooks(repo.root);
    return plain('git-config');
  }
  const obstacle = findObstacle(repo, setup);
  if (obstacle !== undefined) return { ...plain('none'), obstacle };
  if (setup.manager === 'husky') return plain('husky');
  if (wanted === 'husky') return decideHusky(repo, setup);
  if (setup.manager === 'global-hooks-path') return plain('by-hand');
  if (wanted === 'hooks-dir' || setup.manager === 'hooks-path') return plain('hooks-dir');
  if (setup.manager === 'lefthook' || setup.manager === 'pre-commit') return plain(setup.manager);
  if (setup.manager !== 'none') return plain('by-hand');
  return decideAlone(repo, setup);
}

function findObstacle({ isBare, root }: HookRepository, setup: HookSetup): string | undefined {
  const { hooksDirState, hooksDir, hooksPath } = setup;
  if (isBare) return `${root} is a bare repository: nobody commits in it, so no hook of ours would ever run`;
  const because = hooksPath
    ? `core.hooksPath is ${hooksPath.value} (${hooksPath.scope}, set in ${hooksPath.origin})`
    : '';
  if (hooksDirState === 'not-a-folder')
    return `hooks are switched off: ${because || hooksDir}, which is not a folder`;
  const isLost = hooksDirState === 'missing' && setup.manager === 'hooks-path';
  return isLost ? `${because}, but there is no such folder` : undefined;
}

/** No manager: husky if the repository has it and it would silence nobody, else git's own folder. */
function decideAlone(repo: HookRepository, setup: HookSetup): Decision {
  if (whyNoHusky(repo, setup) !== undefined) return plain('hooks-dir');
  if (hasHusky(repo.root)) return { ...plain('husky'), setsUpHusky: true };
  return { ...plain('hooks-dir'), offersHusky: true };
}

function decideHusky(repo: HookRepository, setup: HookSetup): Decision {
  const reason = whyNoHusky(repo, setup);
  if (reason === undefined) return { ...plain('husky'), setsUpHusky: true };
  throw new UsageError(
    `Cannot set husky up in ${repo.root}: ${reason}.\nUse "--mode hooks-dir" or "--mode auto".`,
  );
}

function whyNoHusky({ root }: HookRepository, setup: HookSetup): string | undefined {
  if (setup.manager !== 'none') return `the hooks are in the hands of ${setup.manager}`;
  if (readBytes(join(root, 'package.json')) === null) return 'there is no package.json';
  if (setup.isLinkedWorktree) return 'this is a linked work tree, and the main one would lose its hooks';
  // husky points git at another folder: whatever is in this one would stop to run without a word.
  const live = liveHooks(setup.hooksDir);
  return live.length > 0
    ? `the hooks in ${setup.hooksDir} would no longer run (${live.join(', ')})`
    : undefined;
}

/** Can `prepare: husky` work for everybody who installs this package? */
function hasHusky(root: string): boolean {
  const manifest = readBytes(join(root, 'package.json')) ?? '';
  if (listsPackage(manifest, 'husky')) return true;
  return listsPackage(manifest, 'code2lora') && isExecutable(join(root, 'node_modules', '.bin', 'husky'));
}
