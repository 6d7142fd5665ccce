/**
 * A zip archive as torch.save writes it: where the bytes of each entry lie in the file.
 *
 * In: a path. Out: the place of every entry, so that weights can be mapped where they are. Knows nothing about
 * what the entries hold. Only stored entries; zip64 too. The directory at the end and the header
 * before each entry must agree, and no two entries may share a byte. CRC-32 is not checked, since that would
 * read every weight: the sha256 of the whole file stands in the pack's manifest. Format: PKWARE's APPNOTE, 4.3.
 */
import { fstatSync } from 'node:fs';
import { withFile } from './file-bytes.ts';
import { type Archive, checkStored, decodeName, fail, readView } from './torch-zip-bytes.ts';
import { type Listed, readDirectory } from './torch-zip-directory.ts';

export interface ZipEntry {
  name: string;
  /** Of the first byte of the content, from the start of the file. */
  offset: number;
  length: number;
}

const HEADER = { signature: 0x04034b50, bytes: 30 };
const FLAG_SIZES_FOLLOW = 8;
const IN_ZIP64 = 0xffffffff;

/** Reads where each entry lies, by name. Throws ModelError for anything that torch.save does not write. */
export function readZipEntries(path: string): Map<string, ZipEntry> {
  return withFile(path, (file) => {
    const archive = { path, file, bytes: fstatSync(file).size };
    const directory = readDirectory(archive);
    const entries = directory.entries.map((listed) => locate(archive, listed));
    checkPlaces(archive, entries, directory.offset);
    return new Map(entries.map(({ name, offset, length }) => [name, { name, offset, length }]));
  });
}

interface Located extends ZipEntry {
  headerOffset: number;
}

/** Reads the header before the content: its length is known only there. */
function locate(archive: Archive, { name, headerOffset, length }: Listed): Located {
  const header = readView(archive, headerOffset, HEADER.bytes);
  if (header.getUint32(0, true) !== HEADER.signature)
    fail(archive, `entry ${name} is not at byte ${headerOffset}`);
  const flags = header.getUint16(6, true);
  checkStored(archive, name, { flags, method: header.getUint16(8, true) });
  const nameBytes = header.getUint16(26, true);
  const nameStart = headerOffset + HEADER.bytes;
  const found = decodeName(archive, readView(archive, nameStart, nameBytes), 0, nameBytes);
  if (found !== name) fail(archive, `the directory has entry ${name} where the file has ${found}`);
  const ownLength = header.getUint32(22, true);
  const saysLength = (flags & FLAG_SIZES_FOLLOW) === 0 && ownLength !== IN_ZIP64;
  if (saysLength && ownLength !== length)
    fail(archive, `entry ${name} has ${ownLength} bytes, its directory says ${length}`);
  return { name, headerOffset, offset: nameStart + nameBytes + header.getUint16(28, true), length };
}

/** Every name once, every byte in one entry at most, all before the directory. */
function checkPlaces(archive: Archive, entries: readonly Located[], directoryOffset: number): void {
  const names = new Set<string>();
  let position = 0;
  for (const { name, headerOffset, offset, length } of entries.toSorted(
    (a, b) => a.headerOffset - b.headerOffset,
  )) {
    if (names.has(name)) fail(archive, `it has entry ${name} twice`);
    names.add(name);
    if (headerOffset < position)
      fail(archive, `entry ${name} starts at byte ${headerOffset}, inside of another entry`);
    position = offset + length;
    if (position > directoryOffset)
      fail(
        archive,
        `entry ${name} ends at byte ${position}, its directory starts at byte ${directoryOffset}`,
      );
  }
}
