/**
 * Why the inference process ended, for people.
 *
 * In: how it ended, what it was asked, what we know of the reason. Out: a ModelError: what was running, what was
 * found, what to do next. Pure.
 */
import { ModelError } from '../errors.ts';
import type { CallName } from './calls.ts';
import { formatSize } from './memory-size.ts';
import type { End } from './spawn.ts';

/** Why we killed it; without one it ended by itself or by somebody else's hand. */
export type Cause =
  | { kind: 'silence'; silentMs: number }
  | { kind: 'memory'; bytes: number; limitBytes: number }
  | { kind: 'closed' };

export interface Circumstances {
  cause: Cause | undefined;
  /** Without an answer; the first one was being worked on. */
  calls: readonly { name: CallName; args: readonly unknown[] }[];
  limitOf(name: CallName): number;
}

const DOING: Readonly<Record<Exclude<CallName, 'open' | 'close'>, string>> = {
  embedWindows: 'embedding a text',
  initialState: 'reading the repository embedding',
  step: 'a step of the GRU',
  generate: 'generating the adapter',
  readExamples: 'reading assertions',
  remember: 'remembering assertions',
  recall: 'making an adapter of the memory',
  refine: 'refining the adapter',
  keepAdapter: 'taking over an adapter',
  score: 'scoring a value',
  scoreMany: 'scoring values',
  candidates: 'searching candidates',
};

export function describeEnd(end: End, { cause, calls, limitOf }: Circumstances): ModelError {
  const [call] = calls;
  const doing = call ? describeCall(call) : 'nothing was asked';
  if (cause?.kind === 'closed') return new ModelError(`The models were closed (${doing}).`);
  if (cause?.kind === 'memory') return tooLarge(doing, cause);
  if (cause?.kind === 'silence' && call) return tooSlow(doing, cause.silentMs, limitOf(call.name));
  if (end.failure) {
    return new ModelError(
      `Cannot start the process that runs the models: ${end.failure.message}.\nSee whether ${process.execPath} can be run, and how many processes may be.`,
      { cause: end.failure },
    );
  }
  if (end.signal === 'SIGKILL') return killed(doing);
  return crashed(end, doing);
}

function describeCall({ name, args }: { name: CallName; args: readonly unknown[] }): string {
  if (name === 'open' || name === 'close')
    return `${name === 'open' ? 'opening' : 'closing'} the ${spoken(args[0])}`;
  return DOING[name];
}

/** `languageModel` → `language model` */
const spoken = (name: unknown): string =>
  String(name).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const seconds = (ms: number): string =>
  `${ms < 10_000 ? (ms / 1000).toPrecision(2) : Math.round(ms / 1000)} s`;

function tooSlow(doing: string, silentMs: number, limitMs: number): ModelError {
  return new ModelError(
    `The models have not answered for ${seconds(silentMs)} (${doing}); the limit is ${seconds(limitMs)}, so their process was ended.\n` +
      'Run the command again: what was finished is kept. On a slow machine set CODE2LORA_TIMEOUT_S to more seconds, or take a smaller model pack.',
  );
}

function tooLarge(doing: string, { bytes, limitBytes }: { bytes: number; limitBytes: number }): ModelError {
  return new ModelError(
    `The models take ${formatSize(bytes)} of memory (${doing}); allowed are ${formatSize(limitBytes)} (--max-memory), so their process was ended.\n` +
      'Allow more, or take a smaller model pack.',
  );
}

function killed(doing: string): ModelError {
  return new ModelError(
    `The process that runs the models was killed by the system (${doing}), probably because memory ran out.\n` +
      'End other programs, take a smaller model pack, or set --max-memory to what is free: then it is looked at before anything starts.',
  );
}

function crashed({ code, signal, lastLine }: End, doing: string): ModelError {
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  const said = lastLine === '' ? 'it said nothing' : `its last words: ${lastLine}`;
  return new ModelError(
    `The process that runs the models ended ${how} (${doing}); ${said}.\n` +
      'Run the command again; if it happens again, try "--device cpu" and "code2lora doctor".',
  );
}
