/**
 * The background worker: one for each repository, however many hooks fire in however many work trees.
 *
 *   lock ─> wait until git is quiet ─> slot ─> take the requests ─> task ─> again while there are requests
 *
 * In: a task. Out: its effects, a record of how it went, a log. The work follows from the history and not
 * from the events, so a lost event or a killed worker costs time and nothing else. Knows no model.
 */
import { existsSync } from 'node:fs';
import { operationInProgress } from './git-operation.ts';
import { acquireLockFile, type Lock } from './lock.ts';
import { finishRequests, readRequests, restoreRequests, takeRequests, type WorkRequest } from './requests.ts';
import { acquireSlot, DEFAULT_MAX_WORKERS, openSlotFolder } from './slots.ts';
import { lowerPriority } from './spawn.ts';
import { isInstalled, stateFile } from './state-files.ts';
import { stopOnSignal } from './stop-signal.ts';
import { appendLog } from './worker-log.ts';
import { recordEnd, recordError, recordPhase } from './worker-state.ts';

export { readWorkerState, type WorkerState } from './worker-state.ts';

export interface Work {
  /** Oldest first, one for each work tree; those of removed work trees are left out. */
  requests: WorkRequest[];
  /** Aborted when the worker is asked to end. */
  signal: AbortSignal;
  log(line: string): void;
}

export interface WorkerOptions {
  /** Does the work of all requests; takes the lock of the stored state itself (`acquireLock`). */
  task(work: Work): Promise<void>;
  log?: (line: string) => void;
  signal?: AbortSignal;
  /** How long no new request must have come before work begins. */
  debounceMs?: number;
  /** How long an unfinished rebase or merge, or busy slots, are waited for; then the next hook tries again. */
  patienceMs?: number;
  pollMs?: number;
  maxWorkers?: number;
  /** `null`: no limit over repositories. */
  slotFolder?: string | null;
}

/**
 * done: all requests worked off · failed: the last task threw (see last error) · none: no request or not
 * installed · busy: another worker lives · postponed: waited too long for git or a slot · stopped: by a signal
 */
export type WorkerOutcome = 'done' | 'failed' | 'none' | 'busy' | 'postponed' | 'stopped';

type Settings = Required<WorkerOptions> & { stateFolder: string };

const DEBOUNCE_MS = 1_000;
const PATIENCE_MS = 5 * 60_000;
const POLL_MS = 500;

/** Works off the requests of a repository, then ends. Never rejects because of the task. */
export async function runWorker(stateFolder: string, options: WorkerOptions): Promise<WorkerOutcome> {
  const stop = stopOnSignal(options.signal);
  const settings = complete(stateFolder, options, stop.signal);
  try {
    let outcome: WorkerOutcome;
    do {
      outcome = await workOnce(settings);
      // A hook that saw our lock a moment ago counts on us: look again after letting it go.
    } while (isFinished(outcome) && readRequests(stateFolder).length > 0);
    return outcome;
  } finally {
    stop.forget();
  }
}

async function workOnce(settings: Settings): Promise<WorkerOutcome> {
  const lock = acquireLockFile(stateFile(settings.stateFolder, 'workerLock'));
  if (lock === null) return 'busy';
  try {
    return await drain(settings, lock);
  } finally {
    await lock.release();
  }
}

const isFinished = (outcome: WorkerOutcome) => outcome === 'done' || outcome === 'failed';

function complete(stateFolder: string, options: WorkerOptions, signal: AbortSignal): Settings {
  return {
    stateFolder,
    log: (line) => appendLog(stateFolder, line),
    debounceMs: DEBOUNCE_MS,
    patienceMs: PATIENCE_MS,
    pollMs: POLL_MS,
    maxWorkers: DEFAULT_MAX_WORKERS,
    slotFolder: openSlotFolder(),
    ...options,
    signal,
  };
}

async function drain(settings: Settings, lock: Lock): Promise<WorkerOutcome> {
  const { stateFolder, log } = settings;
  lowerPriority();
  const abandoned = restoreRequests(stateFolder);
  if (abandoned > 0) log(`a worker ended in the middle of its work; ${abandoned} request(s) taken over`);
  let outcome: WorkerOutcome = 'none';
  while (isInstalled(stateFolder) && readRequests(stateFolder).length > 0) {
    recordPhase(stateFolder, lock.owner, 'waiting');
    if (!(await waitForQuiet(settings))) return settings.signal.aborted ? 'stopped' : 'postponed';
    const slot = await waitForSlot(settings);
    if (slot === undefined) return settings.signal.aborted ? 'stopped' : 'postponed';
    recordPhase(stateFolder, lock.owner, 'running');
    outcome = await runTask(settings).finally(() => slot?.release());
    if (outcome === 'stopped') break;
  }
  return outcome;
}

/** Until no request is younger than the debounce time and at least one work tree is at rest. */
async function waitForQuiet(settings: Settings): Promise<boolean> {
  const { stateFolder, debounceMs } = settings;
  return (
    (await poll(settings, 'git', () => {
      const requests = readRequests(stateFolder);
      const newest = Math.max(...requests.map(({ at }) => at));
      const isSettled = Date.now() - newest >= debounceMs || newest > Date.now(); // a clock set back
      return isSettled && requests.some(isReady) ? true : undefined;
    })) === true
  );
}

/** `null` where there is no limit, `undefined` when none came free in time. */
async function waitForSlot(settings: Settings): Promise<Lock | null | undefined> {
  const { slotFolder, maxWorkers } = settings;
  if (slotFolder === null) return null;
  return poll(settings, 'a free worker slot', () => acquireSlot(slotFolder, maxWorkers) ?? undefined);
}

async function poll<T>(settings: Settings, what: string, look: () => T | undefined): Promise<T | undefined> {
  const { signal, patienceMs, pollMs, debounceMs, log } = settings;
  const deadline = Date.now() + patienceMs + debounceMs;
  for (;;) {
    if (signal.aborted) return undefined;
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, Math.min(pollMs, debounceMs || pollMs)));
  }
  log(`waited ${Math.round(patienceMs / 1000)} s for ${what}; the next hook tries again`);
  return undefined;
}

async function runTask(settings: Settings): Promise<WorkerOutcome> {
  const { stateFolder, task, signal, log } = settings;
  const requests = takeRequests(stateFolder, isReady);
  const startedAt = new Date().toISOString();
  try {
    const present = requests.filter(isPresent);
    if (present.length > 0) await task({ requests: present, signal, log });
    if (signal.aborted) return 'stopped'; // it may have left something out; a second time costs little
    return finish(settings, { startedAt, outcome: 'done' });
  } catch (error) {
    if (signal.aborted) return 'stopped'; // the requests stay taken: the next worker goes on
    log(`failed: ${error instanceof Error ? error.stack : error}`);
    return finish(settings, { startedAt, outcome: 'failed', error });
  }
}

type End = { startedAt: string } & ({ outcome: 'done' } | { outcome: 'failed'; error: unknown });

function finish({ stateFolder }: Settings, end: End): WorkerOutcome {
  if (!isInstalled(stateFolder)) return 'none'; // uninstalled meanwhile: leave nothing behind
  if (end.outcome === 'failed') recordError(stateFolder, end.error);
  recordEnd(stateFolder, { startedAt: end.startedAt, outcome: end.outcome });
  finishRequests(stateFolder);
  return end.outcome;
}

const isPresent = ({ workTree, gitDir }: WorkRequest) => existsSync(workTree) && existsSync(gitDir);
const isReady = (request: WorkRequest) =>
  !isPresent(request) || operationInProgress(request.gitDir) === undefined;
