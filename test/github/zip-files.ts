/** Zips for the tests of this folder: good ones, and ones that were tampered with. */
import { ZipFile } from 'yazl';

export interface ZipEntry {
  name: string;
  content: string | Uint8Array;
  /** Unix mode; a symbolic link is 0o120777. */
  mode?: number;
}

/** Packs the files in their order; the same name may come twice. */
export async function zipOf(
  files: Readonly<Record<string, string | Uint8Array>> | readonly ZipEntry[],
  { compress = false } = {},
): Promise<Buffer> {
  const entries = Array.isArray(files)
    ? (files as readonly ZipEntry[])
    : Object.entries(files).map(([name, content]): ZipEntry => ({ name, content }));
  const zip = new ZipFile();
  for (const { name, content, mode = 0o100644 } of entries)
    zip.addBuffer(Buffer.from(content as string), name, { compress, mode });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The same zip with another name of the same length, in both places where a zip has it. */
export function renamed(zip: Buffer, from: string, to: string): Buffer {
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1');
}

/** Offsets in an entry of the directory at the end of a zip (APPNOTE 4.3.12). */
export const DIRECTORY_FIELD = { flags: 8, uncompressedSize: 24 } as const;

/** Changes a number in the directory entry that comes first. */
export function patched(
  zip: Buffer,
  field: keyof typeof DIRECTORY_FIELD,
  change: (value: number) => number,
): Buffer {
  const copy = Buffer.from(zip);
  const at = copy.indexOf(Buffer.from('PK\u0001\u0002', 'latin1')) + DIRECTORY_FIELD[field];
  if (field === 'flags') copy.writeUInt16LE(change(copy.readUInt16LE(at)), at);
  else copy.writeUInt32LE(change(copy.readUInt32LE(at)), at);
  return copy;
}
