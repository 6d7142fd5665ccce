/**
 * What a git hook does: notes that there is work, and starts the worker unless it lives.
 *
 * In: name and arguments of the hook. Out: one file in the state folder, perhaps a process. It never waits
 * and reads no history. It imports nothing but Node and its neighbours, so that it starts fast.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, offSwitch } from './environment.ts';
import { findGitFolders, type GitFolders } from './git-folders.ts';
import { readLock } from './lock.ts';
import { addRequest } from './requests.ts';
import { startDetached } from './spawn.ts';
import { isInstalled, stateFile } from './state-files.ts';
import { rotateLog } from './worker-log.ts';

export type WakeOutcome = 'off' | 'ignored' | 'not-installed' | 'noted' | 'started';

export interface WakeOptions {
  /** The program that is started as `node CLI worker --repo DIR`. */
  cli: string;
  folder?: string;
  env?: NodeJS.ProcessEnv;
  /** Unix milliseconds. */
  now?: number;
}

/** `noted`: a worker lives and will see the request when it is done with the one before. */
export function wakeWorker(hook: string, args: readonly string[], options: WakeOptions): WakeOutcome {
  const { cli, folder = process.cwd(), env = process.env, now = Date.now() } = options;
  if (offSwitch(env) !== undefined) return 'off';
  if (hook === 'post-checkout' && args[2] !== '1') return 'ignored'; // files were checked out, no branch
  const folders = findGitFolders(folder, env);
  if (folders === null) return 'not-installed';
  const stateFolder = join(folders.commonDir, 'code2lora');
  if (!isInstalled(stateFolder)) return 'not-installed';
  addRequest(stateFolder, { ...folders, hook, at: now });
  // After the request, and the worker looks for requests after it let its lock go: one of us sees the other.
  if (readLock(stateFile(stateFolder, 'workerLock'))?.isLive) return 'noted';
  startWorker(folders, { stateFolder, cli, env });
  return 'started';
}

function startWorker(
  folders: GitFolders,
  options: { stateFolder: string; cli: string; env: NodeJS.ProcessEnv },
): void {
  const { stateFolder, cli, env } = options;
  const { workTree, gitDir } = folders;
  const repository = existsSync(join(workTree, '.git')) ? workTree : gitDir;
  const outputFile = stateFile(stateFolder, 'log');
  rotateLog(stateFolder);
  startDetached([cli, 'worker', '--repo', repository], {
    folder: workTree,
    env: cleanEnvironment(env),
    outputFile,
  });
}
