/**
 * What a workflow has to know about the repository on GitHub, as far as a clone can tell: its default branch, its
 * name, and a time of the week of its own. Asks git, never the network.
 */
import { createHash } from 'node:crypto';
import { UsageError } from '../errors.ts';
import type { Repository } from '../git/run.ts';
import { parseRemote, type RepositoryAddress } from '../github/address.ts';

/** The branch that the remote's HEAD points to, or the one that is checked out where no remote says. */
export async function defaultBranch(repository: Repository): Promise<string> {
  const answer = await repository.text([
    'for-each-ref',
    '--format=%(refname) %(symref)',
    'refs/remotes/*/HEAD',
  ]);
  const heads = answer.split('\n').flatMap((line) => {
    const [, remote, branch] = /^refs\/remotes\/(.+)\/HEAD refs\/remotes\/\1\/(.+)$/.exec(line) ?? [];
    return remote && branch ? [{ remote, branch }] : [];
  });
  const head = heads.find(({ remote }) => remote === 'origin') ?? heads[0];
  const branch = head?.branch ?? repository.branch;
  if (branch !== null) return branch;
  throw new UsageError(
    'Cannot tell which branch is the default one: no remote says, and no branch is checked out.\n' +
      'Run "git remote set-head origin --auto", or check the branch out, then run the command again.',
  );
}

/** Host, owner and name from the address of `origin`; null where there is none, or it is no server's. */
export async function originAddress(repository: Repository): Promise<RepositoryAddress | null> {
  const settings = await repository.text(['config', '--list', '-z']);
  const origin = settings.split('\0').find((setting) => setting.startsWith(ORIGIN));
  return origin === undefined ? null : parseRemote(origin.slice(ORIGIN.length));
}

const ORIGIN = 'remote.origin.url\n';

/**
 * Once a week, at a time that follows from the name: the same on every machine, and spread over the week, because
 * GitHub drops scheduled runs at busy minutes, above all at the full hour. Five fields of cron, UTC.
 */
export function weeklyCron(name: string): string {
  const [minute = 0, hour = 0, day = 0] = createHash('sha256').update(name.toLowerCase()).digest();
  return `${1 + 2 * (minute % 30)} ${hour % 24} * * ${day % 7}`;
}
