/**
 * The changes that each way of installing needs, as plain data.
 *
 * In: what was found and decided. Out: edits of files, notes, and what only the user can do. Writes nothing.
 */
import { join, relative } from 'node:path';
import { findBlock } from './block.ts';
import { readBytes } from './file-edits.ts';
import { type HookFilesPlan, planHookFiles } from './hook-files.ts';
import type { Decision } from './install-mode.ts';
import { managerEntry } from './manager-entries.ts';
import type { HookRepository, HookSetup } from './managers.ts';
import { addToPrepare, listsPackage } from './package-json.ts';
import { renderBlock } from './templates.ts';

export interface Planning {
  setup: HookSetup;
  decision: Decision;
  /** husky is here because of us: now, or since an earlier init. */
  ownsHusky: boolean;
  /** Put the entry into the manager's configuration, where that is safe. */
  write: boolean;
}

export function planChanges(repo: HookRepository, planning: Planning): HookFilesPlan {
  const { setup, decision } = planning;
  const nothing: HookFilesPlan = { edits: [], notes: [], byHand: [] };
  switch (decision.mode) {
    case 'none':
      return { ...nothing, byHand: [`Nothing was installed: ${decision.obstacle}.`] };
    case 'husky':
      return planHusky(repo, planning);
    case 'hooks-dir':
      return planHookFiles(setup.hooksDir, { isHusky: false });
    case 'git-config':
      return {
        ...nothing,
        notes: ['Only git 2.54 and later reads these hooks; a GUI client may bring an older one.'],
      };
    case 'lefthook':
    case 'pre-commit':
      return planEntry(repo, planning);
    case 'by-hand':
      return setup.configFile === null
        ? { ...nothing, byHand: [explainGlobal(setup)] }
        : planEntry(repo, planning);
  }
}

function planHusky(repo: HookRepository, { setup, decision, ownsHusky }: Planning): HookFilesPlan {
  const folder = decision.setsUpHusky ? join(repo.root, '.husky') : join(setup.hooksDir, '..');
  const files = planHookFiles(folder, { isHusky: true });
  files.notes.push(
    `The hooks in ${relative(repo.root, folder) || '.'} belong to the repository: commit them.`,
  );
  if (setup.hooksDirState === 'missing' && !decision.setsUpHusky) {
    files.byHand.push(
      `husky has no ${setup.hooksDir} here, so no hook runs: run "npx husky" (or install) in this work tree.`,
    );
  }
  return ownsHusky ? addPrepare(repo.root, files) : files;
}

/** husky's setting is not part of a clone; `prepare` makes it with every install. */
function addPrepare(root: string, files: HookFilesPlan): HookFilesPlan {
  const path = join(root, 'package.json');
  const before = readBytes(path) ?? '';
  const after = addToPrepare(before, 'husky');
  if (!listsPackage(before, 'husky')) {
    const step = 'npm install --save-dev husky && npm pkg set scripts.prepare=husky';
    files.byHand.push(`husky is set up in this clone only. To have it in every clone: ${step}`);
  } else if (after === undefined) files.byHand.push(`Add "husky" to the "prepare" script of ${path}.`);
  else files.edits.push({ path, before, after });
  return files;
}

function planEntry(repo: HookRepository, { setup, write }: Planning): HookFilesPlan {
  const path = setup.configFile ?? '';
  const before = readBytes(path) ?? '';
  const name = relative(repo.root, path);
  const { explanation, lines, merged, command } = managerEntry(setup.manager, before, name);
  const run = command ? [`Then run: ${command}`] : [];
  if (findBlock(before, path) === null && (!write || merged === undefined)) {
    const notes = write
      ? [
          `${name} was left alone: lines can be added safely only to a plain lefthook.yml or .pre-commit-config.yaml.`,
        ]
      : [];
    return { edits: [], notes, byHand: [[explanation, lines.trimEnd(), ...run].join('\n')] };
  }
  const notes = [`${name} belongs to the repository: commit it.`];
  return { edits: [{ path, before, after: merged ?? before }], notes, byHand: run };
}

function explainGlobal({ hooksPath, hooksDir }: HookSetup): string {
  const place = `core.hooksPath is ${hooksPath?.value} (${hooksPath?.scope}, set in ${hooksPath?.origin})`;
  return (
    `${place}: those hooks serve all your repositories, so they were left alone.\n` +
    `Either add lines such as these to ${join(hooksDir, 'post-commit')} (and post-merge, post-rewrite, post-checkout; ` +
    `they do nothing where "code2lora init" was not run):\n${renderBlock('post-commit')}` +
    'or, with git 2.54 or later, use "code2lora init --mode git-config".'
  );
}
