/**
 * What the Hub answers when it does not give what was asked for → what a person should do.
 *
 * In: a status and headers, or why there was no answer. Out: a ModelError. Knows nothing about requests.
 */
import { ModelError } from '../errors.ts';
import type { HubSettings } from './hub-settings.ts';

/** One request that failed. Only `explainFailure` shows it to anybody. */
export class HubFailure extends Error {
  override name = 'HubFailure';
  /** Null: there was no answer, or it broke off. */
  readonly status: number | null;
  readonly headers: Headers;
  /** The server that failed, when it is not the Hub but one that the Hub sends downloads to. */
  readonly storage: string | null;

  constructor(message: string, facts: FailureFacts = {}) {
    super(message, { cause: facts.cause });
    this.status = facts.status ?? null;
    this.headers = facts.headers ?? new Headers();
    this.storage = facts.storage ?? null;
  }
}

interface FailureFacts {
  status?: number | null;
  headers?: Headers;
  storage?: string | null;
  cause?: unknown;
}

/** What was asked for, for messages. */
export interface Asked {
  repository: string;
  revision?: string | undefined;
  path?: string | undefined;
}

const LOCAL = 'With the files on this machine, "code2lora models import" builds a pack without a network.';

export function explainFailure(
  failure: HubFailure,
  asked: Asked,
  { url, token }: Pick<HubSettings, 'url' | 'token'>,
): ModelError {
  const what = nameOf(asked);
  const [found, advice] = reasonOf(failure, asked, { url, hasToken: token !== null });
  return new ModelError(`Cannot download ${what} from ${url}: ${found}.\n${advice}`, { cause: failure });
}

export function nameOf({ repository, revision, path }: Asked): string {
  const version = revision === undefined ? '' : ` at ${revision.slice(0, 12)}`;
  return path === undefined ? `${repository}${version}` : `${path} of ${repository}${version}`;
}

interface Access {
  url: string;
  hasToken: boolean;
}

function reasonOf(failure: HubFailure, asked: Asked, access: Access): [found: string, advice: string] {
  const { status, headers, message, storage } = failure;
  const code = headers.get('x-error-code') ?? '';
  if (status === null || status < 300)
    return [
      message,
      `Check the network and, for a mirror, HF_ENDPOINT; what is there already is kept. ${LOCAL}`,
    ];
  if (storage !== null && status !== 429 && status < 500) return elsewhere(status, storage);
  if (code === 'GatedRepo') return gated(asked, access);
  if (status === 401 || status === 403) return refused(status, access);
  if (status === 404) return missing(code, asked, access);
  if (status === 429) return limited(headers, access);
  if (status >= 500)
    return [`the server failed with status ${status}`, 'Try again later; what is there already is kept.'];
  return [message, `Is HF_ENDPOINT (${access.url}) a Hugging Face Hub? ${LOCAL}`];
}

function gated({ repository }: Asked, { url, hasToken }: Access): [string, string] {
  const token = hasToken ? 'with the account of your token' : 'and set HF_TOKEN to a token of your account';
  return [
    'the repository is gated: its owner asks everybody to accept conditions first',
    `Accept them at ${url}/${repository} ${token}, then run the command again.`,
  ];
}

function refused(status: number, { hasToken }: Access): [string, string] {
  if (hasToken)
    return [
      `it refuses the token (status ${status})`,
      'Is HF_TOKEN valid and may it read this repository? The published models need none: unset it, or make a new one.',
    ];
  return [
    `it asks for a login (status ${status})`,
    'The repository is private, or there is none of this name. For a private one set HF_TOKEN, or run "hf auth login".',
  ];
}

function missing(code: string, { revision, path }: Asked, { url }: Access): [string, string] {
  if (code === 'RevisionNotFound')
    return [
      `it has no revision ${revision}`,
      'Name another one with --revision owner/name@revision ("main" is the newest); without it the one that this version of code2lora knows is taken.',
    ];
  if (code === 'EntryNotFound' || path !== undefined)
    return ['it has no such file', 'Name another revision with --revision, or update code2lora.'];
  return ['there is no such repository', `Is HF_ENDPOINT (${url}) a Hugging Face Hub that has it?`];
}

/** No login helps: the token does not go there. */
function elsewhere(status: number, storage: string): [string, string] {
  return [
    `${storage}, where the Hub keeps the file, answered with status ${status}`,
    `Run the command again: what is there already is kept. If it stays so, a proxy on the way may refuse that server. ${LOCAL}`,
  ];
}

function limited(headers: Headers, { hasToken }: Access): [string, string] {
  const seconds = Math.ceil((retryAfterMs(headers) ?? 0) / 1000);
  const wait = seconds > 0 ? `in ${seconds} seconds` : 'in some minutes';
  const more = hasToken ? '' : ' A token (HF_TOKEN) raises the limit.';
  return ['it has had too many requests from here (status 429)', `Run the command again ${wait}.${more}`];
}

/** The pause that a server asks for: seconds or a date (RFC 9110), or what the Hub's rate limit says. */
export function retryAfterMs(headers: Headers): number | null {
  const value = headers.get('retry-after');
  if (value !== null) {
    const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
    if (Number.isFinite(wait)) return Math.max(0, wait);
  }
  const [, seconds] = /;\s*t=(\d+)/.exec(headers.get('ratelimit') ?? '') ?? [];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
