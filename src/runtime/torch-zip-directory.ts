/**
 * The directory at the end of a zip archive: which entries there are and where their headers lie.
 *
 * In: an open archive. Out: the entries as the directory describes them, sizes of the file and of memory checked.
 * Knows nothing about the entries themselves. Zip64: PKWARE's APPNOTE, sections 4.3.14, 4.3.15 and 4.5.3.
 */
import { type Archive, checkStored, decodeName, fail, readView, readWide } from './torch-zip-bytes.ts';

/** An entry as the directory describes it. */
export interface Listed {
  name: string;
  headerOffset: number;
  length: number;
}
export interface Directory {
  /** Of its first byte, from the start of the file. */
  offset: number;
  entries: Listed[];
}

/** torch writes one entry for each storage and a few more; the largest models have some thousand. */
const MAX_ENTRIES = 100_000;
const MAX_DIRECTORY_BYTES = 32_000_000;

const HEADER = { signature: 0x02014b50, bytes: 46 };
const END = { signature: 0x06054b50, bytes: 22, maxComment: 0xffff };
const END_64 = { signature: 0x06064b50, bytes: 56 };
const LOCATOR_64 = { signature: 0x07064b50, bytes: 20 };
/** In the fields of 32 bits: the value stands in the zip64 field. */
const IN_ZIP64 = 0xffffffff;
const ZIP64_FIELD = 1;

interface Extent {
  offset: number;
  bytes: number;
  entryCount: number;
}

export function readDirectory(archive: Archive): Directory {
  const extent = findDirectory(archive);
  return { offset: extent.offset, entries: parseDirectory(archive, extent) };
}

/** The end record is the last thing in the file but for a comment, so it is looked for from behind. */
function findDirectory(archive: Archive): Extent {
  const tailBytes = Math.min(archive.bytes, END.bytes + END.maxComment + LOCATOR_64.bytes);
  const tailOffset = archive.bytes - tailBytes;
  const tail = readView(archive, tailOffset, tailBytes);
  for (let at = tailBytes - END.bytes; at >= 0; at -= 1) {
    const isEnd = tail.getUint32(at, true) === END.signature;
    if (!isEnd || at + END.bytes + tail.getUint16(at + 20, true) !== tailBytes) continue;
    const locator = at - LOCATOR_64.bytes;
    const isLarge = locator >= 0 && tail.getUint32(locator, true) === LOCATOR_64.signature;
    const directory = isLarge ? readEnd64(archive, readWide(archive, tail, locator + 8)) : readEnd(tail, at);
    return checkDirectory(archive, directory, tailOffset + at);
  }
  return fail(archive, 'it has no end record: the file is cut off or no zip archive');
}

function readEnd(tail: DataView, at: number): Extent {
  const bytes = tail.getUint32(at + 12, true);
  return { entryCount: tail.getUint16(at + 10, true), bytes, offset: tail.getUint32(at + 16, true) };
}

function readEnd64(archive: Archive, offset: number): Extent {
  const end = readView(archive, offset, END_64.bytes);
  if (end.getUint32(0, true) !== END_64.signature)
    fail(archive, `its zip64 end record is not at byte ${offset}`);
  const [entryCount, bytes, start] = [32, 40, 48].map((at) => readWide(archive, end, at));
  return { entryCount: entryCount as number, bytes: bytes as number, offset: start as number };
}

function checkDirectory(archive: Archive, directory: Extent, endOffset: number): Extent {
  const { entryCount, bytes, offset } = directory;
  if (entryCount > MAX_ENTRIES)
    fail(archive, `it lists ${entryCount} entries, expected ${MAX_ENTRIES} at most`);
  if (bytes > MAX_DIRECTORY_BYTES)
    fail(archive, `its directory has ${bytes} bytes, expected ${MAX_DIRECTORY_BYTES} at most`);
  if (offset + bytes > endOffset)
    fail(archive, `its directory ends at byte ${offset + bytes}, expected before byte ${endOffset}`);
  return directory;
}

function parseDirectory(archive: Archive, { offset, bytes, entryCount }: Extent): Listed[] {
  const view = readView(archive, offset, bytes);
  const listed: Listed[] = [];
  let at = 0;
  while (at < bytes && listed.length <= entryCount) {
    if (at + HEADER.bytes > bytes || view.getUint32(at, true) !== HEADER.signature)
      fail(archive, `its directory is damaged at byte ${offset + at}`);
    const [name, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const end = at + HEADER.bytes + (name as number) + (extra as number) + (comment as number);
    if (end > bytes) fail(archive, `its directory is damaged at byte ${offset + at}`);
    listed.push(parseListed(archive, new DataView(view.buffer, view.byteOffset + at, end - at)));
    at = end;
  }
  if (listed.length !== entryCount)
    fail(archive, `its directory does not list the ${entryCount} entries it announces`);
  return listed;
}

/** One entry of the directory, from its header to its comment. */
function parseListed(archive: Archive, view: DataView): Listed {
  const nameBytes = view.getUint16(28, true);
  const name = decodeName(archive, view, HEADER.bytes, nameBytes);
  checkStored(archive, name, { flags: view.getUint16(8, true), method: view.getUint16(10, true) });
  const large = zip64Values(archive, view, HEADER.bytes + nameBytes);
  // The order of the zip64 field: only what does not fit into 32 bits stands there.
  const [length, stored, headerOffset] = [24, 20, 42].map((at) => {
    const value = view.getUint32(at, true);
    return value === IN_ZIP64 ? large.shift() : value;
  });
  if (length === undefined || stored !== length || headerOffset === undefined)
    fail(archive, `the sizes of entry ${name} do not agree`);
  return { name, headerOffset, length };
}

/** The 64-bit numbers of the zip64 extra field, of which there are up to three. */
function zip64Values(archive: Archive, view: DataView, start: number): number[] {
  const end = start + view.getUint16(30, true);
  for (let at = start; at + 4 <= end; ) {
    const bytes = view.getUint16(at + 2, true);
    if (at + 4 + bytes > end) break;
    if (view.getUint16(at, true) === ZIP64_FIELD) {
      const count = Math.min(3, Math.floor(bytes / 8));
      return Array.from({ length: count }, (_, index) => readWide(archive, view, at + 4 + 8 * index));
    }
    at += 4 + bytes;
  }
  return [];
}
