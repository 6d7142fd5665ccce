/**
 * What a git process of ours gets to see: the environment and the settings that go with every command.
 *
 * A hook exports GIT_DIR, GIT_INDEX_FILE and more, and a user's configuration changes what git prints.
 * Neither may change what we read. Diff settings are pinned where the diff is made (diff-arguments.ts).
 */
import { devNull } from 'node:os';

/** Says where configuration and credentials are; any other GIT_… is dropped. */
const KEPT = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CONFIG_SYSTEM',
  'GIT_CEILING_DIRECTORIES',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_ASKPASS',
  'SSH_ASKPASS',
]);

/** Programs that git might start; simple-git refuses them as well. */
const PROGRAMS = new Set(['EDITOR', 'VISUAL', 'PAGER', 'PREFIX']);

const FIXED: Record<string, string> = {
  LC_ALL: 'C',
  LANGUAGE: '',
  GIT_OPTIONAL_LOCKS: '0', // reading must never take index.lock from the user's own git
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_REPLACE_OBJECTS: '1', // refs/replace is local: two clones must see one history
  GIT_GRAFT_FILE: devNull,
  GIT_ATTR_NOSYSTEM: '1',
};

/** The names that simple-git has to let through. */
export const ALLOWED_VARIABLES = [...KEPT, ...Object.keys(FIXED)];

/** `-c` settings of every command. */
export const PINNED_CONFIG = [
  'core.fsmonitor=false', // diff-tree starts it to ask about the work tree, which is never read
  'core.quotePath=false',
  'core.warnAmbiguousRefs=false',
  'diff.suppressBlankEmpty=false', // no command line option exists
  'i18n.logOutputEncoding=UTF-8',
  'log.showSignature=false',
  'log.follow=false',
];

export function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => isKept(name.toUpperCase()));
  return { ...Object.fromEntries(kept), ...FIXED };
}

function isKept(name: string): boolean {
  return KEPT.has(name) || !(name.startsWith('GIT_') || PROGRAMS.has(name));
}
