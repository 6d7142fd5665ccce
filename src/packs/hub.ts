/**
 * What a repository of the Hugging Face Hub holds at a revision. (The only file that imports @huggingface/hub.)
 *
 * In: a name and a revision. Out: the commit, the licence, and each file with its size and digest. Downloads no
 * file: the package's own way into a cache folder writes from the first byte on each time it is called
 * (`createWriteStream` without an offset), which is no way to get three gigabytes; see download.ts.
 */
import { listFiles, modelInfo } from '@huggingface/hub';
import { ModelError } from '../errors.ts';
import { type HubRequest, readAnswer, withRetries } from './hub-request.ts';

export interface RemoteFile {
  repository: string;
  commit: string;
  path: string;
  bytes: number;
  /** Of large files, which the Hub stores by it; null for those in git. */
  sha256: string | null;
  /** Id of the git blob: sha1 of `blob <bytes>\0` and the content; null for large files. */
  blob: string | null;
}

export interface RemoteRepository {
  name: string;
  commit: string;
  /** As its model card says; null when it does not. */
  license: string | null;
  files: RemoteFile[];
}

const COMMIT = /^[0-9a-f]{40}$/;
const MAX_FILES = 10_000;

export interface RepositoryRequest extends Pick<HubRequest, 'settings' | 'network'> {
  /** Default: `main`. */
  revision?: string | undefined;
}

/** Asks the Hub. Throws ModelError, also for an answer of another kind, such as the login page of a network. */
export async function readRepository(name: string, request: RepositoryRequest): Promise<RemoteRepository> {
  try {
    return await askRepository(name, request);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    // A piece of the answer may be in the message, and is whatever somebody sent.
    const reason = (error as Error).message.replaceAll(/\p{Cc}/gu, '�');
    throw strange(name, `its answer cannot be read (${reason})`, error);
  }
}

async function askRepository(
  name: string,
  { revision = 'main', ...request }: RepositoryRequest,
): Promise<RemoteRepository> {
  const asked = { repository: name, revision };
  // The token goes with our own requests: the package would refuse one that does not begin with "hf_".
  const options = {
    hubUrl: request.settings.url,
    fetch: (url: string | URL | Request) =>
      withRetries(asked, request, () => readAnswer(String(url), request)),
  } as { hubUrl: string; fetch: typeof fetch };
  const { sha, cardData } = await modelInfo({
    name,
    revision,
    additionalFields: ['sha', 'cardData'],
    ...options,
  });
  const commit = checkCommit(sha, name, revision);
  const files: RemoteFile[] = [];
  for await (const entry of listFiles({ repo: name, revision: commit, recursive: true, ...options })) {
    if (entry.type !== 'file') continue;
    const { path, size: bytes, lfs, oid } = entry;
    const blob = lfs === undefined ? (oid ?? null) : null;
    files.push({ repository: name, commit, path, bytes: lfs?.size ?? bytes, sha256: lfs?.oid ?? null, blob });
    if (files.length > MAX_FILES) throw strange(name, `it lists more than ${MAX_FILES} files`);
  }
  return { name, commit, license: licenseOf(cardData), files: files.map(checkFile) };
}

function checkCommit(sha: unknown, name: string, revision: string): string {
  if (typeof sha !== 'string' || !COMMIT.test(sha)) throw strange(name, `it names no commit for ${revision}`);
  if (!COMMIT.test(revision) || revision === sha) return sha;
  throw strange(name, `asked for commit ${revision} it answers with ${sha}`);
}

/** Sizes and digests decide what is written to disk, so they must be some. */
function checkFile(file: RemoteFile): RemoteFile {
  const { repository, path, bytes, sha256, blob } = file;
  const isWhole =
    typeof path === 'string' &&
    Number.isSafeInteger(bytes) &&
    bytes >= 0 &&
    (sha256 === null || /^[0-9a-f]{64}$/.test(sha256)) &&
    (blob === null || COMMIT.test(blob));
  if (isWhole) return file;
  throw strange(
    repository,
    `it gives ${JSON.stringify(path)} the size ${bytes} and the digest ${sha256 ?? blob}`,
  );
}

function licenseOf(card: unknown): string | null {
  const { license, license_name: name } = (card ?? {}) as { license?: unknown; license_name?: unknown };
  const found = license === 'other' && typeof name === 'string' ? name : license;
  const text = Array.isArray(found) ? found.join(', ') : found;
  return typeof text === 'string' && /^[\w .,+()/-]{1,100}$/.test(text) ? text : null;
}

const strange = (name: string, found: string, cause?: unknown): ModelError =>
  new ModelError(
    `Cannot use what the Hub says about ${name}: ${found}.\nIs HF_ENDPOINT a Hugging Face Hub, and does nothing on the way answer for it?`,
    { cause },
  );
