/**
 * What the worker writes about itself and what `status` and `doctor` read: phase, last run, last error.
 *
 * Whether it lives is not written anywhere: the lock says it, and tells a killed worker from a living one.
 */
import { rmSync } from 'node:fs';
import { type LockOwner, readLock } from './lock.ts';
import { readRequests } from './requests.ts';
import { readState, stateFile, writeState } from './state-files.ts';
import { logBytes } from './worker-log.ts';

export interface WorkerState {
  /** `stale`: a worker was killed; the next hook takes over. */
  worker: { state: 'idle' | 'running' | 'waiting' | 'stale'; pid: number | null; since: string | null };
  lastError: { at: string; message: string } | null;
  lastRun: { startedAt: string; finishedAt: string; outcome: 'done' | 'failed' } | null;
  /** Unix milliseconds of the worker's last sign of life. */
  heartbeatAt: number | null;
  /** Work trees with something to do. */
  waitingRequests: number;
  /** Unix milliseconds; `null` when nothing waits. */
  oldestRequestAt: number | null;
  logFile: string;
  logBytes: number;
}

type Phase = 'waiting' | 'running';
type Run = NonNullable<WorkerState['lastRun']>;

export function readWorkerState(stateFolder: string): WorkerState {
  const record = readState(stateFile(stateFolder, 'worker'));
  const requests = readRequests(stateFolder);
  return {
    worker: describeWorker(stateFolder, record),
    lastError: parseError(readState(stateFile(stateFolder, 'lastError'))),
    lastRun: parseRun(record?.lastRun),
    heartbeatAt: readLock(stateFile(stateFolder, 'workerLock'))?.heartbeatAt ?? null,
    waitingRequests: requests.length,
    oldestRequestAt: requests[0]?.at ?? null,
    logFile: stateFile(stateFolder, 'log'),
    logBytes: logBytes(stateFolder),
  };
}

export function recordPhase(stateFolder: string, { token }: LockOwner, phase: Phase): void {
  const path = stateFile(stateFolder, 'worker');
  const lastRun = parseRun(readState(path)?.lastRun);
  writeState(path, { token, phase, since: new Date().toISOString(), lastRun });
}

/** A good end forgets the last error. */
export function recordEnd(stateFolder: string, run: Omit<Run, 'finishedAt'>): void {
  const path = stateFile(stateFolder, 'worker');
  writeState(path, { ...readState(path), lastRun: { ...run, finishedAt: new Date().toISOString() } });
  if (run.outcome === 'done') rmSync(stateFile(stateFolder, 'lastError'), { force: true });
}

export function recordError(stateFolder: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  writeState(stateFile(stateFolder, 'lastError'), { at: new Date().toISOString(), message });
}

function describeWorker(
  stateFolder: string,
  record: Record<string, unknown> | undefined,
): WorkerState['worker'] {
  const lock = readLock(stateFile(stateFolder, 'workerLock'));
  if (lock === null) return { state: 'idle', pid: null, since: null };
  const { owner, isLive } = lock;
  const place = { pid: owner?.pid ?? null, since: owner?.since ?? null };
  if (!isLive) return { state: 'stale', ...place };
  const isOwn = record?.token === owner?.token;
  return { state: isOwn && record?.phase === 'waiting' ? 'waiting' : 'running', ...place };
}

function parseError(value: Record<string, unknown> | undefined): WorkerState['lastError'] {
  const { at, message } = value ?? {};
  return typeof at === 'string' && typeof message === 'string' ? { at, message } : null;
}

function parseRun(value: unknown): WorkerState['lastRun'] {
  if (typeof value !== 'object' || value === null) return null;
  const { startedAt, finishedAt, outcome } = value as Partial<Run>;
  const isWhole = typeof startedAt === 'string' && typeof finishedAt === 'string';
  return isWhole && (outcome === 'done' || outcome === 'failed') ? { startedAt, finishedAt, outcome } : null;
}
