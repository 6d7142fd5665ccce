/**
 * Installs the hooks and writes the configuration, and takes both back.
 *
 * The plan is made first and shown with the result: what changed, what the user has to do, how to undo it.
 */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CONFIG_FILE } from '../config.ts';
import { UsageError } from '../errors.ts';
import { openRepository } from '../git/run.ts';
import { applyInstall, type InstallPlan, planInstall, type WantedMode } from '../hooks/install.ts';
import { applyUninstall, planUninstall } from '../hooks/uninstall.ts';
import type { InitOptions, InitResult, UninstallOptions, UninstallResult } from './options.ts';
import { findWorkflows } from './workflow-places.ts';
import { packageFile, stateFolderOf } from './workspace.ts';

const MODES: readonly WantedMode[] = ['auto', 'husky', 'hooks-dir', 'git-config'];
/** What init writes; uninstall removes the file only while it still says exactly this. */
const INITIAL_CONFIG = `${JSON.stringify(
  { $schema: './node_modules/code2lora/dist/schemas/config-1.json', model: 'nano' },
  null,
  2,
)}\n`;

/** Throws UsageError when hooks cannot be installed here, with the reason. */
export async function init(options: InitOptions = {}): Promise<InitResult> {
  const repository = await openRepository(resolve(options.repo ?? '.'));
  const plan = await askForPlan(repository, options);
  await applyInstall(plan);
  const config = writeConfig(repository.root, plan.mode !== 'none');
  return {
    schema: 'code2lora/init@1',
    mode: plan.mode,
    changed: plan.edits.map(({ path }) => path),
    config,
    notes: plan.notes,
    byHand: plan.byHand,
  };
}

/** Leaves every file as it was before `init`. */
export async function uninstall(options: UninstallOptions = {}): Promise<UninstallResult> {
  const repository = await openRepository(resolve(options.repo ?? '.'));
  const plan = await planUninstall(repository, options.shared ? { shared: true } : {});
  await applyUninstall(plan);
  const config = removeConfig(repository.root);
  if (options.purge) rmSync(stateFolderOf(repository), { recursive: true, force: true });
  return {
    schema: 'code2lora/uninstall@1',
    wasInstalled: plan.wasInstalled,
    changed: [...plan.edits.map(({ path }) => path), ...config.changed],
    purged: options.purge === true,
    notes: [...plan.notes, ...config.notes, ...workflowsThatStay(repository.root)],
  };
}

const workflowsThatStay = (root: string): string[] =>
  findWorkflows(root)
    .filter(({ existing }) => existing !== undefined)
    .map(({ path }) => `${path} stays: it is GitHub that runs it. "git rm ${path}" removes it.`);

/** With husky on offer the user is asked; the answer "no" means plain hooks. */
async function askForPlan(
  repository: Parameters<typeof planInstall>[0],
  { mode = 'auto', yes, write, ask }: InitOptions,
): Promise<InstallPlan> {
  const wanted = MODES.find((known) => known === mode);
  if (wanted === undefined)
    throw new UsageError(`Unknown mode "${mode}".\nKnown modes: ${MODES.join(', ')}.`);
  const settings = { program: ownProgram(), write: write ?? false };
  const plan = await planInstall(repository, { ...settings, mode: wanted });
  if (!plan.offersHusky) return plan;
  const agreed = yes || (await ask?.('Set husky up, so that the hooks travel with the repository?'));
  return agreed ? planInstall(repository, { ...settings, mode: 'husky' }) : plan;
}

function ownProgram(): { node: string; hook: string } {
  const hook = packageFile(join('dist', 'hook.js'));
  if (hook === undefined) {
    throw new UsageError(
      'dist/hook.js is missing, and it is what the hooks start.\nRun "npm run build" first.',
    );
  }
  return { node: process.execPath, hook };
}

function writeConfig(root: string, wanted: boolean): InitResult['config'] {
  const path = join(root, CONFIG_FILE);
  if (!wanted || existsSync(path) || hasConfigInManifest(root)) return { path, written: false };
  writeFileSync(path, INITIAL_CONFIG);
  return { path, written: true };
}

function removeConfig(root: string): { changed: string[]; notes: string[] } {
  const path = join(root, CONFIG_FILE);
  if (!existsSync(path)) return { changed: [], notes: [] };
  if (readFileSync(path, 'utf8') !== INITIAL_CONFIG) {
    return { changed: [], notes: [`${path} stays: it was changed since init wrote it, or written by hand.`] };
  }
  rmSync(path);
  return { changed: [path], notes: [] };
}

function hasConfigInManifest(root: string): boolean {
  try {
    return 'code2lora' in (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object);
  } catch {
    return false; // no package.json, or none that npm could read either: then there is no configuration in it
  }
}
