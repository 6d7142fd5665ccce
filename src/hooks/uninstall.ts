/**
 * Takes everything back that init did: files byte for byte, husky if we set it up, git's configuration.
 *
 * Like install.ts a plan first, then the deed. Stored snapshots and embeddings belong to others and stay.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findBlock, removeBlock } from './block.ts';
import { readConfigHooks, removeConfigHooks } from './config-hooks.ts';
import { applyEdit, checkEdits, type FileEdit, readBytes } from './file-edits.ts';
import { removeEmptyFolders } from './folders.ts';
import { HUSKY_HOOKS_PATH } from './husky.ts';
import { type Installation, readInstallation } from './install-record.ts';
import { detectHooks, type HookRepository, type HookSetup } from './managers.ts';
import { askGit } from './spawn.ts';
import { STATE_FILE } from './state-files.ts';
import { HOOKS } from './templates.ts';
import { emptyIsNone, type Undo, undoFile } from './undo-file.ts';
import { readWorkerState } from './worker-state.ts';

export interface UninstallOptions {
  /** Remove our lines from hooks even if they were there before init: for everybody, once committed. */
  shared?: boolean;
}

/** Plain data: nothing has been done yet. */
export interface UninstallPlan {
  root: string;
  stateFolder: string;
  wasInstalled: boolean;
  edits: FileEdit[];
  removesHusky: boolean;
  removesConfigHooks: boolean;
  /** Made by init; removed if they are empty in the end. */
  folders: string[];
  notes: string[];
}

export async function planUninstall(
  repo: HookRepository,
  options: UninstallOptions = {},
): Promise<UninstallPlan> {
  const setup = await detectHooks(repo);
  const stateFolder = join(repo.commonDir, 'code2lora');
  const record = readInstallation(stateFolder);
  const isShared = options.shared ?? record === null;
  const undone = record?.files.map((file) => undoFile(file, { isShared })) ?? [];
  const planned = [...undone, ...findStrays(repo, { setup, record, isShared })];
  const edits = planned.flatMap(({ edit }) => edit ?? []);
  const husky = planHuskyRemoval(repo.root, { setup, record, edits });
  return {
    root: repo.root,
    stateFolder,
    wasInstalled: record !== null,
    edits: husky.stays ? edits.filter(({ path }) => basename(path) !== 'package.json') : edits,
    removesHusky: husky.goes,
    removesConfigHooks: (await readConfigHooks(repo.root)).length > 0,
    folders: [...new Set([...(record?.folders ?? []), stateFolder])],
    notes: [
      ...planned.flatMap(({ note }) => note ?? []),
      ...husky.notes,
      ...stateNotes(stateFolder, record),
      ...commitNote(record, edits),
    ],
  };
}

/** Throws UsageError when a file has changed since the plan; nothing is done then. */
export async function applyUninstall(plan: UninstallPlan): Promise<void> {
  const { root, stateFolder } = plan;
  checkEdits(plan.edits);
  for (const edit of plan.edits) applyEdit(edit);
  if (plan.removesConfigHooks) await removeConfigHooks(root);
  if (plan.removesHusky) await removeHusky(root);
  for (const name of Object.values(STATE_FILE)) {
    // Locks go with the process that holds them.
    if (!name.endsWith('lock')) rmSync(join(stateFolder, name), { recursive: true, force: true });
  }
  removeEmptyFolders(plan.folders);
}

interface Search {
  setup: HookSetup;
  record: Installation | null;
  isShared: boolean;
}

/** Our lines in files that the record does not know: it was lost, or they came with the clone. */
function findStrays(repo: HookRepository, { setup, record, isShared }: Search): Undo[] {
  const folder = setup.manager === 'husky' ? join(setup.hooksDir, '..') : setup.hooksDir;
  const files = [...HOOKS.map((hook) => join(folder, hook)), setup.configFile ?? join(repo.root, '.husky')];
  const unknown = files.filter((path) => !record?.files.some((file) => file.path === path) && isFile(path));
  return unknown.flatMap((path): Undo[] => {
    const before = readBytes(path) ?? '';
    if (findBlock(before, path) === null) return [];
    if (isShared) return [{ edit: { path, before, after: emptyIsNone(removeBlock(before, path)) } }];
    return [
      {
        note: `${path} has our lines, but not from this clone: they stay (--shared removes them), and do nothing here.`,
      },
    ];
  });
}

/** We set it up, but it stays when there are hooks that need it by now. */
function planHuskyRemoval(
  root: string,
  { setup, record, edits }: { setup: HookSetup; record: Installation | null; edits: readonly FileEdit[] },
): { goes: boolean; stays: boolean; notes: string[] } {
  const isOurs = record?.hasSetUpHusky === true && setup.hooksPath?.value === HUSKY_HOOKS_PATH;
  if (!isOurs) return { goes: false, stays: false, notes: [] };
  const folder = join(root, '.husky');
  const removed = edits.filter(({ after }) => after === null).map(({ path }) => path);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const others = names.filter((name) => name !== '_' && !removed.includes(join(folder, name)));
  if (others.length === 0) return { goes: true, stays: false, notes: [] };
  return { goes: false, stays: true, notes: [`husky stays set up: it runs ${others.join(', ')} in .husky.`] };
}

async function removeHusky(root: string): Promise<void> {
  await askGit(root, ['config', '--local', '--unset', 'core.hooksPath', '^\\.husky/_$']);
  rmSync(join(root, HUSKY_HOOKS_PATH), { recursive: true, force: true });
}

function stateNotes(stateFolder: string, record: Installation | null): string[] {
  const { worker } = readWorkerState(stateFolder);
  const isBusy = worker.state === 'running' || worker.state === 'waiting';
  const entry = record?.mode === 'by-hand' || record?.mode === 'lefthook' || record?.mode === 'pre-commit';
  return [
    ...(isBusy ? [`A worker is at work (pid ${worker.pid}); it ends when it is done.`] : []),
    ...(entry && record.files.length === 0
      ? ['What you added by hand stays, and does nothing any more.']
      : []),
  ];
}

function commitNote(record: Installation | null, edits: readonly FileEdit[]): string[] {
  const isCommitted = record !== null && ['husky', 'lefthook', 'pre-commit'].includes(record.mode);
  return isCommitted && edits.length > 0 ? ['The changed files belong to the repository: commit them.'] : [];
}

const isFile = (path: string) => {
  try {
    return readBytes(path) !== null;
  } catch {
    return false; // a folder
  }
};
