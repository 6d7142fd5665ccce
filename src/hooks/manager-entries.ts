/**
 * What goes into the configuration of a hook manager that rewrites its hook files: lefthook, pre-commit, …
 *
 * In: the manager and the text of its configuration. Out: the lines to add, and the text with them where
 * appending them is certain to mean what it should. YAML is not parsed: what looks unusual is left alone.
 */
import { appendLines, findBlock, insertBlock, markLines } from './block.ts';
import type { HookManager } from './managers.ts';
import { HOOKS, renderCommand, renderLefthookEntry, renderPreCommitEntry } from './templates.ts';

export interface ManagerEntry {
  /** For the user: where these lines go and what to run afterwards. */
  explanation: string;
  lines: string;
  /** The configuration with the lines in it; `undefined` when the user has to put them there. */
  merged: string | undefined;
  /** Command that makes the manager call the new hooks; '' when there is none. */
  command: string;
}

/** `config` is the text of the manager's file, named `name`. */
export function managerEntry(manager: HookManager, config: string, name: string): ManagerEntry {
  if (manager === 'lefthook') return lefthookEntry(config, name);
  if (manager === 'pre-commit') return preCommitEntry(config, name);
  if (manager === 'simple-git-hooks') return simpleGitHooksEntry(name);
  const lines = HOOKS.map((hook) => `${hook}: ${renderCommand(hook)}\n`).join('');
  return {
    explanation: `Have ${name} run one command for each hook:`,
    lines,
    merged: undefined,
    command: '',
  };
}

function simpleGitHooksEntry(name: string): ManagerEntry {
  // It copies the command into a script, where "$@" are the arguments of the hook.
  const commandOf = (hook: string) => JSON.stringify(`${renderCommand(hook)} "$@"`);
  const lines = HOOKS.map((hook) => `"${hook}": ${commandOf(hook)},\n`).join('');
  const explanation = `Add these to the "simple-git-hooks" part of ${name}:`;
  return { explanation, lines, merged: undefined, command: 'npx simple-git-hooks' };
}

function lefthookEntry(config: string, name: string): ManagerEntry {
  const lines = renderLefthookEntry();
  const keys = [...config.matchAll(/^["']?([\w-]+)["']?[ \t]*:/gm)].map(([, key]) => key);
  const isFree = !keys.some((key) => HOOKS.some((hook) => hook === key));
  const isBlock = /\.ya?ml$/.test(name) && isPlainYaml(config);
  return {
    explanation: `Add these jobs to ${name}:`,
    lines,
    merged:
      findBlock(config, name) || (isFree && isBlock) ? merge(config, markLines(lines), name) : undefined,
    command: 'lefthook install',
  };
}

function preCommitEntry(config: string, name: string): ManagerEntry {
  const indent = listIndent(config);
  const lines = renderPreCommitEntry(indent ?? '');
  const types = HOOKS.filter((hook) => hook !== 'post-applypatch').map((hook) => `--hook-type ${hook}`);
  return {
    explanation: `Add this entry to the "repos" list of ${name}:`,
    lines,
    merged: indent === undefined ? undefined : merge(config, markLines(lines), name),
    command: `pre-commit install ${types.join(' ')}`,
  };
}

function merge(config: string, block: string, name: string): string {
  return findBlock(config, name) ? insertBlock(config, block, name) : appendLines(config, block);
}

/** Indentation of the items of the `repos` list, if it is the end of the file; else `undefined`. */
function listIndent(config: string): string | undefined {
  const [, list] =
    /^repos:[ \t]*(?:#.*)?\r?\n((?:[ \t-].*\r?\n|#.*\r?\n|\r?\n|[ \t-].*$)*)$/m.exec(config) ?? [];
  if (list === undefined || !config.endsWith(list) || !isPlainYaml(config)) return undefined;
  return /^([ ]*)- /m.exec(list)?.[1];
}

/** One document of block mappings; no tabs, no braces at the top, no open block scalar at the end. */
function isPlainYaml(config: string): boolean {
  const documents = config.replace(/^(\s*#.*\n)*---[^\n]*\n/, '');
  return !/^(---|\.\.\.|[{[]|\t)/m.test(documents) && !/[|>][+-]?\s*$/.test(config);
}
