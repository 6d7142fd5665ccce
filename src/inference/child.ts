/**
 * The program that runs the models: dist/inference.js, started by spawn.ts.
 *
 *   settings ─> question ─> answer ─> question ─> answer …
 *
 * Works on one question at a time, and says that it is alive between the runs of a model. Ends with its parent,
 * also in the middle of a run. It inherits the parent's priority.
 */
import { InternalError } from '../errors.ts';
import { openModelPack } from '../runtime/model-pack.ts';
import { loadPackagesFrom } from '../runtime/packages.ts';
import { createExecutor, type Executor } from './executor.ts';
import { endWithParent } from './lifeline.ts';
import { withPrecision } from './precision.ts';
import { type Answer, type Question, type Reply, type Settings, sendableError } from './protocol.ts';

const ALIVE_MS = 500;

let executor: Promise<Executor> | undefined;
let work: Promise<void> = Promise.resolve();

process.on('message', (message: Settings | Question) => {
  if ('folder' in message) {
    executor = start(message);
    executor.catch(() => {}); // comes up again, with an answer, at the first question
    return;
  }
  work = work.then(() => answer(message));
});
// A terminal sends it to every process of a group; what it means is for the parent to decide.
process.on('SIGINT', () => {});
endWithParent();

async function start({ folder, precision, packagesFolder, ...options }: Settings): Promise<Executor> {
  if (packagesFolder !== null) loadPackagesFrom(packagesFolder);
  return createExecutor(withPrecision(openModelPack(folder), precision), options);
}

async function answer({ id, name, args }: Question): Promise<void> {
  const alive = setInterval(() => say({ kind: 'alive' }), ALIVE_MS);
  try {
    const open = await executor;
    if (!open) throw new InternalError('A question came before the settings.');
    const call = open[name] as (...args: readonly unknown[]) => Promise<unknown>;
    say({ kind: 'value', id, value: await call(...args) });
  } catch (error) {
    say({ kind: 'error', id, error: sendableError(error) });
  } finally {
    clearInterval(alive);
  }
}

const say = (reply: Reply): void => {
  const message: Answer = { ...reply, residentBytes: process.memoryUsage.rss() };
  process.send?.(message);
};
