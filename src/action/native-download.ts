/**
 * Takes a few files out of an npm package on a registry.
 *
 * In: the address of a tarball, files with size and SHA-256. Out: the files in a folder. The tarball is read as
 * it comes in and no further than to the last file that is wanted (of ONNX Runtime a quarter, on Linux). Only
 * listed files are looked at, and none is written before its hash is right: links, other paths and other content
 * never reach the disk. Knows nothing about ONNX Runtime.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { HttpClient } from '@actions/http-client';
import { Parser } from 'tar';
import { ModelError } from '../errors.ts';
import type { NativeFile } from './native-manifest.ts';

export interface DownloadPlan {
  url: string;
  /** Entry of the tarball → the file it must be. */
  files: ReadonlyMap<string, NativeFile>;
  /** Where the files' paths begin. */
  folder: string;
}

export interface DownloadOptions {
  log: (line: string) => void;
  /** How long a second of waiting takes, in milliseconds; tests make it short. */
  secondMs?: number | undefined;
}

const ATTEMPTS = 3;
/** A connection on which nothing comes for so long is dead. */
const SILENCE_MS = 30_000;

/** Tries again, 2 s later and then 4, when the registry fails or the connection breaks. Throws ModelError. */
export async function downloadFiles(
  plan: DownloadPlan,
  { log, secondMs = 1000 }: DownloadOptions,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await downloadOnce(plan);
    } catch (error) {
      if (error instanceof ModelError) throw error;
      if (!isTemporary(error) || attempt === ATTEMPTS) throw notDownloaded(plan.url, error);
      log(`${reasonOf(error)}; trying again (${attempt + 1} of ${ATTEMPTS}).`);
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * secondMs));
    }
  }
}

async function downloadOnce(plan: DownloadPlan): Promise<void> {
  // Goes through the proxy that the environment names, as everything else of the runner does.
  const client = new HttpClient('code2lora', [], { socketTimeout: SILENCE_MS });
  try {
    const { message } = await client.get(plan.url);
    const { statusCode = 0 } = message;
    if (statusCode !== 200)
      throw Object.assign(new Error(`the server answered ${statusCode}`), { statusCode });
    await extract(message, plan);
  } finally {
    client.dispose();
  }
}

/** Reads until every wanted file is written; returning earlier than the stream ends closes the connection. */
async function extract(source: Readable, plan: DownloadPlan): Promise<void> {
  const missing = new Map(plan.files);
  const arrived: Arrived[] = [];
  const parser = tarParser(missing, arrived);
  const reading = pipeline(source, createGunzip(), async (blocks: AsyncIterable<Buffer>) => {
    for await (const block of blocks) {
      parser.write(block);
      for (const { entry, content } of arrived.splice(0)) {
        await save(missing.get(entry) as NativeFile, content, plan);
        missing.delete(entry);
      }
      if (missing.size === 0) return;
    }
  });
  // Returning early is an abort to the stream.
  await reading.catch((error: unknown) => {
    if (missing.size > 0) throw error;
  });
  const [left] = missing.keys();
  if (left !== undefined) throw notOurs(plan.url, `it has no file ${left}`);
}

interface Arrived {
  entry: string;
  content: Buffer;
}

/** Puts the content of wanted entries into `arrived`; everything else flows by. */
function tarParser(wanted: ReadonlyMap<string, NativeFile>, arrived: Arrived[]): Parser {
  return new Parser({
    filter: (path, entry) =>
      'type' in entry && entry.type === 'File' && wanted.get(path)?.bytes === entry.size,
    onReadEntry: (entry) => {
      const chunks: Buffer[] = [];
      entry.on('data', (chunk) => chunks.push(chunk));
      entry.on('end', () => arrived.push({ entry: entry.path, content: Buffer.concat(chunks) }));
    },
  });
}

async function save(
  { path, sha256 }: NativeFile,
  content: Buffer,
  { url, folder }: DownloadPlan,
): Promise<void> {
  const found = createHash('sha256').update(content).digest('hex');
  if (found !== sha256) throw notOurs(url, `${path} has the SHA-256 ${found}, expected ${sha256}`);
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

/** No status: no answer came, or the connection broke. */
function isTemporary(error: unknown): boolean {
  const { statusCode } = error as { statusCode?: number };
  return statusCode === undefined || statusCode === 408 || statusCode === 429 || statusCode >= 500;
}

const notOurs = (url: string, found: string): ModelError =>
  new ModelError(
    `${url} is not the package that this version was built with: ${found}.\n` +
      'Nothing of it is used. Check the registry that npm_config_registry names, or leave it unset for registry.npmjs.org.',
  );

const notDownloaded = (url: string, cause: unknown): ModelError =>
  new ModelError(
    `Cannot download ONNX Runtime from ${url}: ${reasonOf(cause)}.\n` +
      'Without network, prepare the runner once: run the action there while it can reach the registry (npm_config_registry ' +
      'may name a mirror), or copy the folder "code2lora-onnxruntime" of the tool cache from a runner that has it.',
    { cause },
  );

/** The code where there is one: "connect ECONNREFUSED …" of several addresses comes without words. */
function reasonOf(cause: unknown): string {
  const { message, code } = cause as { message?: string; code?: string };
  return message || code || 'no reason given';
}
