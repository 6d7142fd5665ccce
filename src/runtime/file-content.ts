/**
 * What kind of weight file something is, by its first bytes rather than by its name.
 *
 * In: a path. Out: one word. Knows nothing about what is in the file. A reader asks first, so that a file with the
 * wrong name gets a plain message instead of one about some byte.
 */
import { readBytes, withFile } from './file-bytes.ts';

/** Throws ModelError when the file cannot be read. */
export function readContentKind(path: string): 'zip' | 'pickle' | 'safetensors' | 'unknown' {
  const bytes = withFile(path, (file) => readBytes(file, 0, 9));
  const text = Buffer.from(bytes).toString('latin1');
  if (text.startsWith('PK\x03\x04')) return 'zip';
  // The length of the header in eight bytes, then the header, which is JSON.
  if (text.slice(4).startsWith('\0\0\0\0{')) return 'safetensors';
  // The first operation of a pickle: its protocol.
  return bytes[0] === 0x80 && (bytes[1] ?? 0) <= 5 ? 'pickle' : 'unknown';
}
