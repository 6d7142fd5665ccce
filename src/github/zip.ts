/**
 * Zip → the files that are expected in it. The only file that imports yauzl.
 *
 * In: bytes that nobody vouches for, and the names and largest sizes that are expected. Out: contents by name.
 * Everything stays in memory: no name from a zip ever reaches the disk. Anything unexpected is an error: another
 * name, a missing one, one twice, a folder, a link, encryption, more bytes than allowed or announced.
 */
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { GitHubError } from '../errors.ts';

/** Largest size of each expected file, in bytes. */
export type ZipLimits = Readonly<Record<string, number>>;

/** JSON shrinks to a tenth, numbers hardly: what shrinks more than this was made to blow up. */
const MAX_RATIO = 100;
/** Small files may shrink as they like. */
const RATIO_FREE_BYTES = 64 * 1024;

/** Reads exactly the files of `limits`. Throws GitHubError that names `place` and what is wrong with it. */
export async function readZip(
  data: Buffer,
  { place, limits }: { place: string; limits: ZipLimits },
): Promise<Map<string, Buffer>> {
  try {
    const zip = await fromBufferPromise(data, { strictFileNames: true, validateEntrySizes: true });
    return await readEntries(zip, limits);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GitHubError(`Cannot read ${place}: ${reason}.\nIt is not a zip that code2lora wrote.`, {
      cause,
    });
  }
}

async function readEntries(zip: ZipFile, limits: ZipLimits): Promise<Map<string, Buffer>> {
  const expected = Object.keys(limits);
  const contents = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    if (!Object.hasOwn(limits, name))
      throw new Error(`it holds ${quote(name)}, expected ${expected.join(', ')}`);
    if (contents.has(name)) throw new Error(`it holds ${quote(name)} twice`);
    const limit = limits[name] as number;
    checkEntry(entry, limit);
    contents.set(name, await readEntry(zip, entry, limit));
  }
  const missing = expected.filter((name) => !contents.has(name));
  if (missing.length > 0) throw new Error(`it lacks ${missing.join(', ')}`);
  return contents;
}

function checkEntry(entry: Entry, limit: number): void {
  const { uncompressedSize, compressedSize } = entry;
  const name = quote(entry.fileName);
  if (entry.isEncrypted()) throw new Error(`${name} is encrypted`);
  if (isLink(entry)) throw new Error(`${name} is a link`);
  if (!entry.canDecodeFileData()) throw new Error(`${name} is packed by method ${entry.compressionMethod}`);
  if (uncompressedSize > limit)
    throw new Error(`${name} has ${uncompressedSize} bytes, at most ${limit} are expected`);
  if (uncompressedSize > RATIO_FREE_BYTES && uncompressedSize > MAX_RATIO * compressedSize) {
    throw new Error(`${name} grows from ${compressedSize} to ${uncompressedSize} bytes`);
  }
}

/** The size in the directory is a claim: what comes out is counted. */
async function readEntry(zip: ZipFile, entry: Entry, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    size += (chunk as Buffer).length;
    if (size > limit) throw new Error(`${quote(entry.fileName)} has more than ${limit} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The upper half of the attributes is the mode of Unix. */
const isLink = ({ externalFileAttributes }: Entry): boolean =>
  ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;

const quote = (name: string): string => JSON.stringify(name.slice(0, 80));
