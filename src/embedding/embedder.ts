/**
 * Text → embedding, by the recipe of the model pack, through the cache.
 *
 * In: the text of a diff, or the files of a repository. Out: one vector. Knows how windows are pooled and
 * cached; knows nothing about git, the GRU or what the vectors are used for.
 */
import { createHash } from 'node:crypto';
import { roundToFloat16 } from '../runtime/half-precision.ts';
import { quantizedFile } from '../runtime/manifest-models.ts';
import type { Recipe } from '../runtime/manifest-recipe.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { contentId, type EmbeddingCache } from './cache.ts';
import type { WindowEncoder } from './encoder.ts';
import { normalizeL2, type Pooling, poolVectors, type WindowRecipe } from './windows.ts';

/** A file of the repository: its blob id is its content id, so an unchanged file is never read again. */
export interface SourceFile {
  path: string;
  blob: string;
  readText(): Promise<string>;
}

export interface Embedder {
  /** Embedding of a production-code diff: (embeddingSize). An empty or too short text gives zeros. */
  embedDiff(text: string): Promise<Float32Array>;
  /** Embedding of a whole repository from its production files: (embeddingSize). */
  embedRepository(files: readonly SourceFile[], options?: RepositoryOptions): Promise<Float32Array>;
  readonly counts: EmbedderCounts;
}

export interface RepositoryOptions {
  /** Called after each file. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface EmbedderCounts {
  /** Texts whose vector came from the cache. */
  cached: number;
  /** Texts that went through the encoder. */
  encoded: number;
  tokens: number;
  /** Texts of which only the first windows were embedded. */
  truncated: number;
  /** Files of the repository beyond the recipe's `maxFiles`. */
  leftOutFiles: number;
}

interface TextRecipe extends WindowRecipe {
  windowPooling: readonly Pooling[];
}

/** Joins an open encoder, a cache and the recipe of the pack. */
export function createEmbedder(pack: ModelPack, encoder: WindowEncoder, cache: EmbeddingCache): Embedder {
  const { recipe, hypernetwork } = pack.manifest;
  const counts: EmbedderCounts = { cached: 0, encoded: 0, tokens: 0, truncated: 0, leftOutFiles: 0 };
  const embedText = textEmbedder(pack, encoder, cache, counts);

  return {
    counts,
    async embedDiff(text) {
      const vector = await embedText('diff', recipe.diff, contentId(text), async () => text);
      return vector ?? new Float32Array(hypernetwork.embeddingSize);
    },
    async embedRepository(files, { onProgress } = {}) {
      const { maxFiles, emptyItem, windowPooling, itemPooling, normalize } = recipe.repository;
      const itemSize = encoder.embeddingSize * windowPooling.length;
      counts.leftOutFiles += Math.max(0, files.length - maxFiles);
      const vectors: Float32Array[] = [];
      const chosen = inPathOrder(files).slice(0, maxFiles);
      for (const [index, file] of chosen.entries()) {
        const vector = await embedText('file', recipe.repository, file.blob, file.readText);
        if (vector) vectors.push(vector);
        else if (emptyItem === 'zero') vectors.push(new Float32Array(itemSize));
        onProgress?.(index + 1, chosen.length);
      }
      if (vectors.length === 0) return new Float32Array(hypernetwork.embeddingSize);
      const pooled = poolVectors(vectors, itemPooling);
      return rounded(normalize === 'l2' ? normalizeL2(pooled) : pooled, recipe);
    },
  };
}

/**
 * Everything that changes a window's vector, as one id: weights, configuration, tokeniser and recipe.
 * Two packs that share the encoder share its cached vectors.
 */
export function encoderId(pack: ModelPack, recipe: unknown): string {
  const { files, baseModel, encoder, recipe: whole } = pack.manifest;
  const { config, tokenizer, weights } = encoder.kind === 'base-model' ? baseModel : encoder;
  const quantized = quantizedFile(pack.manifest, 'encoder');
  const names = [config, tokenizer, ...weights, ...(quantized === undefined ? [] : [quantized])].sort();
  const hashes = names.map((name) => files[name]?.sha256 ?? name);
  const ending = encoder.kind === 'base-model' ? [] : [encoder.endToken];
  const settings = [hashes, recipe, whole.retokenize, whole.rounding, ...ending];
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
}

function textEmbedder(
  pack: ModelPack,
  encoder: WindowEncoder,
  cache: EmbeddingCache,
  counts: EmbedderCounts,
) {
  const { repository, diff } = pack.manifest.recipe;
  const encoderIds = { file: encoderId(pack, repository), diff: encoderId(pack, diff) };
  const engineId = contentId(JSON.stringify(encoder.engine)).slice(0, 8);
  return async (
    kind: 'diff' | 'file',
    recipe: TextRecipe,
    content: string,
    readText: () => Promise<string>,
  ): Promise<Float32Array | undefined> => {
    const key = `${encoderIds[kind]}:${engineId}:${kind}:${content}`;
    const known = cache.get(key);
    if (known) {
      counts.cached += 1;
      return known.length > 0 ? known : undefined;
    }
    const { vectors, tokens, truncated } = await encoder.embedWindows(await readText(), recipe);
    counts.encoded += 1;
    counts.truncated += truncated ? 1 : 0;
    counts.tokens += tokens;
    const pooled = vectors.length > 0 ? poolVectors(vectors, recipe.windowPooling) : new Float32Array(0);
    const vector = rounded(pooled, pack.manifest.recipe);
    cache.put(key, vector);
    return vector.length > 0 ? vector : undefined;
  };
}

/** The released recipe stores vectors as float16: those of items before they are pooled, and the result. */
function rounded(vector: Float32Array, { rounding }: Pick<Recipe, 'rounding'>): Float32Array {
  return rounding === 'float16' ? roundToFloat16(vector) : vector;
}

/** By code unit, so that the order is the same on every machine and locale. */
const inPathOrder = (files: readonly SourceFile[]): SourceFile[] =>
  [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
