/**
 * Which of our hooks would git really run now, and what stops the others?
 *
 * In: what was found and what was installed. Out: findings. Looks into the folder that git uses, never into
 * `.git/hooks` because it is the usual one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { endsEarly, findBlock } from './block.ts';
import { readConfigHooks } from './config-hooks.ts';
import { readBytes } from './file-edits.ts';
import { error, type Finding, ok, warning } from './finding.ts';
import type { Installation } from './install-record.ts';
import {
  type HookRepository,
  type HookSetup,
  hasConfigHooks,
  isExecutable,
  readGitVersion,
} from './managers.ts';
import { HOOKS, type HookName, renderBlock } from './templates.ts';

const INIT_AGAIN = 'Run "code2lora init" again.';
const LAUNCHER = 'code2lora/launch.sh';

interface Installed {
  setup: HookSetup;
  installation: Installation;
}

export async function diagnoseHooks(
  repo: HookRepository,
  { setup, installation }: Installed,
): Promise<Finding[]> {
  if (installation.mode === 'git-config') return diagnoseConfig(repo.root);
  if (setup.hooksDirState === 'not-a-folder')
    return [error(`${setup.hooksDir} is not a folder: no hook runs`, 'See core.hooksPath above.')];
  const isEntry = ['lefthook', 'pre-commit', 'by-hand'].includes(installation.mode);
  if (isEntry) return [diagnoseEntry(setup)];
  const problems = HOOKS.map((hook) => ({ hook, problem: findProblem(hook, setup) }));
  const live = problems.filter(({ problem }) => problem === undefined).map(({ hook }) => hook);
  return [
    ...(live.length > 0 ? [ok(`live hooks: ${live.join(', ')}`)] : []),
    ...problems.flatMap(({ hook, problem }) =>
      problem ? [error(`${hook} does not wake us: ${problem}`, INIT_AGAIN)] : [],
    ),
  ];
}

function findProblem(hook: HookName, { manager, hooksDir }: HookSetup): string | undefined {
  const isHusky = manager === 'husky';
  const path = isHusky ? join(hooksDir, '..', hook) : join(hooksDir, hook);
  const text = readBytes(path);
  if (text === null) return `there is no ${path}`;
  if (!isExecutable(isHusky ? join(hooksDir, hook) : path)) {
    return isHusky ? `husky has no ${join(hooksDir, hook)} here` : `${path} is not executable`;
  }
  return findTextProblem(hook, text, path);
}

function findTextProblem(hook: HookName, text: string, path: string): string | undefined {
  const place = findBlock(text, path);
  if (place === null) return text.includes(LAUNCHER) ? undefined : `${path} has no lines of ours`;
  if (endsEarly(text.slice(0, place.start))) return `${path} may end before our lines`;
  const isCurrent = text.slice(place.start, place.end).replaceAll('\r\n', '\n') === renderBlock(hook);
  return isCurrent ? undefined : `the lines in ${path} are of another version, or were changed`;
}

/** The manager runs us: its configuration must name the launcher, and git must call the manager. */
function diagnoseEntry({ manager, configFile, hooksDir }: HookSetup): Finding {
  const [hook] = HOOKS;
  const config = configFile && existsSync(configFile) ? (readBytes(configFile) ?? '') : '';
  const script = isExecutable(join(hooksDir, hook)) ? (readBytes(join(hooksDir, hook)) ?? '') : '';
  if (script.includes(LAUNCHER)) return ok(`${join(hooksDir, hook)} wakes us`);
  if (!config.includes(LAUNCHER)) {
    return warning(
      `${configFile ?? hooksDir} does not start code2lora yet`,
      'Add the lines that "code2lora init" prints.',
    );
  }
  if (script === '')
    return error(
      `${manager} is set up to wake us, but git does not call it: no ${join(hooksDir, hook)}`,
      `Have ${manager} install its hooks.`,
    );
  return ok(`${manager} wakes us (${configFile})`);
}

async function diagnoseConfig(root: string): Promise<Finding[]> {
  const found = await readConfigHooks(root);
  const missing = HOOKS.filter((hook) => !found.includes(hook));
  if (missing.length > 0)
    return [error(`git's configuration has no hook for ${missing.join(', ')}`, INIT_AGAIN)];
  const version = await readGitVersion(root);
  if (!hasConfigHooks(version)) {
    return [
      error(
        `git ${version.join('.')} does not read hooks from its configuration`,
        'Update git to 2.54 or later.',
      ),
    ];
  }
  return [ok(`live hooks, in git's configuration: ${found.join(', ')}`)];
}
