/**
 * Reads the body of an address that nobody vouches for: no further than a limit, with its digest.
 *
 * In: an address and a limit. Out: the bytes and their sha256. Knows nothing about what they are. Failures
 * have the shape of Octokit's, so that problems.ts explains them alike.
 */
import { createHash } from 'node:crypto';
import { GitHubError } from '../errors.ts';

export interface Download {
  data: Buffer;
  /** Hexadecimal. */
  sha256: string;
}

interface Source {
  maxBytes: number;
  send: typeof fetch;
  secondMs: number;
}

const ATTEMPTS = 3;
const TIMEOUT_MS = 5 * 60_000;

/** Tries again, a second later and then two, when the server fails or the connection breaks. */
export async function readCapped(url: string, source: Source): Promise<Download> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await readOnce(url, source);
    } catch (error) {
      const { status = 500 } = error as { status?: number };
      if (error instanceof GitHubError || status < 500 || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * source.secondMs));
    }
  }
}

async function readOnce(url: string, { maxBytes, send }: Source): Promise<Download> {
  const response = await send(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { status } = response;
  if (status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw Object.assign(new Error(response.statusText || 'no content'), { status, response: {} });
  }
  const hash = createHash('sha256');
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early closes the connection.
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    hash.update(chunk);
    chunks.push(chunk);
  }
  return { data: Buffer.concat(chunks), sha256: hash.digest('hex') };
}

const tooLarge = (maxBytes: number): GitHubError =>
  new GitHubError(
    `The download has more than ${maxBytes} bytes.\nIt is not one of ours; nothing of it is used.`,
  );
