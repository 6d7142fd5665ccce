/**
 * Hooks in git's configuration (git 2.54 and later): no file, all work trees, side by side with any manager.
 *
 * In: a repository. Out: sections hook.code2lora-EVENT in its configuration. One section for each event,
 * because git does not tell the command which event it is.
 */
import { UsageError } from '../errors.ts';
import { hasConfigHooks, readGitVersion } from './managers.ts';
import { askGit, runGit } from './spawn.ts';
import { HOOKS, renderCommand } from './templates.ts';

const SECTION = 'hook.code2lora-';

/** Throws UsageError when git is too old for it. */
export async function requireConfigHooks(folder: string): Promise<void> {
  const version = await readGitVersion(folder);
  if (hasConfigHooks(version)) return;
  throw new UsageError(
    `Cannot put hooks into git's configuration: this is git ${version.join('.')}, and that came with git 2.54.\n` +
      'Update git, or use "--mode hooks-dir".',
  );
}

/**
 * The order matters: for an event without a command git stops every command that fires it (hook.c, "must be
 * configured"), so that being killed between the two writes would break `git commit`.
 */
export async function writeConfigHooks(folder: string): Promise<void> {
  for (const hook of HOOKS) {
    await runGit(folder, [
      'config',
      '--local',
      '--replace-all',
      `${SECTION}${hook}.command`,
      renderCommand(hook),
    ]);
    await runGit(folder, ['config', '--local', '--replace-all', `${SECTION}${hook}.event`, hook]);
  }
}

/** Command and event of a section go in one write. */
export async function removeConfigHooks(folder: string): Promise<void> {
  for (const hook of await readConfigHooks(folder)) {
    await runGit(folder, ['config', '--local', '--remove-section', `${SECTION}${hook}`]);
  }
}

/** The events that have a section of ours in the repository's own configuration. */
export async function readConfigHooks(folder: string): Promise<string[]> {
  const { stdout } = await askGit(folder, [
    'config',
    '--local',
    '-z',
    '--name-only',
    '--get-regexp',
    '^hook\\.code2lora-',
  ]);
  const names = stdout.split('\0').filter(Boolean);
  return [...new Set(names.map((name) => name.slice(SECTION.length, name.lastIndexOf('.'))))];
}
