/**
 * Requests to the Hub, and to the servers that it sends us on to.
 *
 * In: an address. Out: an answer with status 200 or 206, or a HubFailure. Redirects are followed here, one by one,
 * because the Hub tells the commit and the digest of a file in the redirect itself, and because the token must not
 * go with them: it is for the Hub's own origin. Knows nothing about files.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ModelError } from '../errors.ts';
import { durationText } from '../report/sizes.ts';
import { type Asked, explainFailure, HubFailure, retryAfterMs } from './hub-problems.ts';
import type { HubSettings } from './hub-settings.ts';

/** How patient we are. */
export interface Network {
  send: typeof fetch;
  /** Longest time without a byte. */
  silenceMs: number;
  /** Tries in a row without a byte. */
  attempts: number;
  /** Before the second try; doubles from try to try. */
  pauseMs: number;
  /** A server that asks for a longer one is not waited for. */
  maxPauseMs: number;
  /** Hears why nothing happens for a while. */
  onPause?: ((reason: string, ms: number) => void) | undefined;
}

export const NETWORK: Network = {
  send: (...args) => fetch(...args),
  silenceMs: 30_000,
  attempts: 5,
  pauseMs: 1000,
  maxPauseMs: 120_000,
};

export interface Answer {
  response: Response;
  /** Of the Hub's own answers on the way, the first that has it: `x-repo-commit`, `x-linked-etag`. */
  hubHeader(name: string): string | null;
  signal: AbortSignal;
  /** A byte has come: the time of silence begins anew. */
  touch(): void;
  /** Ends the connection and the clock. */
  close(): void;
}

export interface HubRequest {
  settings: Pick<HubSettings, 'url' | 'token'>;
  network: Network;
  headers?: Readonly<Record<string, string>>;
}

const MAX_REDIRECTS = 5;
const MAX_JSON_BYTES = 32_000_000;

/** Sends one request and follows its redirects. Throws HubFailure. The caller closes the answer. */
export async function openAnswer(address: string, request: HubRequest): Promise<Answer> {
  const clock = silenceClock(request.network.silenceMs);
  const passed: Headers[] = [];
  try {
    let url = address;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
      const response = await sendOnce(url, request, clock.signal);
      const isHub = sameOrigin(url, request.settings.url);
      if (isHub) passed.push(response.headers);
      const next = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || next === null)
        return answerOf(await checkStatus(response, isHub ? null : new URL(url).host), passed, clock);
      await response.body?.cancel();
      url = new URL(next, url).href;
    }
    throw new HubFailure(`it was sent on more than ${MAX_REDIRECTS} times`, { status: 310 });
  } catch (error) {
    clock.stop();
    throw asFailure(error, clock.signal);
  }
}

/** Reads a whole small answer, such as a page of a list. Throws HubFailure. */
export async function readAnswer(address: string, request: HubRequest): Promise<Response> {
  const answer = await openAnswer(address, request);
  const { status, headers } = answer.response;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bodyOf(answer)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_JSON_BYTES)
      throw new HubFailure(`its list has more than ${MAX_JSON_BYTES} bytes`, { status });
  }
  return new Response(Buffer.concat(chunks), { status, headers });
}

/** The bytes of an answer as they come. Throws HubFailure when they stop coming; closes the answer. */
export async function* bodyOf(answer: Answer): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of (answer.response.body ?? []) as AsyncIterable<Uint8Array>) {
      answer.touch();
      yield chunk;
    }
  } catch (error) {
    throw asFailure(error, answer.signal);
  } finally {
    answer.close();
  }
}

/**
 * Tries again after a failure of the network or the server; `hasProgressed` says that the last try got something,
 * and then counting starts anew. Throws ModelError that says what to do.
 */
export async function withRetries<T>(
  asked: Asked,
  { settings, network }: Pick<HubRequest, 'settings' | 'network'>,
  attempt: () => Promise<T>,
  hasProgressed: () => boolean = () => false,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof HubFailure)) throw error;
      if (hasProgressed()) tries = 1;
      const wait = waitBefore(error, tries, network);
      if (wait === null) throw explainFailure(error, asked, settings);
      network.onPause?.(error.message, wait);
      await pause(wait);
    }
  }
}

/** Milliseconds; null: another try would not help. */
function waitBefore(
  { status, headers, storage }: HubFailure,
  tries: number,
  network: Network,
): number | null {
  // A link to another server is for some minutes only; each try asks the Hub for a new one.
  const isExpired = status === 403 && storage !== null;
  const mayPass = status === null || status === 429 || status === 408 || status >= 500 || isExpired;
  if (!mayPass || tries >= network.attempts) return null;
  const wait = retryAfterMs(headers) ?? network.pauseMs * 2 ** (tries - 1);
  return wait > network.maxPauseMs ? null : wait;
}

async function sendOnce(
  url: string,
  { settings, network, headers = {} }: HubRequest,
  signal: AbortSignal,
): Promise<Response> {
  const isOwn = settings.token !== null && sameOrigin(url, settings.url);
  const authorization = isOwn ? { authorization: `Bearer ${settings.token}` } : {};
  // Compressed bytes could not be resumed, and their number would not be that of the file.
  const all = { 'accept-encoding': 'identity', ...headers, ...authorization };
  return await network.send(url, { headers: all, redirect: 'manual', signal });
}

const sameOrigin = (a: string, b: string): boolean => new URL(a).origin === new URL(b).origin;

async function checkStatus(response: Response, storage: string | null): Promise<Response> {
  const { status, headers } = response;
  if (status === 200 || status === 206) return response;
  await response.body?.cancel();
  throw new HubFailure(`it answered with status ${status}`, { status, headers, storage });
}

function answerOf(response: Response, passed: readonly Headers[], clock: SilenceClock): Answer {
  return {
    response,
    hubHeader: (name) => passed.map((headers) => headers.get(name)).find((value) => value !== null) ?? null,
    signal: clock.signal,
    touch: clock.touch,
    close: clock.stop,
  };
}

interface SilenceClock {
  signal: AbortSignal;
  touch(): void;
  stop(): void;
}

/** Breaks a connection on which nothing comes: some servers hold one open for ever. */
function silenceClock(silenceMs: number): SilenceClock {
  const controller = new AbortController();
  const silent = new HubFailure(`nothing came for ${durationText(silenceMs / 1000)}`);
  const timer = setTimeout(() => controller.abort(silent), silenceMs);
  const stop = () => {
    clearTimeout(timer);
    // A body that nobody reads on would keep its connection.
    controller.abort(new HubFailure('the connection was closed'));
  };
  return { signal: controller.signal, touch: () => void timer.refresh(), stop };
}

function asFailure(error: unknown, { aborted, reason }: AbortSignal): unknown {
  if (error instanceof HubFailure || error instanceof ModelError) return error;
  if (aborted && isAbort(error)) return reason;
  return new HubFailure(describe(error), { cause: error });
}

const isAbort = (error: unknown): boolean => (error as Error | undefined)?.name === 'AbortError';

/** undici says "fetch failed" and keeps the reason as the cause. */
function describe(error: unknown): string {
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  const code = cause?.code;
  const words: Record<string, string> = {
    ENOTFOUND: 'the name of the server is not known',
    EAI_AGAIN: 'the name of the server cannot be looked up',
    ECONNREFUSED: 'nothing answers there',
    ECONNRESET: 'the connection broke',
    UND_ERR_SOCKET: 'the connection broke',
    UND_ERR_CONNECT_TIMEOUT: 'it cannot be reached in time',
  };
  return (code && words[code]) || [message, cause?.message].filter(Boolean).join(': ');
}
