/**
 * How long the inference process may be silent while it works on a call.
 *
 * In: what was asked, the size of the model pack. Out: milliseconds. It says that it is alive after every run of a
 * model, so a limit is about the longest single run (a window of text, a chunk of a prompt) and not about a call,
 * which may be a search over hundreds of them. Generous: ten to fifty times what two slow cores need.
 */
import { UsageError } from '../errors.ts';
import type { PackManifest } from '../runtime/manifest.ts';
import type { CallName } from './calls.ts';

interface Limit {
  seconds: number;
  /** For each gigabyte of the pack's files: weights are read from disk once, and all of them in every run. */
  secondsPerGigabyte: number;
}

const LIMITS: Readonly<Record<CallName, Limit>> = {
  open: { seconds: 60, secondsPerGigabyte: 60 },
  embedWindows: { seconds: 60, secondsPerGigabyte: 60 },
  initialState: { seconds: 60, secondsPerGigabyte: 20 },
  step: { seconds: 60, secondsPerGigabyte: 20 },
  generate: { seconds: 60, secondsPerGigabyte: 20 },
  readExamples: { seconds: 60, secondsPerGigabyte: 0 },
  remember: { seconds: 60, secondsPerGigabyte: 60 },
  recall: { seconds: 60, secondsPerGigabyte: 0 },
  refine: { seconds: 60, secondsPerGigabyte: 200 },
  score: { seconds: 60, secondsPerGigabyte: 60 },
  scoreMany: { seconds: 60, secondsPerGigabyte: 60 },
  candidates: { seconds: 60, secondsPerGigabyte: 60 },
  keepAdapter: { seconds: 60, secondsPerGigabyte: 0 },
  close: { seconds: 60, secondsPerGigabyte: 0 },
};

/** `fixedMs`, where the user names one, holds for every call. */
export function timeLimits(
  manifest: Pick<PackManifest, 'files'>,
  fixedMs: number | null = null,
): (name: CallName) => number {
  const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  return (name) => {
    const { seconds, secondsPerGigabyte } = LIMITS[name];
    return fixedMs ?? 1000 * (seconds + (secondsPerGigabyte * bytes) / 1e9);
  };
}

/** Seconds as the user writes them in CODE2LORA_TIMEOUT_S; null where nothing is set. Throws UsageError. */
export function readTimeLimit({ CODE2LORA_TIMEOUT_S: text }: NodeJS.ProcessEnv): number | null {
  if (!text) return null;
  const seconds = Number(text);
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds * 1000;
  throw new UsageError(
    `CODE2LORA_TIMEOUT_S is "${text}".\nExpected seconds, such as 600: more than 0 and at most ${MAX_SECONDS}.`,
  );
}

/** What a timer can wait for, in seconds. */
const MAX_SECONDS = 2_000_000;
