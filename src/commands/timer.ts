/** Wall-clock milliseconds of a command's parts, for the report. */
export interface Timer {
  time<T>(name: string, work: () => Promise<T>): Promise<T>;
  timings(): Record<string, number>;
}

/** Starts the total at once. */
export function createTimer(): Timer {
  const begun = performance.now();
  const parts: Record<string, number> = {};
  return {
    async time(name, work) {
      const start = performance.now();
      const result = await work();
      parts[name] = Math.round(performance.now() - start);
      return result;
    },
    timings: () => ({ ...parts, total: Math.round(performance.now() - begun) }),
  };
}
