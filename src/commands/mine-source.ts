/**
 * What a line of the list means by its repository: a folder, a name on GitHub, or an address. Pure.
 *
 * In: the text. Out: its name, and where it is or is to be cloned from. A folder is called by its last part, whatever
 * lies above it, so that names, and with them splits and shards, are the same on every machine.
 */
import { basename, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { isRepositoryName } from '../github/address.ts';

export interface Source {
  name: string;
  /** `place`: path of the clone inside the folder of clones. */
  from: { folder: string } | { url: string; place: string };
}

/** Relative folders count from `base`. Throws UsageError for a text that is none of the three. */
export function parseSource(text: string, base: string): Source {
  if (/^(?:\.{0,2}[/\\]|\.{1,2}$|[A-Za-z]:[/\\])/.test(text)) {
    const folder = resolve(base, text);
    return { name: basename(folder).replace(/\.git$/, ''), from: { folder } };
  }
  const source = parseAddress(isRepositoryName(text) ? `https://github.com/${text}` : text);
  if (source) return source;
  throw new UsageError(
    `"${text.replace(/:[^/@]*@/, ':…@')}" is no repository.\n` +
      'Expected owner/name (on github.com), an address without a password (https://…, git@host:…), or a folder ' +
      '(/…, ./… or ../…).',
  );
}

/** `https://host/path`, `ssh://user@host:22/path`, `file:///path`, or `user@host:path`. */
function parseAddress(url: string): Source | null {
  const [, host, path] =
    /^(?:https?|ssh|git|file):\/\/(?:[^@/:]*@)?([^@/:]*)(?::\d+)?\/+(.+)$/i.exec(url) ??
    /^[\w.-]+@([\w.-]+):\/*(.+)$/.exec(url) ??
    [];
  if (host === undefined || path === undefined) return null;
  const parts = path.replace(/(?:\.git)?\/*$/, '').split('/');
  if (!parts.every(isPlainName)) return null;
  const place = [host.toLowerCase() || 'local', ...parts].join('/');
  return { name: parts.slice(-2).join('/'), from: { url, place: `${place}.git` } };
}

/** A name that can be part of a path on every system. */
export const isPlainName = (part: string): boolean => /^[\w.~+@-]+$/.test(part) && !/^\.{1,2}$/.test(part);
