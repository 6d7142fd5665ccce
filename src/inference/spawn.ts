/**
 * Starts the process that runs the models. (The only file of this stage that imports node:child_process.)
 *
 * In: settings for it. Out: a handle: messages, memory, its end. Knows nothing about what is said. Killing it is
 * safe at any moment: it owns no file. A worker thread would not do: ONNX Runtime aborts the whole process when a
 * thread ends in the middle of a run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InternalError } from '../errors.ts';
import { processEnvironment } from './environment.ts';
import type { Answer, Question, Settings } from './protocol.ts';

/** How the process ended. */
export interface End {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last line it wrote to standard error; empty when there is none. */
  lastLine: string;
  /** It did not start. */
  failure?: Error;
}

export interface InferenceProcess {
  readonly pid: number | undefined;
  send(question: Question): void;
  /** While something is asked, this process must not end for want of other work; otherwise it may. */
  hold(isNeeded: boolean): void;
  kill(): void;
  ended: Promise<End>;
}

const STDERR_BYTES = 4096;

/** Starts it and returns at once; what goes wrong is an end. */
export function startInference(settings: Settings, onAnswer: (answer: Answer) => void): InferenceProcess {
  const child = spawn(process.execPath, programArguments(), {
    // The last one stays silent: its end tells the other side that this process is gone.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
    serialization: 'advanced',
    env: processEnvironment(process.env),
    windowsHide: true,
  });
  child.on('message', onAnswer as (message: unknown) => void);
  const ended = endOf(child);
  const send = (message: Settings | Question) =>
    // One that did not start, or has ended, is noticed by its end.
    child.send?.(message as unknown as object, () => {});
  send(settings);
  hold(child, false);
  return {
    pid: child.pid,
    send,
    hold: (isNeeded) => hold(child, isNeeded),
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}

/** From sources it runs as they do, through tsx; in dist/ this module may lie in a folder of chunks. */
function programArguments(): string[] {
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  const source = path('./child.ts');
  if (existsSync(source)) return ['--import', import.meta.resolve('tsx'), source];
  const built = ['./inference.js', '../inference.js'].map(path).find(existsSync);
  if (built) return [built];
  throw new InternalError(`${path('./inference.js')} is missing.\nInstall code2lora again.`);
}

function endOf(child: ChildProcess): Promise<End> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('latin1')).slice(-STDERR_BYTES);
  });
  const lastLine = () => Buffer.from(stderr, 'latin1').toString('utf8').trim().split('\n').at(-1) ?? '';
  return new Promise((resolve) => {
    child.once('error', (failure) => resolve({ code: null, signal: null, lastLine: '', failure }));
    // Not "exit": answers and the last words may still be on their way then.
    child.once('close', (code, signal) => resolve({ code, signal, lastLine: lastLine() }));
  });
}

function hold(child: ChildProcess, isNeeded: boolean): void {
  const method = isNeeded ? 'ref' : 'unref';
  child[method]();
  child.channel?.[method]();
  for (const stream of [child.stderr, child.stdio[4]]) (stream as Partial<Referable> | null)?.[method]?.();
}

interface Referable {
  ref(): void;
  unref(): void;
}
