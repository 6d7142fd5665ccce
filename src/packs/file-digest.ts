/**
 * The digests of a file, as the Hub and the manifests of packs know them.
 *
 * In: a path, or bytes as they come. Out: sha256 of the content, and the id git would give it. Reads in pieces and
 * lets the event loop go on between them. Knows nothing about what the file is.
 */
import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';

export interface FileDigest {
  sha256: string;
  /** Git's id of a blob of this content. */
  blob: string;
}

export interface Digester {
  update(bytes: Uint8Array): void;
  finish(): FileDigest;
}

const PIECE_BYTES = 4 * 1024 * 1024;

/** `bytes` is the length of the whole file: git puts it before the content. */
export function createDigester(bytes: number): Digester {
  const sha256 = createHash('sha256');
  // Only small files lie in git as they are, so the second digest is not made for large ones.
  const blob: Hash | null = bytes <= MAX_BLOB_BYTES ? createHash('sha1').update(`blob ${bytes}\0`) : null;
  return {
    update(piece) {
      sha256.update(piece);
      blob?.update(piece);
    },
    finish: () => ({ sha256: sha256.digest('hex'), blob: blob?.digest('hex') ?? '' }),
  };
}

/** Beyond ten megabytes the Hub takes files by their sha256 only. */
const MAX_BLOB_BYTES = 100_000_000;

/** Feeds the first `length` bytes of a file to a digester; fewer when the file ends before. */
export async function digestInto(
  path: string,
  {
    digester,
    length,
    onBytes,
  }: { digester: Digester; length: number; onBytes?: ((count: number) => void) | undefined },
): Promise<void> {
  const file = await open(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let position = 0; position < length; ) {
      const wanted = Math.min(PIECE_BYTES, length - position);
      const { bytesRead } = await file.read(piece, 0, wanted, position);
      if (bytesRead === 0) return;
      digester.update(piece.subarray(0, bytesRead));
      position += bytesRead;
      onBytes?.(bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Digests a whole file of a known length. */
export async function digestFile(
  path: string,
  bytes: number,
  onBytes?: (count: number) => void,
): Promise<FileDigest> {
  const digester = createDigester(bytes);
  await digestInto(path, { digester, length: bytes, onBytes });
  return digester.finish();
}

/** Whether the content is the one that is wanted, as far as that is known. */
export function fits(found: FileDigest, wanted: { sha256: string | null; blob: string | null }): boolean {
  if (wanted.sha256 !== null) return found.sha256 === wanted.sha256;
  return wanted.blob === null || found.blob === wanted.blob;
}
