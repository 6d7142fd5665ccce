/**
 * What is inside of an artifact of embeddings, as data.
 *
 *   embeddings.json          where it comes from
 *   embeddings.safetensors   the vectors by key
 *
 * In: vectors and their origin, or the bytes of a zip. Out: the other one; which vectors an artifact has room for. Knows
 * nothing about GitHub: whether it can be believed is decided by trust.ts.
 */
import Type, { type Static } from 'typebox';
import { ORIGIN_FIELDS, type Origin, parseArtifactFile } from './artifact-origin.ts';
import { decodeEmbeddings, EMBEDDINGS_FILE, type Embeddings, encodeEmbeddings } from './embeddings-file.ts';
import { readZip } from './zip.ts';

const INFO_FILE = 'embeddings.json';
const EmbeddingsInfoSchema = Type.Object(
  { schema: Type.Literal('code2lora/embeddings@1'), ...ORIGIN_FIELDS },
  { additionalProperties: false },
);
export type EmbeddingsInfo = Static<typeof EmbeddingsInfoSchema>;

export interface EmbeddingsContent extends Origin {
  embeddings: Embeddings;
}

export interface Room {
  /** Of all vectors together, four bytes a number. */
  maxBytes: number;
  maxCount: number;
}

/** With keys and headers it stays below the size of the zip; a safetensors file has 100,000 tensors at most. */
export const ROOM: Room = { maxBytes: 256 * 1024 * 1024, maxCount: 100_000 };
export const MAX_EMBEDDINGS_ZIP_BYTES = ROOM.maxBytes + 32 * 1024 * 1024;

/** The files of an artifact of embeddings, by name. */
export function embeddingsFiles(content: EmbeddingsContent): Record<string, string | Uint8Array> {
  const { embeddings, tool, repository, branch, commit } = content;
  const info: EmbeddingsInfo = { schema: 'code2lora/embeddings@1', tool, repository, branch, commit };
  return {
    [INFO_FILE]: `${JSON.stringify(info)}\n`,
    [EMBEDDINGS_FILE]: encodeEmbeddings(embeddings),
  };
}

/** Reads the zip; `place` names it in messages. Throws GitHubError or ModelError for anything that is not as we write it. */
export async function readEmbeddings(
  zip: Buffer,
  place: string,
): Promise<{ info: EmbeddingsInfo; embeddings: Map<string, Float32Array> }> {
  const limits = { [INFO_FILE]: 64 * 1024, [EMBEDDINGS_FILE]: MAX_EMBEDDINGS_ZIP_BYTES };
  const files = await readZip(zip, { place, limits });
  const content = files.get(INFO_FILE) as Buffer;
  const info = parseArtifactFile(EmbeddingsInfoSchema, content, { file: INFO_FILE, place });
  return { info, embeddings: decodeEmbeddings(files.get(EMBEDDINGS_FILE) as Buffer, place) };
}

/** The first ones that fit; how many do not. */
export function fitRoom(
  embeddings: Embeddings,
  { maxBytes, maxCount }: Room = ROOM,
): { kept: Map<string, Float32Array>; left: number } {
  const kept = new Map<string, Float32Array>();
  let bytes = 0;
  for (const [key, vector] of embeddings) {
    bytes += vector.byteLength;
    if (bytes > maxBytes || kept.size === maxCount) break;
    kept.set(key, vector);
  }
  return { kept, left: embeddings.size - kept.size };
}
