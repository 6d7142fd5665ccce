/**
 * What the hooks ask of the worker: one file for each work tree, replaced by the next event of that tree.
 *
 * So a hundred commits during one run of the worker are one request afterwards. A request is moved while it
 * is worked on and removed at the end; what a killed worker leaves is found by the next one.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readState, stateFile, writeState } from './state-files.ts';

export interface WorkRequest {
  /** Absolute; the git folder for a repository without work tree. */
  workTree: string;
  /** Of this work tree: where an unfinished rebase or merge shows. */
  gitDir: string;
  /** The hook that asked last. */
  hook: string;
  /** Unix milliseconds. */
  at: number;
}

/** Leaves a request for the worker. `commonDir` is where the state folder lies. */
export function addRequest(stateFolder: string, request: WorkRequest & { commonDir: string }): void {
  const { commonDir, ...content } = request;
  const name = content.gitDir === commonDir ? 'main' : `worktree-${basename(content.gitDir)}`;
  writeState(join(stateFile(stateFolder, 'dirty'), name), content);
}

/** Requests that nobody has taken yet, oldest first. */
export const readRequests = (stateFolder: string): WorkRequest[] =>
  readFolder(stateFile(stateFolder, 'dirty'))
    .map(([, request]) => request)
    .sort((a, b) => a.at - b.at);

/** Moves requests out of the way of new ones. */
export function takeRequests(
  stateFolder: string,
  isWanted: (request: WorkRequest) => boolean,
): WorkRequest[] {
  const [dirty, taken] = [stateFile(stateFolder, 'dirty'), stateFile(stateFolder, 'taken')];
  mkdirSync(taken, { recursive: true });
  const wanted = readFolder(dirty).filter(([, request]) => isWanted(request));
  for (const [name] of wanted) renameSync(join(dirty, name), join(taken, name));
  return readFolder(taken)
    .map(([, request]) => request)
    .sort((a, b) => a.at - b.at);
}

/** Puts back what a killed worker had taken; a newer request of the same tree wins. Returns how many. */
export function restoreRequests(stateFolder: string): number {
  const [dirty, taken] = [stateFile(stateFolder, 'dirty'), stateFile(stateFolder, 'taken')];
  const abandoned = readFolder(taken);
  mkdirSync(dirty, { recursive: true });
  for (const [name] of abandoned) {
    if (!existsSync(join(dirty, name))) renameSync(join(taken, name), join(dirty, name));
  }
  finishRequests(stateFolder);
  return abandoned.length;
}

/** The taken requests are done, well or badly. */
export function finishRequests(stateFolder: string): void {
  rmSync(stateFile(stateFolder, 'taken'), { recursive: true, force: true });
}

function readFolder(folder: string): [string, WorkRequest][] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => !name.endsWith('.tmp'));
  return names.flatMap((name) => {
    const request = parseRequest(readState(join(folder, name)));
    return request ? [[name, request] as [string, WorkRequest]] : [];
  });
}

function parseRequest(value: Record<string, unknown> | undefined): WorkRequest | undefined {
  const { workTree, gitDir, hook, at } = value ?? {};
  const isWhole =
    [workTree, gitDir, hook].every((text) => typeof text === 'string') && typeof at === 'number';
  return isWhole ? ({ workTree, gitDir, hook, at } as WorkRequest) : undefined;
}
