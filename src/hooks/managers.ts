/**
 * Who looks after the git hooks of this repository, and how do we know?
 *
 * In: a repository. Out: the folder that git really looks into, why, the tool in charge, the evidence. It
 * asks git and looks at files; it never concludes anything from what lies in `.git/hooks`.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Repository } from '../git/run.ts';
import { askGit, runGit } from './spawn.ts';

export type HookRepository = Pick<Repository, 'root' | 'gitDir' | 'commonDir' | 'isBare'>;

export type HookManager =
  | 'husky'
  | 'lefthook'
  | 'pre-commit'
  | 'simple-git-hooks'
  | 'hk'
  | 'overcommit'
  /** core.hooksPath of the user or the machine: hooks of all repositories. */
  | 'global-hooks-path'
  /** core.hooksPath of this repository, such as `.githooks`. */
  | 'hooks-path'
  | 'none';

export interface HooksPath {
  value: string;
  /** As git says: system, global, local, worktree or command. */
  scope: string;
  /** As git says, such as `file:/home/me/.gitconfig`. */
  origin: string;
}

export interface HookSetup {
  manager: HookManager;
  /** Absolute. */
  hooksDir: string;
  hooksDirState: 'folder' | 'missing' | 'not-a-folder';
  /** The setting in force; `null` when it is git's default. */
  hooksPath: HooksPath | null;
  /** The manager's configuration, absolute. */
  configFile: string | null;
  isLinkedWorktree: boolean;
  /** One sentence for each thing seen. */
  evidence: string[];
}

const CONFIG_FILES: readonly [HookManager, RegExp][] = [
  ['lefthook', /^\.?lefthook\.(ya?ml|jsonc?|toml)$/],
  ['pre-commit', /^\.pre-commit-config\.ya?ml$/],
  ['simple-git-hooks', /^\.?simple-git-hooks\.(c?js|json)$/],
  ['hk', /^\.?hk\.pkl$/],
  ['overcommit', /^\.overcommit\.yml$/],
];

export async function detectHooks(repo: HookRepository): Promise<HookSetup> {
  const hooksDir = await runGit(repo.root, ['rev-parse', '--path-format=absolute', '--git-path', 'hooks']);
  const hooksPath = await readHooksPath(repo.root);
  const place = { hooksDir, hooksPath, hooksDirState: stateOf(hooksDir) };
  const { manager, configFile = null } = findManager(repo, place);
  const setup = { manager, configFile, isLinkedWorktree: repo.gitDir !== repo.commonDir, ...place };
  return { ...setup, evidence: describe(repo, setup) };
}

/** Names of the hooks that would run from a folder, samples left out. */
export function liveHooks(folder: string): string[] {
  if (stateOf(folder) !== 'folder') return [];
  return readdirSync(folder).filter((name) => /^[a-z-]+$/.test(name) && isExecutable(join(folder, name)));
}

export function isExecutable(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) return false;
  return process.platform === 'win32' || (found.mode & 0o111) !== 0;
}

/** Does the folder hold husky's own stubs, which run the hooks beside it? */
export const isHuskyFolder = (folder: string): boolean =>
  basename(folder) === '_' && existsSync(join(folder, 'h'));

/** Major and minor version of the git in use. */
export async function readGitVersion(folder: string): Promise<[number, number]> {
  const text = await runGit(folder, ['version']);
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major), Number(minor)];
}

/** Hooks in the configuration came with git 2.54. */
export const hasConfigHooks = ([major, minor]: [number, number]): boolean =>
  major > 2 || (major === 2 && minor >= 54);

async function readHooksPath(root: string): Promise<HooksPath | null> {
  const args = ['config', '--show-origin', '--show-scope', '-z', '--get-all', 'core.hooksPath'];
  const { code, stdout } = await askGit(root, args);
  if (code !== 0) return null;
  const [scope = '', origin = '', value = ''] = stdout.split('\0').slice(0, -1).slice(-3); // the last one wins
  return { scope, origin, value };
}

function stateOf(folder: string): HookSetup['hooksDirState'] {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return 'missing';
  return found.isDirectory() ? 'folder' : 'not-a-folder';
}

type Place = Pick<HookSetup, 'hooksDir' | 'hooksDirState' | 'hooksPath'>;

function findManager(repo: HookRepository, place: Place): { manager: HookManager; configFile?: string } {
  if (isHuskys(place)) return { manager: 'husky' };
  const { hooksPath } = place;
  if (hooksPath && hooksPath.scope !== 'local' && hooksPath.scope !== 'worktree')
    return { manager: 'global-hooks-path' };
  const configured = findConfigFile(repo.root);
  if (configured) return configured;
  return { manager: hooksPath ? 'hooks-path' : 'none' };
}

/** A linked work tree, or a clone before its first `npm install`, has husky's setting but not its folder. */
function isHuskys({ hooksDir, hooksDirState }: Place): boolean {
  return (
    isHuskyFolder(hooksDir) ||
    (hooksDirState === 'missing' && hooksDir.replaceAll('\\', '/').endsWith('/.husky/_'))
  );
}

function findConfigFile(root: string): { manager: HookManager; configFile: string } | undefined {
  for (const folder of [root, join(root, '.config')]) {
    const names = stateOf(folder) === 'folder' ? readdirSync(folder) : [];
    for (const [manager, pattern] of CONFIG_FILES) {
      const name = names.find((entry) => pattern.test(entry));
      if (name !== undefined) return { manager, configFile: join(folder, name) };
    }
  }
  const manifest = join(root, 'package.json');
  const hasEntry = existsSync(manifest) && /"simple-git-hooks"\s*:\s*\{/.test(readFileSync(manifest, 'utf8'));
  return hasEntry ? { manager: 'simple-git-hooks', configFile: manifest } : undefined;
}

function describe(repo: HookRepository, setup: Omit<HookSetup, 'evidence'>): string[] {
  const { hooksDir, hooksDirState, hooksPath, configFile } = setup;
  const path = hooksPath
    ? `core.hooksPath = ${hooksPath.value} (${hooksPath.scope}, ${hooksPath.origin})`
    : null;
  const live = isHuskyFolder(hooksDir) ? [] : liveHooks(hooksDir);
  return [
    `git looks for hooks in ${hooksDir}${hooksDirState === 'folder' ? '' : `, which is ${hooksDirState.replaceAll('-', ' ')}`}`,
    path ?? 'core.hooksPath is not set',
    ...(isHuskyFolder(hooksDir)
      ? [`${join(hooksDir, 'h')} is husky's; it runs the hooks in ${dirname(hooksDir)}`]
      : []),
    ...(configFile ? [`${relative(repo.root, configFile)} belongs to ${setup.manager}`] : []),
    ...(live.length > 0 ? [`hooks there: ${live.join(', ')}`] : []),
    ...(setup.isLinkedWorktree ? [`this is a linked work tree of ${repo.commonDir}`] : []),
  ];
}
