/**
 * Puts the hooks into a repository, side by side with whoever looks after them already.
 *
 * planInstall looks and writes nothing: its result is plain data that can be shown. applyInstall does what
 * the plan says. Running both again changes nothing, or updates our lines.
 */
import { join } from 'node:path';
import { findBlock, removeBlock } from './block.ts';
import { removeConfigHooks, writeConfigHooks } from './config-hooks.ts';
import { applyEdit, checkEdits, type FileEdit, readBytes, reverseChange } from './file-edits.ts';
import { missingFolders } from './folders.ts';
import { HUSKY_HOOKS_PATH, setUpHusky } from './husky.ts';
import { planChanges } from './install-changes.ts';
import { type Decision, decideMode, type WantedMode } from './install-mode.ts';
import { type Installation, readInstallation, writeInstallation } from './install-record.ts';
import { detectHooks, type HookRepository, type HookSetup } from './managers.ts';
import { STATE_FILE } from './state-files.ts';
import { type HookProgram, renderLauncher } from './templates.ts';
import { undoFile } from './undo-file.ts';

export type { WantedMode } from './install-mode.ts';
export { type Installation, type InstallMode, readInstallation } from './install-record.ts';

export interface InstallOptions {
  /** Started by the hooks: the Node and the dist/hook.js of the installation that runs `init`. */
  program: HookProgram;
  mode?: WantedMode;
  /** Put the entry into the configuration of lefthook or pre-commit, where that is safe. */
  write?: boolean;
}

/** Plain data: nothing has been done yet. */
export interface InstallPlan {
  mode: Installation['mode'];
  setup: HookSetup;
  root: string;
  stateFolder: string;
  /** In the order in which they are done; those that change nothing are left out. */
  edits: FileEdit[];
  setsUpHusky: boolean;
  /** `write`: put our sections into git's configuration; `remove`: an earlier init put them there. */
  configHooks: 'write' | 'remove' | 'leave';
  record: Installation;
  /** Things worth knowing. */
  notes: string[];
  /** Things that only the user can do, each with the lines to copy. */
  byHand: string[];
  /** `mode: 'husky'` would be possible: hooks that travel with the repository. Ask the user. */
  offersHusky: boolean;
}

export async function planInstall(repo: HookRepository, options: InstallOptions): Promise<InstallPlan> {
  const setup = await detectHooks(repo);
  const decision = await decideMode(repo, setup, options.mode ?? 'auto');
  const stateFolder = join(repo.commonDir, 'code2lora');
  const previous = decision.mode === 'none' ? null : readInstallation(stateFolder);
  const ownsHusky = decision.setsUpHusky || previous?.hasSetUpHusky === true;
  const changes = planChanges(repo, { setup, decision, ownsHusky, write: options.write ?? false });
  const input = { decision, options, previous, wanted: changes.edits, stateFolder };
  return {
    mode: decision.mode,
    setup,
    root: repo.root,
    stateFolder,
    edits: decision.mode === 'none' ? [] : planEdits(input),
    setsUpHusky: decision.setsUpHusky,
    configHooks: planConfigHooks(decision, previous),
    record: planRecord(repo, { ...input, hasSetUpHusky: ownsHusky }),
    notes: [...changes.notes, ...programNotes(options.program)],
    byHand: changes.byHand,
    offersHusky: decision.offersHusky,
  };
}

/** Throws UsageError when a file has changed since the plan, or husky refuses; nothing is done then. */
export async function applyInstall(plan: InstallPlan): Promise<void> {
  if (plan.mode === 'none') return;
  checkEdits(plan.edits);
  if (plan.setsUpHusky) setUpHusky(plan.root);
  writeInstallation(plan.stateFolder, { ...plan.record, installedAt: new Date().toISOString() });
  for (const edit of plan.edits) applyEdit(edit);
  if (plan.configHooks === 'write') await writeConfigHooks(plan.root);
  if (plan.configHooks === 'remove') await removeConfigHooks(plan.root);
}

interface PlanInput {
  decision: Decision;
  options: InstallOptions;
  previous: Installation | null;
  wanted: FileEdit[];
  stateFolder: string;
}

function planEdits({ options, previous, wanted, stateFolder }: PlanInput): FileEdit[] {
  const edits = [planLauncher(stateFolder, options.program), ...retire(previous, wanted), ...wanted];
  return edits.filter(({ before, after }) => before !== after);
}

function planConfigHooks({ mode }: Decision, previous: Installation | null): InstallPlan['configHooks'] {
  if (mode === 'git-config') return 'write';
  return previous?.mode === 'git-config' ? 'remove' : 'leave';
}

function planLauncher(stateFolder: string, program: HookProgram): FileEdit {
  const path = join(stateFolder, STATE_FILE.launcher);
  return { path, before: readBytes(path), after: renderLauncher(program), mode: 0o755 };
}

function programNotes({ hook }: HookProgram): string[] {
  if (!/[\\/]_npx[\\/]/.test(hook)) return [];
  return [
    `This is npx's copy (${hook}), which npm may remove at any time: install code2lora and run init again.`,
  ];
}

/** Files that an earlier init changed and this one does not: back to what they were. */
function retire(previous: Installation | null, wanted: readonly FileEdit[]): FileEdit[] {
  const old = previous?.files.filter(({ path }) => !wanted.some((edit) => edit.path === path)) ?? [];
  return old.flatMap((file) => undoFile(file).edit ?? []);
}

function planRecord(repo: HookRepository, input: PlanInput & { hasSetUpHusky: boolean }): Installation {
  const { decision, options, previous, wanted, stateFolder, hasSetUpHusky } = input;
  const husky = decision.setsUpHusky ? [join(repo.root, HUSKY_HOOKS_PATH, 'h')] : [];
  const launcher = join(stateFolder, STATE_FILE.launcher);
  const missing = missingFolders([launcher, ...husky, ...wanted.map(({ path }) => path)]);
  return {
    mode: decision.mode,
    installedAt: previous?.installedAt ?? '',
    root: repo.root,
    program: options.program,
    files: wanted.flatMap((edit) => recordFile(edit, previous) ?? []),
    folders: [...new Set([...(previous?.folders ?? []), ...missing])],
    hasSetUpHusky,
  };
}

/** What the file was before the first init, with what the user has changed in it since. */
function recordFile(
  { path, before, after }: FileEdit,
  previous: Installation | null,
): Installation['files'][number] | undefined {
  const old = previous?.files.find((file) => file.path === path);
  if (old === undefined) return before === after ? undefined : { path, before, after };
  if (before === old.after) return { path, before: old.before, after };
  if (before === null || old.before === null || old.after === null)
    return { path, before: before && removeBlock(before, path), after };
  const restored = findBlock(before, path)
    ? removeBlock(before, path)
    : reverseChange(before, old.before, old.after);
  return { path, before: restored ?? before, after };
}
