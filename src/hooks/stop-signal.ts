/**
 * Turns the wish of the system that a process ends into an AbortSignal, and insists after a few seconds.
 */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const GRACE_MS = 5_000;

export interface StopSignal {
  signal: AbortSignal;
  /** Signals end the process again, as they do without us. */
  forget(): void;
}

/**
 * The second signal, or the end of the grace time, ends the process at once: locks and requests that are
 * left are taken over by the next worker.
 */
export function stopOnSignal(outer?: AbortSignal): StopSignal {
  const controller = new AbortController();
  const forget = () => {
    for (const name of SIGNALS) process.removeListener(name, stop);
  };
  const stop = (name: NodeJS.Signals) => {
    forget();
    controller.abort();
    setTimeout(() => process.kill(process.pid, name), GRACE_MS).unref();
  };
  for (const name of SIGNALS) process.on(name, stop);
  outer?.addEventListener('abort', () => controller.abort(), { once: true });
  if (outer?.aborted) controller.abort();
  return { signal: controller.signal, forget };
}
