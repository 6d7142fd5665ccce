/**
 * Which action the workflow files use, pinned to a commit.
 *
 * In: what the user said, what package.json says. Out: the text after `uses:`, `OWNER/REPO@SHA # v1.2.3`.
 * A tag can be moved to other code, so a tag is looked up once, with `git ls-remote`, and its commit is written.
 */
import { readFileSync } from 'node:fs';
import { GitError, UsageError } from '../errors.ts';
import type { Repository } from '../git/run.ts';
import { packageFile } from './workspace.ts';

const REFERENCE = /^([A-Za-z0-9][A-Za-z0-9-]*\/[\w.-]+)((?:\/[\w.-]+)*)@([\w.+/-]+)$/;
const HOSTED = 'github.com';
const COMMIT = /^[0-9a-f]{40}$/;
const EXAMPLE = 'code2lora init --workflow --action OWNER/REPO@v1';

interface Manifest {
  version: string;
  repository?: string | { url?: string };
}

export interface WantedAction {
  /** `OWNER/REPO@REF`; default: the repository in our own package.json, at this version's tag. */
  action?: string | undefined;
  /** Of the user's repository: a GitHub Enterprise Server has actions of its own, and else takes github.com's. */
  host?: string | undefined;
}

/** Throws UsageError when nobody says which action, and when the commit of a tag cannot be found out. */
export async function pinAction(repository: Repository, { action, host }: WantedAction): Promise<string> {
  const wanted = action ?? publishedAction(readManifest());
  const [, name, path, ref] = REFERENCE.exec(wanted) ?? [];
  if (name === undefined || ref === undefined)
    throw new UsageError(
      `"${wanted}" names no action.\nExpected OWNER/REPO@REF, where REF is a tag or a commit: ${EXAMPLE}.`,
    );
  if (COMMIT.test(ref)) return wanted;
  const hosts = [...new Set([host ?? HOSTED, HOSTED])];
  return `${name}${path}@${await commitOf(repository, { name, ref, hosts })} # ${ref}`;
}

/** A placeholder would fail in every run until somebody reads the log, so none is ever written. */
export function publishedAction({ repository, version }: Manifest): string {
  const address = typeof repository === 'string' ? repository : (repository?.url ?? '');
  const [, name] = /^(?:github:|.*github\.com[/:])?([\w-]+\/[\w.-]+?)(?:\.git)?$/.exec(address) ?? [];
  if (name !== undefined) return `${name}@v${version}`;
  throw new UsageError(
    'This copy of code2lora does not know where its action is published: its package.json names no repository.\n' +
      `Say which action the workflow is to use: ${EXAMPLE}.`,
  );
}

interface Reference {
  name: string;
  ref: string;
  /** Asked in turn. */
  hosts: readonly string[];
}

async function commitOf(repository: Repository, { name, ref, hosts }: Reference): Promise<string> {
  const reasons: string[] = [];
  for (const host of hosts) {
    const address = `https://${host}/${name}`;
    const found = await lookUp(repository, address, ref).catch((cause: unknown) => {
      if (!(cause instanceof GitError)) throw cause;
      reasons.push(`${address} does not answer (${cause.message.trim()})`);
      return null;
    });
    if (found) return found;
    if (found === undefined) reasons.push(`${address} has no tag and no branch of that name`);
  }
  throw new UsageError(
    `Cannot pin ${name}@${ref} to a commit: ${reasons.join('; ')}.\n` +
      'Give the commit, 40 hexadecimal digits: --action OWNER/REPO@COMMIT.',
  );
}

async function lookUp(repository: Repository, address: string, ref: string): Promise<string | undefined> {
  // an annotated tag is an object of its own; its commit is what `^{}` gives
  const refs = [`refs/tags/${ref}^{}`, `refs/tags/${ref}`, `refs/heads/${ref}`];
  const answer = await repository.text(['ls-remote', address, ...refs]);
  const commits = new Map(answer.split('\n').map((line) => line.split('\t').reverse() as [string, string]));
  return refs.map((wanted) => commits.get(wanted)).find((commit) => commit !== undefined);
}

function readManifest(): Manifest {
  const file = packageFile('package.json');
  return file === undefined ? { version: '0' } : (JSON.parse(readFileSync(file, 'utf8')) as Manifest);
}
