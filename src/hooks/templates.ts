/**
 * Fills the shell templates of the package's `hooks/` folder.
 *
 * In: the name of a hook, or the paths of this machine. Out: text. The templates that end up in committed
 * files hold no path: they ask git for the common folder and start the launcher that `init` wrote there.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InternalError } from '../errors.ts';

/** The events that can move HEAD, reference by reference: docs/hooks.md. */
export const HOOKS = [
  'post-commit',
  'post-merge',
  'post-rewrite',
  'post-checkout',
  'post-applypatch',
] as const;
export type HookName = (typeof HOOKS)[number];

/** What the launcher starts, both absolute: `node HOOK-PROGRAM HOOK …`. */
export interface HookProgram {
  node: string;
  /** `dist/hook.js` of the installation that ran `init`. */
  hook: string;
}

/** The marked lines for a shell hook. */
export const renderBlock = (hook: string): string => readTemplate('block.sh').replace('@hook@', hook);

/** The same as one command, for configuration files; arguments may be appended. */
export const renderCommand = (hook: string): string =>
  readTemplate('command.sh').trim().replace('@hook@', hook);

/** One job for each hook, for lefthook.yml. */
export const renderLefthookEntry = (): string =>
  HOOKS.map((hook) =>
    readTemplate('lefthook.yml').replace('@hook@', hook).replace('@command@', renderCommand(hook)),
  ).join('');

/** One repository entry for the list in .pre-commit-config.yaml, which says only "any" hook called. */
export function renderPreCommitEntry(indent: string): string {
  const text = readTemplate('pre-commit.yaml').replace('@command@', renderCommand('any'));
  return text.replace(/^/gm, indent).trimEnd().concat('\n');
}

/** The launcher of this clone. */
export function renderLauncher({ node, hook }: HookProgram): string {
  const text = readTemplate('launch.sh');
  return text.replace('@node@', () => quote(node)).replace('@program@', () => quote(hook));
}

/** Git for Windows' sh takes forward slashes; a backslash would not survive every one of its paths. */
function quote(path: string): string {
  const portable = process.platform === 'win32' ? path.replaceAll('\\', '/') : path;
  return `'${portable.replaceAll("'", "'\\''")}'`;
}

/** Found from src/hooks, from dist and from dist/chunks. */
function readTemplate(name: string): string {
  const places = ['../hooks/', '../../hooks/'].map((up) =>
    fileURLToPath(new URL(`${up}${name}`, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (found === undefined)
    throw new InternalError(`The hook template ${name} is not in the package: ${places.join(', ')}`);
  return readFileSync(found, 'utf8').replaceAll('\r\n', '\n');
}
