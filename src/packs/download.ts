/**
 * One file of the Hub → one file here, whole and of the right digest, or a clear error.
 *
 * In: what the Hub says about the file. Out: its path and digest. Goes on where the last try or the last process
 * stopped (Range, If-Range), reads no further than the size that was announced, and hashes what passes. Knows
 * nothing about packs.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import { type FileDigest, fits } from './file-digest.ts';
import type { RemoteFile } from './hub.ts';
import { HubFailure, nameOf } from './hub-problems.ts';
import { type Answer, bodyOf, type Network, openAnswer, withRetries } from './hub-request.ts';
import type { HubSettings } from './hub-settings.ts';
import { openPartFile, type PartFile, removePart } from './part-file.ts';

export interface DownloadOptions {
  /** Where unfinished files lie. */
  folder: string;
  settings: HubSettings;
  network: Network;
  /** Bytes of the file that are here now. */
  onProgress?: ((done: number) => void) | undefined;
}

/** Where an unfinished download of a file lies: named by its content, so that two revisions share it. */
export function partPath(folder: string, { sha256, blob, ...file }: RemoteFile): string {
  const place = `${file.repository}@${file.commit}/${file.path}`;
  return join(folder, `${sha256 ?? blob ?? createHash('sha256').update(place).digest('hex')}.part`);
}

/**
 * Downloads a file into the folder. Throws ModelError when the Hub does not give it or gives something else (then
 * wrong bytes are removed; an answer that is refused before its first byte costs nothing that is there), UsageError
 * when it cannot be written (then it is kept).
 */
export async function downloadFile(
  file: RemoteFile,
  options: DownloadOptions,
): Promise<{ path: string; digest: FileDigest }> {
  const path = partPath(options.folder, file);
  const part = await openPartFile(path, file.bytes, undefined);
  try {
    const wasThere = part.size();
    let digest = await receive(file, part, options);
    if (!fits(digest, file) && wasThere > 0) {
      // Perhaps the fault is that of the old bytes: once more from the first one on.
      part.clear(null);
      digest = await receive(file, part, options);
    }
    if (!fits(digest, file)) throw wrongDigest(file, digest);
    return { path, digest };
  } catch (error) {
    if (error instanceof WrongContent || (error instanceof WrongAnswer && part.size() === 0))
      removePart(path);
    throw error;
  } finally {
    part.close();
  }
}

/** The bytes are not those that were announced: they are of no use. */
class WrongContent extends ModelError {}

/** What the server announces is not the file, such as the login page of a network: what is here may be good. */
class WrongAnswer extends ModelError {}

async function receive(file: RemoteFile, part: PartFile, options: DownloadOptions): Promise<FileDigest> {
  const { repository, commit: revision, path } = file;
  let most = part.size();
  options.onProgress?.(most);
  // The most there ever was: a server that makes us begin anew again and again gets nowhere.
  const hasProgressed = () => {
    const progressed = part.size() > most;
    most = Math.max(most, part.size());
    return progressed;
  };
  const attempt = () => receiveSome(file, part, options);
  await withRetries({ repository, revision, path }, options, attempt, hasProgressed);
  return part.finish();
}

/** One connection: everything that is missing, or a HubFailure. */
async function receiveSome(file: RemoteFile, part: PartFile, options: DownloadOptions): Promise<void> {
  if (part.size() >= file.bytes) return;
  const answer = await openRest(file, part, options);
  try {
    checkAnnounced(file, answer);
    continueOrRestart(file, part, answer.response);
    for await (const chunk of bodyOf(answer)) {
      if (part.size() + chunk.length > file.bytes) throw tooLong(file);
      part.append(chunk);
      options.onProgress?.(part.size());
    }
  } finally {
    answer.close();
  }
  if (part.size() < file.bytes)
    throw new HubFailure(`the connection ended after ${part.size()} of ${file.bytes} bytes`);
}

async function openRest(file: RemoteFile, part: PartFile, options: DownloadOptions): Promise<Answer> {
  try {
    return await openAnswer(fileAddress(file, options.settings), { ...options, headers: rangeOf(part) });
  } catch (error) {
    if (!(error instanceof HubFailure) || error.status !== 416) throw error;
    part.clear(null);
    throw new HubFailure('it has not the rest of what is here', { cause: error });
  }
}

function fileAddress({ repository, commit, path }: RemoteFile, { url }: HubSettings): string {
  return `${url}/${repository}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** A weak tag says that the content means the same, not that its bytes are the same. */
function rangeOf(part: PartFile): Record<string, string> {
  const etag = part.etag();
  if (part.size() === 0) return {};
  return { range: `bytes=${part.size()}-`, ...(etag === null ? {} : { 'if-range': etag }) };
}

/** The redirect says already whether it leads to what we want: before three gigabytes are fetched for nothing. */
function checkAnnounced(file: RemoteFile, answer: Answer): void {
  const commit = answer.hubHeader('x-repo-commit');
  const digest = answer.hubHeader('x-linked-etag')?.replace(/^(W\/)?"|"$/g, '');
  const size = answer.hubHeader('x-linked-size');
  if (commit !== null && commit !== file.commit)
    throw wrongAnswer(file, `the Hub sends it from commit ${commit}, expected ${file.commit}`);
  if (file.sha256 !== null && digest && /^[0-9a-f]{64}$/.test(digest) && digest !== file.sha256)
    throw wrongAnswer(file, `the Hub announces the sha256 ${digest}, expected ${file.sha256}`);
  if (size !== null && Number(size) !== file.bytes)
    throw wrongAnswer(file, `the Hub announces ${size} bytes, expected ${file.bytes}`);
}

/** Status 206 goes on from where we are; with 200 the server begins at the first byte, because it must or likes to. */
function continueOrRestart(file: RemoteFile, part: PartFile, { status, headers }: Response): void {
  if (status === 206) {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
    if (Number(from) === part.size() && (total === '*' || Number(total) === file.bytes)) return;
    throw wrong(
      file,
      `asked for the bytes from ${part.size()} on it sends "${headers.get('content-range')}"`,
    );
  }
  // The login page of a network; it need not say how long it is.
  if (/^text\/html/.test(headers.get('content-type') ?? ''))
    throw wrongAnswer(file, 'the server sends a web page instead');
  const length = headers.get('content-length');
  if (length !== null && Number(length) !== file.bytes)
    throw wrongAnswer(file, `the server sends ${length} bytes, expected ${file.bytes}`);
  const etag = headers.get('etag');
  part.clear(etag === null || etag.startsWith('W/') ? null : etag);
}

function wrongDigest(file: RemoteFile, found: FileDigest): WrongContent {
  const [kind, value, wanted] =
    file.sha256 === null ? ['git id', found.blob, file.blob] : ['sha256', found.sha256, file.sha256];
  return wrong(file, `its ${kind} is ${value}, expected ${wanted}`);
}

const tooLong = (file: RemoteFile): WrongContent =>
  wrong(file, `the server sends more than the ${file.bytes} bytes that were announced`);

const ADVICE = 'Run the command again; if it happens again, the server or a proxy on the way is at fault.';

function wrong(file: RemoteFile, found: string): WrongContent {
  return new WrongContent(`${cannotUse(file, found)}What came was removed. ${ADVICE}`);
}

function wrongAnswer(file: RemoteFile, found: string): WrongAnswer {
  return new WrongAnswer(`${cannotUse(file, found)}What is there already is kept. ${ADVICE}`);
}

const cannotUse = ({ repository, commit, path }: RemoteFile, found: string): string =>
  `Cannot use ${nameOf({ repository, revision: commit, path })}: ${found}.\n`;
