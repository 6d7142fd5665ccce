/**
 * Lets the first few writes pass at once and keeps the later ones apart.
 *
 * In: calls. Out: the same calls, later. Has the shape of the `Bottleneck.Group` that the throttling plugin
 * asks, so that it can be handed over; knows nothing about HTTP.
 */

export interface Pacer {
  key(): { schedule<T>(options: object, run: () => Promise<T>): Promise<T> };
}

/** `free` calls pass without waiting; each one after that starts `intervalMs` after the one before. */
export function createPacer({ free, intervalMs }: { free: number; intervalMs: number }): Pacer {
  let passed = 0;
  let nextAt = 0;
  const schedule = async <T>(_options: object, run: () => Promise<T>): Promise<T> => {
    passed += 1;
    if (passed > free) {
      const startAt = Math.max(Date.now(), nextAt);
      nextAt = startAt + intervalMs;
      await new Promise((resolve) => setTimeout(resolve, startAt - Date.now()));
    } else nextAt = Date.now() + intervalMs;
    return run();
  };
  return { key: () => ({ schedule }) };
}
