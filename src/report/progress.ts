/** One line on standard error that says how far a command is; redrawn at most ten times a second. */

export interface ProgressEvent {
  stage: string;
  done: number;
  total: number;
  secondsLeft?: number | undefined;
  /** Stays on a line of its own. */
  notice?: string | undefined;
}

const INTERVAL_MS = 100;
const LABELS: Record<string, string> = {
  embed: 'reading files',
  update: 'reading history',
  check: 'checking assertions',
  mine: 'mining history',
  bench: 'measuring repositories',
  verify: 'rebuilding',
};

let shownAt = 0;
let visible = false;

export const progressLine = {
  show(event: ProgressEvent): void {
    if (event.notice) {
      progressLine.clear();
      process.stderr.write(`${event.notice}\n`);
    }
    const now = Date.now();
    if (now - shownAt < INTERVAL_MS) return;
    shownAt = now;
    visible = true;
    process.stderr.write(`\r\u001b[K${describeProgress(event)}`);
  },
  clear(): void {
    if (visible) process.stderr.write('\r\u001b[K');
    visible = false;
  },
};

export function describeProgress({ stage, done, total, secondsLeft }: ProgressEvent): string {
  if (stage === 'wait') return 'waiting for another code2lora process …';
  const left = secondsLeft === undefined ? '' : `, ${describeDuration(secondsLeft)} left`;
  return `${LABELS[stage] ?? stage} ${done}/${total}${left}`;
}

/** `about 40 s`, `about 12 min`, `about 3.5 h`. */
export function describeDuration(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 90 * 60) return `about ${Math.round(seconds / 60)} min`;
  return `about ${Number((seconds / 3600).toPrecision(2))} h`;
}
