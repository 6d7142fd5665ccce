/**
 * Ends this process when its parent is gone, also while a model runs.
 *
 * A run keeps the main thread from noticing anything for seconds or minutes, so another thread holds the pipe to
 * the parent: the system closes it however the parent ends, `kill -9` included.
 */
import { Worker } from 'node:worker_threads';

/** The pipe that nobody writes to; its place is agreed with spawn.ts. */
const PIPE = 4;

/** Plain JavaScript on purpose: it needs no loader and nothing of ours. */
const WATCH = `
  const { Socket } = require('node:net');
  const pipe = new Socket({ fd: ${PIPE}, readable: true, writable: false });
  pipe.on('error', () => {});
  pipe.once('close', () => process.kill(process.pid, 'SIGKILL'));
  pipe.resume();
`;

export function endWithParent(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  new Worker(WATCH, { eval: true, execArgv: [] }).unref();
}
