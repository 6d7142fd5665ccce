/**
 * What kind of weight file something is, by its first bytes rather than by its name.
 *
 * In: a path. Out: one word. Knows nothing about what is in the file. A reader asks first, so that a file with the
 * wrong name gets a plain message instead of one about some byte.
 */
import { ModelError } from '../errors.ts';
import { readBytes, withFile } from './file-bytes.ts';

export type ContentKind = 'zip' | 'pickle' | 'safetensors' | 'lfs-pointer' | 'web-page' | 'unknown';

/** Throws ModelError when the file cannot be read. */
export function readContentKind(path: string): ContentKind {
  const bytes = withFile(path, (file) => readBytes(file, 0, 40));
  const text = Buffer.from(bytes).toString('latin1');
  if (text.startsWith('PK\x03\x04')) return 'zip';
  if (text.startsWith('version https://git-lfs.')) return 'lfs-pointer';
  if (/^\s*<(!doctype|html)/i.test(text)) return 'web-page';
  // The length of the header in eight bytes, then the header, which is JSON.
  if (text.slice(4).startsWith('\0\0\0\0{')) return 'safetensors';
  // The first operation of a pickle: its protocol.
  return bytes[0] === 0x80 && (bytes[1] ?? 0) <= 5 ? 'pickle' : 'unknown';
}

/** Throws ModelError for a small file that lies where a large one should. */
export function refuseStandIn(path: string): void {
  const kind = readContentKind(path);
  if (kind === 'lfs-pointer')
    throw new ModelError(
      `Cannot read ${path}: it is a pointer of Git LFS, not the file.\nRun "git lfs pull" in its repository, or download the file itself.`,
    );
  if (kind === 'web-page')
    throw new ModelError(
      `Cannot read ${path}: it is a web page, not the file.\nDownload it again; a login may have been asked for instead.`,
    );
}
