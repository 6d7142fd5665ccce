/** One line on standard error that says how far a command is; redrawn at most ten times a second. */

export interface ProgressEvent {
  stage: string;
  done: number;
  total: number;
}

const INTERVAL_MS = 100;
const LABELS: Record<string, string> = {
  update: 'reading history',
  check: 'checking assertions',
  mine: 'mining history',
  verify: 'rebuilding',
};

let shownAt = 0;
let visible = false;

export const progressLine = {
  show({ stage, done, total }: ProgressEvent): void {
    const now = Date.now();
    if (now - shownAt < INTERVAL_MS) return;
    shownAt = now;
    visible = true;
    const text =
      stage === 'wait'
        ? 'waiting for another code2lora process …'
        : `${LABELS[stage] ?? stage} ${done}/${total}`;
    process.stderr.write(`\r\u001b[K${text}`);
  },
  clear(): void {
    if (visible) process.stderr.write('\r\u001b[K');
    visible = false;
  },
};
