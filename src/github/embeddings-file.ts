/**
 * Vectors of the embedding cache ⇄ the bytes of embeddings.safetensors: one tensor for each, under its key.
 *
 * In: vectors by key, or bytes that nobody vouches for. Out: the other one. A key holds the encoder, recipe and engine
 * that made its vector (embedding/embedder.ts), so one of another kind is never asked for. Knows nothing about GitHub.
 */
import { encoderId } from '../embedding/embedder.ts';
import { GitHubError } from '../errors.ts';
import { requireFinite } from '../runtime/finite.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { decodeSafetensors, type EncodableTensor, encodeSafetensors } from '../runtime/safetensors.ts';
import { exactFloat16 } from './exact-float16.ts';

export const EMBEDDINGS_FILE = 'embeddings.safetensors';
export type Embeddings = ReadonlyMap<string, Float32Array>;

/** Encoder and recipe, engine, kind of text, content. */
const KEY = /^([0-9a-f]{16}):[0-9a-f]{8}:(diff|file):([0-9a-f]{40}|[0-9a-f]{64})$/;

/** The same vectors give the same bytes. What float16 can hold is written so: half the size, and no bit is lost. */
export function encodeEmbeddings(embeddings: Embeddings): Uint8Array {
  const tensors = [...embeddings].filter(([, vector]) => vector.every(Number.isFinite));
  return encodeSafetensors(new Map(tensors.map(([key, vector]) => [key, toTensor(vector)])));
}

/** Throws GitHubError or ModelError for anything that is not as we write it; `place` names it. */
export function decodeEmbeddings(bytes: Uint8Array, place: string): Map<string, Float32Array> {
  const { tensors } = decodeSafetensors(bytes, `the ${EMBEDDINGS_FILE} of ${place}`);
  const vectors = new Map<string, Float32Array>();
  for (const [key, { dtype, shape, data }] of tensors) {
    if (!KEY.test(key)) throw notOurs(place, `the key ${JSON.stringify(key.slice(0, 80))}`);
    if (dtype !== 'F32' || shape.length !== 1)
      throw notOurs(place, `${key} as ${dtype} (${shape.join(', ')})`);
    vectors.set(key, requireFinite(data as Float32Array, key));
  }
  return vectors;
}

/**
 * Those that a pack can ask for, on whatever processor they were made. Throws GitHubError for one of another size: a text
 * has a vector of the recipe's, or none at all when it is too short.
 */
export function embeddingsOf(
  pack: ModelPack,
  embeddings: Embeddings,
  place: string,
): Map<string, Float32Array> {
  const sizes = vectorSizes(pack);
  const found = new Map<string, Float32Array>();
  for (const [key, vector] of embeddings) {
    const [, encoder, kind] = KEY.exec(key) ?? [];
    const size = sizes.get(`${encoder}:${kind}`);
    if (size === undefined) continue;
    if (vector.length > 0 && vector.length !== size)
      throw notOurs(place, `${key} with ${vector.length} numbers, expected ${size}`);
    found.set(key, vector);
  }
  return found;
}

function vectorSizes(pack: ModelPack): Map<string, number> {
  const { recipe, encoder } = pack.manifest;
  const kinds = [
    ['file', recipe.repository],
    ['diff', recipe.diff],
  ] as const;
  return new Map(
    kinds.map(([kind, text]) => [
      `${encoderId(pack, text)}:${kind}`,
      encoder.embeddingSize * text.windowPooling.length,
    ]),
  );
}

/** What was embedded, without what embedded it. */
export const contentOf = (key: string): string => key.slice(key.indexOf(':', key.indexOf(':') + 1) + 1);

function toTensor(vector: Float32Array): EncodableTensor {
  const shape = [vector.length];
  const half = exactFloat16(vector);
  return half ? { dtype: 'F16', shape, data: half } : { dtype: 'F32', shape, data: vector };
}

const notOurs = (place: string, found: string): GitHubError =>
  new GitHubError(`The ${EMBEDDINGS_FILE} of ${place} is not as expected: it holds ${found}.`);
