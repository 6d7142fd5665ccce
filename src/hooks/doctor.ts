/**
 * What is wrong with the hooks here, and what to do about it?
 *
 * In: a repository and the findings of others. Out: findings, in the order in which a reader should look.
 * Everything is asked of git and of the files as they are now; nothing is taken from what init once wrote,
 * except the paths that it wrote down. Repairs nothing.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { offSwitch } from './environment.ts';
import { error, type Finding, ok, warning } from './finding.ts';
import { operationInProgress } from './git-operation.ts';
import { type Installation, readInstallation } from './install-record.ts';
import { diagnoseHooks } from './live-hooks.ts';
import { readLock } from './lock.ts';
import {
  detectHooks,
  type HookRepository,
  type HookSetup,
  isHuskyFolder,
  readGitVersion,
} from './managers.ts';
import { runGit } from './spawn.ts';
import { stateFile } from './state-files.ts';
import { MAX_LOG_BYTES } from './worker-log.ts';
import { readWorkerState, type WorkerState } from './worker-state.ts';

export type { Finding } from './finding.ts';

export interface DiagnoseOptions {
  /** Findings about what this folder knows nothing of: the runtime, the model pack. Come last. */
  others?: readonly Finding[];
  env?: NodeJS.ProcessEnv;
  nodeVersion?: string;
  /** Unix milliseconds. */
  now?: number;
}

/** The oldest that understand what we ask: rev-parse --path-format; the package's "engines". */
const MIN_GIT: [number, number] = [2, 31];
const MIN_NODE: [number, number] = [20, 11];
/** A request that nobody took for so long was missed. */
const FORGOTTEN_MS = 60_000;

export async function diagnose(repo: HookRepository, options: DiagnoseOptions = {}): Promise<Finding[]> {
  const { others = [], env = process.env, nodeVersion = process.versions.node, now = Date.now() } = options;
  const stateFolder = join(repo.commonDir, 'code2lora');
  const setup = await detectHooks(repo);
  const installation = readInstallation(stateFolder);
  return [
    checkVersion('git', await readGitVersion(repo.root), MIN_GIT),
    checkVersion('Node', parseVersion(nodeVersion), MIN_NODE),
    ...setup.evidence.map(ok),
    ...(installation === null ? [notInstalled(stateFolder)] : checkProgram(installation)),
    ...(installation === null ? [] : await diagnoseHooks(repo, { setup, installation })),
    ...(await checkWorktrees(repo, setup)),
    ...checkEnvironment(env),
    ...checkWorker(stateFolder, now),
    ...checkOperation(repo),
    ...others,
  ];
}

function checkVersion(name: string, found: [number, number], least: [number, number]): Finding {
  const isEnough = found[0] > least[0] || (found[0] === least[0] && found[1] >= least[1]);
  const what = `${name} ${found.join('.')}`;
  return isEnough ? ok(what) : error(`${what} is too old`, `Install ${name} ${least.join('.')} or later.`);
}

function parseVersion(text: string): [number, number] {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return [major, minor];
}

function notInstalled(stateFolder: string): Finding {
  if (!existsSync(stateFile(stateFolder, 'install'))) {
    return warning(
      'no hooks are installed in this clone',
      'Run "code2lora init" to have every commit checked.',
    );
  }
  return error(
    'the record of the installation is damaged',
    'Run "code2lora uninstall", then "code2lora init".',
  );
}

function checkProgram({ program, installedAt, mode }: Installation): Finding[] {
  const missing = [program.node, program.hook].filter((path) => !existsSync(path));
  if (missing.length === 0) return [ok(`installed ${installedAt} (${mode}); hooks start ${program.hook}`)];
  const what = `${missing.join(' and ')} is gone, which the hooks start`;
  return [warning(what, 'Run "code2lora init" again. Until then the hooks look for code2lora on the PATH.')];
}

/** husky's folder is ignored by git and named relative to each work tree, so a new one has none. */
async function checkWorktrees(repo: HookRepository, setup: HookSetup): Promise<Finding[]> {
  if (setup.manager !== 'husky' || setup.hooksPath === null) return [];
  const { value } = setup.hooksPath;
  const lines = (await runGit(repo.root, ['worktree', 'list', '--porcelain'])).split('\n');
  const roots = lines
    .filter((line) => line.startsWith('worktree '))
    .map((line) => line.slice('worktree '.length));
  const without = roots.filter((root) => existsSync(root) && !isHuskyFolder(join(root, value)));
  return without.map((root) =>
    warning(`no hook runs in ${root}: it has no ${value}`, `Run "npx husky" or install the packages there.`),
  );
}

function checkEnvironment(env: NodeJS.ProcessEnv): Finding[] {
  const off = offSwitch(env) ?? (env.HUSKY === '0' ? 'HUSKY=0' : undefined);
  return off === undefined
    ? []
    : [warning(`${off} is set here: hooks do nothing`, 'Unset it to have them back.')];
}

function checkWorker(stateFolder: string, now: number): Finding[] {
  const state = readWorkerState(stateFolder);
  return [...describeLocks(stateFolder, state, now), ...describeRuns(state)];
}

function describeLocks(
  stateFolder: string,
  { worker, waitingRequests, oldestRequestAt, logFile }: WorkerState,
  now: number,
): Finding[] {
  const owner = `pid ${worker.pid}, since ${worker.since}`;
  const lock = readLock(stateFile(stateFolder, 'lock'));
  const holder = lock?.isLive
    ? [ok(`the stored state is in use by pid ${lock.owner?.pid}, since ${lock.owner?.since}`)]
    : [];
  if (worker.state === 'stale')
    return [...holder, warning(`a worker was killed (${owner})`, 'Nothing: the next hook takes over.')];
  if (worker.state !== 'idle') return [...holder, ok(`the worker is ${worker.state} (${owner})`)];
  const isForgotten = oldestRequestAt !== null && now - oldestRequestAt > FORGOTTEN_MS;
  if (!isForgotten) return [...holder, ok('no worker is at work')];
  return [
    ...holder,
    warning(
      `${waitingRequests} request(s) wait and no worker is at work`,
      `See the end of ${logFile}; the next hook tries again.`,
    ),
  ];
}

function describeRuns({ lastRun, lastError, logFile, logBytes }: WorkerState): Finding[] {
  const run = lastRun
    ? ok(`last run ${lastRun.finishedAt}: ${lastRun.outcome}`)
    : ok('the worker has not run yet');
  const failure =
    lastError &&
    error(
      `the worker failed at ${lastError.at}: ${lastError.message}`,
      `See ${logFile}; try "code2lora run".`,
    );
  const size = statSync(logFile, { throwIfNoEntry: false })
    ? [ok(`log ${logFile}: ${logBytes} of ${MAX_LOG_BYTES} bytes`)]
    : [];
  return [run, ...(failure ? [failure] : []), ...size];
}

function checkOperation({ gitDir }: HookRepository): Finding[] {
  const operation = operationInProgress(gitDir);
  return operation ? [ok(`${operation} is under way here; the worker waits for its end`)] : [];
}
