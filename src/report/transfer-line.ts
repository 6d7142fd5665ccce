/**
 * How far a pull is: one line with a bar that is redrawn, or on a screen that nobody watches a line now and then.
 *
 * In: events. Out: text on a stream. The rate is that of the last ten seconds, so that bytes which an earlier run
 * left do not count as speed.
 */
import { durationText, sizeText } from './sizes.ts';

export interface TransferEvent {
  stage: 'download' | 'read' | 'convert' | 'measure' | 'wait';
  what: string;
  done: number;
  total: number;
}

export interface TransferLine {
  show(event: TransferEvent): void;
  /** A line of its own. */
  note(text: string): void;
  /** Takes the bar away. */
  clear(): void;
}

interface Screen {
  write(text: string): unknown;
  isTerminal: boolean;
  /** Milliseconds. */
  now?: () => number;
}

const REDRAW_MS = 100;
const PLAIN_MS = 30_000;
const WINDOW_MS = 10_000;
const BAR = 24;
const VERBS = {
  download: 'downloading',
  read: 'reading',
  convert: 'converting',
  measure: 'measuring',
  wait: 'waiting for',
} as const;

export function createTransferLine({ write, isTerminal, now = Date.now }: Screen): TransferLine {
  let shownAt = Number.NEGATIVE_INFINITY;
  let shownKey = '';
  let visible = false;
  let samples: { at: number; done: number }[] = [];
  const clear = () => {
    if (visible) write('\r\u001b[K');
    visible = false;
  };
  return {
    clear,
    note(text) {
      clear();
      write(`${text}\n`);
    },
    show(event) {
      const at = now();
      const key = `${event.stage} ${event.what}`;
      const isNew = key !== shownKey;
      if (isNew) samples = [];
      samples = [...samples.filter((sample) => at - sample.at < WINDOW_MS), { at, done: event.done }];
      if (!isNew && at - shownAt < (isTerminal ? REDRAW_MS : PLAIN_MS)) return;
      [shownAt, shownKey] = [at, key];
      const rate = rateOf(samples);
      if (!isTerminal) write(`${plainText(event, rate)}\n`);
      else write(`\r\u001b[K${barText(event, rate)}`);
      visible = isTerminal;
    },
  };
}

/** Per second; 0 while too little is known. */
function rateOf(samples: readonly { at: number; done: number }[]): number {
  const [first, last] = [samples[0], samples.at(-1)];
  const ms = first && last ? last.at - first.at : 0;
  return first && last && ms >= 500 ? ((last.done - first.done) / ms) * 1000 : 0;
}

function barText(event: TransferEvent, rate: number): string {
  if (event.stage === 'wait') return plainText(event, rate);
  const part = fractionOf(event);
  const full = Math.round(part * BAR);
  return `${VERBS[event.stage]} ${event.what} [${'='.repeat(full)}${' '.repeat(BAR - full)}] ${amountText(event, rate)}`;
}

function plainText(event: TransferEvent, rate: number): string {
  const { stage, what } = event;
  if (stage === 'wait') return `waiting: ${what} is changing the model packs`;
  return `${VERBS[stage]} ${what}: ${amountText(event, rate)}`;
}

function amountText(event: TransferEvent, rate: number): string {
  const { stage, done, total } = event;
  const percent = `${Math.floor(fractionOf(event) * 100)} %`;
  if (stage !== 'download' && stage !== 'read') return percent;
  const speed = rate > 0 ? `, ${sizeText(rate)}/s, ${durationText((total - done) / rate)} left` : '';
  return `${percent} of ${sizeText(total)}${speed}`;
}

const fractionOf = ({ done, total }: TransferEvent): number => (total > 0 ? Math.min(1, done / total) : 1);
