/**
 * Which repository of which GitHub a git remote is. Pure.
 *
 * In: the address of a remote, in any of git's forms. Out: host, owner and name, or null; and where the API of a
 * host is. A password inside of an address goes nowhere.
 */

export interface RepositoryAddress {
  /** Such as `github.com`. */
  host: string;
  /** `owner/name`. */
  repository: string;
}

/** `https://host/o/r.git`, `ssh://git@host:22/o/r`, `git@host:o/r.git`; null for a folder or anything else. */
export function parseRemote(remote: string): RepositoryAddress | null {
  const url = /^(?:https?|ssh|git|git\+ssh):\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/+(.+)$/i.exec(remote.trim());
  const [, host, path] = url ?? /^(?:[^@/\\:]+@)([^/\\:]+):\/*(.+)$/.exec(remote.trim()) ?? [];
  const repository = /^([\w.-]+\/[\w.-]+?)(?:\.git)?\/*$/.exec(path ?? '')?.[1];
  if (host === undefined || repository === undefined) return null;
  // The name under which GitHub speaks ssh through port 443.
  return { host: host.toLowerCase().replace(/^ssh\.(?=github\.com$)/, ''), repository };
}

export const isRepositoryName = (text: string): boolean => /^[\w.-]+\/[\w.-]+$/.test(text);

/** github.com, a tenant of ghe.com, or a server of one's own. */
export function apiUrlOf(host: string): string {
  if (host === 'github.com') return 'https://api.github.com';
  return host.endsWith('.ghe.com') ? `https://api.${host}` : `https://${host}/api/v3`;
}
