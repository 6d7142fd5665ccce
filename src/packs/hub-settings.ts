/**
 * How the Hugging Face Hub is reached: the environment variables that its own tools know.
 *
 * In: the environment. Out: address, token, offline or not, where its cache is. Knows nothing about requests.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';

export interface HubSettings {
  /** Without a slash at the end. */
  url: string;
  token: string | null;
  isOffline: boolean;
  /** Where the Hub's tools keep what they have downloaded: `models--<owner>--<name>/…`. */
  cacheFolder: string;
}

const HUB_URL = 'https://huggingface.co';

/** Throws UsageError when HF_ENDPOINT is no address, or a token cannot be one. */
export function hubSettings(
  env: NodeJS.ProcessEnv = process.env,
  { offline = false, home = homedir() }: { offline?: boolean | undefined; home?: string } = {},
): HubSettings {
  const hubHome = env.HF_HOME || join(env.XDG_CACHE_HOME || join(home, '.cache'), 'huggingface');
  return {
    url: checkAddress(env.HF_ENDPOINT || HUB_URL),
    token: findToken(env, env.HF_TOKEN_PATH || join(hubHome, 'token')),
    isOffline: offline || isTrue(env.HF_HUB_OFFLINE),
    cacheFolder: env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(hubHome, 'hub'),
  };
}

/** As `huggingface_hub` reads its switches. */
const isTrue = (value: string | undefined): boolean => /^(1|on|yes|true)$/i.test(value ?? '');

function checkAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // Not shown: messages end up in logs.
  if (url && (url.username || url.password))
    throw new UsageError(
      'HF_ENDPOINT holds a user name or a password, expected an address without them.\nPut the token of the mirror into HF_TOKEN.',
    );
  if (url && /^https?:$/.test(url.protocol)) return address.replace(/\/+$/, '');
  throw new UsageError(
    `HF_ENDPOINT is "${address}", expected the address of a Hugging Face Hub, such as ${HUB_URL}.`,
  );
}

/** As the Hub's own tools look for it, without the line break that a copy often has at its end. */
function findToken(env: NodeJS.ProcessEnv, file: string): string | null {
  const [name, text] = (
    [
      ['HF_TOKEN', env.HF_TOKEN],
      ['HUGGING_FACE_HUB_TOKEN', env.HUGGING_FACE_HUB_TOKEN],
      [file, readToken(file)],
    ] as const
  ).find(([, value]) => value?.trim()) ?? ['', null];
  const token = text?.trim() ?? null;
  if (token === null || /^[\x20-\x7e]+$/.test(token)) return token;
  throw new UsageError(
    `${name} holds a line break or another character that no token has.\nCopy the token again, or unset it: the published models need none.`,
  );
}

/** Written by `hf auth login`. */
function readToken(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null;
  } catch {
    return null; // not logged in
  }
}
