/**
 * An alarm for when nothing is heard for too long.
 *
 * In: a limit, and every sign of life. Out: one call when the limit is over. A message may lie unread because this
 * process itself was busy: at the limit it waits a moment longer, in which everything that has arrived is read.
 */
export interface SilenceAlarm {
  /** Counts from now on. */
  start(limitMs: number): void;
  heard(): void;
  stop(): void;
}

const READING_MS = 250;

export function createSilenceAlarm(onSilence: (silentMs: number) => void): SilenceAlarm {
  let timer: NodeJS.Timeout | undefined;
  let limit = 0;
  let heardAt = 0;
  const wait = (ms: number, then: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(then, ms);
  };
  const heard = () => {
    if (timer === undefined) return;
    heardAt = performance.now();
    wait(limit, () => wait(READING_MS, () => onSilence(performance.now() - heardAt)));
  };
  return {
    heard,
    start(limitMs) {
      limit = limitMs;
      timer = setTimeout(() => {}, 0);
      heard();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
