/**
 * What a walk over the history computes with: the models, the cache, and the files of the repository.
 *
 * In: a workspace. Out: a Walker. Knows nothing about where a walk stands.
 */
import type { EmbeddingCache } from '../embedding/cache.ts';
import { createEmbedder, type Embedder } from '../embedding/embedder.ts';
import type { Models } from '../inference/models.ts';
import { walkKindOf } from './history-steps.ts';
import type { CommandOptions } from './options.ts';
import { embeddedFiles } from './production-files.ts';
import { timeLeft } from './time-left.ts';
import type { Workspace } from './workspace.ts';

export interface Walker extends Pick<Models, 'updater' | 'generator' | 'learner' | 'encoder'> {
  embedder: Embedder;
  /** Says that so many texts are about to be embedded at once, before they are. */
  prepareFor(texts: number): Promise<void>;
  /** The first hidden state, from the repository embedding at a commit (Code2LoRA, section 3.3): (hiddenSize). */
  stateAt(commit: string): Promise<Float32Array>;
}

/** Throws ModelError when the pack's recipe is one that we do not walk by. */
export async function openWalker(
  workspace: Workspace,
  { cache, onProgress }: { cache: EmbeddingCache } & Pick<CommandOptions, 'onProgress'>,
): Promise<Walker> {
  const { pack, parts } = workspace;
  walkKindOf(pack, parts);
  const { updater, generator, learner, encoder } = await workspace.models();
  const embedder = createEmbedder(pack, encoder, cache);
  const prepareFor = async (texts: number) => cache.prepareFor?.(texts);
  return {
    ...{ updater, generator, learner, encoder, embedder, prepareFor },
    async stateAt(commit) {
      await using files = await embeddedFiles(workspace, commit);
      await prepareFor(Math.min(files.list.length, pack.manifest.recipe.repository.maxFiles));
      const tell = timeLeft({ total: files.list.length, stage: 'embed', advice: () => CAN_BE_STOPPED });
      const embedding = await embedder.embedRepository(files.list, {
        onProgress: (done) => onProgress?.(tell(done)),
      });
      return await updater.initialState(embedding);
    },
  };
}

const CAN_BE_STOPPED = 'It can be stopped at any time and goes on where it was.';
